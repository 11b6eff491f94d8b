"""The stored tree as proofs read it: blocks of 256 hashes, each asked for once.

Leaves are stored, and complete subtrees of 256, 65,536, … leaves. Any other complete subtree lies
within one block of the stored level below it. So a proof reads two blocks a stored level, whatever
the tree's size: six at ten million leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection

from nguon.eventstore.ledger.locking import PACKAGE
from nguon.eventstore.sql import query
from nguon.ledger.tree import HASH, Node, fold

STEP: Final = 8
_IN_BLOCK: Final = 1 << STEP


class Nodes:
    """A source of nodes (`nguon.ledger.tree.Source`) over one connection."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection
        self._blocks: dict[Node, bytes] = {}
        self._folded: dict[Node, bytes] = {}

    def __call__(self, level: int, place: int) -> bytes:
        """A complete subtree's hash. Raises KeyError where the stored tree has it not."""
        known = self._folded.get((level, place))
        if known is None:
            known = self._folded[level, place] = self._read(level, place)
        return known

    def _read(self, level: int, place: int) -> bytes:
        base, first, count = _locate(level, place)
        block = (base, first // _IN_BLOCK)
        if block not in self._blocks:
            self.load([(level, place)])
        held = self._blocks.get(block, b"")
        begin = (first % _IN_BLOCK) * HASH
        part = held[begin : begin + count * HASH]
        if len(part) != count * HASH:
            raise KeyError((level, place))
        return fold([part[i : i + HASH] for i in range(0, len(part), HASH)])

    def load(self, wanted: Iterable[Node]) -> None:
        """Read the blocks of many nodes at once: one question a stored level."""
        lacking: dict[int, set[int]] = defaultdict(set)
        for level, place in wanted:
            base, first, _ = _locate(level, place)
            if (base, first // _IN_BLOCK) not in self._blocks:
                lacking[base].add(first // _IN_BLOCK)
        for base, blocks in lacking.items():
            name = "node_blocks" if base else "leaf_blocks"
            values = {"level": base, "blocks": sorted(blocks)}
            for block, hashes in self._connection.execute(query(name, PACKAGE), values):
                self._blocks[base, block] = bytes(hashes)


def _locate(level: int, place: int) -> tuple[int, int, int]:
    """The stored level that a node is made of, the first of its places, how many of them."""
    rest = level % STEP
    return level - rest, place << rest, 1 << rest
