"""Capturing a document: all or nothing (rollback), or the sound events and a report (proceed).

Everything of a capture happens in one transaction: its events, mentions, links, declarations,
master data and the record of the job. What is stored already is found by key, the rest goes by
COPY straight into the tables. When another sender wins a race for a key, the transaction starts
over and goes through a staging table, where such keys are told apart without a clash
(docs/adr/0018-capture-by-copy.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from uuid import UUID, uuid4

import msgspec
from msgspec import structs
from psycopg import Connection, Cursor, errors

from nguon.epcis import Document, Reading, digest, event_hash, event_key
from nguon.epcis.decoding import decode_event
from nguon.epcis.model import AnyEvent
from nguon.epcis.places import place_faults
from nguon.errors import Fault
from nguon.eventstore.jobs import describe_errors, write_results
from nguon.eventstore.jobs.results import PACKAGE, pack
from nguon.eventstore.model import CaptureResult, EventResult
from nguon.eventstore.rows import (
    Prepared,
    decode_context,
    event_line,
    event_values,
    item_lines,
    link_lines,
    prepare,
)
from nguon.eventstore.sql import query
from nguon.eventstore.vocabulary import write_master_data

# How often a capture starts over after a clash before it gives up; all but the first are staged.
TRIES = 8
_NOT_KEPT = frozenset(("refused", "conflict", "withheld"))
CLASHES = (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure)
_BLOCK = 4000
_PIECE = 100
# Numbers as they came: a header may hold some that no float holds.
_json = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


@dataclass(slots=True)
class Batch:
    """A document, or a block of one, on its way into the store."""

    document: Document
    proceed: bool
    sender: str
    staged: bool = False
    prepared: dict[int, Prepared] = field(default_factory=dict)
    results: dict[int, EventResult] = field(default_factory=dict)

    def settle(self, reading: Reading, status: str, *faults: Fault) -> None:
        known = self.prepared.get(reading.index)
        given = reading.event.event_id if reading.event is not None else None
        told = [*reading.faults, *place_faults(list(faults), reading)]
        self.results[reading.index] = EventResult(
            index=reading.index,
            pointer=reading.pointer,
            status=status,  # type: ignore[arg-type]  # one of Status, by the callers below
            event_id=known.id if known else given or "",
            event_key=known.key if known else None,
            faults=told,
            # Of what is kept the hash follows from what is kept.
            hash=event_hash(reading.event) if reading.event and status in _NOT_KEPT else "",
        )

    @property
    def failed(self) -> bool:
        refused = any(r.status in ("refused", "conflict") for r in self.results.values())
        return any(fault.level == "error" for fault in self.document.faults) or (
            refused and not self.proceed
        )


def capture(
    connection: Connection, document: Document, *, proceed: bool = False, sender: str = ""
) -> CaptureResult:
    """Store a document over a connection in autocommit; returns only once it is durable."""
    batch = Batch(document, proceed, sender)
    _prepare(batch)
    quick = _capture_one(connection, batch)
    if quick is not None:
        return quick
    for tries in range(TRIES):
        try:
            with connection.transaction():
                attempt = replace(batch, results=dict(batch.results), staged=tries > 0)
                return _store(connection, attempt)
        except CLASHES:
            if tries == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _capture_one(connection: Connection, batch: Batch) -> CaptureResult | None:
    """One plain event in one trip; None where more is to be said, or its key is there already."""
    document = batch.document
    if len(batch.prepared) != 1 or len(document.events) != 1 or document.master_data:
        return None
    (prepared,) = batch.prepared.values()
    if prepared.event.error_declaration is not None or batch.failed:
        return None
    job = uuid4()
    batch.settle(prepared.reading, "stored")
    result = CaptureResult(job, batch.proceed, [*batch.results.values()], document.faults)
    (row,) = pack(job, result.results)
    values = {
        **event_values(prepared),
        "job": job,
        "proceed": batch.proceed,
        "sender": batch.sender,
        "document": _json.encode(document.envelope).decode(),
        "key_bytes": row["keys"],
        "told": row["told"],
    }
    found = connection.execute(query("capture_one"), values).fetchone()
    if found is None or not found[0]:
        batch.results.clear()
        return None
    return result


def rehearse(connection: Connection, document: Document) -> list[EventResult]:
    """What a capture of the document would do with each event, stored now: nothing is written.

    "stored" stands for what would be stored if the rest allowed it.
    """
    batch = Batch(document, proceed=True, sender="")
    _prepare(batch)
    waiting = [p for i, p in batch.prepared.items() if i not in batch.results]
    new = settle_known(connection, batch, waiting)
    differing = _find_differing(connection, new)
    for prepared in new:
        batch.settle(prepared.reading, "stored", *differing.get(prepared.key, ()))
    return [batch.results[reading.index] for reading in document.events]


def _prepare(batch: Batch) -> None:
    seen: dict[UUID, int] = {}
    for reading in batch.document.events:
        if not reading.accepted:
            batch.settle(reading, "refused")
            continue
        prepared = prepare(reading)
        batch.prepared[reading.index] = prepared
        if seen.setdefault(prepared.key, reading.index) != reading.index:
            batch.settle(reading, "duplicate")


def _store(connection: Connection, batch: Batch) -> CaptureResult:
    waiting = [p for i, p in batch.prepared.items() if i not in batch.results]
    new = settle_known(connection, batch, waiting)
    job = uuid4()
    if batch.staged and not batch.failed:
        new = _stage(connection, batch, new, str(job))
    if batch.failed:
        for prepared in new:
            batch.settle(prepared.reading, "withheld", Fault("eventstore.withheld"))
    else:
        write_events(connection, batch, new, job)
        write_master_data(connection, batch.document, job)
    ordered = [batch.results[reading.index] for reading in batch.document.events]
    result = CaptureResult(job, batch.proceed, ordered, batch.document.faults)
    _write_job(connection, batch, result)
    return result


def settle_known(
    connection: Connection, batch: Batch, waiting: Sequence[Prepared], job: UUID | None = None
) -> list[Prepared]:
    """Settle what is stored already, as a repeat or a conflict; the rest is new.

    In key order: two senders then never wait for one another in a ring. `job` is one that stores
    its document in blocks, and whose own events do not count.
    """
    stored = _find_stored(connection, [prepared.key for prepared in waiting], job)
    new = []
    for prepared in waiting:
        row = stored.get(prepared.key)
        if row is None:
            new.append(prepared)
        elif row[1] == prepared.digest or _same(row[2], row[3], prepared.event):
            batch.settle(prepared.reading, "duplicate")
        else:
            pointer = f"{prepared.reading.pointer}/eventID"
            fault = Fault("eventstore.event_conflict", pointer, prepared.id)
            batch.settle(prepared.reading, "conflict", fault)
    return sorted(new, key=lambda prepared: prepared.key)


def _find_stored(
    connection: Connection, keys: Sequence[UUID], job: UUID | None
) -> dict[UUID, tuple[UUID, bytes, str, str | None]]:
    if not keys:
        return {}
    text = query("existing_events") if job is None else query("other_events", PACKAGE)
    rows = connection.execute(text, {"keys": list(keys), "job": job}).fetchall()
    return {row[0]: row for row in rows}


def _same(doc: str, context: str | None, event: AnyEvent) -> bool:
    """Whether a stored event means the same; an event may go by its own hash, named or not."""
    stored = decode_event(doc.encode(), decode_context(context))[0]
    return stored is not None and _nameless(stored) == _nameless(event)


def _nameless(event: AnyEvent) -> bytes:
    return digest(structs.replace(event, event_id=None))


def _find_differing(
    connection: Connection, new: Sequence[Prepared], job: UUID | None = None
) -> dict[UUID, list[Fault]]:
    """A flag for every declaration that is not otherwise identical to the event it speaks of.

    Only events on record already are compared; what is told in whatever order is kept.
    """
    declared = [p for p in new if p.event.error_declaration is not None]
    if not declared:
        return {}
    stored = _find_stored(connection, [prepared.link_key for prepared in declared], job)
    flags: dict[UUID, list[Fault]] = {}
    for prepared in declared:
        plain = structs.replace(prepared.event, error_declaration=None)
        known = stored.get(prepared.link_key)
        if known is not None and not _same(known[2], known[3], plain):
            pointer = f"{prepared.reading.pointer}/errorDeclaration"
            flags[prepared.key] = [Fault("eventstore.declaration_differs", pointer, prepared.id)]
    return flags


def write_events(
    connection: Connection, batch: Batch, new: Sequence[Prepared], job: UUID, *, block: bool = False
) -> None:
    """Store what is new; those that were staged have their own rows already.

    `block`: it is a part of what the job stores, and the rest of it does not count as on record.
    """
    differing = _find_differing(connection, new, job if block else None)
    for prepared in new:
        batch.settle(prepared.reading, "stored", *differing.get(prepared.key, ()))
    _write(connection, new, None if batch.staged else str(job))


# -- writing --------------------------------------------------------------------------------


def _stage(
    connection: Connection, batch: Batch, new: Sequence[Prepared], job: str
) -> list[Prepared]:
    """Store events by way of a staging table; those another sender stored first are settled.

    A conflict found here ends the attempt: the next one sees it from the start and rolls back.
    """
    connection.execute(query("create_staging"))
    with connection.cursor() as cursor, cursor.copy(query("copy_staging")) as copy:
        copy.write(b"".join([event_line(prepared, job) for prepared in new]))
    inserted = {row[0] for row in connection.execute(query("insert_staged"))}
    lost = [prepared for prepared in new if prepared.key not in inserted]
    if settle_known(connection, batch, lost) or batch.failed:
        raise errors.SerializationFailure("another capture changed what this one relied on")
    return [prepared for prepared in new if prepared.key in inserted]


def _write(connection: Connection, new: Sequence[Prepared], job: str | None) -> None:
    """Write the rows of new events; their own rows only with a job (else they are staged)."""
    if not new:
        return
    with connection.cursor() as cursor:
        for start in range(0, len(new), _BLOCK):
            block = new[start : start + _BLOCK]
            if job is not None:
                _pour(cursor, "copy_event", (event_line(each, job) for each in block))
            _pour(cursor, "copy_event_item", (item_lines(each).encode() for each in block))
            links = [link_lines(each.links).encode() for each in block]
            for name in ("copy_link", "copy_link_back"):
                _pour(cursor, name, links)
    _declare(connection, new)


def _pour(cursor: Cursor, name: str, lines: Iterable[bytes]) -> None:
    """Copy lines as they are made: the database takes in the first while we make the next."""
    rest = iter(lines)
    with cursor.copy(query(name)) as copy:
        while some := list(islice(rest, _PIECE)):
            copy.write(b"".join(some))


def _declare(connection: Connection, new: Sequence[Prepared]) -> None:
    """Keep what was declared wrong, and what stands in its place from when on (rule R6).

    The events themselves may come before, after, or never: readers join at the time of asking.
    """
    for prepared in new:
        declaration = prepared.event.error_declaration
        if declaration is None:
            continue
        row = {"declaration_key": prepared.key, "at": declaration.declaration_time}
        connection.execute(query("insert_declaration"), {**row, "event_key": prepared.link_key})
        for name in declaration.corrective_event_ids:
            connection.execute(query("insert_correction"), {**row, "event_key": event_key(name)})


def _write_job(connection: Connection, batch: Batch, result: CaptureResult) -> None:
    document = batch.document
    told = chain(document.faults, (f for r in result.results for f in r.faults))
    connection.execute(
        query("insert_job"),
        {
            "job": result.job,
            "success": result.success,
            "proceed": batch.proceed,
            "sender": batch.sender,
            "stored": result.stored,
            "duplicates": result.duplicates,
            "refused": result.refused,
            "withheld": result.count("withheld"),
            "errors": describe_errors(told),
            "document": _json.encode(document.envelope).decode(),
        },
    )
    write_results(connection, result.job, result.results)
