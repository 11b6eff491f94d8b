"""From a design and its data to a drawing: symbols, lines and marks in millimetres.

Text is measured with the face that is printed, shrunk, wrapped and at last cut with an ellipsis; it
never enters a quiet zone nor leaves the label. One drawing serves the preview, the sheet and the
printer file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec.structs import replace

from nguon.carriers.content import LabelData
from nguon.carriers.design import MOST, Design, Field, Line
from nguon.carriers.error import CarrierError, carrier_error
from nguon.carriers.flow import FRAME, MARK, MARK_SIDE, RULE_ROOM, fill, first_good
from nguon.carriers.fonts import clean, width_of
from nguon.carriers.lines import Block, Region, Row, Said, end_size, reach
from nguon.carriers.placing import place
from nguon.carriers.shapes import Box, Drawing, Placed, Text, Trim
from nguon.carriers.symbol import Symbol, read_back

__all__ = ["Box", "Drawing", "Placed", "Text", "draw"]
_RULE = 0.2
_CAPITALS = 0.22
_CLEAR = 0.25
_COLUMN = 0.27
_MOST_SIGNS = 3000


def draw(design: Design, data: LabelData, dpi: int | None = None) -> Drawing:
    """Lay a label out; every symbol on it was read back and said what it must.

    `dpi` makes modules whole dots of that printer. Raises Gs1Error or CarrierError for what cannot
    be printed right; where the label is too small, with a size that was tried and does.
    """
    symbols = [data.symbol_of(carrier) for carrier in design.carriers]
    try:
        drawing = _arrange(design, data, symbols, dpi)
    except CarrierError as error:
        raise _advise(error, design, data, symbols, dpi) from error
    for symbol in symbols:
        read_back(symbol)
    return drawing


def _arrange(
    design: Design, data: LabelData, symbols: Sequence[Symbol], dpi: int | None
) -> Drawing:
    placed = place(design, symbols, dpi)
    texts: list[Text] = []
    trims: list[Trim] = []
    lost: list[str] = []
    for lines, region in _regions(design, data, placed):
        written = _write(lines, region)
        if written is None:
            raise _too_long(design, lines)
        texts += written[0]
        trims += written[1]
        lost += written[2]
    size = design.width, design.height
    return Drawing(*size, placed, tuple(texts), tuple(trims), tuple(lost), dpi)


def _check_amount(groups: Iterable[Sequence[Said]]) -> None:
    """Raise for more text than any label holds, which would only keep the machine busy."""
    signs = sum(said.signs for lines in groups for said in lines)
    if signs > _MOST_SIGNS:
        raise carrier_error("text_amount", signs, most=_MOST_SIGNS)


def _too_long(design: Design, lines: Sequence[Said]) -> CarrierError:
    """The refusal of text that must be there: its longest line."""
    must = [said for said in lines if said.line.must]
    said = max(must, key=lambda one: width_of(one.text(99), one.line.weight, one.line.least))
    fields, size = " ".join(said.fields), (design.width, design.height)
    return carrier_error(
        "text_too_long", said.text(99), field=fields, width=size[0], height=size[1]
    )


def _advise(
    error: CarrierError,
    design: Design,
    data: LabelData,
    symbols: Sequence[Symbol],
    dpi: int | None,
) -> CarrierError:
    """The refusal with the size of a label on which symbols and text do fit, tried out."""
    fault = error.fault
    if fault.code not in ("carriers.too_small", "carriers.text_too_long"):
        return error
    width = float(str(fault.params.get("width", design.width)))
    height = float(str(fault.params.get("height", design.height)))
    found: dict[int, Drawing] = {}
    last = fault

    def fits(step: int) -> bool:
        nonlocal last
        size = _grow(width, height, step)
        try:
            found[step] = _arrange(replace(design, **size), data, symbols, dpi)
        except CarrierError as other:
            last = other.fault
        return step in found

    most = math.floor(MOST - max(_grow(width, height, 1).values())) + 1
    if max(width, height) >= MOST or not (fits(0) or (most > 0 and fits(most))):
        return carrier_error("text_no_size", last.value, last.pointer)
    step = 0 if 0 in found else first_good(1, most, fits)
    shown = {side: f"{length:.0f}" for side, length in _grow(width, height, step).items()}
    words = {**fault.params, **shown, "would": f"{found[step].symbols[0].x:.3f}"}
    return carrier_error(fault.code.split(".")[1], fault.value, fault.pointer, **words)


def _grow(width: float, height: float, step: int) -> dict[str, float]:
    """Both sides longer: up to a whole millimetre, then one each step."""
    if not step:
        return {"width": width, "height": height}
    return {
        "width": math.ceil(width + 0.5) + step - 1.0,
        "height": math.ceil(height + 0.5) + step - 1.0,
    }


def _say(lines: Sequence[Line], data: LabelData, design: Design) -> tuple[Said, ...]:
    """The lines that have something to say."""
    ais = next((one.ais for one in design.carriers if one.kind != "qr"), ())
    said = []
    for line in lines:
        words, end = (
            tuple((field, shown) for field in fields if (shown := _shown(field, data, design, ais)))
            for fields in (line.fields, line.end)
        )
        if words:
            said.append(Said(line, words, end))
        elif end:
            said.append(Said(line, end))
    return tuple(said)


def _shown(field: Field, data: LabelData, design: Design, ais: tuple[str, ...]) -> str:
    return clean(data.say(field, design.language, ais))


# --- regions ---------------------------------------------------------------------------------

_Filled = tuple[tuple[Said, ...], Region]


def _regions(design: Design, data: LabelData, placed: Sequence[Placed]) -> Iterator[_Filled]:
    """The lines that have words, each group with the room that it has."""
    beside, under, below = (
        _say(lines, data, design) for lines in (design.beside, design.under, design.below)
    )
    _check_amount((beside, under, below))
    edge, first = design.padding, placed[0]
    right, bottom = design.width - edge, design.height - edge
    if design.carriers[0].place == "below":
        yield beside, Region(_span(edge, edge, right, first.box.y))
        low = first.box.bottom + _CLEAR
        yield below, Region(_span(edge, low, right, bottom), align="centre")
        return
    low = max(one.box.bottom for one in placed)
    taken = [one.box for one in placed[1:]]
    if taken and under:
        column = max(taken[0].width, _COLUMN * design.width)
        box = _span(right - column, taken[0].bottom + _CLEAR, right, low)
        yield under, Region(box, align="right")
        taken += _met(under, Region(box, align="right"))
    left = max(edge, first.box.right + _CLEAR)
    box = _span(left, _top(design, first, beside), right, min(low, bottom))
    yield beside, Region(box, tuple(taken))
    if design.carriers[0].place == "centre":
        yield below, Region(_span(edge, low, right, bottom), align="centre")
    else:
        yield below, Region(_span(max(edge, first.inner.x), low, right, bottom))


def _top(design: Design, first: Placed, beside: Sequence[Said]) -> float:
    """Capitals stand as high as the symbol's first modules."""
    size = beside[0].line.size if beside else 0.0
    return max(design.padding * 0.5, first.inner.y - _CAPITALS * size)


