"""The hash tree of RFC 9162 section 2.1 (the same as RFC 6962's): roots, audit paths, consistency.

A *node* is a complete subtree: (level, place) stands for the leaves from place·2^level up to
(place + 1)·2^level. A complete subtree never changes once its leaves are there, so nodes may be
stored for good; whatever a proof holds is one node, or a few of them at the tree's right edge.
Leaves and inner nodes are hashed with different first bytes, so that one never passes for the
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Node = tuple[int, int]
Range = tuple[int, int]
Source = Callable[[int, int], bytes]

HASH = 32
EMPTY_ROOT = sha256(b"").digest()


def hash_leaf(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of a zero byte and the entry."""
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees: SHA-256 of a one byte and both."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^k hashes of one level. Raises ValueError for another number of them."""
    row = list(hashes)
    if not row or len(row) & (len(row) - 1):
        raise ValueError(f"{len(row)} hashes make no complete subtree")
    while len(row) > 1:
        row = [hash_node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def _split(low: int, high: int) -> int:
    """Where a tree over these leaves is parted: behind the largest power of two below its size."""
    return low + (1 << ((high - low - 1).bit_length() - 1))


def cover(low: int, high: int) -> list[Node]:
    """The complete subtrees, left to right, of a range that is a subtree of some tree."""
    nodes = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append((level, low >> level))
        low += 1 << level
    return nodes


def hash_range(low: int, high: int, source: Source) -> bytes:
    """The root over a range of leaves, from its complete subtrees."""
    nodes = [source(level, place) for level, place in cover(low, high)]
    if not nodes:
        return EMPTY_ROOT
    whole = nodes.pop()
    while nodes:
        whole = hash_node(nodes.pop(), whole)
    return whole


def root(size: int, source: Source) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return hash_range(0, size, source)


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """What an audit path consists of, from the leaf up. Raises ValueError outside the tree."""
    if not 0 <= position < size:
        raise ValueError(f"no leaf {position} in a tree of {size}")
    low, high = 0, size
    path = []
    while high - low > 1:
        middle = _split(low, high)
        if position < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """What a proof that a tree grew out of a smaller one consists of (RFC 9162, 2.1.4.1)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not grow out of one of {old}")
    if old in (0, new):
        return []
    low, high, whole = 0, new, True
    path = []
    while old != high:
        middle = _split(low, high)
        if old <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low, whole = middle, False
    if not whole:
        path.append((low, high))
    return path[::-1]


def find_nodes(ranges: Iterable[Range]) -> set[Node]:
    """Every complete subtree that some ranges are made of: what has to be read for them."""
    return {node for low, high in ranges for node in cover(low, high)}


def make_path(ranges: Iterable[Range], source: Source) -> list[bytes]:
    """The hashes of a proof."""
    return [hash_range(low, high, source) for low, high in ranges]


def climb(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to, None when it is too long or too short.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= position < size:
        return None
    at, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = hash_node(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hash_node(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the larger tree begins with all of the smaller one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    steps = list(path)
    if not old & (old - 1):
        steps.insert(0, old_root)
    if not steps:
        return False
    return _grow(old - 1, new - 1, steps) == (old_root, new_root)


def _grow(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to."""
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            before, after = hash_node(step, before), hash_node(step, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = hash_node(after, step)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None


class Frontier:
    """A growing tree of which only the right edge is held: as many hashes as its size has ones."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """`peaks`: the hashes of `cover(0, size)`."""
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} has another number of peaks")

    @classmethod
    def at(cls, size: int, source: Source) -> Frontier:
        """The edge of a stored tree."""
        return cls(size, [source(level, place) for level, place in cover(0, size)])

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Take a leaf's hash in; returns every subtree above it that is complete now, upwards."""
        completed = []
        found, level, place = leaf, 0, self.size
        while place & 1:
            found = hash_node(self._peaks.pop(), found)
            level, place = level + 1, place >> 1
            completed.append((level, place, found))
        self._peaks.append(found)
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        """The root of the tree as it stands."""
        if not self._peaks:
            return EMPTY_ROOT
        whole = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            whole = hash_node(peak, whole)
        return whole
