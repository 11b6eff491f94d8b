"""Taking events into the ledger: all that can be seen and are no leaves yet, in the order of
(record_time, event_key), a batch to a transaction.

A capture that began earlier may end later, so that an event shows up behind others of later
record times. It becomes a later leaf: the tree's order is that of taking in. What must not happen
is that it is passed over for good. A run therefore looks at every event from the instant on before
which nothing can be missing any more. That instant is known without trusting clocks or rights: a
run notes which transactions were open when it began; once none of those is open, and a run has
looked since, all that was recorded before it is there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from nguon.epcis import event_hash
from nguon.epcis.decoding import decode_event
from nguon.eventstore.ledger.locking import PACKAGE, read_size
from nguon.eventstore.ledger.nodes import STEP, Nodes
from nguon.eventstore.rows import decode_context
from nguon.eventstore.sql import query
from nguon.ledger import SECRET, Frontier, Stored, make_entry

BATCH: Final = 2000
_EVER: Final = "-infinity"
_HEAD, _TAIL = "ni:///sha-256;", "?ver=CBV2.0"


def take_in(connection: Connection[Any], *, sweep: bool = False, batch: int = BATCH) -> int:
    """Make leaves of all events that are none yet; how many. The caller holds the lock.

    `sweep` looks at every event there is rather than at those that may be missing. Stopped in the
    middle it leaves whole batches, and the next run goes on.
    """
    taken_at, others = _look_around(connection)
    size = read_size(connection)
    frontier = Frontier.at(size, Nodes(connection))
    after = {"time": _EVER if sweep else _find_start(connection), "key": str(UUID(int=0))}
    while window := _look_ahead(connection, after, batch):
        _take_batch(connection, frontier, [key for key, _, taken in window if not taken])
        after = {"time": window[-1][1], "key": str(window[-1][0])}
    values = {"taken_at": taken_at, "open": others, "taken": frontier.size - size}
    connection.execute(query("insert_run", PACKAGE), values)
    return frontier.size - size


def _find_start(connection: Connection[Any]) -> str:
    row = connection.execute(query("settled", PACKAGE)).fetchone()
    return str(row[0]) if row else _EVER


def _look_around(connection: Connection[Any]) -> tuple[Any, list[str]]:
    row = connection.execute(query("look_around", PACKAGE)).fetchone()
    if row is None:
        raise AssertionError("unreachable")
    return row[0], row[1]


def _look_ahead(
    connection: Connection[Any], after: dict[str, str], limit: int
) -> Sequence[tuple[UUID, str, bool]]:
    return connection.execute(query("window", PACKAGE), {**after, "limit": limit}).fetchall()


def _take_batch(connection: Connection[Any], frontier: Frontier, keys: Sequence[UUID]) -> None:
    if not keys:
        return
    with connection.transaction():
        rows = connection.execute(query("waiting", PACKAGE), {"keys": keys})
        _write(connection, frontier, [make_stored(row) for row in rows])


def make_stored(row: Sequence[Any]) -> Stored:
    """An event as the commitments are over it, from the seven columns that tell it."""
    key, recorded, context, doc, job, digest, sender = row
    return Stored(key, recorded, context, doc, job, bytes(digest), sender)


def _write(connection: Connection[Any], frontier: Frontier, found: Sequence[Stored]) -> None:
    first = frontier.size
    leaves: list[tuple[int, bytes]] = []
    entries: list[tuple[UUID, int, bytes, bytes]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for position, stored in enumerate(found, first):
        secret, told = secrets.token_bytes(SECRET), hash_stored(stored)
        leaf = make_entry(stored, write_hash(told), secret).leaf
        leaves.append((position, leaf))
        entries.append((stored.event_key, position, told, secret))
        nodes += [node for node in frontier.append(leaf) if node[0] % STEP == 0]
    for name, rows in (("copy_leaf", leaves), ("copy_entry", entries), ("copy_node", nodes)):
        with connection.cursor() as cursor, cursor.copy(query(name, PACKAGE)) as copy:
            copy.write("".join(_lines(rows)))


def _lines(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    for row in rows:
        shown = (f"\\\\x{v.hex()}" if isinstance(v, bytes) else str(v) for v in row)
        yield "\t".join(shown) + "\n"


def hash_stored(stored: Stored) -> bytes:
    """The 32 bytes of a stored event's CBV hash; none where it cannot be read any more."""
    try:
        event = decode_event(stored.document.encode(), decode_context(stored.context or None))[0]
    except (ValueError, msgspec.MsgspecError):
        return b""
    return bytes.fromhex(event_hash(event).removeprefix(_HEAD)[:64]) if event else b""


def write_hash(told: bytes) -> str:
    """The event hash as CBV writes it, from its bytes; empty from none."""
    return f"{_HEAD}{told.hex()}{_TAIL}" if told else ""
