"""The check of everything in the database, from the events up to the signed roots.

Leaves are recomputed from events, the tree from leaves, and each root as its size is reached.
Where an event and its leaf differ, the next root tells which of them was changed: if the tree over
the stored leaves leads to it, the leaf is right and the event is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from psycopg import Connection

from nguon.epcis.decoding import decode_event
from nguon.errors import Fault
from nguon.eventstore.ledger.columns import find_wrong, is_key_of
from nguon.eventstore.ledger.locking import PACKAGE, read_size
from nguon.eventstore.ledger.nodes import STEP
from nguon.eventstore.ledger.roots import Root, find_roots
from nguon.eventstore.ledger.taking import make_stored, write_hash
from nguon.eventstore.rows import decode_context
from nguon.eventstore.sql import query
from nguon.ledger import (
    NO_ERASURES,
    Checkpoint,
    Frontier,
    LedgerError,
    Stored,
    TrustedKey,
    chain_erasure,
    check_root,
    make_entry,
    read_checkpoint,
)

_CHUNK: Final = 4096
_MOST: Final = 100


@dataclass(slots=True)
class Audit:
    """What a check went through. `waiting`: events that are no leaves yet, as they may be."""

    leaves: int = 0
    events: int = 0
    erased: int = 0
    roots: int = 0
    waiting: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def audit(
    connection: Connection[Any], keys: Sequence[TrustedKey] = (), anchors: Iterable[str] = ()
) -> Audit:
    """Check all of it; signatures only with keys. Stops after a hundred faults.

    `anchors`: checkpoints kept elsewhere, each of which must be among the roots or, where its
    root was deleted, still follow from the leaves.
    """
    check = _Check(connection, Audit())
    with connection.transaction():
        connection.execute(query("freeze", PACKAGE))
        roots = check.read_roots(keys, anchors)
        check.walk(roots)
        check.count_nodes()
        check.look_for_loose()
    return check.done


class _Check:
    def __init__(self, connection: Connection[Any], done: Audit) -> None:
        self._connection = connection
        self.done = done
        self._frontier = Frontier()
        # What does not fit since the last root that did: told once the next root says which is
        # wrong.
        self._odd: list[tuple[int, object]] = []
        self._nodes: list[tuple[int, int]] = []
        self._broken = False
        self._sound_at = 0

    def tell(self, code: str, value: object = "", **words: object) -> None:
        if len(self.done.faults) < _MOST:
            self.done.faults.append(Fault(code, "", value, params=words))

    # -- roots ------------------------------------------------------------------------------

    def read_roots(
        self, keys: Sequence[TrustedKey], anchors: Iterable[str]
    ) -> list[tuple[str, Checkpoint]]:
        """Every root that must be met on the way, by its size."""
        wanted: list[tuple[str, Checkpoint]] = []
        chains = self._read_erasures()
        number = 0
        while rows := find_roots(self._connection, number, 500):
            for root in rows:
                for missing in range(number + 1, root.number):
                    self.tell("ledger.root_missing", missing)
                number = root.number
                self.done.roots += 1
                wanted += self._read_root(root, keys, chains)
        for anchor in anchors:
            checkpoint = read_checkpoint(anchor)[0]
            wanted.append((f"{checkpoint.origin} {checkpoint.size}", checkpoint))
        return sorted(wanted, key=lambda one: one[1].size)

    def _read_root(
        self, root: Root, keys: Sequence[TrustedKey], chains: Sequence[bytes]
    ) -> Iterator[tuple[str, Checkpoint]]:
        try:
            checkpoint = read_checkpoint(root.note)[0]
        except LedgerError as error:
            self.tell("ledger.root_changed", root.number, reason=error.fault.code)
            return
        told = (root.size, root.hash, root.closed_at)
        if told != (checkpoint.size, checkpoint.root, checkpoint.closed_at):
            self.tell("ledger.root_changed", root.number, reason="ledger.checkpoint")
        if keys:
            found = check_root(root.note, keys)
            # A root of a revoked key is told by `verify`; here it is what it was.
            for fault in [found] if isinstance(found, Fault) else found[0].faults:
                if fault.code not in ("ledger.key_revoked", "ledger.key_expired"):
                    self.tell("ledger.root_changed", root.number, reason=fault.code)
        known = checkpoint.erasures < len(chains)
        if not known or chains[checkpoint.erasures] != checkpoint.chain:
            self.tell("ledger.erasures_changed", root.number)
        yield str(root.number), checkpoint

    def _read_erasures(self) -> list[bytes]:
        """The chain after each erasure, recomputed."""
        chains = [NO_ERASURES]
        for row in self._connection.execute(query("erasures", PACKAGE)):
            number, position, erased_at, reason, stored = row
            chain = chain_erasure(chains[-1], position, erased_at, reason)
            if number != len(chains) or chain != bytes(stored):
                self.tell("ledger.erasure_changed", len(chains))
            chains.append(chain)
        return chains

    # -- leaves -----------------------------------------------------------------------------

    def walk(self, roots: Sequence[tuple[str, Checkpoint]]) -> None:
        """All leaves in order, the roots met on the way."""
        size, waiting = read_size(self._connection), list(reversed(roots))
        self._meet(waiting)
        for first in range(0, size, _CHUNK):
            values = {"first": first, "end": first + _CHUNK}
            stored = self._read_nodes(first)
            for row in self._connection.execute(query("leaves", PACKAGE), values):
                self._step(row, stored)
                self._meet(waiting)
        self._settle(right=True)
        for name, checkpoint in reversed(waiting):
            self.tell("ledger.root_ahead", name, size=checkpoint.size, found=self._frontier.size)

    def _read_nodes(self, first: int) -> dict[tuple[int, int], bytes]:
        """The stored subtrees that become complete in a chunk."""
        found, level, end = {}, STEP, first + _CHUNK
        while 1 << level <= end:
            values = {"level": level, "first": first >> level, "end": (end >> level) + 1}
            for place, hash_ in self._connection.execute(query("nodes_between", PACKAGE), values):
                found[level, place] = bytes(hash_)
            level += STEP
        return found

    def _step(self, row: Sequence[Any], nodes: dict[tuple[int, int], bytes]) -> None:
        position, leaf = row[0], bytes(row[1])
        if position != self._frontier.size and not self._broken:
            self.tell("ledger.leaf_missing", self._frontier.size)
            self._broken = True
        self.done.leaves += 1
        self._check_leaf(row, leaf)
        for level, place, found in self._frontier.append(leaf):
            if level % STEP == 0 and nodes.get((level, place)) != found:
                self._nodes.append((level, place))

    def _check_leaf(self, row: Sequence[Any], leaf: bytes) -> None:
        position, key, told, secret, erased, there = row[0], *row[2:7]
        if key is None:
            if erased:
                self.done.erased += 1
            else:
                self.tell("ledger.entry_missing", position)
            return
        if erased or not there:
            code = "ledger.erasure_undone" if erased else "ledger.event_missing"
            self.tell(code, key, position=position)
            return
        self.done.events += 1
        stored = make_stored((key, *row[7:13]))
        if make_entry(stored, write_hash(bytes(told)), bytes(secret)).leaf != leaf:
            self._odd.append((position, key))
        self._check_columns(stored, row[13:], position)

    def _check_columns(self, stored: Stored, columns: Sequence[Any], position: int) -> None:
        event = None
        try:
            context = decode_context(stored.context or None)
            event = decode_event(stored.document.encode(), context)[0]
        except (ValueError, msgspec.MsgspecError):
            event = None
        wrong = ["doc"] if event is None else list(find_wrong(event, columns))
        if event is not None and not is_key_of(event, stored.event_key):
            wrong.insert(0, "event_key")
        if wrong:
            names = ", ".join(wrong)
            self.tell("ledger.column_changed", stored.event_key, column=names, position=position)

    def _meet(self, waiting: list[tuple[str, Checkpoint]]) -> None:
        while waiting and waiting[-1][1].size <= self._frontier.size:
            name, checkpoint = waiting.pop()
            right = checkpoint.size == self._frontier.size
            right = right and self._frontier.root == checkpoint.root
            if not right and not self._broken and not self._odd:
                since = self._sound_at
                self.tell("ledger.root_differs", name, size=checkpoint.size, since=since)
            self._settle(right=right)
            if right:
                self._sound_at = checkpoint.size
            self._broken = self._broken or not right

    def _settle(self, *, right: bool) -> None:
        """Say of what did not fit which side is wrong, now that a root has spoken."""
        code = "ledger.event_changed" if right and not self._broken else "ledger.leaf_changed"
        for position, key in self._odd:
            self.tell(code, key, position=position)
        if right and not self._broken:
            for level, place in self._nodes:
                self.tell("ledger.node_changed", f"{level}/{place}", first=place << level)
        self._odd, self._nodes = [], []

    # -- what no leaf speaks of -------------------------------------------------------------

    def count_nodes(self) -> None:
        """Stored subtrees that there should not be."""
        for level, count in self._connection.execute(query("count_nodes", PACKAGE)).fetchall():
            if level % STEP or count > self._frontier.size >> level:
                self.tell("ledger.node_changed", f"{level}/{count}", first=self._frontier.size)

    def look_for_loose(self) -> None:
        """Events that should be leaves and are none; entries without a leaf."""
        for key, position in self._connection.execute(query("loose_entries", PACKAGE)):
            self.tell("ledger.entry_loose", key, position=position)
        for key, recorded, late in self._connection.execute(query("left_out", PACKAGE)):
            if late:
                self.tell("ledger.left_out", key, recorded=recorded.isoformat())
            else:
                self.done.waiting += 1
