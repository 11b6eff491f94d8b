"""What a picture with too many codes folds away, and how many codes each fold stands for.

Nothing is dropped: every code is in exactly one group, and a group with more than one code is
drawn as “và N mã nữa” with that number. The table beside the picture lists them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# The picture is legible up to about a dozen lanes; the rest share one.
LANES = 12
OTHERS = ""
_CAPS = (8, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """One code with its place: lane, column, and whether it must stay visible first."""

    key: str
    lane: str
    column: int
    kind: str
    focus: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What one box stands for: one code, or several of one lane, column and kind."""

    keys: tuple[str, ...]
    lane: str
    column: int
    kind: str

    @property
    def folded(self) -> bool:
        return len(self.keys) > 1


def merge_lanes(placed: Sequence[Placed], most: int = LANES) -> list[Placed]:
    """The same places with the least used lanes put together as `OTHERS`, `most` lanes in all."""
    sizes = Counter(one.lane for one in placed)
    if len(sizes) <= most:
        return list(placed)
    focus = {one.lane for one in placed if one.focus}
    kept = sorted(sizes, key=lambda lane: (lane not in focus, -sizes[lane], lane))[: most - 1]
    return [one if one.lane in kept else replace(one, lane=OTHERS) for one in placed]


def _cells(placed: Iterable[Placed]) -> dict[tuple[int, str, str], list[Placed]]:
    cells: dict[tuple[int, str, str], list[Placed]] = defaultdict(list)
    for one in placed:
        cells[one.column, one.lane, one.kind].append(one)
    return cells


def cap(placed: Sequence[Placed], most: int) -> list[Group]:
    """At most `most` boxes for each lane, column and kind; what is over goes into one fold.

    The code in question and codes with a gap are kept visible before the others; `placed` is
    in the order of time, which decides the rest.
    """
    groups = []
    for (column, lane, kind), cell in _cells(placed).items():
        cell.sort(key=lambda one: (not one.focus, not one.urgent))
        kept = len(cell) if len(cell) <= most else most - 1
        groups += [Group((one.key,), lane, column, kind) for one in cell[:kept]]
        if kept < len(cell):
            groups.append(Group(tuple(one.key for one in cell[kept:]), lane, column, kind))
    return groups


def _outside(placed: Iterable[Placed], column: int) -> list[Group]:
    keys = tuple(one.key for one in placed)
    return [Group(keys, OTHERS, column, "item")] if keys else []


def keep_near(placed: Sequence[Placed], limit: int) -> list[Group]:
    """Columns near the code in question; all that lies further left or right is one fold each."""
    columns = sorted({one.column for one in placed})
    middle = next((one.column for one in placed if one.focus), columns[-1])
    groups: list[Group] = []
    for reach in range(len(columns)):
        low, high = middle - reach, middle + reach
        near = cap([one for one in placed if low <= one.column <= high], 1)
        left = _outside([one for one in placed if one.column < low], low - 1)
        right = _outside([one for one in placed if one.column > high], high + 1)
        if groups and len(near) + len(left) + len(right) > limit:
            break
        groups = left + near + right
    return groups


def fold(placed: Sequence[Placed], limit: int) -> list[Group]:
    """Groups for a picture of about `limit` boxes: as little folded as that allows."""
    placed = merge_lanes(placed)
    for most in _CAPS:
        groups = cap(placed, most)
        if len(groups) <= limit:
            return groups
    return keep_near(merge_lanes(placed, 6), limit)
