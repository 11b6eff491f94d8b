"""Text set into what room there is: measured, shrunk, wrapped, and at last cut or left out.

Rows flow down a region; where a box stands in it they are shorter. A row's box holds all its ink:
capitals with two marks, such as Ẫ, rise higher than a line of small letters is high.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from nguon.carriers.fonts import Weight, width_of
from nguon.carriers.limits import EPSILON
from nguon.carriers.lines import Block, Region, Row, Said, end_size, reach

MARK, MARK_SIDE = 1.55, 1.4
FRAME = 0.9
RULE_ROOM = 1.1
_MARK_RISE = 1.12
_FRAMED = 0.22
_END_GAP = 1.4
_STEP = 0.94
_FEWER = 0.85
_SPREAD = 0.5
_HARDLY = 3
_SHARES = (0.5, 0.6, 0.7, 0.8, 0.9)
_ELLIPSIS = "…"
_LOOSE = " ,.;–-"


@lru_cache(maxsize=4096)
def fill(lines: tuple[Said, ...], region: Region) -> tuple[Block, ...] | None:
    """Lines set from the top of a region; what does not fit gives way, from the last line on.

    None where not even the lines that must be there fit at their least size.
    """
    kept, gone = list(lines), list[Block]()
    while True:
        found = _give_way(kept, region)
        if found is None:
            return None
        kept, gone = found[0], [*gone, *(Block(said, (), said.fields) for said in found[1])]
        blocks = _fit(kept, region)
        if not any(block.endless for block in blocks):
            return (*_spread(blocks, region), *gone)
        parted = (one.said.split() if one.endless else (one.said,) for one in blocks)
        kept = [said for saids in parted for said in saids]


def _give_way(kept: Sequence[Said], region: Region) -> tuple[list[Said], list[Said]] | None:
    """What stays, and what gives way because not even the least sizes fit; None: what must be."""
    loose = [index for index, said in enumerate(kept) if not said.line.must]

    def leave(count: int) -> list[Said]:
        out = loose[len(loose) - count :]
        return [said for index, said in enumerate(kept) if index not in out]

    def fits(count: int) -> bool:
        left = leave(count)
        return any(_try(left, region, step) is not None for step in (0, _steps(left)))

    if not fits(len(loose)):
        return None
    count = first_good(0, len(loose), fits)
    return leave(count), [kept[index] for index in reversed(loose[len(loose) - count :])]


def first_good(low: int, high: int, good: Callable[[int], bool]) -> int:
    """The first from `low` on that is good, where all after a good one are; `high` is known to be.

    The lowest is tried at once: mostly it will do.
    """
    if low == high or good(low):
        return low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


def _fit(kept: Sequence[Said], region: Region) -> list[Block]:
    """All lines at one scale, the largest at which they fit; their least, or their own, does."""

    def fits(step: int) -> bool:
        return _try(kept, region, step) is not None

    return _try(kept, region, first_good(0, _steps(kept), fits)) or []


def _steps(kept: Sequence[Said]) -> int:
    """After how many steps every line has its least size."""
    return max([_count_steps(said.line.size, said.line.least) for said in kept], default=0)


def _count_steps(most: float, least: float) -> int:
    return math.ceil(math.log(most / least) / -math.log(_STEP)) if most > least else 0


def _try(kept: Sequence[Said], region: Region, step: int) -> list[Block] | None:
    blocks = _stack(kept, region, _STEP**step)
    if blocks is None or _bottom(blocks, region) > region.box.bottom + EPSILON:
        return None
    return blocks


def _bottom(blocks: Sequence[Block], region: Region) -> float:
    return max([row.bottom for block in blocks for row in block.rows], default=region.box.y)


def _stack(kept: Sequence[Said], region: Region, scale: float) -> list[Block] | None:
    blocks: list[Block] = []
    y = region.box.y
    for said in kept:
        block = _set(said, region, y + (RULE_ROOM if said.line.rule else 0.0), scale)
        if block is None:
            return None
        blocks.append(block)
        y = block.rows[-1].bottom if block.rows else y
    return blocks


def _spread(blocks: Sequence[Block], region: Region) -> Sequence[Block]:
    """What height is left goes between the lines, up to half a line each.

    Less of it where a row would come beside something that it has no room beside.
    """
    shown = sum(bool(block.rows) for block in blocks)
    gap = max(0.0, region.box.bottom - _bottom(blocks, region)) / max(1, shown)
    for share in (1.0, 0.5, 0.25):
        spread = list(_shift(blocks, gap * share))
        if all(_has_room(block, region) for block in spread):
            return spread
    return blocks


def _shift(blocks: Sequence[Block], gap: float) -> Iterator[Block]:
    shift = 0.0
    for block in blocks:
        rows = tuple(replace(row, y=row.y + shift) for row in block.rows)
        yield replace(block, rows=rows)
        if rows:
            shift += min(gap, _SPREAD * rows[-1].size)


def _has_room(block: Block, region: Region) -> bool:
    weight = block.said.line.weight
    return all(
        width_of(row.words, weight, row.size) + _taken(block.said, row.end, row.size)
        <= region.room(row.y, row.up + row.down) + EPSILON
        for row in block.rows
    )


def _set(said: Said, region: Region, y: float, scale: float) -> Block | None:
    """A line in at most its rows, smaller or with fewer fields where that helps, cut at last."""
    line, most = said.line, max(said.line.least, said.line.size * scale)
    text = said.text(len(said.words))
    # Below what stands in the region there may be the room that is not beside it.
    for lower in (y, *(box.bottom for box in region.taken if box.bottom > y)):
        if rows := _wrap(said, text, said.end, region, lower, most):
            return Block(said, _balance(said, text, region, rows))
    for count, end, least in _attempts(said, most):
        if rows := _shrink(said, said.text(count), end, region, y, (most, least)):
            rows = _balance(said, said.text(count), region, rows)
            return Block(said, rows, said.fields[count:], endless=said.end != end)
    if line.must:
        return None
    rows = () if said.whole else _wrap(said, said.text(1), "", region, y, line.least, cut=True)
    return Block(said, rows, said.fields[1 if rows else 0 :], endless=bool(said.end))


def _balance(said: Said, text: str, region: Region, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The same number of rows, as even as they can be: no name ends in a lone short word."""
    if len(rows) == 1:
        return rows
    for share in _SHARES:
        row = rows[0]
        even = _wrap(said, text, row.end, region, row.y, row.size, share=share)
        if len(even) == len(rows):
            return even
    return rows


