"""The event store as others use it: capture, look-ups, a reader for tracing, master data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from nguon.epcis import Document, event_key
from nguon.epcis.decoding import load_fast
from nguon.epcis.query import MasterQuery, Query, Request, Tokens
from nguon.errors import Fault
from nguon.eventstore.capture import CLASHES, capture, rehearse
from nguon.eventstore.error import StoreError, explained
from nguon.eventstore.jobs import find_job, find_jobs, find_results, settle_dead
from nguon.eventstore.jobs.record import fail_job, find_running, insert_running
from nguon.eventstore.ledger import Ledger
from nguon.eventstore.migrate import newest
from nguon.eventstore.model import (
    CaptureJob,
    CaptureResult,
    EventResult,
    JobEvent,
    Status,
    StoredEvent,
    Vocabulary,
)
from nguon.eventstore.pool import Pool
from nguon.eventstore.query import (
    Bounds,
    EventPage,
    FoundEvent,
    MasterElement,
    Named,
    Place,
    bounded,
    find_all,
    find_master_data,
    find_master_page,
    find_page,
    has_value,
    list_values,
    read_history,
    read_vocabularies,
)
from nguon.eventstore.reader import EVER, StoreReader, make_event
from nguon.eventstore.sql import query
from nguon.eventstore.streamed import Stream, capture_stream
from nguon.gs1.charset import encode
from nguon.trace.model import Recorded

_BOUNDS = Bounds()


class Store:
    """The store over a pool of connections. Every method may raise `StoreError`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = Pool(pool)

    @classmethod
    def open(cls, url: str, *, size: int = 4) -> Store:
        """A store with a pool of its own; close it after use."""
        return cls(Pool.open(url, size=size).pool)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def ready(self) -> None:
        """Raise unless the database answers and is migrated to this version."""
        with explained(), self._pool.take() as connection:
            row = connection.execute(query("ready")).fetchone()
        number = row[0] if row and row[0] is not None else 0
        if number < newest():
            raise StoreError(Fault("eventstore.not_migrated", value=f"{number} < {newest()}"))

    # -- capture ----------------------------------------------------------------------------

    def capture(
        self, document: Document, *, proceed: bool = False, sender: str = ""
    ) -> CaptureResult:
        """Store a document: all of it or nothing, or with `proceed` its sound events."""
        try:
            with explained(), self._pool.take() as connection:
                return capture(connection, document, proceed=proceed, sender=sender)
        except CLASHES as error:
            raise StoreError(Fault("eventstore.busy", value=error)) from error

    def rehearse(self, document: Document) -> Sequence[EventResult]:
        """What a capture would do with each event of a document; nothing is written."""
        with explained(), self._pool.take() as connection:
            return rehearse(connection, document)

    def capture_stream(
        self,
        source: Callable[[], Stream],
        *,
        proceed: bool = False,
        sender: str = "",
        job: UUID | None = None,
    ) -> CaptureJob:
        """Store a document of any length as one capture, its job to be seen while it runs.

        `source` opens the document, anew where the capture has to start over. Raises
        `EpcisError` where nothing can be made of it; what is wrong with its events is in the job
        and in `results`. `job` is one that waits (`enqueue`); without it a new one is made.
        """
        try:
            with explained():
                return capture_stream(
                    self._pool.take, source, proceed=proceed, sender=sender, job=job
                )
        except CLASHES as error:
            raise StoreError(Fault("eventstore.busy", value=error)) from error

    def enqueue(self, job: UUID, source: str, *, proceed: bool = False, sender: str = "") -> None:
        """Write down a capture that waits in a file for somebody to take it up."""
        with explained(), self._pool.take() as connection:
            insert_running(connection, job, proceed=proceed, sender=sender, source=source)

    def fail(self, job: UUID, *faults: Fault) -> bool:
        """Finish a running job as failed, nothing of it stored; whether it was running."""
        with explained(), self._pool.take() as connection:
            return fail_job(connection, job, *faults)

    def running_jobs(self) -> list[tuple[UUID, str | None]]:
        """Jobs that are not done and the files that they wait in; dead ones are settled."""
        with explained(), self._pool.take() as connection:
            found = find_running(connection)
            dead = {j for j, source in found if source is None and settle_dead(connection, j)}
        return [(job, source) for job, source in found if job not in dead]

    def job(self, job: UUID) -> CaptureJob | None:
        """The record of a capture, None when there is none."""
        with explained(), self._pool.take() as connection:
            return find_job(connection, job)

    def jobs(
        self,
        limit: int = 30,
        before: tuple[datetime, UUID] | None = None,
        sender: str | None = None,
    ) -> Sequence[CaptureJob]:
        """Captures, newest first; `before` is (created_at, id) of the last one seen.

        With `sender`, those of one sender alone.
        """
        with explained(), self._pool.take() as connection:
            return find_jobs(connection, limit, before, sender)

    def results(
        self,
        job: UUID,
        after: int = -1,
        limit: int = 100,
        status: Status | Sequence[Status] | None = None,
    ) -> list[JobEvent]:
        """What became of the events of a capture behind a position, in their order."""
        wanted = (status,) if isinstance(status, str) else tuple(status or ())
        with explained(), self._pool.take() as connection:
            return find_results(connection, job, after, limit, wanted)

    # -- looking up -------------------------------------------------------------------------

    def events_by_id(self, event_id: str) -> list[StoredEvent]:
        """The event of an id with its error declarations, oldest first; empty when unknown."""
        with explained(), self._pool.take() as connection:
            rows = connection.execute(query("declarations_of"), {"event_id": event_id}).fetchall()
            keys = [event_key(event_id), *(row[0] for row in rows)]
            asked = {"keys": keys, "recorded_by": EVER}
            found = connection.execute(query("event_by_key"), asked).fetchall()
        events = [make_event(row) for row in found]
        return sorted(events, key=lambda e: (e.event.error_declaration is not None, e.record_time))

    def events_of(self, items: Sequence[str], *, limit: int = 2000) -> Sequence[Recorded]:
        """Events that name one of the items in any role, oldest first, at most `limit`."""
        return self.reader().events_of(items, limit)

    def knows(self, key: str) -> bool:
        """Whether any event names the item."""
        with explained(), self._pool.take() as connection:
            row = connection.execute(query("knows"), {"item": key}).fetchone()
        return bool(row and row[0])

    def lots_of(self, gtin_key: str, limit: int = 100) -> list[str]:
        """The lots of a product (`https://id.gs1.org/01/…`) that events name, in order."""
        low = f"{gtin_key}/10/"
        return self._items("items_between", low=low, high=f"{gtin_key}/100", limit=limit)

    def find_lots(self, number: str, limit: int = 20) -> list[str]:
        """The lots and serials whose number is exactly this, as printed or percent-encoded."""
        spellings = list(dict.fromkeys([number, encode(number)]))
        return self._items("items_numbered", numbers=spellings, limit=limit)

    def _items(self, name: str, **values: object) -> list[str]:
        with explained(), self._pool.take() as connection:
            return [row[0] for row in connection.execute(query(name), values)]

    def vocabulary(self, ids: Sequence[str]) -> dict[str, Vocabulary]:
        """The newest master data of some canonical keys."""
        if not ids:
            return {}
        with explained(), self._pool.take() as connection:
            rows = connection.execute(query("vocabulary"), {"ids": list(ids)}).fetchall()
        found: dict[str, Vocabulary] = {}
        for name, kind, attributes, children, recorded in rows:
            known = found.get(name)
            said = {
                **(known.attributes if known else {}),
                **_short_names(load_fast(attributes.encode())),
            }
            inside = children or (known.children if known else ())
            found[name] = Vocabulary(name, kind, said, inside, recorded)
        return found

    def reader(
        self, as_of: datetime | None = None, recorded_by: datetime | None = None
    ) -> StoreReader:
        """A reader for tracing: as now, as known on an instant, or as recorded by one."""
        return StoreReader(self._pool, as_of, recorded_by)

    def ledger(self) -> Ledger:
        """The ledger over the same database: leaves, roots, proofs, erasure."""
        return Ledger(self._pool)

    # -- the query language -----------------------------------------------------------------

    def query_events(
        self, request: Request, tokens: Tokens, now: datetime, bounds: Bounds = _BOUNDS
    ) -> EventPage:
        """A page of the events that answer a query. May raise `QueryError` too."""
        with explained(), self._pool.take() as connection:
            return find_page(connection, request, tokens, now, bounds)

    def query_all_events(
        self, query: Query, *, most: int = 10_000, bounds: Bounds = _BOUNDS
    ) -> list[FoundEvent]:
        """All events that answer a query, for those who know no pages. May raise `QueryError`."""
        with explained(), self._pool.take() as connection:
            return find_all(connection, query, most, bounds)

    def list_values(
        self, named: Named, after: str = "", *, limit: int = 30, bounds: Bounds = _BOUNDS
    ) -> list[str]:
        """What events speak of, each value once, in the order of bytes, behind a value."""
        with explained(), self._pool.take() as connection, bounded(connection, bounds):
            return list_values(connection, named, after, limit)

    def has_value(self, named: Named, value: str, *, bounds: Bounds = _BOUNDS) -> bool:
        """Whether any event speaks of a value."""
        with explained(), self._pool.take() as connection, bounded(connection, bounds):
            return has_value(connection, named, value)

    def query_master_data(
        self, query: MasterQuery, *, recorded_by: datetime | None = None, bounds: Bounds = _BOUNDS
    ) -> list[MasterElement]:
        """The master data that answers a query, as now or as recorded by an instant."""
        with explained(), self._pool.take() as connection, bounded(connection, bounds):
            return find_master_data(connection, query, bounds, recorded_by)

    def master_data_page(
        self,
        query: MasterQuery,
        *,
        want: int,
        after: Place | None = None,
        recorded_by: datetime | None = None,
        bounds: Bounds = _BOUNDS,
    ) -> tuple[list[MasterElement], Place | None]:
        """A page of the master data that answers, and where the next one begins."""
        with explained(), self._pool.take() as connection, bounded(connection, bounds):
            return find_master_page(
                connection, query, bounds, want=want, after=after, recorded_by=recorded_by
            )

    def master_data_history(
        self,
        name: str,
        kind: str | None = None,
        *,
        limit: int = 100,
        recorded_by: datetime | None = None,
    ) -> list[MasterElement]:
        """All that was captured of an id in any syntax, newest first."""
        with explained(), self._pool.take() as connection:
            return read_history(connection, name, kind, limit, recorded_by)

    def vocabularies(self) -> list[str]:
        """The names of the vocabularies that master data was captured of."""
        with explained(), self._pool.take() as connection:
            return read_vocabularies(connection)


def _short_names(attributes: dict[str, Any]) -> dict[str, Any]:
    """`urn:epcglobal:cbv:mda#name` as `name`: what people ask for."""
    return {
        name.replace("#", "/").rpartition("/")[2].rpartition(":")[2]: value
        for name, value in attributes.items()
    }
