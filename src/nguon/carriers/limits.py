"""How large a module may be: the standard's limits, and the dots that a printer has.

The limits are data (`limits.toml`), each with its clause: GS1 General Specifications 5.12.3.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

Kind = Literal["qr", "datamatrix", "gs1-128"]
Use = Literal["retail", "line", "transport"]
INCH = 25.4
# Half a thousandth of a dot of the finest printer: less than any ruler shows.
EPSILON = 1e-6


class Bounds(msgspec.Struct, frozen=True):
    """What one use allows: millimetres of a module, the least height of bars."""

    least: float
    most: float
    rule: str
    height: float = 0.0


class Limits(msgspec.Struct, frozen=True):
    """What is allowed of a kind of symbol; `quiet` in modules."""

    quiet: int
    retail: Bounds | None = None
    line: Bounds | None = None
    transport: Bounds | None = None

    @property
    def uses(self) -> Mapping[Use, Bounds]:
        """The uses that the kind has, the first of them its usual one."""
        found: dict[Use, Bounds | None] = {
            "retail": self.retail,
            "line": self.line,
            "transport": self.transport,
        }
        return {use: bounds for use, bounds in found.items() if bounds}

    @property
    def least(self) -> float:
        """The narrowest module that any use allows."""
        return min(bounds.least for bounds in self.uses.values())

    @property
    def most(self) -> float:
        """The widest module that any use allows."""
        return max(bounds.most for bounds in self.uses.values())

    @property
    def rule(self) -> str:
        """The clause of the usual use."""
        return next(iter(self.uses.values())).rule


@cache
def limits() -> Mapping[str, Limits]:
    """The limits of every kind."""
    text = resources.files("nguon.carriers").joinpath("limits.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), type=dict[str, Limits])


def whole_dots(wanted: float, most: float, dpi: int | None) -> float:
    """The module nearest to `wanted` that is whole dots of a printer and at most `most`.

    Bars of unequal dots are what makes thermal print unreadable. Without `dpi` (an office printer,
    a screen) it is thousandths of a millimetre.
    """
    if dpi is None:
        return int(min(wanted, most) * 1000 + EPSILON) / 1000
    dot = INCH / dpi
    dots = min(round(wanted / dot), int(most / dot + EPSILON))
    return dots * dot
