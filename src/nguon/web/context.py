"""What every page's template finds: languages, names, the stylesheet, its sheet of icons."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.safestring import mark_safe

from nguon.web.css import inline_stylesheet
from nguon.web.icons import IconSheet

_SHORT = {"vi": "VI", "en": "EN"}


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "language": current,
        "languages": [_offer(request, code, name, current) for code, name in settings.LANGUAGES],
        "region": settings.NGUON_REGION,
        "operator": settings.NGUON_OPERATOR,
        "demo": settings.NGUON_DEMO,
        "icon_sheet": IconSheet(),
        "stylesheet": mark_safe(inline_stylesheet()),  # noqa: S308 - our own file
    }


def _offer(request: HttpRequest, code: str, name: str, current: str) -> dict[str, Any]:
    query = request.GET.copy()
    query["lang"] = code
    return {
        "code": code,
        "name": name,
        "short": _SHORT[code],
        "href": "?" + query.urlencode(),
        "current": code == current,
    }
