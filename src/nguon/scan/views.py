"""The start page, and the page that a code opens."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from nguon.errors import NguonError
from nguon.gs1 import Gs1Error, Identifier, identify
from nguon.labels.issued import Stamp
from nguon.labels.services import note_place, note_unissued, use_cover
from nguon.parts.paths import link_of_path, page_path
from nguon.parts.words import read_language, say_number
from nguon.registry.queries import Entry, class_key, count_samples
from nguon.samples import scan_examples
from nguon.scan import queries
from nguon.scan.facts import Line
from nguon.scan.gaps import mark_item
from nguon.scan.page import Link, Page, build_page
from nguon.scan.reading import Reading, read_not_issued, read_unknown, read_wrong
from nguon.scan.search import Outcome, search
from nguon.scan.stamps import (
    StampView,
    choose_state,
    counts_as_look,
    find_issued,
    is_person,
    read_stamp,
    tell_device,
)
from nguon.scan.standing import Standing
from nguon.scan.timeline import Step

_FRESH_SECONDS = 30


@require_safe
def show_start(request: HttpRequest) -> HttpResponse:
    """The start page; with `?q=`, what the code leads to."""
    text = request.GET.get("q", "").strip()
    found = search(text) if text else Outcome()
    if found.path:
        response: HttpResponse = HttpResponseRedirect(found.path)
        response.status_code = 303
        return response
    if found.reading is not None:
        return _show_reading(request, found.reading)
    count = len(found.hits)
    title = ngettext("%(count)s thing has this number", "%(count)s things have this number", count)
    context = {
        "query": text,
        "hits": found.hits,
        "hits_title": title % {"count": say_number(count)},
        "examples": _list_examples() if not text and count_samples() else [],
    }
    return render(request, "scan/start.html", context)


def _list_examples() -> list[dict[str, str]]:
    language = read_language()
    return [
        {
            "code": example.code,
            "href": page_path(example.key) if example.key else f"/?q={example.code}",
            "text": example.en if language == "en" else example.vi,
        }
        for example in scan_examples()
    ]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_path(request: HttpRequest, path: str) -> HttpResponse:
    """The page at a Digital Link path; the path arrives decoded.

    Only a stamp's page takes a POST: a place that somebody chose to tell, or a covered code.
    Nobody is signed in there, so there is nothing that a forged request could borrow.
    """
    link = link_of_path("/" + path)
    try:
        found = identify(link)
    except Gs1Error as error:
        return _show_reading(request, read_wrong(link, error))
    return _show_found(request, found)


def _show_found(request: HttpRequest, found: Identifier) -> HttpResponse:
    stamp = find_issued(found)
    if stamp is None:
        return _show_not_issued(request, found)
    if stamp:
        return _show_stamp(request, stamp)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if found.scheme == "gtin":
        return _show_class(request, found.key)
    return _show_item(request, found.key)


def _show_not_issued(request: HttpRequest, found: Identifier) -> HttpResponse:
    """A number that nobody issued: never the product's page (architecture, guarantee 8)."""
    if counts_as_look(request):
        note_unissued(class_key(found.key), timezone.now())
    response = _show_reading(request, read_not_issued(found))
    response["Cache-Control"] = "private, no-store"
    return response


def _show_stamp(request: HttpRequest, stamp: Stamp) -> HttpResponse:
    now, faults = timezone.now(), []
    if request.method == "POST":
        try:
            _take(request, stamp, now)
        except NguonError as error:
            faults = [fault.sentence(read_language()) for fault in error.faults]
        else:
            return HttpResponseRedirect(_address(request, told="1") + "#s", status=303)
    look = counts_as_look(request) and not wants_json(request)
    view = read_stamp(request, stamp, now, look=look)
    page = _page_of_lot(request, view) if view.lot else None
    state = choose_state(view.state, page.state) if page else view.state
    if wants_json(request):
        response: HttpResponse = JsonResponse(describe_stamp(view, state, page))
    else:
        context = {"stamp": view, "state": state, "faults": faults, "told": "told" in request.GET}
        context |= _frame_stamp(request, stamp, page, state)
        template = "scan/item.html" if page else "scan/stamp.html"
        status = 400 if faults else 200
        response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _take(request: HttpRequest, stamp: Stamp, now: datetime) -> None:
    if "code" in request.POST:
        use_cover(stamp.product, stamp.serial, request.POST["code"], now)
    elif is_person(request):
        note_place(stamp, tell_device(request), request.POST.get("place", ""), now)


def _page_of_lot(request: HttpRequest, view: StampView) -> Page | None:
    """The page of the lot that a stamp is bound to; None where no event names the lot yet."""
    gathered, directory = queries.read_item(view.lot)
    if not gathered.known:
        return None
    whole = request.GET.get("steps") == "all" or wants_json(request)
    page = build_page(gathered, directory, timezone.now(), whole=whole)
    return replace(
        page,
        shared_code=False,
        whole_link=_address(request, steps="all") + "#c",
        machine_link=_address(request, format="json"),
    )


