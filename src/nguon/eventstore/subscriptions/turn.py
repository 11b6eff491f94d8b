"""A turn of serving one subscription: reading on, and writing down how far its receiver was told.

All is written over the connection that holds the right to serve it, each step in a statement of
its own, and only after a receiver has answered: whoever goes on after a crash begins with what was
not yet known to be taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from nguon.epcis.query import Query
from nguon.eventstore.subscriptions.line import last_place, number_arrivals, read_line, sql
from nguon.eventstore.subscriptions.model import NamedQuery, Place, State, Stretch, Subscription
from nguon.eventstore.subscriptions.records import find_query, find_subscription, write_json


class Turn:
    """The right to serve a subscription, and where it stands."""

    def __init__(self, connection: Connection[Any], subscription: Subscription) -> None:
        self._connection = connection
        self.subscription = subscription

    @property
    def id(self) -> UUID:
        """The subscription's id."""
        return self.subscription.id

    def read_again(self) -> bool:
        """Look how it stands now; False where it was deleted meanwhile."""
        found = find_subscription(self._connection, self.id)
        if found is not None:
            self.subscription = found
        return found is not None

    def query(self) -> NamedQuery | None:
        """The query that it is about."""
        return find_query(self._connection, self.subscription.query_name)

    def last(self) -> int:
        """The end of the line, after giving places to what has come."""
        number_arrivals(self._connection)
        return last_place(self._connection)

    def read(self, query: Query, until: int, most: int) -> Stretch:
        """What follows for the receiver. Raises `QueryError`."""
        stands = self.subscription
        return read_line(
            self._connection,
            query,
            stands.place,
            until,
            most=most,
            since=stands.initial_record_time,
        )

    def begin(self, until: int, now: datetime) -> bool:
        """Begin a run to the end of the line; False where it was paused or deleted."""
        return self._write("begin_run", until=until, now=now) > 0

    def advance(self, place: Place, *, sent: int, batch: int, notified: datetime | None) -> bool:
        """Note that all up to a place was told; False where that is no longer ours to say.

        `notified` is when the receiver took it, None for a stretch in which nothing answers.
        """
        before = self.subscription.place
        return (
            self._write(
                "advance",
                place=place.number,
                event_key=place.key,
                from_place=before.number,
                from_key=before.key,
                sent=sent,
                batch=batch,
                notified=notified,
            )
            > 0
        )

    def end(self, until: int, next_at: datetime) -> bool:
        """End a run, and say when there may be something to do again."""
        return self._write("end_run", until=until, next_at=next_at) > 0

    def fail(
        self,
        error: Mapping[str, Any],
        now: datetime,
        *,
        next_at: datetime,
        batch: int,
        state: State = "active",
    ) -> None:
        """Note a failure, and when to try again; or that nobody tries any more."""
        told = write_json(error)
        self._write("note_failure", error=told, now=now, next_at=next_at, batch=batch, state=state)

    def shrink(self, batch: int) -> None:
        """Note that the receiver wants less at a time."""
        self._write("shrink", batch=batch)

    def set_aside(self, place: Place, error: Mapping[str, Any], now: datetime) -> bool:
        """Keep an event that the receiver would not take, and go on behind it."""
        told = write_json(error)
        with self._connection.transaction():
            self._write("insert_letter", event_key=place.key, error=told)
            self._write("note_letter", error=told, now=now)
            return self.advance(place, sent=0, batch=self.subscription.batch, notified=None)

    def _write(self, name: str, **values: Any) -> int:
        values["subscription"] = self.id
        return self._connection.execute(sql(name), values).rowcount
