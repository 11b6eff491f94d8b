"""Capturing a document of any length: one job, one transaction, block by block.

What it means is what `capture` means. Its job can be seen while it runs, over a connection of its
own: in progress, in progress with errors, rolling back. The events, the master data and the end
of the job are one transaction, so a process that dies leaves nothing but a job that somebody
finishes as failed (`nguon.eventstore.jobs`). With rollback, the first refusal ends the writing;
what follows is still looked at, and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection, Rollback, errors

from nguon.epcis import Document, EpcisError, Reading, event_key, identity
from nguon.epcis.places import place_faults
from nguon.errors import Fault
from nguon.eventstore.capture import CLASHES, TRIES, Batch, settle_known, write_events
from nguon.eventstore.jobs.record import (
    JobLock,
    fail_job,
    find_job,
    insert_running,
    take_running,
)
from nguon.eventstore.jobs.results import MOST_TOLD, PACKAGE, write_results
from nguon.eventstore.keymap import KeyMap
from nguon.eventstore.model import CaptureJob, EventResult
from nguon.eventstore.rows import Prepared, event_line, prepare
from nguon.eventstore.sql import query
from nguon.eventstore.vocabulary import write_master_data

BLOCK: Final = 2000
# How often a document is begun whose worker died over it, before it is given up.
MOST_TRIES: Final = 3
Take = Callable[[], AbstractContextManager[Connection[Any]]]
_json = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


class Stream(Protocol):
    """A document read as it comes: its events, then what stands around them."""

    def __iter__(self) -> Iterator[Reading]: ...

    @property
    def document(self) -> Document:
        """The document without its events; RuntimeError while that is not known yet."""
        ...


def capture_stream(
    take: Take,
    source: Callable[[], Stream],
    *,
    proceed: bool,
    sender: str,
    job: UUID | None,
) -> CaptureJob:
    """Capture what `source` opens; returns once all of it, or that it failed, is durable."""
    with take() as notes, take() as work:
        known = job is not None
        number = job or uuid4()
        lock = JobLock(notes, number)
        if not lock.take():
            return _found(notes, number)  # somebody else works on it
        try:
            if known:
                begun = take_running(notes, number)
                if begun is None:
                    return _found(notes, number)
                proceed, sender, tries, _ = begun
                if tries > MOST_TRIES:
                    fail_job(notes, number, Fault("eventstore.interrupted"))
                    return _found(notes, number)
            stream = _open(source, notes, number if known else None)
            if not known:
                insert_running(notes, number, proceed=proceed, sender=sender, source=None)
            try:
                _try(notes, work, stream, source, number, proceed=proceed)
            except CLASHES:
                fail_job(notes, number, Fault("eventstore.busy", value=sender))
                raise
            return _found(notes, number)
        finally:
            lock.give()


def _open(source: Callable[[], Stream], notes: Connection, waiting: UUID | None) -> Stream:
    try:
        return source()
    except EpcisError as error:
        if waiting is not None:
            fail_job(notes, waiting, *error.faults)
        raise


def _found(connection: Connection, job: UUID) -> CaptureJob:
    found = find_job(connection, job)
    if found is None:
        raise LookupError(job)
    return found


def _try(
    notes: Connection,
    work: Connection,
    stream: Stream,
    source: Callable[[], Stream],
    job: UUID,
    *,
    proceed: bool,
) -> None:
    """Begin, and begin again by way of the staging table where another sender was first."""
    for tries in range(TRIES):
        try:
            _Capture(notes, work, job, proceed=proceed, staged=tries > 0).run(stream)
        except CLASHES:
            if tries == TRIES - 1:
                raise
            take_running(notes, job)
            stream = source()
        else:
            return


@dataclass(slots=True)
class _Block:
    """Events that follow one another, with what the store makes of them."""

    readings: list[Reading]
    batch: Batch
    waiting: list[Prepared]


class _Capture:
    """One attempt at a document."""

    def __init__(
        self, notes: Connection, work: Connection, job: UUID, *, proceed: bool, staged: bool
    ) -> None:
        self._notes, self._work = notes, work
        self._job = job
        self._proceed = proceed
        self._staged = staged
        # Keys of the document's events: with an id, without one, and with a hash for their id.
        self._given, self._nameless, self._hashed = KeyMap(), KeyMap(), KeyMap()
        self._counts = {"stored": 0, "duplicates": 0, "refused": 0, "withheld": 0}
        self._errors: list[dict[str, Any]] = []
        self._told = 0
        self._failed = False

    def run(self, stream: Stream) -> None:
        """Take the document from its beginning to its end."""
        blocks = self._prepare_all(iter(stream))
        try:
            self._failed = _is_unsound(stream)
            if self._failed or not self._write_all(stream, blocks):
                self._look_at_rest(stream, blocks)
        except EpcisError as error:
            self._failed = True
            self._end(self._notes, None, error.faults)

    def _write_all(self, stream: Stream, blocks: Iterator[_Block]) -> bool:
        """Store block by block, all in one transaction; False where it is rolled back."""
        with self._work.transaction():
            self._take_all(blocks, writing=True)
            # After a failure there may be more to read, and what stands around is not known yet.
            self._failed = self._failed or _is_unsound(stream)
            if self._failed:
                raise Rollback
            write_master_data(self._work, stream.document, self._job)
            self._end(self._work, stream.document, ())
        return not self._failed

    def _look_at_rest(self, stream: Stream, blocks: Iterator[_Block]) -> None:
        """Nothing is kept; what became of each event is told all the same."""
        self._tell()
        self._take_all(blocks, writing=False)
        self._end(self._notes, stream.document, ())

    def _take_all(self, blocks: Iterator[_Block], *, writing: bool) -> None:
        """Block after block; while the database has one, the next is read and prepared.

        Writing ends with the first failure; the block prepared meanwhile is looked at as well.
        """
        with ThreadPoolExecutor(1) as beside:
            under_way: Future[None] | None = None
            for block in blocks:
                if under_way is not None:
                    under_way.result()
                under_way = beside.submit(self._take, block, writing=writing and not self._failed)
                if writing and self._failed:
                    break
            if under_way is not None:
                under_way.result()

    def _take(self, block: _Block, *, writing: bool) -> None:
        batch = block.batch
        new = settle_known(self._work, batch, block.waiting, self._job)
        self._failed = self._failed or batch.failed
        if writing and not self._failed:
            new = self._write(batch, new)
        for prepared in new if self._failed else ():
            batch.settle(prepared.reading, "withheld", Fault("eventstore.withheld"))
        results = [batch.results[reading.index] for reading in block.readings]
        self._count(results)
        write_results(self._notes, self._job, results)
        self._tell()

    def _prepare_all(self, readings: Iterator[Reading]) -> Iterator[_Block]:
        while some := list(islice(readings, BLOCK)):
            batch = Batch(_EMPTY, self._proceed, "", staged=self._staged)
            waiting = [p for reading in some if (p := self._prepare(reading, batch)) is not None]
            yield _Block(some, batch, waiting)

    def _prepare(self, reading: Reading, batch: Batch) -> Prepared | None:
        """What the store makes of an event that is sound and new to the document."""
        event = reading.event
        if event is None:
            batch.settle(reading, "refused")
            return None
        prepared = prepare(reading) if reading.accepted else None
        if event.event_id is not None:
            key = event_key(identity(event)) if prepared is None else prepared.key
            first = self._given.first(key, reading.index)
            if first != reading.index:
                fault = Fault(
                    "epcis.event_id_repeated",
                    f"{reading.pointer}/eventID",
                    event.event_id,
                    None,
                    {"first": first},
                )
                reading.faults = [*reading.faults, *place_faults([fault], reading)]
                prepared = None
        if prepared is None:
            batch.settle(reading, "refused")
            return None
        batch.prepared[reading.index] = prepared
        return None if self._repeats(prepared, batch) else prepared

    def _repeats(self, prepared: Prepared, batch: Batch) -> bool:
        """Whether an event without an id, which goes by its hash, was met under that hash."""
        index, key = prepared.reading.index, prepared.key
        if prepared.event.event_id is None:
            known = self._nameless.first(key, index) != index or key in self._hashed
        elif prepared.id.startswith("ni:"):
            known = key in self._nameless
            self._hashed.first(key, index)
        else:
            return False
        if known:
            batch.settle(prepared.reading, "duplicate")
        return known

    def _write(self, batch: Batch, new: list[Prepared]) -> list[Prepared]:
        if self._staged:
            new = self._stage(batch, new)
            if self._failed:
                return new
        write_events(self._work, batch, new, self._job, block=True)
        return new

    def _stage(self, batch: Batch, new: list[Prepared]) -> list[Prepared]:
        """Store events by way of the staging table; those lost to another sender are settled."""
        self._work.execute(query("create_staging"))
        self._work.execute(query("empty_staging", PACKAGE))
        with self._work.cursor() as cursor, cursor.copy(query("copy_staging")) as copy:
            copy.write(b"".join([event_line(prepared, str(self._job)) for prepared in new]))
        inserted = {row[0] for row in self._work.execute(query("insert_staged"))}
        lost = [prepared for prepared in new if prepared.key not in inserted]
        if settle_known(self._work, batch, lost, self._job):
            raise errors.SerializationFailure("another capture changed what this one relied on")
        self._failed = self._failed or batch.failed
        return [prepared for prepared in new if prepared.key in inserted]

    # -- telling ----------------------------------------------------------------------------

    def _count(self, results: Sequence[EventResult]) -> None:
        for result in results:
            self._counts[_COUNTED[result.status]] += 1
            if len(self._errors) < MOST_TOLD and result.faults:
                self._errors += [f.as_dict() for f in result.faults if f.level == "error"]
        del self._errors[MOST_TOLD:]

    def _values(self) -> dict[str, object]:
        counts = dict(self._counts)
        if self._failed:
            counts["withheld"] += counts["stored"]
            counts["stored"] = 0
        success = not self._failed and not counts["refused"]
        errors = _json.encode(self._errors).decode()
        return {"job": self._job, "success": success, "errors": errors, **counts}

    def _tell(self) -> None:
        told = len(self._errors)
        values = self._values()
        if told == self._told:
            values["errors"] = None
        self._notes.execute(query("tell_progress", PACKAGE), values)
        self._told = told

    def _end(
        self, connection: Connection, document: Document | None, faults: Sequence[Fault]
    ) -> None:
        told = [*(document.faults if document else ()), *faults]
        self._errors[:0] = [fault.as_dict() for fault in told if fault.level == "error"]
        del self._errors[MOST_TOLD:]
        envelope = _json.encode(document.envelope if document else {}).decode()
        values = {**self._values(), "document": envelope}
        with connection.transaction():
            if self._failed:
                connection.execute(query("withhold_results", PACKAGE), {"job": self._job})
            connection.execute(query("finish_job", PACKAGE), values)


def _is_unsound(stream: Stream) -> bool:
    """Whether a document is known to be at fault before its events are read."""
    with suppress(RuntimeError):
        return any(fault.level == "error" for fault in stream.document.faults)
    return False


_EMPTY: Final = Document("", None, None, None, None, None, [], [], [])
_COUNTED: Final = {
    "stored": "stored",
    "duplicate": "duplicates",
    "refused": "refused",
    "conflict": "refused",
    "withheld": "withheld",
}
