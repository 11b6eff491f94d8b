"""Capturing a document: all or nothing (rollback), or the sound events and a report (proceed).

Everything of a capture happens in one transaction: its events, mentions, links, declarations,
master data and the record of the job. What is stored already is found by key before the bulk
COPY; a clash with another sender in between makes the transaction start over, so a repeat is
harmless however it races (docs/adr, "capture by COPY").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

import orjson
from psycopg import Connection, errors

from nguon.epcis import Document, Reading, digest, event_key
from nguon.epcis.decoding import decode_event
from nguon.epcis.model import AnyEvent
from nguon.errors import Fault
from nguon.eventstore.model import CaptureResult, EventResult
from nguon.eventstore.rows import (
    Prepared,
    decode_context,
    event_line,
    item_lines,
    link_lines,
    prepare,
)
from nguon.eventstore.sql import query
from nguon.gs1 import Gs1Error, canonical_key
from nguon.trace.links import find_links, find_mentions
from nguon.trace.model import Link

# How often a capture starts over after a clash before it gives up.
TRIES = 8
CLASHES = (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure)
_BLOCK = 4000


@dataclass(slots=True)
class _Batch:
    """A document on its way into the store."""

    document: Document
    proceed: bool
    sender: str
    prepared: dict[int, Prepared] = field(default_factory=dict)
    results: dict[int, EventResult] = field(default_factory=dict)

    def settle(self, reading: Reading, status: str, *faults: Fault) -> None:
        known = self.prepared.get(reading.index)
        given = reading.event.event_id if reading.event is not None else None
        self.results[reading.index] = EventResult(
            index=reading.index,
            pointer=reading.pointer,
            status=status,  # type: ignore[arg-type]  # one of Status, by the callers below
            event_id=known.id if known else given or "",
            event_key=known.key if known else None,
            faults=[*reading.faults, *faults],
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
    batch = _Batch(document, proceed, sender)
    _prepare(batch)
    for tries in range(TRIES):
        try:
            with connection.transaction():
                return _store(connection, replace(batch, results=dict(batch.results)))
        except CLASHES:
            if tries == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _prepare(batch: _Batch) -> None:
    seen: dict[UUID, int] = {}
    for reading in batch.document.events:
        if not reading.accepted:
            batch.settle(reading, "refused")
            continue
        prepared = prepare(reading)
        batch.prepared[reading.index] = prepared
        if seen.setdefault(prepared.key, reading.index) != reading.index:
            batch.settle(reading, "duplicate")


def _store(connection: Connection, batch: _Batch) -> CaptureResult:
    waiting = [p for i, p in batch.prepared.items() if i not in batch.results]
    new = _sort_out(connection, batch, waiting)
    job = uuid4()
    if batch.failed:
        for prepared in new:
            batch.settle(prepared.reading, "withheld", Fault("eventstore.withheld"))
    else:
        for prepared in new:
            batch.settle(prepared.reading, "stored")
        _write(connection, new, str(job))
        _write_master_data(connection, batch.document, job)
    ordered = [batch.results[reading.index] for reading in batch.document.events]
    result = CaptureResult(job, batch.proceed, ordered, batch.document.faults)
    _write_job(connection, batch, result)
    return result


def _sort_out(connection: Connection, batch: _Batch, waiting: Sequence[Prepared]) -> list[Prepared]:
    """What is new, in key order (two senders then never wait for one another in a ring)."""
    keys = [prepared.key for prepared in waiting]
    rows = connection.execute(query("existing_events"), {"keys": keys}).fetchall() if keys else []
    stored = {row[0]: row for row in rows}
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


def _same(doc: str, context: str | None, event: AnyEvent) -> bool:
    stored = decode_event(doc.encode(), decode_context(context))[0]
    return stored is not None and digest(stored) == digest(event)


# -- writing --------------------------------------------------------------------------------


def _write(connection: Connection, new: Sequence[Prepared], job: str) -> None:
    if not new:
        return
    known, voided = _find_corrections(connection, new)
    with connection.cursor() as cursor:
        for start in range(0, len(new), _BLOCK):
            block = new[start : start + _BLOCK]
            with cursor.copy(query("copy_event")) as copy:
                copy.write(b"".join([event_line(prepared, job) for prepared in block]))
            with cursor.copy(query("copy_event_item")) as copy:
                copy.write("".join([item_lines(prepared) for prepared in block]))
            lines = _link_block(block, known, voided).encode()
            for name in ("copy_link", "copy_link_back"):
                with cursor.copy(query(name)) as copy:
                    copy.write(lines)
    _declare(connection, new)


def _link_block(
    block: Sequence[Prepared], known: Mapping[UUID, datetime], voided: Mapping[UUID, datetime]
) -> str:
    return "".join(
        [
            link_lines(
                prepared.links,
                _later(prepared.event.event_time, known.get(prepared.link_key)),
                voided.get(prepared.link_key),
            )
            for prepared in block
        ]
    )


def _later(at: datetime, known: datetime | None) -> datetime | None:
    return known if known is not None and known > at else None


def _find_corrections(
    connection: Connection, new: Sequence[Prepared]
) -> tuple[dict[UUID, datetime], dict[UUID, datetime]]:
    """(known from, declared wrong at) by key, from the store and from the batch itself."""
    keys = {"keys": [prepared.link_key for prepared in new]}
    rows = connection.execute(query("known_declarations"), keys).fetchall()
    voided = {key: at for key, at, _ in rows}
    known: dict[UUID, datetime] = dict(
        connection.execute(query("known_corrections"), keys).fetchall()
    )
    for wrong, at, correctives in _declarations(new):
        voided[wrong] = min(at, voided.get(wrong, at))
        for corrective in correctives:
            known[corrective] = min(at, known.get(corrective, at))
    return known, voided


def _declarations(new: Iterable[Prepared]) -> Iterable[tuple[UUID, datetime, list[UUID]]]:
    for prepared in new:
        declaration = prepared.event.error_declaration
        if declaration is not None and prepared.event.event_id is not None:
            correctives = [event_key(name) for name in declaration.corrective_event_ids]
            yield prepared.link_key, declaration.declaration_time, correctives


def _declare(connection: Connection, new: Sequence[Prepared]) -> None:
    """Keep declarations; take what they declare wrong out of walks, date what they bring."""
    own = {prepared.key for prepared in new}
    for prepared in new:
        for wrong, at, correctives in _declarations([prepared]):
            row = {"event_key": wrong, "declaration_key": prepared.key, "at": at}
            connection.execute(query("insert_declaration"), row)
            if wrong not in own:
                _update_links(connection, wrong, at, "void_links")
            for corrective in correctives:
                connection.execute(query("insert_correction"), {**row, "event_key": corrective})
                if corrective not in own:
                    _update_links(connection, corrective, at, "date_links")


def _update_links(connection: Connection, key: UUID, at: datetime, name: str) -> None:
    """Mark the links of a stored event; found by its items, because links have no event index."""
    for _, _, doc, context in connection.execute(query("existing_events"), {"keys": [key]}):
        event = decode_event(doc.encode(), decode_context(context))[0]
        links: list[Link] = [] if event is None else find_links(key, event, find_mentions(event))
        sources, targets = {link.source for link in links}, {link.target for link in links}
        values = {"key": key, "at": at, "sources": list(sources), "targets": list(targets)}
        connection.execute(query(name), values)
        connection.execute(query(f"{name}_back"), values)


def _write_master_data(connection: Connection, document: Document, job: UUID) -> None:
    rows = []
    for element in document.master_data:
        try:
            name = canonical_key(element.id)
        except Gs1Error:
            name = element.id
        attributes: dict[str, object] = {}
        for attribute, value in element.attributes:
            attributes.setdefault(attribute, value)
        rows.append(
            {
                "id": name,
                "type": element.type,
                "attributes": orjson.dumps(attributes).decode(),
                "children": list(element.children),
                "job": job,
            }
        )
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(query("insert_vocabulary"), rows)


def _write_job(connection: Connection, batch: _Batch, result: CaptureResult) -> None:
    document = batch.document
    told = [*document.faults, *(f for r in result.results for f in r.faults)]
    kept = {
        "type": document.type,
        "schemaVersion": document.schema_version,
        "creationDate": document.creation_date,
        "id": document.id,
        "@context": document.context,
        "epcisHeader": document.header,
    }
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
            "errors": orjson.dumps([f.as_dict() for f in told if f.level == "error"]).decode(),
            "document": orjson.dumps({k: v for k, v in kept.items() if v is not None}).decode(),
        },
    )
