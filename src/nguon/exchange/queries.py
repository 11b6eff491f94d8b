"""Reads through the EPCIS door: capture jobs, and events by their id."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from nguon.epcis.event_id import plain_id
from nguon.epcis.writing import write_query_document
from nguon.errors import Fault
from nguon.eventstore import CaptureJob, EventResult, StoredEvent
from nguon.exchange.problem import refuse
from nguon.parts.engine import get_store

PER_PAGE = 30
_MOST_PER_PAGE = 200


def find_job(text: str) -> dict[str, Any]:
    """The capture job of an id as the binding writes it; Problem 404."""
    try:
        job = get_store().job(UUID(text))
    except ValueError:
        job = None
    if job is None:
        raise refuse(404, "no_job", text)
    return write_job(job)


def list_jobs(query: Mapping[str, str]) -> tuple[list[dict[str, Any]], str]:
    """A page of jobs, newest first, and the token of the next page, empty on the last."""
    size = read_page_size(query.get("perPage"))
    before = read_token(query.get("nextPageToken"))
    jobs = list(get_store().jobs(size + 1, before))
    token = write_token(jobs[size - 1]) if len(jobs) > size else ""
    return [write_job(job) for job in jobs[:size]], token


def read_page_size(text: str | None) -> int:
    """`perPage`, 30 where it is not given, at most 200."""
    if text is None:
        return PER_PAGE
    if not (text.isascii() and text.isdigit() and int(text[:9])):
        raise refuse(400, "per_page", text, name="QueryParameterException")
    return min(int(text[:9]), _MOST_PER_PAGE)


def write_token(job: CaptureJob) -> str:
    """The opaque place after a job: its time and id, so that new jobs do not shift pages."""
    place = f"{job.created_at.astimezone(UTC).isoformat()} {job.id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_token(token: str | None) -> tuple[datetime, UUID] | None:
    """The place a token stands for, None for no token; Problem 400 for what is none of ours."""
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        moment, _, job = base64.urlsafe_b64decode(padded).decode("ascii").partition(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(job)
    except (ValueError, OverflowError, binascii.Error):
        raise refuse(400, "page_token", token, name="QueryParameterException") from None


def write_job(job: CaptureJob) -> dict[str, Any]:
    """A CaptureJob object of the binding."""
    return {
        "captureID": str(job.id),
        "createdAt": _write_time(job.created_at),
        **({"finishedAt": _write_time(job.finished_at)} if job.finished_at else {}),
        "running": job.running,
        "success": job.success,
        "captureErrorBehaviour": "proceed" if job.proceed else "rollback",
        "errors": [write_error(error) for error in job.errors],
    }


def write_error(error: Mapping[str, Any]) -> dict[str, Any]:
    """A stored fault as an RFC 7807 object; place, code, rule and both languages stay with it."""
    conflict = error.get("code") == "eventstore.event_conflict"
    name = "ResourceAlreadyExistsException" if conflict else "ValidationException"
    return {
        "type": f"epcisException:{name}",
        "title": error.get("en", ""),
        "status": 409 if conflict else 400,
        "detail": error.get("en", ""),
        **error,
    }


_WOULD = {"stored": "accepted", "conflict": "refused"}


def write_rehearsal(results: Sequence[EventResult], faults: Sequence[Fault]) -> dict[str, Any]:
    """The report of a dry run: what would become of each event, and why."""
    errors = [fault for fault in faults if fault.level == "error"]
    refused = [one for one in results if one.status in ("refused", "conflict")]
    return {
        "success": not errors and not refused,
        "events": [
            {
                "position": one.index,
                "pointer": one.pointer,
                "eventID": one.event_id,
                "result": _WOULD.get(one.status, one.status),
                "errors": [write_error(fault.as_dict()) for fault in one.faults],
            }
            for one in results
        ],
        "errors": [write_error(fault.as_dict()) for fault in faults],
    }


def write_events(event_id: str) -> bytes:
    """The EPCISQueryDocument of an event and its error declarations; Problem 404."""
    # No event's id holds U+0000, and the database takes no text that does.
    known = "\0" not in event_id
    stored = get_store().events_by_id(plain_id(event_id)) if known else []
    if not stored:
        raise refuse(404, "no_event", event_id)
    return write_query_document(
        [(complete(entry, event_id), entry.event.namespaces) for entry in stored],
        creation_date=max(entry.record_time for entry in stored if entry.record_time),
    )


def complete(entry: StoredEvent, event_id: str) -> bytes:
    """The event as it was received, with the members that a server adds where it left them out.

    They are put in front of its own text, which stays as it is to the last digit.
    """
    added: dict[str, str] = {}
    if entry.event.event_id is None:
        added["eventID"] = event_id
    if entry.event.record_time is None and entry.record_time is not None:
        added["recordTime"] = _write_time(entry.record_time)
    raw: bytes = entry.raw.lstrip()
    return orjson.dumps(added)[:-1] + b"," + raw[1:] if added else raw


def _write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
