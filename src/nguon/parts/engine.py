"""The event store, on the one connection pool of the web process.

Django owns the pool (`DATABASES["default"]["OPTIONS"]["pool"]`); the store borrows from it, so
that a process never holds more connections than its settings say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from psycopg import Connection, Cursor
from psycopg_pool import ConnectionPool

from nguon.eventstore import Store

_stores: dict[int, Store] = {}


class LentPool:
    """Django's pool as the store knows one.

    Django's connections make cursors that bind on the client's side; the store wants the
    server's (binary results). The connection goes back as it was.
    """

    def __init__(self, pool: ConnectionPool[Connection[Any]]) -> None:
        self._pool = pool

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """A connection for a while, with psycopg's own cursors."""
        with self._pool.connection() as connection:
            ours, connection.cursor_factory = connection.cursor_factory, Cursor
            try:
                yield connection
            finally:
                connection.cursor_factory = ours

    def close(self) -> None:
        """Nothing: the pool is Django's to close."""


def get_store() -> Store:
    """The store over Django's pool, made once a pool.

    Raises ImproperlyConfigured where no database is configured, StoreError where it is down.
    """
    pool = borrow_pool()
    store = _stores.get(id(pool))
    if store is None:
        _stores.clear()
        lent = cast("ConnectionPool[Any]", LentPool(pool))
        store = _stores[id(pool)] = Store(lent)
    return store


def borrow_pool() -> ConnectionPool[Connection[Any]]:
    """Django's own psycopg pool, open."""
    pool: ConnectionPool[Connection[Any]] | None = getattr(connections["default"], "pool", None)
    if pool is None:
        raise ImproperlyConfigured("DATABASE_URL is not set, so there is no pool to borrow from")
    # Django opens the pool at its own first query; the store may come earlier.
    pool.open()
    return pool
