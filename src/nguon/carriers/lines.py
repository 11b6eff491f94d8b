"""What text is before and after it is set: a line with its words, the room, the rows.

Lengths are millimetres; those of the face are shares of the size.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from nguon.carriers.design import Align, Line
from nguon.carriers.fonts import Weight
from nguon.carriers.outlines import ink
from nguon.carriers.placing import LEADING
from nguon.carriers.shapes import Box

_RISE = 0.96
# Fields of which a part would be worse than nothing.
_WHOLE = {
    "lot",
    "serial",
    "gtin",
    "key",
    "elements",
    "local",
    "sscc",
    "cover",
    "expiry",
    "made",
} | {
    "invite",
    "scratch",
}


class Said(msgspec.Struct, frozen=True):
    """A line of the design with the words that its fields have for this label."""

    line: Line
    words: tuple[tuple[str, str], ...]
    ending: tuple[tuple[str, str], ...] = ()

    @property
    def end(self) -> str:
        """The words at the row's end."""
        return self.line.joint.join(words for _, words in self.ending)

    def split(self) -> tuple[Said, Said]:
        """The line without its end, and its end as a line of its own."""
        line = self.line
        alone = replace(
            line,
            size=end_size(line, line.size),
            least=min(line.least, end_size(line, line.size)),
            weight=line.end_weight,
            must=line.end_must,
            rule=False,
        )
        return Said(line, self.words), Said(alone, self.ending)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have words."""
        return tuple(field for field, _ in self.words)

    @property
    def signs(self) -> int:
        """How many signs there are to set."""
        return sum(len(words) for _, words in (*self.words, *self.ending))

    @property
    def whole(self) -> bool:
        """Whether it is shown whole or not at all."""
        return bool(_WHOLE & {*self.fields})

    @property
    def marked(self) -> bool:
        """Whether the mark stands before it."""
        return self.words[0][0] == "invite"

    @property
    def framed(self) -> bool:
        """Whether a layer to scratch off will lie on it."""
        return self.words[0][0] == "cover"

    def text(self, count: int) -> str:
        """The words of its first fields."""
        return self.line.joint.join(words for _, words in self.words[:count])


class Region(msgspec.Struct, frozen=True):
    """Where text may stand: a box, less what stands at its right side from the top on."""

    box: Box
    taken: tuple[Box, ...] = ()
    align: Align = "left"

    def room(self, y: float, height: float) -> float:
        """How wide a row may be."""
        return self.right(y, height) - self.box.x

    def right(self, y: float, height: float) -> float:
        """How far a row may reach."""
        band = Box(self.box.x, y, self.box.width, height)
        return min([*(one.x for one in self.taken if one.meets(band)), self.box.right])


class Row(msgspec.Struct, frozen=True):
    """A row as set; its ink lies between `y` and `bottom`, `end` stands at its right end."""

    words: str
    end: str
    size: float
    y: float
    up: float
    down: float

    @property
    def bottom(self) -> float:
        """Where the next row may begin."""
        return self.y + self.up + self.down


class Block(msgspec.Struct, frozen=True):
    """A line as set: its rows, and the fields that found no room."""

    said: Said
    rows: tuple[Row, ...]
    lost: tuple[str, ...] = ()
    endless: bool = False


def end_size(line: Line, size: float) -> float:
    """The size of what stands at a row's end, smaller as the row is."""
    return size * (line.end_size / line.size if line.end_size else 1.0)


def reach(words: str, weight: Weight) -> tuple[float, float]:
    """How far a row goes above and below its baseline at size 1: a line's height, or its ink."""
    up, down = ink(words, weight)
    return max(up, _RISE), max(down, LEADING - _RISE)
