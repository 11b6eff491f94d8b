"""Pages for people: what a refused code read like, and the links of a code.

The room of scan pages lies above this one. It may put better pages in the place of `wrong`,
`unknown` and `not_issued` by `use`; until then plain ones are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from nguon.linksets.model import DEFAULT, DEFAULT_MULTI, LinkSet
from nguon.linksets.types import title_of
from nguon.linksets.writing import absolute, write_anchor, write_json_ld
from nguon.parts.words import read_language
from nguon.resolver.answering import find_root
from nguon.resolver.deciding import Resolution

Page = Callable[[HttpRequest, Resolution], HttpResponse]
_pages: dict[str, Page] = {}


def use(**pages: Page) -> None:
    """Show these pages for `wrong`, `unknown`, `not_issued` or `no_such_link` from now on."""
    _pages.update(pages)


def show(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """The page for a decision that is no redirect."""
    if not resolution.why:
        return _show_links(request, resolution)
    page = _pages.get(resolution.why, _show_refusal)
    return page(request, resolution)


def _show_refusal(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    language = read_language()
    context = {
        "why": resolution.why,
        "code": resolution.asked.path if resolution.asked else request.path,
        "faults": [
            {"code": fault.code, "rule": fault.rule, "sentence": fault.sentence(language)}
            for fault in resolution.faults
        ],
    }
    return render(request, "resolver/refused.html", context, status=resolution.status)


def _show_links(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    root = find_root(request)
    data = orjson.dumps(write_json_ld(resolution.sets, root)).decode()
    # Inside a script element only the end of the element must not occur.
    data = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    context = {
        "choices": resolution.status == 300,
        "groups": [_describe(found, root) for found in resolution.sets],
        "data": mark_safe(data),  # noqa: S308 - JSON with its angle brackets escaped
    }
    return render(request, "resolver/linkset.html", context, status=resolution.status)


def _describe(found: LinkSet, root: str) -> dict[str, Any]:
    language = read_language()
    shown = [link for link in found.links if link.link_type not in (DEFAULT, DEFAULT_MULTI)]
    opened = {link.href for link in found.links if link.link_type == DEFAULT}
    return {
        "anchor": write_anchor(found.anchor, root),
        "description": found.description,
        "links": [
            {
                "href": absolute(link.href, root),
                "title": link.title,
                "kind": title_of(link.link_type, language),
                "languages": ", ".join(link.hreflang),
                "media_type": link.media_type,
                "default": link.href in opened,
            }
            for link in shown
        ],
    }
