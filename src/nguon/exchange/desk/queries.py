"""Reads of the sender's pages: captures that the reader may see, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from nguon.accounts.decisions import Actor, decide, may_anywhere
from nguon.accounts.services import require
from nguon.eventstore import CaptureJob, JobEvent
from nguon.exchange.problem import refuse
from nguon.parts.engine import get_store

PAGE = 30
EVENTS = 50
_BLOCK = 1000
READ = "captures:read"


def list_senders(actor: Actor) -> tuple[str, ...]:
    """The organisations whose captures the actor may see; the authority sees everybody's."""
    return may_anywhere(actor, READ)


def list_captures(
    actor: Actor, sender: str | None, before: tuple[datetime, UUID] | None
) -> tuple[Sequence[CaptureJob], bool]:
    """A page of captures, newest first, and whether older ones follow.

    `sender`: one organisation's alone; None for all, which only the authority may ask for.
    Raises AccessError.
    """
    require(actor, READ, sender or "")
    jobs = get_store().jobs(PAGE + 1, before, sender)
    return jobs[:PAGE], len(jobs) > PAGE


def find_capture(actor: Actor, number: UUID) -> CaptureJob:
    """A capture that the actor may see; Problem 404 for one that is not there or not theirs."""
    job = get_store().job(number)
    if job is None or not decide(actor, READ, job.sender):
        raise refuse(404, "no_job", number)
    return job


def list_events(
    job: UUID, after: int, statuses: Sequence[str]
) -> tuple[Sequence[JobEvent], int | None]:
    """What became of some events of a capture, and the position behind which the next page is."""
    found = get_store().results(job, after, EVENTS + 1, statuses)  # type: ignore[arg-type]  # of Status, by the caller
    more = len(found) > EVENTS
    return found[:EVENTS], found[EVENTS - 1].position if more else None


def iter_events(job: UUID) -> Iterator[JobEvent]:
    """What became of every event, in order."""
    after = -1
    while block := get_store().results(job, after, _BLOCK):
        yield from block
        after = block[-1].position
