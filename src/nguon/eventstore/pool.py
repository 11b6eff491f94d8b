"""The one pool of connections, ours or one we are lent (Django's)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from nguon.eventstore.error import explained

WAIT_SECONDS = 5.0


class Pool:
    """Hands out connections in autocommit, so that a single query costs one round trip."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self.pool = pool

    @classmethod
    def open(cls, url: str, *, size: int = 4) -> Pool:
        """A pool of our own. Opening does not wait: the first use says what is wrong."""
        pool: ConnectionPool[Any] = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            timeout=WAIT_SECONDS,
            open=False,
            kwargs={"autocommit": True, "connect_timeout": 5},
            check=ConnectionPool.check_connection,
        )
        pool.open()
        return cls(pool)

    @contextmanager
    def take(self) -> Iterator[Connection[Any]]:
        """A connection for a while."""
        with self.pool.connection() as connection:
            if not connection.autocommit:
                connection.autocommit = True
            yield connection

    def close(self) -> None:
        """Give the connections back to the database."""
        self.pool.close()


def reach(url: str) -> None:
    """Connect once, without a pool: raises StoreError at once, with the server's own words."""
    with explained(), psycopg.connect(url, connect_timeout=5):
        pass
