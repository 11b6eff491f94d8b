"""Links on the desk: the list, a form without script, the history, a file of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nguon.accounts.decisions import decide
from nguon.accounts.doors import desk
from nguon.accounts.queries import read_actor
from nguon.accounts.services import require
from nguon.errors import Fault, NguonError
from nguon.gs1 import Gs1Error, identify
from nguon.linksets import DEFAULT, DEFAULT_MULTI, Anchor, link_types, read_anchor
from nguon.linksets.anchors import names_below
from nguon.parts.words import read_language, say_instant, say_number
from nguon.registry.queries import find_owner, name_organisations
from nguon.resolver import queries, services
from nguon.resolver.forms import Row, add_blank, links_of, place_faults, read_rows, rows_of
from nguon.resolver.models import Registration, Verb, Version
from nguon.resolver.services import Report, import_links, read_links
from nguon.resolver.tables import COLUMNS, read_csv, write_csv

_PER_PAGE = 50


def _verbs() -> dict[str, str]:
    return {
        Verb.SET: _("Set"),
        Verb.REMOVE: _("Removed"),
        Verb.RESTORE: _("Restored"),
        Verb.IMPORT: _("From a file"),
    }


def _tell(faults: Iterable[Fault]) -> list[dict[str, str]]:
    language = read_language()
    return [
        {"sentence": fault.sentence(language), "rule": fault.rule, "code": fault.code}
        for fault in faults
    ]


def _status(error: NguonError) -> int:
    return int(getattr(error, "status", 400))


def _say(key: str) -> str:
    try:
        return identify(key).human
    except Gs1Error:
        return key


def _address(name: str, key: str) -> str:
    return reverse(name) + "?" + urlencode({"key": key})


@desk
@require_safe
def list_links(request: HttpRequest) -> HttpResponse:
    """The link sets that one may see, with a search."""
    actor = read_actor(request)
    text = request.GET.get("q", "").strip()[:200]
    rows = list(queries.list_registrations(actor, text, request.GET.get("after", ""))[:51])
    shown = rows[:_PER_PAGE]
    names = name_organisations(row.organisation for row in shown)
    context = {
        "rows": [_tell_row(row, names) for row in shown],
        "q": text,
        "next": urlencode({"q": text, "after": shown[-1].anchor}) if len(rows) > _PER_PAGE else "",
        "authority": actor.authority,
    }
    return render(request, "resolver/links.html", context)


def _tell_row(row: Registration, names: dict[str, str]) -> dict[str, Any]:
    links = read_links(row.links)
    opened = next((link.href for link in links if link.link_type == DEFAULT), "")
    return {
        "href": _address("links-edit", row.anchor),
        "code": _say(row.anchor),
        "description": row.description,
        "count": say_number(sum(link.link_type not in (DEFAULT, DEFAULT_MULTI) for link in links)),
        "opened": opened,
        "owner": names.get(row.organisation, row.organisation),
        "changed": say_instant(row.changed),
        "sample": row.sample,
    }


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def edit_links(request: HttpRequest) -> HttpResponse:
    """The links of one code; without a code, which one."""
    text = (request.POST.get("key") or request.GET.get("key") or "").strip()
    if not text:
        return render(request, "resolver/choose.html", {"faults": []})
    try:
        anchor = read_anchor(text)
    except NguonError as error:
        context = {"faults": _tell(error.faults), "key": text}
        return render(request, "resolver/choose.html", context, status=_status(error))
    owner = find_owner(anchor.key)
    require(read_actor(request), "links.read", owner, anchor.key)
    if request.method == "POST":
        return _save(request, anchor, owner)
    row = queries.find_registration(anchor.key)
    rows = rows_of(read_links(row.links)) if row else []
    version = row.version if row and row.links else ""
    return _show_form(request, anchor, owner, rows, version, row.description if row else "")


def _save(request: HttpRequest, anchor: Anchor, owner: str) -> HttpResponse:
    rows = read_rows(request.POST)
    given = request.POST.get("version", "")
    description = request.POST.get("description", "")
    if "more" in request.POST:
        return _show_form(request, anchor, owner, rows, given, description)
    links, origins = links_of(rows)
    if any(row.faults for row in rows):
        return _show_form(request, anchor, owner, rows, given, description, status=400)
    try:
        services.set_links(
            read_actor(request),
            anchor.key,
            links,
            version=int(given) if given.isascii() and given.isdigit() else None,
            description=description,
            why=request.POST.get("why", ""),
        )
    except NguonError as error:
        rest = place_faults(error.faults, origins)
        status = _status(error)
        return _show_form(request, anchor, owner, rows, given, description, rest, status=status)
    messages.success(request, _("Saved. Scans follow within two seconds."))
    return HttpResponseRedirect(_address("links-edit", anchor.key), status=303)


def _show_form(
    request: HttpRequest,
    anchor: Anchor,
    owner: str,
    rows: list[Row],
    version: int | str,
    description: str,
    faults: Sequence[Fault] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    decision = decide(read_actor(request), "links.edit", owner, anchor.key)
    refusal = _tell([decision.fault]) if decision.fault else []
    language = read_language()
    shown = add_blank(rows) if decision else rows
    context = {
        "key": anchor.key,
        "code": _say(anchor.key),
        "path": anchor.path,
        "rows": shown,
        "row_faults": [(row.number, _tell(row.faults)) for row in rows if row.faults],
        "faults": _tell(faults),
        "refusal": refusal[0]["sentence"] if refusal else "",
        "version": version,
        "description": description,
        "why": request.POST.get("why", ""),
        "types": _offer_types(language),
        "fillable": ", ".join(f"{{{name}}}" for name in _places(anchor)),
        "history": _address("links-history", anchor.key),
        "kept": bool(version),
    }
    return render(request, "resolver/edit.html", context, status=status)


def _places(anchor: Anchor) -> list[str]:
    return [*anchor.names, "path", *(sorted(names_below(anchor) - set(anchor.names)))]


def _offer_types(language: str) -> list[tuple[str, str]]:
    named = [
        (name, titles[language])
        for name, titles in link_types().items()
        if name not in (DEFAULT, DEFAULT_MULTI)
    ]
    return sorted(named, key=lambda each: each[1].casefold())


@desk
@require_POST
def remove_links(request: HttpRequest) -> HttpResponse:
    """Take the links of a code away."""
    key, version = request.POST.get("key", ""), _read_version(request)
    services.remove_links(
        read_actor(request), key, version=version, why=request.POST.get("why", "")
    )
    messages.success(request, _("The links are gone. A scan opens our page again."))
    return HttpResponseRedirect(reverse("links"), status=303)


def _read_version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


@desk
@require_safe
def show_history(request: HttpRequest) -> HttpResponse:
    """The versions of a code's links."""
    anchor = read_anchor(request.GET.get("key", ""))
    owner = find_owner(anchor.key)
    actor = read_actor(request)
    require(actor, "links.read", owner, anchor.key)
    row = queries.find_registration(anchor.key)
    context = {
        "key": anchor.key,
        "code": _say(anchor.key),
        "edit": _address("links-edit", anchor.key),
        "versions": [_tell_version(one) for one in queries.list_versions(anchor.key)],
        "current": row.version if row else 0,
        "may_edit": bool(decide(actor, "links.edit", owner)),
    }
    return render(request, "resolver/history.html", context)


