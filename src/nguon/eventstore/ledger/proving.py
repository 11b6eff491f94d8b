"""Proofs out of the store: events with their paths to a signed root, roots linked to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from nguon.eventstore.ledger.locking import PACKAGE
from nguon.eventstore.ledger.nodes import Nodes
from nguon.eventstore.ledger.roots import Root
from nguon.eventstore.ledger.taking import make_stored, write_hash
from nguon.eventstore.sql import query
from nguon.ledger import (
    FORMAT,
    LinkedRoot,
    Opening,
    Proof,
    ProvenEvent,
    derive_salt,
    make_entry,
    tell_time,
)
from nguon.ledger.tree import consistency_ranges, find_nodes, inclusion_ranges, make_path


@dataclass(frozen=True, slots=True)
class Proved:
    """A proof file's content, and what could not be put in.

    `waiting`: events that no signed root covers yet. `unknown`: keys of no event, or of one that
    was erased.
    """

    proof: Proof
    waiting: tuple[UUID, ...]
    unknown: tuple[UUID, ...]


def prove(
    connection: Connection[Any],
    keys: Sequence[UUID],
    root: Root,
    links: Sequence[Root],
    vkeys: Sequence[str],
    *,
    senders: bool = False,
) -> Proved:
    """The proof of some events under a root, with the consistency of other roots with it.

    What is in an event is told in full: whoever asks must be allowed to see it. `senders` tells
    who sent each, too.
    """
    rows = connection.execute(query("proven", PACKAGE), {"keys": list(keys)}).fetchall()
    inside = [row for row in rows if row[7] < root.size]
    ranges = {row[7]: inclusion_ranges(row[7], root.size) for row in inside}
    nodes = Nodes(connection)
    nodes.load(find_nodes(one for path in ranges.values() for one in path))
    events = [_make_event(row, make_path(ranges[row[7]], nodes), senders=senders) for row in inside]
    linked = [LinkedRoot(one.note, link(nodes, one.size, root.size)) for one in links]
    done = {row[0] for row in inside}
    lacking = [key for key in dict.fromkeys(keys) if key not in done]
    there = {
        row[0] for row in connection.execute(query("known", PACKAGE), {"keys": lacking}).fetchall()
    }
    return Proved(
        Proof(FORMAT, root.note, events, linked, list(vkeys)),
        tuple(key for key in lacking if key in there),
        tuple(key for key in lacking if key not in there),
    )


def link(nodes: Nodes, one: int, other: int) -> list[str]:
    """The consistency proof between two sizes, in hexadecimal."""
    ranges = consistency_ranges(min(one, other), max(one, other))
    nodes.load(find_nodes(ranges))
    return [step.hex() for step in make_path(ranges, nodes)]


def _make_event(row: Sequence[Any], path: Sequence[bytes], *, senders: bool) -> ProvenEvent:
    stored = make_stored(row[:7])
    position, told, secret, leaf = row[7], bytes(row[8]), bytes(row[9]), bytes(row[10])
    entry = make_entry(stored, write_hash(told), secret)
    opening = None
    if senders:
        opening = Opening(stored.arrival, stored.sender, derive_salt(secret, "origin").hex())
    return ProvenEvent(
        position=position,
        event_key=str(stored.event_key),
        record_time=tell_time(stored.record_time),
        event_hash=entry.event_hash,
        document=stored.document,
        context=stored.context,
        salt=derive_salt(secret, "document").hex(),
        content=entry.content.hex(),
        origin=entry.origin.hex(),
        leaf=leaf.hex(),
        path=[step.hex() for step in path],
        sent_by=opening,
    )