def _span(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(left, top, max(0.0, right - left), max(0.0, bottom - top))


def _met(lines: tuple[Said, ...], region: Region) -> Iterator[Box]:
    """What the texts in a region cover, for others to keep clear of."""
    written = _write(lines, region)
    for text in written[0] if written else ():
        box = text.box
        yield Box(box.x - 2 * _CLEAR, box.y, box.width + 2 * _CLEAR, box.height)


# --- what is drawn ---------------------------------------------------------------------------

_Written = tuple[tuple[Text, ...], tuple[Trim, ...], tuple[str, ...]]


@lru_cache(maxsize=1024)
def _write(lines: tuple[Said, ...], region: Region) -> _Written | None:
    """What lines come to in a region, remembered: in a run most are alike from label to label."""
    blocks = fill(lines, region)
    if blocks is None:
        return None
    return (
        tuple(text for block in blocks for text in _texts(block, region)),
        tuple(trim for block in blocks for trim in _trims(block, region)),
        tuple(field for block in blocks for field in block.lost),
    )


def _texts(block: Block, region: Region) -> Iterator[Text]:
    line = block.said.line
    for row in block.rows:
        right = region.right(row.y, row.up + row.down)
        x = _start(block, row, region, right)
        width = width_of(row.words, line.weight, row.size)
        baseline = row.y + row.up
        if row.words:
            box = Box(x, row.y, width, row.up + row.down)
            yield Text(row.words, box, row.size, line.weight, baseline)
        if row.end:
            size = end_size(line, row.size)
            width = width_of(row.end, line.end_weight, size)
            up, down = reach(row.end, line.end_weight)
            box = Box(right - width, baseline - up * size, width, (up + down) * size)
            yield Text(row.end, box, size, line.end_weight, baseline)


def _start(block: Block, row: Row, region: Region, right: float) -> float:
    """Where a row's words begin; beside the mark all rows do."""
    align = block.said.line.align or region.align
    lead = MARK * row.size if block.said.marked else 0.0
    lead += FRAME if block.said.framed else 0.0
    free = right - region.box.x - lead - width_of(row.words, block.said.line.weight, row.size)
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    return region.box.x + lead + share * max(0.0, free)


def _trims(block: Block, region: Region) -> Iterator[Trim]:
    """The rule above a line, the mark before it, the frame around a covered code."""
    if not block.rows:
        return
    row = block.rows[0]
    right = region.right(row.y, row.up + row.down)
    x = _start(block, row, region, right)
    if block.said.line.rule:
        y = row.y - RULE_ROOM * 0.5
        yield Trim("rule", Box(region.box.x, y, right - region.box.x, _RULE))
    if block.said.marked:
        side = MARK_SIDE * row.size
        yield Trim("mark", Box(x - MARK * row.size, row.y, side, side))
    if block.said.framed:
        width = width_of(row.words, block.said.line.weight, row.size) + 2 * FRAME
        yield Trim("cover", Box(x - FRAME, row.y, width, row.up + row.down))
