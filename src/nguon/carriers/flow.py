"""Text set into what room there is: measured, shrunk, wrapped, and at last cut or left out.

Rows flow down a region; where a box stands in it they are shorter. A row's box holds all its ink:
capitals with two marks, such as Ẫ, rise higher than a line of small letters is high.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


@lru_cache(maxsize=4096)
def fill(lines: tuple[Said, ...], region: Region) -> tuple[Block, ...] | None:
    """Lines set from the top of a region; what does not fit gives way, from the last line on.

    None where not even the lines that must be there fit at their least size.
    """
    kept = list(lines)
    gone: list[Block] = []
    while kept:
        blocks = _fit(kept, region)
        if blocks is not None:
            parted = next((index for index, one in enumerate(blocks) if one.endless), None)
            if parted is None:
                return (*_spread(blocks, region), *gone)
            kept[parted : parted + 1] = kept[parted].split()
            continue
        loose = [index for index, said in enumerate(kept) if not said.line.must]
        if not loose:
            return None
        said = kept.pop(loose[-1])
        gone.append(Block(said, (), said.fields))
    return tuple(gone)


def _fit(kept: Sequence[Said], region: Region) -> list[Block] | None:
    """All lines at one scale, the largest at which they fit; None where not even the least does."""
    scale = 1.0
    while True:
        blocks = _stack(kept, region, scale)
        if blocks is not None and _bottom(blocks, region) <= region.box.bottom + EPSILON:
            return blocks
        if all(said.line.size * scale <= said.line.least for said in kept):
            return None
        scale *= _STEP


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
    for count, end, size in _attempts(said, most):
        if rows := _wrap(said, said.text(count), end, region, y, size):
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
    """How many fields, with the end or without, and at what size, in order of preference."""
    line = said.line
    counts = [len(said.words)] if line.must else list(range(len(said.words), 0, -1))
    ends = (said.end, "") if said.end else ("",)
    for end in ends:
        for count in counts:
            is_last = count == counts[-1] and not end
            least = line.least if is_last else max(line.least, most * _FEWER)
            size = most
            while size > least + EPSILON:
                yield count, end, size
                size *= _STEP
            yield count, end, least


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
    words = ""
    for count, word in enumerate(waiting):
        joined = f"{words} {word}" if count else word
        if width_of(joined, weight, size) > room + EPSILON:
            return words, waiting[count:]
        words = joined
    return words, []


def _cut(text: str, weight: Weight, size: float, room: float) -> str:
    """The text as far as it fits, with an ellipsis; nothing where hardly a letter would."""
    if width_of(text, weight, size) <= room:
        return text
    if room < _HARDLY * size:
        return ""
    while text and width_of(text + _ELLIPSIS, weight, size) > room:
        text = text[:-1].rstrip(" ,.;–-")
    return text + _ELLIPSIS if text else ""
