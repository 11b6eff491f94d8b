"""From a design and its data to a drawing: symbols, lines and marks in millimetres.

Text is measured with the face that is printed, shrunk, wrapped and at last cut with an ellipsis; it
never enters a quiet zone nor leaves the label. One drawing serves the preview, the sheet and the
printer file. The origin is the label's upper left corner, y goes down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from nguon.carriers.content import LabelData
from nguon.carriers.design import Carrier, Design, Line
from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import Weight, clean, measure, rise
from nguon.carriers.symbol import Symbol, limits

_LEADING = 1.22
_STEP = 0.94
_GAP = 0.8
_ELLIPSIS = "…"
_JOINT = "   "
Shape = Literal["mark", "cover"]


class Box(msgspec.Struct, frozen=True):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def meets(self, other: Box) -> bool:
        """Whether two boxes share more than an edge."""
        apart = (
            self.right <= other.x + 1e-6
            or other.right <= self.x + 1e-6
            or self.bottom <= other.y + 1e-6
            or other.bottom <= self.y + 1e-6
        )
        return not apart


class Placed(msgspec.Struct, frozen=True):
    """A symbol where it stands; `box` includes its quiet zone, `x` is the width of a module."""

    symbol: Symbol
    box: Box
    x: float

    @property
    def inner(self) -> Box:
        """The modules without the quiet zone."""
        side = self.symbol.quiet * self.x
        above = 0.0 if self.symbol.linear else side
        return Box(
            self.box.x + side,
            self.box.y + above,
            self.box.width - 2 * side,
            self.box.height - 2 * above,
        )


class Text(msgspec.Struct, frozen=True):
    """A line of text in its box; the baseline lies `size` × ascent below the box's top."""

    words: str
    box: Box
    size: float
    weight: Weight
    shape: Shape | None = None

    @property
    def baseline(self) -> float:
        """How far down the baseline lies."""
        ascent, descent = rise(self.weight)
        return self.box.y + self.box.height * ascent / (ascent + descent)


class Drawing(msgspec.Struct, frozen=True):
    """A label, ready for any of the back ends."""

    width: float
    height: float
    symbols: tuple[Placed, ...]
    texts: tuple[Text, ...]


def draw(design: Design, data: LabelData) -> Drawing:
    """Lay a label out. Raises Gs1Error or CarrierError for what cannot be printed right."""
    symbols = [data.symbol(carrier.kind) for carrier in design.carriers]
    placed = _place(design, symbols)
    boxes = [one.box for one in placed]
    inside = Box(
        design.padding,
        design.padding,
        design.width - 2 * design.padding,
        design.height - 2 * design.padding,
    )
    beside, below = _regions(design, inside, boxes)
    texts = [*_fill(design, design.beside, data, beside), *_fill(design, design.below, data, below)]
    return Drawing(design.width, design.height, tuple(placed), tuple(texts))


# --- symbols ---------------------------------------------------------------------------------


def _place(design: Design, symbols: Sequence[Symbol]) -> list[Placed]:
    return [
        _place_one(design, carrier, symbol, index)
        for index, (carrier, symbol) in enumerate(zip(design.carriers, symbols, strict=True))
    ]


def _place_one(design: Design, carrier: Carrier, symbol: Symbol, index: int) -> Placed:
    room_x, room_y = _room(design, carrier)
    x = min(carrier.x, room_x / symbol.width(1.0))
    if not symbol.linear:
        x = min(x, room_y / symbol.height(1.0))
    x = int(x * 1000) / 1000
    least = limits()[carrier.kind].least
    if x < least or symbol.height(x) > room_y + 1e-6:
        _refuse(design, carrier, symbol, index, x)
    width, height = symbol.width(x), symbol.height(x)
    match carrier.place:
        case "centre":
            left, top = (design.width - width) / 2, _edge(design, symbol, x)
        case "right":
            left, top = design.width - width - _edge(design, symbol, x), _edge(design, symbol, x)
        case "below":
            left = (design.width - width) / 2
            top = design.height - height - _height_of(design.below) - design.padding
        case _:
            left = top = _edge(design, symbol, x)
    return Placed(symbol, Box(left, top, width, height), x)


def _edge(design: Design, symbol: Symbol, x: float) -> float:
    """The quiet zone may serve as the padding: white is white."""
    return max(0.0, design.padding - symbol.quiet * x)


def _room(design: Design, carrier: Carrier) -> tuple[float, float]:
    """How wide and high a symbol may be, what must stand beside and below it put aside."""
    wide = design.width
    below = _height_of(design.below)
    if len(design.carriers) == 2:
        wide = design.width * (0.6 if carrier.place == "left" else 0.4)
    elif design.beside and carrier.place in ("left", "right"):
        wide = design.width * 0.62
    if carrier.place == "below":
        return design.width, design.height - below - 2 * design.padding
    return wide, design.height - below - design.padding


def _height_of(lines: Iterable[Line]) -> float:
    """The least height that the lines that must be there take."""
    return sum(line.least * _LEADING for line in lines if line.must) + _GAP


