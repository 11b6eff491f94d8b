"""Captures and what became of their events, in the words of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from nguon.eventstore import CaptureJob, EventResult, JobEvent
from nguon.parts.words import local, read_language, say_instant, say_number

# What a person calls the fates of events: the word, the chip's kind, the chip's icon.
_FATES: Mapping[str, tuple[str, str, str]] = {
    "stored": (noop("Stored"), "ok", "check"),
    "duplicate": (noop("Known already"), "", "check"),
    "refused": (noop("Rejected"), "stop", "x"),
    "conflict": (noop("Its id is taken"), "stop", "x"),
    "withheld": (noop("Held back"), "warn", "pause"),
}
REFUSED = ("refused", "conflict")
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as a chip."""

    word: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture in the list."""

    id: UUID
    sent: str
    sender: str
    stored: str
    duplicates: str
    refused: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault: what is wrong, by which rule, and the words of the document that it is about."""

    sentence: str
    rule: str
    code: str
    place: str
    line: str
    excerpt: str
    error: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """What became of one event."""

    position: str
    event_id: str
    chip: Chip
    faults: Sequence[FaultRow]
    more: int


def tell_capture(job: CaptureJob, names: Mapping[str, str]) -> CaptureRow:
    """A capture as a row; `names` of senders by key."""
    return CaptureRow(
        id=job.id,
        sent=say_instant(local(job.created_at)),
        sender=names.get(job.sender, job.sender) or _("the operator"),
        stored=say_number(job.stored),
        duplicates=say_number(job.duplicates),
        refused=say_number(job.refused),
        chip=tell_state(job),
    )


def tell_state(job: CaptureJob) -> Chip:
    """How far a capture is, or how it ended (EPCIS 2.0 REST binding, CaptureJob)."""
    if job.running:
        word = _("Waiting") if job.waiting else _("Under way")
        return Chip(word, "warn", "clock")
    if job.success:
        return Chip(_("All recorded"), "ok", "check")
    if job.proceed and (job.stored or job.duplicates):
        return Chip(_("Partly recorded"), "warn", "alert")
    return Chip(_("Nothing recorded"), "stop", "x")


def tell_event(event: JobEvent | EventResult) -> EventRow:
    """What became of an event, out of a job or of a dry run."""
    if isinstance(event, JobEvent):
        position, faults = event.position, event.faults
    else:
        position, faults = event.index, [fault.as_dict() for fault in event.faults]
    word, kind, icon = _FATES[event.status]
    return EventRow(
        position=say_number(position + 1),
        event_id=event.event_id,
        chip=Chip(_(word), kind, icon),
        faults=[tell_fault(fault) for fault in faults[:_MOST_FAULTS]],
        more=max(0, len(faults) - _MOST_FAULTS),
    )


def tell_fault(fault: Mapping[str, Any]) -> FaultRow:
    """A fault as stored, in the reader's language."""
    line = fault.get("line")
    return FaultRow(
        sentence=str(fault.get(read_language(), "")),
        rule=str(fault.get("rule", "")),
        code=str(fault.get("code", "")),
        place=str(fault.get("pointer", "")),
        line=say_number(line) if isinstance(line, int) else "",
        excerpt=str(fault.get("excerpt", "")),
        error=fault.get("level", "error") == "error",
    )