def _attempts(said: Said, most: float) -> Iterator[tuple[int, str, float]]:
    """How many fields, with the end or without, down to what size, in order of preference."""
    line = said.line
    counts = [len(said.words)] if line.must else list(range(len(said.words), 0, -1))
    ends = (said.end, "") if said.end else ("",)
    for end in ends:
        for count in counts:
            is_last = count == counts[-1] and not end
            yield count, end, line.least if is_last else max(line.least, most * _FEWER)


def _shrink(
    said: Said, text: str, end: str, region: Region, y: float, sizes: tuple[float, float]
) -> tuple[Row, ...]:
    """The words in rows at the largest size, of those from the most to the least, that will do."""
    most, least = sizes
    last = _count_steps(most, least + EPSILON)

    def wrap(step: int) -> tuple[Row, ...]:
        return _wrap(said, text, end, region, y, most * _STEP**step if step < last else least)

    if not (rows := wrap(last)):
        return ()
    found = first_good(0, last, lambda step: bool(wrap(step)))
    return wrap(found) if found < last else rows


def _wrap(
    said: Said,
    text: str,
    end: str,
    region: Region,
    y: float,
    size: float,
    *,
    share: float = 1.0,
    cut: bool = False,
) -> tuple[Row, ...]:
    """The words in rows, as many as allowed; nothing where they do not fit at this size.

    `share` of the room is used.
    """
    wide = share * region.box.width * said.line.rows + size * said.line.rows
    if not cut and width_of(text, said.line.weight, size) > wide:
        return ()
    rows: list[Row] = []
    waiting = text.split(" ")
    while waiting and len(rows) < said.line.rows:
        up, down = _heights(said, " ".join(waiting), end, size)
        room = share * (region.room(y, up + down) - _taken(said, end, size))
        last = cut and len(rows) == said.line.rows - 1
        words, waiting = _take(waiting, said.line.weight, size, room, last=last)
        if not words:
            return ()
        rows.append(Row(words, end, size, y, up, down))
        y, end = rows[-1].bottom, ""
    return () if waiting else tuple(rows)


def _heights(said: Said, words: str, end: str, size: float) -> tuple[float, float]:
    up, down = reach(words, said.line.weight)
    if end:
        share = end_size(said.line, size) / size
        other = reach(end, said.line.end_weight)
        up, down = max(up, share * other[0]), max(down, share * other[1])
    if said.marked:
        up, down = max(up, _MARK_RISE), max(down, MARK_SIDE - _MARK_RISE)
    more = _FRAMED if said.framed else 0.0
    return (up + more) * size, (down + more) * size


def _taken(said: Said, end: str, size: float) -> float:
    """What of a row's width is not for its words."""
    taken = MARK * size if said.marked else 2 * FRAME if said.framed else 0.0
    if end:
        taken += width_of(end, said.line.end_weight, end_size(said.line, size)) + _END_GAP
    return taken


def _take(
    waiting: list[str], weight: Weight, size: float, room: float, *, last: bool
) -> tuple[str, list[str]]:
    """The words that a row takes and those that still wait; all, cut, where it is the last."""
    if last:
        return _cut(" ".join(waiting), weight, size, room), []
    taken = 0.0
    for count, word in enumerate(waiting):
        taken += width_of(f" {word}" if count else word, weight, size)
        if taken > room + EPSILON:
            return " ".join(waiting[:count]), waiting[count:]
    return " ".join(waiting), []


def _cut(text: str, weight: Weight, size: float, room: float) -> str:
    """The text as far as it fits, with an ellipsis; nothing where hardly a letter would."""
    if width_of(text, weight, size) <= room:
        return text
    if room < _HARDLY * size:
        return ""
    kept = len(text) - first_good(
        0, len(text), lambda less: _fits_cut(text[: len(text) - less], weight, size, room)
    )
    text = text[:kept].rstrip(_LOOSE)
    return text + _ELLIPSIS if text else ""


def _fits_cut(text: str, weight: Weight, size: float, room: float) -> bool:
    return width_of(text.rstrip(_LOOSE) + _ELLIPSIS, weight, size) <= room
