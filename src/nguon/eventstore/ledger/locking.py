"""One writer of the ledger at a time: a lock of the database that ends with its session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from psycopg import Connection

from nguon.errors import Fault
from nguon.eventstore.sql import query
from nguon.ledger import LedgerError

PACKAGE: Final = "nguon.eventstore.ledger"
_LOCK: Final = 0x4E67_4C65 << 32


@contextmanager
def locked(connection: Connection[Any]) -> Iterator[None]:
    """Hold the right to change the ledger. Raises `ledger.busy` where somebody else has it."""
    row = connection.execute(query("lock_ledger", PACKAGE), {"lock": _LOCK}).fetchone()
    if not (row and row[0]):
        raise LedgerError(Fault("ledger.busy"))
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(query("unlock_ledger", PACKAGE), {"lock": _LOCK})


def read_size(connection: Connection[Any]) -> int:
    """How many leaves there are."""
    row = connection.execute(query("size", PACKAGE)).fetchone()
    return int(row[0]) if row else 0