def _address(request: HttpRequest, **asked: str) -> str:
    """The page itself with something asked of it; a local code stays in the query."""
    kept = {"key": request.GET["key"]} if "key" in request.GET else {}
    return f"{request.path}?{urlencode({**kept, **asked})}"


def _frame_stamp(
    request: HttpRequest, stamp: Stamp, page: Page | None, state: Standing
) -> dict[str, Any]:
    if page is not None:
        return {"page": replace(page, state=state), **_frame(page)}
    entry = queries.name_keys([stamp.product]).product(stamp.product)
    return {
        "product": _describe_product(stamp.product, entry),
        "sample": bool(entry and entry.values.get("sample")),
        "machine_link": _address(request, format="json"),
    }


def describe_stamp(view: StampView, state: Standing, page: Page | None) -> dict[str, Any]:
    """A stamp for machines: its state, when it was first seen, its lot's page beside."""
    return {
        "known": True,
        "product": view.product,
        "serial": view.serial,
        "lot": view.lot or None,
        "stamp": view.word,
        "since": view.since,
        "seen": view.seen,
        "state": {"kind": state.kind, "title": state.title, "reason": state.reason},
        "findings": [finding.sentence for finding in view.findings],
        "item": describe_item(page) if page else None,
    }


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_key(request: HttpRequest) -> HttpResponse:
    """The page of any key, given as `?key=`."""
    text = request.GET.get("key", "").strip()
    try:
        found = identify(text)
    except Gs1Error as error:
        return _show_reading(request, read_wrong(text, error))
    if found.key.startswith("https://id.gs1.org/"):
        return HttpResponseRedirect(page_path(found.key))
    return _show_found(request, found)


def _show_item(request: HttpRequest, key: str) -> HttpResponse:
    gathered, directory = queries.read_item(key)
    if not gathered.known:
        return _show_reading(request, read_unknown(key))
    whole = request.GET.get("steps") == "all"
    page = build_page(gathered, directory, timezone.now(), whole=whole or wants_json(request))
    if wants_json(request):
        return _keep_short(JsonResponse(describe_item(page)))
    return _keep_short(render(request, "scan/item.html", {"page": page, **_frame(page)}))


def _frame(page: Page) -> dict[str, Any]:
    return {
        "sample": page.sample,
        "updated": page.updated,
        "machine_link": page.machine_link,
    }


def _show_class(request: HttpRequest, key: str) -> HttpResponse:
    lots = queries.list_lots(key)
    entry = queries.name_keys([key]).product(key)
    if not lots and entry is None:
        return _show_reading(request, read_unknown(key))
    product = _describe_product(key, entry)
    hits = [Link(page_path(lot), mark_item(lot)) for lot in lots]
    if wants_json(request):
        lots_json = [{"key": lot, "lot": mark_item(lot)} for lot in lots]
        return _keep_short(JsonResponse({"key": key, "name": product["name"], "lots": lots_json}))
    sample = bool(entry and entry.values.get("sample"))
    context = {"product": product, "hits": hits, "sample": sample}
    return _keep_short(render(request, "scan/class.html", context))


def _describe_product(key: str, entry: Entry | None) -> dict[str, Any]:
    return {
        "name": entry.say("name") if entry else mark_item(key),
        "about": entry.say("description") if entry else "",
        "image": entry.values.get("image") if entry else "",
        "image_alt": entry.say("image_alt") if entry else "",
    }


def _show_reading(request: HttpRequest, reading: Reading) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"known": False, **asdict(reading)}, status=reading.status)
    context = {"reading": reading}
    return _keep_short(render(request, "scan/unknown.html", context, status=reading.status))


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine asks: by `?format=json`, or by preferring JSON to HTML."""
    if request.GET.get("format") == "json":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _keep_short(response: HttpResponse) -> HttpResponse:
    """A recall must show within half a minute, whatever cache stands between."""
    patch_cache_control(response, public=True, max_age=_FRESH_SECONDS)
    patch_vary_headers(response, ["Accept", "Cookie"])
    return response


def describe_item(page: Page) -> dict[str, Any]:
    """The page for machines: the same words, no more than the public may see."""
    return {
        "key": page.key,
        "known": True,
        "sample": page.sample,
        "name": page.name,
        "state": {"kind": page.state.kind, "title": page.state.title, "reason": page.state.reason},
        "facts": [_describe_line(line) for line in (*page.seven.lines, *page.further)],
        "declared": page.seven.count,
        "certificates": [{"name": p.name, "validity": p.validity} for p in page.papers],
        "steps": [_describe_step(step) for step in page.chain.steps if step.kind != "now"],
        "unknown": list(page.unknowns),
        "updated": page.updated,
        "note": _("Names and places are those that the public may see."),
    }


def _describe_line(line: Line) -> dict[str, Any]:
    grade = line.grade.level if line.grade and not line.missing else None
    return {"label": line.label, "value": line.value or None, "evidence": grade}


def _describe_step(step: Step) -> dict[str, Any]:
    return {
        "recorded": step.kind == "step",
        "title": step.title,
        "when": step.when or None,
        "lines": list(step.lines),
        "evidence": step.grade.level if step.grade else None,
        "owed_by": step.owed_by or None,
        "corrected": step.corrected or None,
    }
