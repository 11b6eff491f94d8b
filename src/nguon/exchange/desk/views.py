"""The sender's pages: what was sent, what was refused and why, and a file tried or sent."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_safe

from nguon.accounts.decisions import may_anywhere
from nguon.accounts.doors import desk
from nguon.accounts.queries import read_actor
from nguon.accounts.services import require
from nguon.errors import NguonError
from nguon.exchange import services
from nguon.exchange.desk import queries
from nguon.exchange.desk.rows import (
    REFUSED,
    tell_capture,
    tell_event,
    tell_fault,
    tell_state,
)
from nguon.exchange.problem import refuse
from nguon.exchange.senders import ACTION
from nguon.parts.words import local, read_language, say_instant, say_number
from nguon.registry.queries import name_organisations

# What may be shown of a capture's events: the word of the choice, and the fates it stands for.
_CHOICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "refused": (noop("Rejected"), REFUSED),
    "all": (noop("All events"), ()),
    "stored": (noop("Stored"), ("stored",)),
    "duplicate": (noop("Known already"), ("duplicate",)),
}


@desk
@require_safe
def list_captures(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first: one organisation's, or everybody's for the authority."""
    actor = read_actor(request)
    senders = queries.list_senders(actor)
    asked = request.GET.get("sender")
    sender = asked or (None if actor.authority else next(iter(senders), ""))
    try:
        jobs, older = queries.list_captures(actor, sender, _read_place(request))
    except NguonError as error:
        return _refuse(request, error)
    names = name_organisations([*senders, *(job.sender for job in jobs if job.sender)])
    last = jobs[-1] if older else None
    context = {
        "rows": [tell_capture(job, names) for job in jobs],
        "failed": sum(not job.success for job in jobs),
        "senders": [(key, names.get(key, key)) for key in senders] if len(senders) > 1 else [],
        "sender": sender or "",
        "authority": actor.authority,
        "may_send": bool(may_anywhere(actor, ACTION)),
        "first": "before" not in request.GET,
        "older": _link(sender=asked, before=f"{last.created_at.isoformat()} {last.id}")
        if last
        else "",
    }
    return render(request, "exchange/captures.html", context)


