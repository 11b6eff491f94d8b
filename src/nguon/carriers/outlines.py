"""Letters as outlines, read from the face itself: what a preview needs to equal the print.

TrueType `glyf` and `loca` (OpenType 1.9): contours of straight lines and quadratic curves, glyphs
composed of others (most Vietnamese letters). Lengths are thousandths of the size, y goes up.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics

from nguon.carriers.fonts import Weight, register

_WORDS, _OFFSETS, _SCALE, _MORE, _SCALES, _MATRIX = 0x01, 0x02, 0x08, 0x20, 0x40, 0x80
_ON, _SHORT_X, _SHORT_Y, _REPEAT, _SAME_X, _SAME_Y = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
Point = tuple[float, float, bool]


class _Tables(NamedTuple):
    glyphs: bytes
    offsets: tuple[int, ...]


@cache
def _tables(weight: Weight) -> _Tables:
    face = _face(weight)
    is_long = struct.unpack(">h", face.get_table("head")[50:52])[0]
    stored = face.get_table("loca")
    count = len(stored) // (4 if is_long else 2)
    raw = struct.unpack(f">{count}{'I' if is_long else 'H'}", stored)
    return _Tables(face.get_table("glyf"), raw if is_long else tuple(at * 2 for at in raw))


def _face(weight: Weight) -> Any:
    return pdfmetrics.getFont(register(weight)).face


def _glyph(sign: str, weight: Weight) -> int:
    return int(_face(weight).charToGlyph.get(ord(sign), 0))


@lru_cache(maxsize=4096)
def _contours(glyph: int, weight: Weight) -> tuple[tuple[Point, ...], ...]:
    tables = _tables(weight)
    data = tables.glyphs[tables.offsets[glyph] : tables.offsets[glyph + 1]]
    if not data:
        return ()
    count = struct.unpack(">h", data[:2])[0]
    return tuple(_compose(data, weight)) if count < 0 else tuple(_simple(data, count))


def _compose(data: bytes, weight: Weight) -> Iterator[tuple[Point, ...]]:
    """The contours of the parts, each moved and scaled to its place."""
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, glyph = struct.unpack(">HH", data[at : at + 4])
        shape = ">hh" if flags & _WORDS else ">bb"
        dx, dy = struct.unpack_from(shape, data, at + 4) if flags & _OFFSETS else (0, 0)
        at += 4 + struct.calcsize(shape)
        count = 4 if flags & _MATRIX else 2 if flags & _SCALES else 1 if flags & _SCALE else 0
        a, b, c, d = _matrix([v / 16384 for v in struct.unpack_from(f">{count}h", data, at)])
        at += 2 * count
        for contour in _contours(glyph, weight):
            yield tuple((a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in contour)


def _matrix(numbers: list[float]) -> tuple[float, float, float, float]:
    """None, one or two numbers scale; four are a whole matrix."""
    if len(numbers) == 4:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    across, up = (numbers or [1.0])[0], (numbers or [1.0])[-1]
    return across, 0.0, 0.0, up


def _simple(data: bytes, count: int) -> Iterator[tuple[Point, ...]]:
    ends = struct.unpack_from(f">{count}H", data, 10)
    at = 10 + 2 * count
    at += 2 + struct.unpack_from(">H", data, at)[0]
    flags: list[int] = []
    while len(flags) <= ends[-1]:
        times = 1
        flag = data[at]
        at += 1
        if flag & _REPEAT:
            times += data[at]
            at += 1
        flags += [flag] * times
    xs, at = _coordinates(data, at, flags, _SHORT_X, _SAME_X)
    ys, at = _coordinates(data, at, flags, _SHORT_Y, _SAME_Y)
    points = [(x, y, bool(flag & _ON)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    for start, end in zip((0, *(end + 1 for end in ends)), ends, strict=False):
        yield tuple(points[start : end + 1])


def _coordinates(
    data: bytes, at: int, flags: list[int], short: int, same: int
) -> tuple[list[int], int]:
    found, value = [], 0
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, at)[0]
            at += 2
        found.append(value)
    return found, at


@lru_cache(maxsize=4096)
def _pieces(sign: str, weight: Weight) -> tuple[tuple[float, float, str], ...]:
    """A letter's contours: where each starts, and the rest of its path from there."""
    return tuple(_trace(contour) for contour in _contours(_glyph(sign, weight), weight) if contour)


def _trace(contour: tuple[Point, ...]) -> tuple[float, float, str]:
    """A contour as relative quadratic curves; between two controls lies a point of the line."""
    start = next((index for index, point in enumerate(contour) if point[2]), None)
    if start is None:
        first = (*_middle(contour[-1], contour[0]), True)
        ring = (first, *contour)
    else:
        ring = contour[start:] + contour[:start]
    parts, here, control = [], ring[0], None
    for point in (*ring[1:], ring[0]):
        if control is None:
            if not point[2]:
                control = point
                continue
            parts.append(f"l{_step(point, here)}")
            here = point
            continue
        target = point if point[2] else (*_middle(control, point), True)
        parts.append(f"q{_step(control, here)} {_step(target, here)}")
        here, control = target, None if point[2] else point
    if control is not None:
        parts.append(f"q{_step(control, here)} {_step(ring[0], here)}")
    return ring[0][0], ring[0][1], "".join(parts) + "z"


def _middle(one: Point, other: Point) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _step(point: Point, here: Point) -> str:
    return f"{point[0] - here[0]:g} {point[1] - here[1]:g}"


def outline(words: str, weight: Weight) -> str:
    """A row of text as the path of an SVG picture, from the pen's first place on the baseline."""
    widths = _face(weight).charWidths
    parts, pen = [], 0.0
    for sign in words:
        parts += [f"M{pen + x:g} {y:g}{rest}" for x, y, rest in _pieces(sign, weight)]
        pen += widths.get(ord(sign), _face(weight).defaultWidth)
    return "".join(parts)


@lru_cache(maxsize=4096)
def _heights(sign: str, weight: Weight) -> tuple[float, float]:
    ys = [point[1] for contour in _contours(_glyph(sign, weight), weight) for point in contour]
    return max(ys, default=0), min(ys, default=0)


@lru_cache(maxsize=50_000)
def ink(words: str, weight: Weight) -> tuple[float, float]:
    """How far a row's ink rises above and falls below the baseline, at size 1."""
    heights = [_heights(sign, weight) for sign in set(words)] or [(0, 0)]
    return max(up for up, _ in heights) / 1000, -min(down for _, down in heights) / 1000
