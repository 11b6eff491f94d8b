"""Designs as data: the size of a label, its symbols, its lines of text in order of weight.

The shipped ones are in `designs.toml`; an organisation's own have the same form. A line is a list
of fields: those without a value leave no hole, a line with none is not there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import Weight
from nguon.carriers.symbol import Kind, limits
from nguon.errors import Language

Field = Literal[
    "name",
    "net",
    "lot",
    "expiry",
    "made",
    "maker",
    "address",
    "storage",
    "gtin",
    "elements",
    "serial",
    "invite",
    "cover",
    "local",
    "sscc",
]
Place = Literal["left", "centre", "right", "below"]


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A symbol on the label: `x` is the widest module wanted, in millimetres.

    The module is made narrower where the data need a larger symbol, down to the standard's limit.
    """

    kind: Kind
    x: float
    place: Place = "left"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of text: its fields, its size in millimetres and the least one, most rows to wrap to.

    `must`: a label on which it does not fit is refused; other lines give way from the last on.
    """

    fields: list[Field]
    size: float
    least: float = 1.2
    weight: Weight = "regular"
    rows: int = 1
    must: bool = False


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label's design; lengths in millimetres.

    `beside` stands to the right of the first symbol (or between two), `below` under both.
    """

    name: str
    vi: str
    en: str
    width: float
    height: float
    carriers: list[Carrier]
    beside: list[Line] = []
    below: list[Line] = []
    padding: float = 1.2
    language: Language = "vi"
    stamp: bool = False
    covered: bool = False
    signed: bool = False

    def title(self, language: Language) -> str:
        """The design's name for people."""
        return self.vi if language == "vi" else self.en


_LEAST, _MOST = 10.0, 210.0


@cache
def designs() -> Mapping[str, Design]:
    """The designs that come along, by name."""
    text = resources.files("nguon.carriers").joinpath("designs.toml").read_text("utf-8")
    return {name: read_design({"name": name, **e}) for name, e in tomllib.loads(text).items()}


def read_design(data: Mapping[str, Any]) -> Design:
    """A design out of data. Raises CarrierError that names the place."""
    try:
        design = msgspec.convert(dict(data), type=Design)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise carrier_error("design", reason, pointer, reason=reason) from error
    _check_sizes(design)
    return design


def _check_sizes(design: Design) -> None:
    for name in ("width", "height"):
        value = getattr(design, name)
        if not _LEAST <= value <= _MOST:
            raise carrier_error("label_size", value, f"/{name}", least=_LEAST, most=_MOST)
    if not 1 <= len(design.carriers) <= 2:
        raise carrier_error("carriers", len(design.carriers), "/carriers")
    for index, carrier in enumerate(design.carriers):
        bounds = limits()[carrier.kind]
        if not bounds.least <= carrier.x <= bounds.most:
            raise carrier_error(
                "x_dimension",
                carrier.x,
                f"/carriers/{index}/x",
                kind=carrier.kind,
                least=bounds.least,
                most=bounds.most,
            )


def write_design(design: Design) -> dict[str, Any]:
    """The design as data again, for keeping."""
    data: dict[str, Any] = msgspec.to_builtins(design)
    return data
