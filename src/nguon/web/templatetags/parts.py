"""Tags that all templates have without loading: icons and their sheet."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from nguon.web.icons import IconSheet

register = template.Library()


@register.simple_tag(takes_context=True)
def icon(context: dict[str, Any], name: str) -> SafeString:
    """`{% icon "check" %}`: one icon; its symbol lands at the end of the page."""
    sheet: IconSheet = context["icon_sheet"]
    return sheet.draw(name)


@register.simple_tag(takes_context=True)
def icon_sheet(context: dict[str, Any]) -> SafeString:
    """The symbols used by the page; the base template places it last."""
    sheet: IconSheet = context["icon_sheet"]
    return sheet.sheet()
