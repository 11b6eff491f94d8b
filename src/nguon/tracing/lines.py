"""The course of one link in the picture, as SVG path data that keeps clear of the boxes.

Boxes stand on a grid of rows, with a free channel between any two rows; a long link runs in
its own row where that is free, else in a channel.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

HEAD = 40
ROW = 50
COLUMN = 196
MARGIN = 32
BOX_WIDTH = 156
BOX_HEIGHT = 38
GUTTER = COLUMN - BOX_WIDTH
_INSET = (ROW - BOX_HEIGHT) // 2


@dataclass(frozen=True, slots=True)
class Spot:
    """A box's place on the grid; `row` counts over all lanes from the top."""

    column: int
    row: int

    @property
    def x(self) -> int:
        return MARGIN + self.column * COLUMN

    @property
    def y(self) -> int:
        return HEAD + self.row * ROW + _INSET

    @property
    def right(self) -> int:
        return self.x + BOX_WIDTH

    @property
    def middle(self) -> int:
        return HEAD + self.row * ROW + ROW // 2


def _bend(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (x + to_x) // 2
    return f"C{half} {y} {half} {to_y} {to_x} {to_y}"


def _course(source: Spot, target: Spot, taken: Container[tuple[int, int]]) -> int:
    """The height at which a link over several columns crosses them."""
    between = range(source.column + 1, target.column)
    for row, height in ((source.row, source.middle), (target.row, target.middle)):
        if not any((column, row) in taken for column in between):
            return height
    downwards = target.row > source.row
    return HEAD + (target.row if downwards else target.row + 1) * ROW


def route(source: Spot, target: Spot, taken: Container[tuple[int, int]]) -> str:
    """Path data from the right edge of `source` to the left edge of `target`.

    `taken` holds the (column, row) of every box. A link to the left or to the same column
    (only a circle has one) goes round over the top of its target.
    """
    start = f"M{source.right} {source.middle}"
    if target.column <= source.column:
        over, turn = HEAD + target.row * ROW, GUTTER // 2
        return (
            f"{start}C{source.right + turn} {source.middle} {source.right + turn} {over} "
            f"{source.right} {over}H{target.x}C{target.x - turn} {over} "
            f"{target.x - turn} {target.middle} {target.x} {target.middle}"
        )
    if target.column == source.column + 1:
        return start + _bend(source.right, source.middle, target.x, target.middle)
    height = _course(source, target, taken)
    first, last = source.right + GUTTER, target.x - GUTTER
    return (
        start
        + _bend(source.right, source.middle, first, height)
        + f"H{last}"
        + _bend(last, height, target.x, target.middle)
    )