def _refuse(design: Design, carrier: Carrier, symbol: Symbol, index: int, x: float) -> None:
    """Say the sizes that would do: of the label at the least module."""
    least = limits()[carrier.kind].least
    room_x, room_y = _room(design, carrier)
    factor = max(
        symbol.width(least) / room_x if room_x else 1.0,
        symbol.height(least) / room_y if room_y > 0 else 2.0,
    )
    raise carrier_error(
        "too_small",
        design.name,
        f"/carriers/{index}",
        kind=carrier.kind,
        modules=symbol.columns,
        x=f"{max(x, 0):.3f}",
        least=least,
        width=f"{design.width * factor + 0.5:.0f}",
        height=f"{design.height * factor + 0.5:.0f}",
        rule=limits()[carrier.kind].rule,
    )


# --- text ------------------------------------------------------------------------------------


def _regions(design: Design, inside: Box, boxes: Sequence[Box]) -> tuple[Box, Box]:
    """Where text may stand beside the first symbol, and below all of them."""
    first = boxes[0]
    second = boxes[1] if len(boxes) > 1 else None
    if design.carriers[0].place == "below":
        beside = Box(inside.x, inside.y, inside.width, first.y - inside.y)
        return beside, Box(inside.x, first.bottom, inside.width, inside.bottom - first.bottom)
    left = max(first.right, inside.x)
    right = min(second.x, inside.right) if second else inside.right
    bottom = max(box.bottom for box in boxes)
    beside = Box(left, inside.y, max(0.0, right - left), min(bottom, inside.bottom) - inside.y)
    return beside, Box(inside.x, bottom, inside.width, inside.bottom - bottom)


class _Set(msgspec.Struct):
    """A line set in rows at a size."""

    line: Line
    words: str
    rows: list[str]
    size: float

    @property
    def height(self) -> float:
        return len(self.rows) * self.size * _LEADING


def _fill(design: Design, lines: Sequence[Line], data: LabelData, box: Box) -> list[Text]:
    """Lines set from the top of a box; what does not fit gives way, from the last line on."""
    wanted = [(line, _words(line, data, design)) for line in lines]
    kept = [(line, words) for line, words in wanted if words]
    while kept:
        fitted = _fit(kept, box)
        if fitted is not None:
            return _stack(fitted, box, centred=design.carriers[0].place == "centre")
        loose = [index for index, (line, _) in enumerate(kept) if not line.must]
        if not loose:
            _refuse_text(design, kept, box)
        kept.pop(loose[-1])
    return []


def _words(line: Line, data: LabelData, design: Design) -> str:
    said = (clean(data.say(field, design.language)) for field in line.fields)
    return _JOINT.join(words for words in said if words)


def _fit(kept: Sequence[tuple[Line, str]], box: Box) -> list[_Set] | None:
    """All lines at one scale, the largest at which they fit; None where not even the least does."""
    scale = 1.0
    while True:
        fitted = [_set(line, words, box.width, scale) for line, words in kept]
        whole = all(one is not None for one in fitted)
        found = [one for one in fitted if one is not None]
        if whole and sum(one.height for one in found) <= box.height + 1e-6:
            return found
        if all(line.size * scale <= line.least for line, _ in kept):
            return None
        scale *= _STEP


def _set(line: Line, words: str, width: float, scale: float) -> _Set | None:
    """A line in at most its rows, made smaller where that helps, cut only at the least size."""
    size = max(line.least, line.size * scale)
    while True:
        rows = _wrap(words, line.weight, size, width)
        if len(rows) <= line.rows and all(_width(row, line.weight, size) <= width for row in rows):
            return _Set(line, words, rows, size)
        if size <= line.least:
            break
        size = max(line.least, size * _STEP)
    if line.must or width < 3 * size:
        return None
    cut = [*rows[: line.rows - 1], " ".join(rows[line.rows - 1 :])]
    rows = [_cut(row, line.weight, size, width) for row in cut]
    return _Set(line, words, rows, size)


def _width(text: str, weight: Weight, size: float) -> float:
    return measure(text, weight, 1000.0) * size / 1000.0


def _wrap(words: str, weight: Weight, size: float, width: float) -> list[str]:
    rows: list[str] = []
    for word in words.split(" "):
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and _width(joined, weight, size) <= width:
            rows[-1] = joined
        else:
            rows.append(word)
    return rows


def _cut(text: str, weight: Weight, size: float, width: float) -> str:
    if _width(text, weight, size) <= width:
        return text
    while text and _width(text + _ELLIPSIS, weight, size) > width:
        text = text[:-1].rstrip()
    return text + _ELLIPSIS


def _stack(fitted: Sequence[_Set], box: Box, *, centred: bool) -> list[Text]:
    texts: list[Text] = []
    y = box.y
    for one in fitted:
        for row in one.rows:
            width, height = _width(row, one.line.weight, one.size), one.size * _LEADING
            x = box.x + (box.width - width) / 2 if centred else box.x
            shape: Shape | None = "cover" if "cover" in one.line.fields else None
            texts.append(Text(row, Box(x, y, width, height), one.size, one.line.weight, shape))
            y += height
    return texts


def _refuse_text(design: Design, kept: Sequence[tuple[Line, str]], box: Box) -> None:
    line, words = max(kept, key=lambda one: _width(one[1], one[0].weight, one[0].least))
    wide = _width(words, line.weight, line.least)
    high = sum(each.least * _LEADING for each, _ in kept)
    raise carrier_error(
        "text_too_long",
        words,
        field=" ".join(line.fields),
        width=f"{design.width + max(0.0, wide - box.width) + 0.5:.0f}",
        height=f"{design.height + max(0.0, high - box.height) + 0.5:.0f}",
    )
