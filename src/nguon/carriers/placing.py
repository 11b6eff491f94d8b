"""Where symbols stand on a label, and how wide a module may be there.

A symbol takes the module that the design wants, less where its data need more modules, never less
than the standard's limit: then the label is refused, naming a size that would do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from nguon.carriers.design import MOST, Carrier, Design, Line
from nguon.carriers.error import CarrierError, carrier_error
from nguon.carriers.limits import EPSILON, INCH, whole_dots
from nguon.carriers.shapes import Box, Placed
from nguon.carriers.symbol import Symbol

LEADING = 1.22
GAP = 0.8
_TWO, _ONE = 0.6, 0.62


def place(design: Design, symbols: Sequence[Symbol], dpi: int | None) -> tuple[Placed, ...]:
    """The symbols in their places. Raises `carriers.too_small`, or `carriers.no_size`."""
    return tuple(
        _place_one(design, carrier, symbol, f"/carriers/{index}", dpi)
        for index, (carrier, symbol) in enumerate(zip(design.carriers, symbols, strict=True))
    )


def _place_one(
    design: Design, carrier: Carrier, symbol: Symbol, pointer: str, dpi: int | None
) -> Placed:
    x = _module(design, carrier, symbol, dpi)
    if not _will_do(design, carrier, symbol, x):
        raise _too_small(design, carrier, symbol, pointer, dpi)
    width, height = symbol.width(x), symbol.height(x, carrier.bars)
    edge = max(0.0, design.padding - symbol.quiet * x)
    left, top = edge, edge
    if carrier.place in ("centre", "below"):
        left = (design.width - width) / 2
    elif carrier.place == "right":
        left = design.width - width - edge
    if carrier.place == "below":
        top = design.height - height - height_of(design.below) - design.padding
    return Placed(symbol, Box(_snap(left, dpi), _snap(top, dpi), width, height), x)


def _snap(place: float, dpi: int | None) -> float:
    """The place moved up or left to where a dot of the printer begins."""
    if dpi is None:
        return place
    dot = INCH / dpi
    return math.floor(place / dot + EPSILON) * dot


def _module(design: Design, carrier: Carrier, symbol: Symbol, dpi: int | None) -> float:
    wide, high = _room(design, carrier)
    most = min(wide / symbol.width(1.0), carrier.bounds.most)
    if not symbol.linear:
        most = min(most, high / symbol.height(1.0))
    return whole_dots(carrier.x, max(0.0, most), dpi)


def _will_do(design: Design, carrier: Carrier, symbol: Symbol, x: float) -> bool:
    _, high = _room(design, carrier)
    return x >= carrier.bounds.least - EPSILON and symbol.height(x, carrier.bars) <= high + EPSILON


def _room(design: Design, carrier: Carrier) -> tuple[float, float]:
    """How wide and high a symbol may be, what must stand beside and below it put aside."""
    below = height_of(design.below)
    if carrier.place == "below":
        above = height_of(design.beside)
        return design.width, design.height - below - above - design.padding
    wide = design.width
    if len(design.carriers) == 2:
        wide *= _TWO if carrier.place == "left" else 1 - _TWO
    elif design.beside and carrier.place in ("left", "right"):
        wide *= _ONE
    return wide, design.height - below - design.padding


def height_of(lines: Iterable[Line]) -> float:
    """The least height that the lines that must be there take."""
    return sum(line.least * LEADING for line in lines if line.must) + GAP


def _too_small(
    design: Design, carrier: Carrier, symbol: Symbol, pointer: str, dpi: int | None
) -> CarrierError:
    """The refusal, with the size of label that would do, tried out and not reckoned."""
    bounds = carrier.bounds
    words = {"kind": carrier.kind, "modules": symbol.columns, "least": f"{bounds.least:g}"}
    larger = _enlarge(design, carrier, symbol, dpi)
    if larger is None:
        long = f"{symbol.width(bounds.least):.0f}"
        return carrier_error("no_size", design.name, pointer, **words, long=long)
    found, would = (_module(one, carrier, symbol, dpi) for one in (design, larger))
    return carrier_error(
        "too_small",
        design.name,
        pointer,
        **words,
        x=f"{found:.3f}",
        would=f"{would:.3f}",
        width=f"{larger.width:.0f}",
        height=f"{larger.height:.0f}",
        rule=bounds.rule,
    )


def _enlarge(design: Design, carrier: Carrier, symbol: Symbol, dpi: int | None) -> Design | None:
    """The design on the least label that takes the symbol: first as wide, then as high as needed.

    Never smaller than it is.
    """
    sides = {"width": design.width, "height": MOST}
    for side in sides:
        start = getattr(design, side)
        tried = (start, *(float(whole) for whole in range(math.floor(start) + 1, int(MOST) + 1)))
        for length in tried:
            larger = replace(design, **{**sides, side: length})
            if _will_do(larger, carrier, symbol, _module(larger, carrier, symbol, dpi)):
                sides[side] = math.ceil(length)
                break
        else:
            return None
    return replace(design, width=float(sides["width"]), height=float(sides["height"]))