def _read_place(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """The capture behind which a page begins; what cannot be read begins at the newest."""
    moment, _space, job = request.GET.get("before", "").partition(" ")
    try:
        found = datetime.fromisoformat(moment), UUID(job)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def _link(**asked: object) -> str:
    return "?" + urlencode({name: value for name, value in asked.items() if value is not None})


@desk
@require_safe
def show_capture(request: HttpRequest, job: UUID) -> HttpResponse:
    """One capture: how it ended, and what was refused with the line that it is about."""
    try:
        found = queries.find_capture(read_actor(request), job)
    except NguonError as error:
        return _refuse(request, error)
    choice = request.GET.get("show", "refused" if found.refused else "all")
    if choice not in _CHOICES:
        choice = "all"
    after = request.GET.get("after", "-1")
    start = int(after) if after.lstrip("-").isdecimal() and len(after) < 10 else -1
    events, behind = queries.list_events(job, start, _CHOICES[choice][1])
    names = name_organisations([found.sender] if found.sender else [])
    # Faults of single events stand beside those; a document's own have no event to stand at.
    own = [fault for fault in found.errors if "position" not in fault and not _of_event(fault)]
    context = {
        "job": found,
        "row": tell_capture(found, names),
        "chip": tell_state(found),
        "sent": say_instant(local(found.created_at)),
        "finished": say_instant(local(found.finished_at)) if found.finished_at else "",
        "counts": _count(found),
        "document_faults": [tell_fault(fault) for fault in own],
        "events": [tell_event(event) for event in events],
        "choices": [
            (_link(show=name), _(word), name == choice) for name, (word, _f) in _CHOICES.items()
        ],
        "next": _link(show=choice, after=behind) if behind is not None else "",
        "first": start < 0,
        "here": _link(show=choice),
    }
    return render(request, "exchange/capture.html", context)


def _of_event(fault: Mapping[str, Any]) -> bool:
    return "/eventList/" in str(fault.get("pointer", ""))


def _count(job: Any) -> list[tuple[str, str]]:
    counts = (
        (_("Stored"), job.stored),
        (_("Known already"), job.duplicates),
        (_("Rejected"), job.refused),
        (_("Held back because others were refused"), job.withheld),
    )
    return [(word, say_number(count)) for word, count in counts]


@desk
@require_safe
def send_results(request: HttpRequest, job: UUID) -> HttpResponse | StreamingHttpResponse:
    """What became of every event, as a table that office programs open."""
    try:
        found = queries.find_capture(read_actor(request), job)
    except NguonError as error:
        return _refuse(request, error)
    response = StreamingHttpResponse(_write_table(found.id), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="capture-{found.id}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _write_table(job: UUID) -> Iterator[str]:
    table = csv.writer(_Echo())
    language = read_language()
    # The mark by which office programs know the letters.
    yield "\ufeff"
    yield table.writerow(["position", "result", "eventID", "hash", "line", "code", "fault"])
    for event in queries.iter_events(job):
        faults: list[dict[str, Any]] = event.faults or [{}]
        for fault in faults:
            cells = [event.position + 1, event.status, event.event_id, event.hash]
            cells += [fault.get("line", ""), fault.get("code", ""), fault.get(language, "")]
            yield table.writerow([_defuse(cell) for cell in cells])


def _defuse(cell: object) -> object:
    """Text that an office program would take for a formula, as text (OWASP, CSV injection)."""
    text = str(cell)
    return f"'{text}" if text[:1] in "=+-@\t\r" and not text.lstrip("-").isdecimal() else cell


@desk
@require_http_methods(["GET", "HEAD", "POST"])
def take_file(request: HttpRequest) -> HttpResponse:
    """Try a document without storing anything, or send it."""
    actor = read_actor(request)
    organisations = may_anywhere(actor, ACTION)
    context: dict[str, Any] = {"organisations": _name(organisations), "given": request.POST}
    if request.method != "POST":
        return render(request, "exchange/file.html", context)
    try:
        body, xml = _read_file(request)
        if request.POST.get("do") == "send":
            sender = request.POST.get("sender") or next(iter(organisations), "")
            require(actor, ACTION, sender)
            proceed = request.POST.get("proceed") == "1"
            result = services.capture_document(body, proceed=proceed, sender=sender, xml=xml)
            return redirect("capture", job=result.job)
        results, faults = services.rehearse_document(body, xml=xml)
    except NguonError as error:
        told = [tell_fault(fault.as_dict()) for fault in error.faults]
        status = int(getattr(error, "status", 400))
        return render(request, "exchange/file.html", {**context, "faults": told}, status=status)
    wrong = [one for one in results if one.status in REFUSED]
    context |= {
        "tried": True,
        "count": len(results),
        "wrong": len(wrong),
        "known": sum(one.status == "duplicate" for one in results),
        "document_faults": [tell_fault(fault.as_dict()) for fault in faults],
        "events": [tell_event(one) for one in wrong[: queries.EVENTS]],
        "unshown": max(0, len(wrong) - queries.EVENTS),
    }
    return render(request, "exchange/file.html", context)


def _name(organisations: tuple[str, ...]) -> list[tuple[str, str]]:
    names = name_organisations(organisations)
    return [(key, names.get(key, key)) for key in organisations]


def _read_file(request: HttpRequest) -> tuple[bytes, bool]:
    """The document and whether it is XML, within the limits of a capture; Problem 400 or 413."""
    given = request.FILES.get("file")
    if given is None or not given.size:
        raise refuse(400, "file_missing")
    _events, size = services.capture_limits()
    if given.size > size:
        raise refuse(413, "too_large", given.size, limit=size)
    body = given.read()
    return body, body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _refuse(request: HttpRequest, error: NguonError) -> HttpResponse:
    told = [tell_fault(fault.as_dict()) for fault in error.faults]
    status = int(getattr(error, "status", 400))
    return render(request, "exchange/refused.html", {"faults": told}, status=status)
