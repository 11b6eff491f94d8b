"""The store as tracing reads it: one query a level, as now or as known on an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import Cursor
from psycopg.rows import TupleRow

from nguon.epcis.decoding import decode_event
from nguon.eventstore.error import explained
from nguon.eventstore.model import StoredEvent
from nguon.eventstore.pool import Pool
from nguon.eventstore.rows import decode_context
from nguon.eventstore.sql import query
from nguon.trace.model import Link

EVER = datetime(9999, 12, 31, tzinfo=UTC)


def make_link(_: Cursor[Any]) -> Any:
    """A row factory: rows of the link queries are links as they stand."""
    return Link._make


def make_event(row: TupleRow) -> StoredEvent:
    """A row of `event_by_key` as a stored event."""
    key, doc, context, recorded, known_from, declared_wrong_at = row
    raw = doc.encode()
    event = decode_event(raw, decode_context(context))[0]
    if event is None:
        raise ValueError(f"stored event {key} cannot be read")
    return StoredEvent(key, event, recorded, known_from, declared_wrong_at, raw)


class StoreReader:
    """A reader over the store (`nguon.trace.Reader`).

    `as_of` shows what was known on an instant by the events' own times and the times of
    declarations; `recorded_by` only what this store had recorded by an instant. Both together
    say what this store would have answered, had it been asked then.
    """

    def __init__(
        self, pool: Pool, as_of: datetime | None = None, recorded_by: datetime | None = None
    ) -> None:
        self._pool = pool
        self.as_of = as_of
        self.recorded_by = recorded_by
        now = as_of is None and recorded_by is None
        self._suffix = "" if now else "_then"

    def links_from(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose source is one of the items."""
        return self._links(f"links_from{self._suffix}", items, kinds)

    def links_to(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose target is one of the items."""
        return self._links(f"links_to{self._suffix}", items, kinds)

    def _links(self, name: str, items: Collection[str], kinds: str) -> list[Link]:
        if not items:
            return []
        values = {
            "items": list(items),
            "kinds": list(kinds),
            "as_of": self.as_of or EVER,
            "recorded_by": self.recorded_by or EVER,
        }
        with explained(), self._pool.take() as connection:
            cursor = connection.cursor(row_factory=make_link, binary=True)
            return cursor.execute(query(name), values).fetchall()

    def links_to_all(self, items: Collection[str], kinds: str, most: int) -> list[Link] | None:
        """The links into the items, into those links' sources, and so on to the end.

        One question for a page that must be quick; None when there are more than `most`, or
        when the reader looks at the past: then walk level by level.
        """
        if self._suffix:
            return None
        values = {"items": list(items), "kinds": list(kinds), "limit": most + 1}
        with explained(), self._pool.take() as connection:
            cursor = connection.cursor(row_factory=make_link, binary=True)
            links: list[Link] = cursor.execute(query("links_to_all"), values).fetchall()
        return links if len(links) <= most else None

    def events_of(self, items: Collection[str], limit: int | None = None) -> Sequence[StoredEvent]:
        """Every event that names one of the items, declared-wrong ones too, by event time."""
        if not items:
            return []
        values = {"items": list(items), "recorded_by": self.recorded_by, "limit": limit}
        with explained(), self._pool.take() as connection:
            keys = [row[1] for row in connection.execute(query("event_keys_of"), values)]
            asked = {"keys": keys, "recorded_by": self.recorded_by or EVER}
            rows = connection.execute(query("event_by_key"), asked).fetchall()
        return [make_event(row) for row in rows]