def _tell_version(row: Version) -> dict[str, Any]:
    links = read_links(row.links)
    return {
        "number": row.number,
        "verb": _verbs()[row.verb],
        "who": row.who,
        "why": row.why,
        "at": say_instant(row.at),
        "links": [
            {"kind": link.link_type, "href": link.href, "title": link.title} for link in links
        ],
    }


@desk
@require_POST
def restore_links(request: HttpRequest) -> HttpResponse:
    """Make an earlier version hold again."""
    key, number = request.POST.get("key", ""), request.POST.get("number", "0")
    services.restore_version(
        read_actor(request),
        key,
        int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0,
        version=_read_version(request),
    )
    messages.success(request, _("The earlier links hold again."))
    return HttpResponseRedirect(_address("links-history", key), status=303)


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def upload_links(request: HttpRequest) -> HttpResponse:
    """Links of many codes out of a file: a rehearsal first, then for good."""
    if request.method != "POST":
        return _show_upload(request)
    sent = request.FILES.get("file")
    data = sent.read() if sent else request.POST.get("text", "").encode()
    rehearsal = "write" not in request.POST
    try:
        drafts = read_csv(data)
        report = import_links(read_actor(request), drafts, rehearsal=rehearsal)
    except NguonError as error:
        return _show_upload(request, faults=_tell(error.faults), status=_status(error))
    if report.written:
        messages.success(request, _("Saved. Scans follow within two seconds."))
    text = data.decode("utf-8", "replace")
    status = 400 if report.refused else 200
    return _show_upload(request, report, text=text, status=status)


def _show_upload(
    request: HttpRequest,
    report: Report | None = None,
    *,
    faults: Sequence[dict[str, str]] = (),
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    words = {
        "new": _("New"),
        "changed": _("Changed"),
        "same": _("As before"),
        "refused": _("Not taken"),
    }
    results = report.results if report else []
    context = {
        "faults": faults,
        "report": report,
        "refused": report.refused if report else 0,
        "text": text if report and not report.written and not report.refused else "",
        "columns": ", ".join(COLUMNS),
        "results": [
            {
                "code": _say(result.key),
                "outcome": words[result.outcome],
                "refused": result.outcome == "refused",
                "lines": ", ".join(map(str, result.lines)),
                "faults": _tell(result.faults),
            }
            for result in results
        ],
    }
    return render(request, "resolver/upload.html", context, status=status)


@desk
@require_safe
def download_links(request: HttpRequest) -> HttpResponse:
    """The link sets of the list as CSV."""
    rows = queries.list_registrations(read_actor(request), request.GET.get("q", "").strip())
    answer = HttpResponse(write_csv(rows.iterator()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="links.csv"'
    return answer
