"""What became of each event of a capture: our extension of the capture interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nguon.eventstore import JobEvent, Status
from nguon.exchange.problem import refuse
from nguon.exchange.queries.jobs import find_job, read_page_size, write_error
from nguon.parts.engine import get_store

_WANTED: Mapping[str, Sequence[Status]] = {
    "accepted": ("stored",),
    "duplicate": ("duplicate",),
    "refused": ("refused", "conflict"),
    "conflict": ("conflict",),
    "withheld": ("withheld",),
}
_LARGEST = 1 << 31


def list_results(job: str, query: Mapping[str, str], reader: str) -> tuple[dict[str, Any], str]:
    """A page of the events of a reader's job, and the token of the next one, "" on the last.

    `result` names what to show, several by `|`; `perPage` and `nextPageToken` as elsewhere.
    Problem 404 for a job that is not there, 400 for what cannot be asked.
    """
    found = find_job(job, reader)
    size = read_page_size(query.get("perPage"))
    statuses = _read_statuses(query.get("result"))
    after = _read_position(query.get("nextPageToken"))
    events = get_store().results(found.id, after, size + 1, statuses)
    token = str(events[size - 1].position) if len(events) > size else ""
    told = {
        "captureID": str(found.id),
        "running": found.running,
        "events": [write_result(event) for event in events[:size]],
    }
    return told, token


def write_result(event: JobEvent) -> dict[str, Any]:
    """One event's outcome; `position` counts from 0, as the document's list does."""
    return {
        "position": event.position,
        "result": "accepted" if event.status == "stored" else event.status,
        "eventID": event.event_id,
        **({"eventHash": event.hash} if event.hash else {}),
        "errors": [write_error(fault) for fault in event.faults],
    }


def _read_statuses(text: str | None) -> list[Status]:
    statuses: list[Status] = []
    for name in text.split("|") if text else ():
        if name not in _WANTED:
            names = ", ".join(_WANTED)
            raise refuse(400, "result_unknown", name, names=names, name="QueryParameterException")
        statuses += _WANTED[name]
    return statuses


def _read_position(token: str | None) -> int:
    if not token:
        return -1
    if not (token.isascii() and token.isdigit()) or int(token[:11]) >= _LARGEST:
        raise refuse(400, "page_token", token, name="QueryParameterException")
    return int(token)
