"""Erasing events: their content goes, their leaves stay, and that they went is on record.

A declaration repeats the event that it declares wrong, so both go together. What is left of an
event is a hash over a commitment whose secret is gone: it says nothing, and every proof and root
holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from psycopg import Connection

from nguon.epcis import event_key, subject
from nguon.epcis.decoding import decode_event
from nguon.errors import Fault
from nguon.eventstore.ledger.locking import PACKAGE
from nguon.eventstore.ledger.taking import make_stored
from nguon.eventstore.rows import decode_context
from nguon.eventstore.sql import query
from nguon.ledger import NO_ERASURES, LedgerError, Stored, chain_erasure
from nguon.trace.links import find_links, find_mentions

_KEY = 16

# In this order: an entry goes last, for it tells the others that their event may go.
_ERASING = (
    *("erase_items", "erase_links", "erase_links_back", "erase_corrections"),
    *("erase_declarations", "erase_letters", "erase_events", "erase_entries"),
)


def erase(connection: Connection[Any], keys: Sequence[UUID], reason: str) -> list[int]:
    """Erase events with all that the store derived from them; the places of their leaves.

    The caller holds the lock and has taken all events in. Raises `ledger.unknown_event`,
    `ledger.not_yet_leaf`, `ledger.reason`; then nothing is erased.
    """
    # It stands in every later root for good, so it is one line and names nobody.
    if not reason.strip() or len(reason) > 200 or not reason.isprintable():
        raise LedgerError(Fault("ledger.reason", value=reason))
    with connection.transaction():
        found = _find(connection, keys)
        _record(connection, [row[7] for row in found], reason)
        _forget(connection, [make_stored(row[:7]) for row in found])
    return [row[7] for row in found]


def _find(connection: Connection[Any], keys: Sequence[UUID]) -> list[tuple[Any, ...]]:
    related = connection.execute(query("related", PACKAGE), {"keys": list(keys)}).fetchall()
    wanted = [row[0] for row in related]
    there = {r[0] for r in connection.execute(query("known", PACKAGE), {"keys": wanted})}
    # A declaration may speak of an event that never came.
    unknown = [key for key in keys if key not in there]
    if unknown:
        raise LedgerError(Fault("ledger.unknown_event", value=unknown[0]))
    rows = connection.execute(query("proven", PACKAGE), {"keys": list(there)}).fetchall()
    if len(rows) < len(there):
        raise LedgerError(Fault("ledger.not_yet_leaf", value=(there - {r[0] for r in rows}).pop()))
    return rows


def _record(connection: Connection[Any], positions: Sequence[int], reason: str) -> None:
    last = connection.execute(query("last_erasure", PACKAGE)).fetchone()
    number, chain = last or (0, NO_ERASURES)
    # The transaction's own time: the triggers let a transaction delete that has put this on record.
    now = connection.execute(query("transaction_time", PACKAGE)).fetchone()
    if now is None:
        raise AssertionError("unreachable")
    for position in positions:
        number, chain = number + 1, chain_erasure(bytes(chain), position, now[0], reason)
        values = {"number": number, "position": position, "chain": chain}
        connection.execute(
            query("insert_erasure", PACKAGE), {**values, "erased_at": now[0], "reason": reason}
        )


def _forget(connection: Connection[Any], events: Sequence[Stored]) -> None:
    keys = {stored.event_key for stored in events}
    items: set[str] = set()
    sources: set[str] = set()
    targets: set[str] = set()
    for stored in events:
        event = decode_event(stored.document.encode(), decode_context(stored.context or None))[0]
        if event is None:
            continue
        # A declaration's links are those of the event it repeats, which may never have come.
        keys.add(event_key(subject(event)))
        mentions = find_mentions(event)
        links = find_links(stored.event_key, event, mentions)
        items |= {mention[0] for mention in mentions}
        sources |= {one.source for one in links}
        targets |= {one.target for one in links}
    values = {
        "keys": list(keys),
        "items": sorted(items),
        "sources": sorted(sources),
        "targets": sorted(targets),
    }
    _blank_results(connection, events)
    for name in _ERASING:
        connection.execute(query(name, PACKAGE), values)


def _blank_results(connection: Connection[Any], events: Sequence[Stored]) -> None:
    """Take out of the records of captures what they tell of the events: ids, keys, faults."""
    gone = {stored.event_key.bytes for stored in events}
    jobs = {"jobs": list({stored.job for stored in events})}
    rows = connection.execute(query("results_of", PACKAGE), jobs).fetchall()
    for job, first, statuses, ids, keys, told in rows:
        kept = [bytes(keys[i : i + _KEY]) for i in range(0, len(statuses) * _KEY, _KEY)]
        hit = {place for place, key in enumerate(kept) if key in gone}
        if not hit:
            continue
        words = {k: v for k, v in orjson.loads(told).items() if int(k) - first not in hit}
        blank = {
            "job": job,
            "first": first,
            "ids": ["" if place in hit else name for place, name in enumerate(ids)],
            "keys": b"".join(bytes(_KEY) if p in hit else key for p, key in enumerate(kept)),
            "told": orjson.dumps(words).decode(),
        }
        connection.execute(query("blank_result", PACKAGE), blank)
