"""Which subscription an id of the SOAP interface stands for: there the subscriber chooses ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from nguon.eventstore.error import explained
from nguon.eventstore.pool import Pool
from nguon.eventstore.sql import query

_PACKAGE = "nguon.eventstore.soap"
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Given:
    """An id that was given out: the query as the subscriber named it, and what came of it."""

    id: str
    query_name: str
    subscription: UUID | None
    kept_as: str | None
    owner: str


class SoapIds:
    """The ids over a pool of connections. Every method may raise `StoreError`."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = Pool(pool)

    @contextmanager
    def _take(self) -> Iterator[Connection[Any]]:
        with explained(), self._pool.take() as connection:
            yield connection

    def take(self, name: str, query_name: str) -> bool:
        """Give an id out; False where it is somebody's already."""
        values = {"id": name, "query_name": query_name}
        with self._take() as connection:
            return connection.execute(query("take_id", _PACKAGE), values).fetchone() is not None

    def settle(self, name: str, subscription: UUID) -> None:
        """Say which subscription an id stands for."""
        values = {"id": name, "subscription": subscription}
        with self._take() as connection:
            connection.execute(query("settle_id", _PACKAGE), values)

    def find(self, name: str) -> Given | None:
        """What an id stands for, None where it was never given out."""
        with self._take() as connection:
            row = connection.execute(query("find_id", _PACKAGE), {"id": name}).fetchone()
        return None if row is None else Given(*row)

    def drop(self, name: str) -> None:
        """Give an id back."""
        with self._take() as connection:
            connection.execute(query("drop_id", _PACKAGE), {"id": name})

    def list_of(self, query_name: str, owner: str) -> list[str]:
        """The ids of a query's subscriptions, in order; those of one owner unless that is ""."""
        values = {"query_name": query_name, "owner": owner, "limit": _MOST}
        with self._take() as connection:
            return [row[0] for row in connection.execute(query("list_ids", _PACKAGE), values)]
