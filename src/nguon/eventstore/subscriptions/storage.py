"""Named queries and subscriptions in the database; and the one connection that serves each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from nguon.epcis.query import Query
from nguon.epcis.subscription import Controls
from nguon.eventstore.error import explained
from nguon.eventstore.pool import Pool
from nguon.eventstore.query import FoundEvent
from nguon.eventstore.subscriptions.line import (
    last_place,
    number_arrivals,
    place_before,
    read_events,
    read_line,
    sql,
)
from nguon.eventstore.subscriptions.model import (
    LAST_KEY,
    DeadLetter,
    NamedQuery,
    Place,
    State,
    Stretch,
    Subscription,
)
from nguon.eventstore.subscriptions.records import (
    find_query,
    find_subscription,
    make_query,
    make_subscription,
    write_controls,
    write_json,
)
from nguon.eventstore.subscriptions.turn import Turn

# For a schedule whose next time is further off than anyone looks.
_FAR = timedelta(days=40 * 366)


class Subscriptions:
    """Queries with names, and who is told of what answers them. May raise `StoreError`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = Pool(pool)

    @classmethod
    def open(cls, url: str, *, size: int = 4) -> Subscriptions:
        """Over a pool of its own; close it after use."""
        return cls(Pool.open(url, size=size).pool)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    @contextmanager
    def _take(self) -> Iterator[Connection[Any]]:
        with explained(), self._pool.take() as connection:
            yield connection

    # -- named queries ----------------------------------------------------------------------

    def add_query(
        self, name: str, query: Mapping[str, Any], namespaces: Mapping[str, str], owner: str = ""
    ) -> bool:
        """Keep a query; False where its name is taken."""
        values = {
            "name": name,
            "query": write_json(query),
            "namespaces": write_json(namespaces),
            "owner": owner,
        }
        with self._take() as connection:
            return connection.execute(sql("insert_query"), values).fetchone() is not None

    def find_query(self, name: str) -> NamedQuery | None:
        """A query by its name."""
        with self._take() as connection:
            return find_query(connection, name)

    def list_queries(self, after: str = "", limit: int = 30) -> list[NamedQuery]:
        """Queries in the order of their names, from behind one."""
        with self._take() as connection:
            rows = connection.execute(sql("named_queries"), {"after": after, "limit": limit})
            return [make_query(row) for row in rows]

    def delete_query(self, name: str) -> bool:
        """Forget a query and all its subscriptions; False where there is none."""
        with self._take() as connection:
            return connection.execute(sql("delete_query"), {"name": name}).rowcount > 0

    # -- subscriptions ----------------------------------------------------------------------

    def subscribe(
        self, query_name: str, controls: Controls, now: datetime, *, owner: str = "", batch: int
    ) -> UUID | None:
        """Keep a subscription; None where its query is gone.

        It begins with what could not be seen yet, or with what was recorded at an instant.
        """
        since = controls.initial_record_time
        when = controls.schedule
        with self._take() as connection:
            values = {
                "query_name": query_name,
                "controls": write_json(write_controls(controls)),
                "signature_token": controls.signature_token,
                "owner": owner,
                "initial": since,
                "now": now,
                "place": self._begin(connection, since),
                "event_key": LAST_KEY,
                "next_at": now if when is None else when.next(now) or now + _FAR,
                "batch": batch,
            }
            row = connection.execute(sql("insert_subscription"), values).fetchone()
        return None if row is None else row[0]

    def begin(self, since: datetime | None) -> Place:
        """Where somebody begins who is told from now on, or from an instant on."""
        with self._take() as connection:
            return Place(self._begin(connection, since))

    def _begin(self, connection: Connection[Any], since: datetime | None) -> int:
        number_arrivals(connection, wait=True)
        return last_place(connection) if since is None else place_before(connection, since)

    def find(self, subscription: UUID) -> Subscription | None:
        """A subscription by its id."""
        with self._take() as connection:
            return find_subscription(connection, subscription)

    def list_all(
        self,
        query_name: str | None = None,
        *,
        owner: str | None = None,
        after: tuple[datetime, UUID] | None = None,
        limit: int = 1000,
    ) -> list[Subscription]:
        """The subscriptions of a query or of an owner, or all, in the order of their making."""
        at, key = after or (None, None)
        values = {
            "query_name": query_name,
            "owner": owner,
            "at": at,
            "after": key,
            "limit": limit,
        }
        with self._take() as connection:
            rows = connection.execute(sql("subscriptions"), values)
            return [make_subscription(row) for row in rows]

    def unsubscribe(self, query_name: str, subscription: UUID) -> bool:
        """Forget a subscription; False where the query has none of this id."""
        values = {"subscription": subscription, "query_name": query_name}
        with self._take() as connection:
            return connection.execute(sql("delete_subscription"), values).rowcount > 0

    def set_state(self, subscription: UUID, state: State, now: datetime) -> bool:
        """Pause it or let it go on; False where there is none."""
        values = {"subscription": subscription, "state": state, "now": now}
        with self._take() as connection:
            return connection.execute(sql("set_state"), values).rowcount > 0

    # -- what was set aside -----------------------------------------------------------------

    def letters(self, subscription: UUID, *, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Events that the receiver would not take, oldest first."""
        values = {"subscription": subscription, "after": after, "limit": limit}
        with self._take() as connection:
            rows = connection.execute(sql("letters"), values).fetchall()
        return [
            DeadLetter(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5]) for row in rows
        ]

    def drop_letter(self, letter: int) -> bool:
        """Let an event go that was set aside; False where there is none of this number."""
        with self._take() as connection:
            return connection.execute(sql("delete_letter"), {"letter": letter}).rowcount > 0

    def events(self, keys: list[UUID]) -> list[FoundEvent]:
        """Some events by their keys, for those who send again."""
        with self._take() as connection:
            return read_events(connection, keys)

    # -- serving ----------------------------------------------------------------------------

    def number(self) -> int:
        """Give places to what was stored since; returns the end of the line."""
        with self._take() as connection:
            number_arrivals(connection)
            return last_place(connection)

    def follow(
        self, query: Query, after: Place, until: int, *, most: int, since: datetime | None = None
    ) -> Stretch:
        """The next events that answer a query, for those whose place is not kept here.

        May raise `QueryError` too.
        """
        with self._take() as connection:
            return read_line(connection, query, after, until, most=most, since=since)

    def due(self, now: datetime, last: int, limit: int = 1000) -> list[tuple[UUID, str]]:
        """The subscriptions that have something to do, each with where it sends to."""
        values = {"now": now, "last": last, "limit": limit}
        with self._take() as connection:
            return [(row[0], row[1]) for row in connection.execute(sql("due"), values)]

    @contextmanager
    def turn(self, subscription: UUID) -> Iterator[Turn | None]:
        """Be the one who serves a subscription, None where somebody else is.

        The right hangs on a connection: a process that dies loses it at once, and one that lost
        its connection can move nothing any more.
        """
        with self._take() as connection:
            lock = int.from_bytes(subscription.bytes[:8], signed=True)
            row = connection.execute(sql("try_lock"), {"lock": lock}).fetchone()
            if not (row and row[0]):
                yield None
                return
            try:
                found = find_subscription(connection, subscription)
                yield None if found is None else Turn(connection, found)
            finally:
                if not connection.closed:
                    connection.execute(sql("unlock"), {"lock": lock})
