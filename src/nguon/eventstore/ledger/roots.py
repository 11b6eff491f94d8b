"""Roots: closed over all leaves there are, signed by whoever holds the key, kept for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from nguon.errors import Fault
from nguon.eventstore.ledger.locking import PACKAGE, read_size
from nguon.eventstore.ledger.nodes import Nodes
from nguon.eventstore.sql import query
from nguon.ledger import NO_ERASURES, Checkpoint, LedgerError, tell_time
from nguon.ledger.tree import root

Sign = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Root:
    """A signed root. `note`: the checkpoint as published, signatures below it."""

    number: int
    size: int
    hash: bytes
    closed_at: datetime
    note: str

    def as_dict(self) -> dict[str, Any]:
        """The root as JSON tells it."""
        return {
            "number": self.number,
            "size": self.size,
            "hash": self.hash.hex(),
            "closed_at": tell_time(self.closed_at),
            "note": self.note,
        }


def close_root(connection: Connection[Any], origin: str, sign: Sign) -> Root:
    """Close the tree as it stands: sign its root and keep it. The caller holds the lock.

    Raises `ledger.tree_broken` rather than sign a tree that does not continue the last root.
    """
    nodes, last = Nodes(connection), find_root(connection)
    if last is not None and _recompute(last.size, nodes) != last.hash:
        raise LedgerError(Fault("ledger.tree_broken", value=last.number))
    size = read_size(connection)
    now = connection.execute(query("instant", PACKAGE)).fetchone()
    erased = connection.execute(query("last_erasure", PACKAGE)).fetchone()
    count, chain = erased or (0, NO_ERASURES)
    if now is None:
        raise AssertionError("unreachable")
    checkpoint = Checkpoint(origin, size, root(size, nodes), now[0], count, bytes(chain))
    number = last.number + 1 if last else 1
    made = Root(number, size, checkpoint.root, now[0], sign(checkpoint.to_text()))
    connection.execute(
        query("insert_root", PACKAGE), {name: getattr(made, name) for name in Root.__slots__}
    )
    return made


def _recompute(size: int, nodes: Nodes) -> bytes | None:
    try:
        return root(size, nodes)
    except KeyError:
        return None


def find_root(
    connection: Connection[Any], *, number: int | None = None, size: int | None = None
) -> Root | None:
    """The newest root, that of a number, or the oldest of a size."""
    name = "root_newest"
    if number is not None:
        name = "root_numbered"
    elif size is not None:
        name = "root_of_size"
    row = connection.execute(query(name, PACKAGE), {"number": number, "size": size}).fetchone()
    return make_root(row) if row else None


def find_roots(connection: Connection[Any], after: int, limit: int) -> list[Root]:
    """Roots behind a number, oldest first."""
    values = {"after": after, "limit": limit}
    return [make_root(row) for row in connection.execute(query("roots", PACKAGE), values)]


def make_root(row: Sequence[Any]) -> Root:
    """A root from its row."""
    number, size, hash_, closed_at, note = row
    return Root(number, size, bytes(hash_), closed_at, note)
