"""What a label is drawn of: symbols, texts, rules, frames and the mark, in millimetres.

The origin is the label's upper left corner, y goes down. Every back end draws these and no others.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from nguon.carriers.fonts import Weight
from nguon.carriers.limits import EPSILON
from nguon.carriers.symbol import Symbol

Shape = Literal["rule", "cover", "mark"]


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
            self.right <= other.x + EPSILON
            or other.right <= self.x + EPSILON
            or self.bottom <= other.y + EPSILON
            or other.bottom <= self.y + EPSILON
        )
        return not apart

    def holds(self, other: Box) -> bool:
        """Whether the other box lies within this one."""
        return (
            other.x >= self.x - EPSILON
            and other.y >= self.y - EPSILON
            and other.right <= self.right + EPSILON
            and other.bottom <= self.bottom + EPSILON
        )


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
    """A row of text; `box` holds all its ink, marks stacked on capitals included."""

    words: str
    box: Box
    size: float
    weight: Weight
    baseline: float


class Trim(msgspec.Struct, frozen=True):
    """What is neither code nor text: a thin rule, the frame of a covered code, the mark."""

    shape: Shape
    box: Box


class Drawing(msgspec.Struct, frozen=True):
    """A label, ready for any of the back ends; its symbols were read back.

    `left_out` names the fields that had a value and found no room: whoever asks for the label is
    told. `dpi` is the printer whose dots the modules are made of, None for any.
    """

    width: float
    height: float
    symbols: tuple[Placed, ...]
    texts: tuple[Text, ...]
    trims: tuple[Trim, ...] = ()
    left_out: tuple[str, ...] = ()
    dpi: int | None = None


# The mark, in a square of 24: the ring and the two strokes above it, all of one thickness.
MARK_SQUARE = 24.0
MARK_STROKE = 2.6
MARK_RING = (10.5, 15.6, 5.9)
MARK_LINES = (((5.4, 6.9), (10.5, 2.9), (15.6, 6.9)), ((18.0, 3.6), (20.6, 7.0)))
