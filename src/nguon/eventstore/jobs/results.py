"""What became of every event of a capture: kept a thousand to a row, asked for in pages.

A letter, an id and sixteen bytes say it of most events; only what was refused or flagged has
words of its own. The hash of a stored event is computed when somebody asks, for it follows from
the event; that of an event that was not kept is written down here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final, get_args
from uuid import UUID

import msgspec
import orjson
from psycopg import Connection

from nguon.epcis import event_hash
from nguon.epcis.decoding import decode_event
from nguon.errors import Fault
from nguon.eventstore.model import EventResult, JobEvent, Status
from nguon.eventstore.rows import decode_context
from nguon.eventstore.sql import query

PACKAGE: Final = "nguon.eventstore.jobs"
ROW: Final = 1000
_ROWS: Final = 4
# Faults that a job itself shows; all of them are to be found by event.
MOST_TOLD: Final = 1000
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
_LETTERS: Final[Mapping[str, str]] = {status: status[0] for status in STATUSES}
_NAMES: Final[Mapping[str, Status]] = {status[0]: status for status in STATUSES}
_KEPT = frozenset(("stored", "duplicate"))
_WITHHELD: Final = "eventstore.withheld"
_NO_KEY = bytes(16)
# Numbers as they came: a fault may tell one that no float holds.
_json = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def describe_errors(faults: Iterable[Fault], most: int = MOST_TOLD) -> str:
    """The first errors among faults, as the JSON that a job keeps."""
    errors = (fault.as_dict() for fault in faults if fault.level == "error")
    return _json.encode(list(islice(errors, most))).decode()


def pack(job: UUID, results: Sequence[EventResult]) -> Iterator[dict[str, object]]:
    """The rows of some results that follow one another."""
    for start in range(0, len(results), ROW):
        some = results[start : start + ROW]
        told = {str(each.index): words for each in some if (words := _tell(each))}
        yield {
            "job": job,
            "first": some[0].index,
            "statuses": "".join([_LETTERS[each.status] for each in some]),
            "ids": [each.event_id for each in some],
            "keys": b"".join(
                [each.event_key.bytes if each.event_key else _NO_KEY for each in some]
            ),
            "told": _json.encode(told).decode(),
        }


def _tell(result: EventResult) -> dict[str, object]:
    words: dict[str, object] = {}
    if result.hash and result.hash != result.event_id:
        words["hash"] = result.hash
    # That an event was withheld its letter says.
    faults = [fault.as_dict() for fault in result.faults if fault.code != _WITHHELD]
    if faults:
        words["faults"] = faults
    return words


def write_results(connection: Connection, job: UUID, results: Sequence[EventResult]) -> None:
    """Keep what became of some events."""
    rows = list(pack(job, results))
    if len(rows) == 1:
        connection.execute(query("insert_results", PACKAGE), rows[0])
    elif rows:
        with connection.cursor() as cursor:
            cursor.executemany(query("insert_results", PACKAGE), rows)


def find_results(
    connection: Connection, job: UUID, after: int, limit: int, statuses: Sequence[Status]
) -> list[JobEvent]:
    """The events of a job behind a position, at most `limit`, of some statuses or of all."""
    wanted = "".join(_LETTERS[status] for status in statuses or STATUSES)
    found: list[JobEvent] = []
    rows: list[tuple[Any, ...]] = [()]
    while rows and len(found) < limit:
        asked = {"job": job, "after": after, "letters": f"[{wanted}]", "limit": _ROWS}
        rows = connection.execute(query("results", PACKAGE), asked).fetchall()
        found += [
            event
            for event in chain.from_iterable(map(_unpack, rows))
            if event.position > after and event.status[0] in wanted
        ]
        if rows:
            after = rows[-1][0] + len(rows[-1][1]) - 1
    return _hash(connection, found[:limit])


def _unpack(row: tuple[Any, ...]) -> Iterator[JobEvent]:
    first, statuses, ids, keys, told = row
    words = orjson.loads(told)
    for place, letter in enumerate(statuses):
        own = words.get(str(first + place), {})
        key = bytes(keys[place * 16 : place * 16 + 16])
        name = ids[place]
        faults = own.get("faults", [])
        if letter == _LETTERS["withheld"]:
            faults = [*faults, Fault(_WITHHELD).as_dict()]
        yield JobEvent(
            position=first + place,
            status=_NAMES[letter],
            event_id=name,
            event_key=None if key == _NO_KEY else UUID(bytes=key),
            hash=own.get("hash", name if name.startswith("ni:") else ""),
            faults=faults,
        )


def _hash(connection: Connection, events: list[JobEvent]) -> list[JobEvent]:
    """The events with their hashes: of those that are kept, out of what is kept."""
    lacking = {
        event.event_key
        for event in events
        if event.status in _KEPT and not event.hash and event.event_key is not None
    }
    if not lacking:
        return events
    rows = connection.execute(query("kept_events", PACKAGE), {"keys": list(lacking)}).fetchall()
    hashes: dict[UUID | None, str] = {}
    for key, doc, context in rows:
        event = decode_event(doc.encode(), decode_context(context))[0]
        if event is not None:
            hashes[key] = event_hash(event)
    return [
        msgspec.structs.replace(each, hash=hashes[each.event_key])
        if each.status in _KEPT and not each.hash and each.event_key in hashes
        else each
        for each in events
    ]
