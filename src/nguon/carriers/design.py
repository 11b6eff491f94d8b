"""Designs as data: the size of a label, its symbols, its lines of text in order of weight.

The shipped ones are in `designs.toml`; an organisation's own have the same form. A line is a list
of fields: those without a value leave no hole, a line with none is not there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal

import msgspec

from nguon.carriers.error import CarrierError, carrier_error
from nguon.carriers.fonts import Weight
from nguon.carriers.limits import Bounds, Kind, Use, limits
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
    "key",
    "elements",
    "serial",
    "invite",
    "cover",
    "scratch",
    "local",
    "sscc",
]
Place = Literal["left", "centre", "right", "below"]
Align = Literal["left", "centre", "right"]
Tongue = Literal["vi", "en", "both"]
# What a design may hold: enough for any label, too little to keep a machine busy.
MOST_LINES, MOST_FIELDS = 20, 8
Fields = tuple[Field, ...]
Joint = Annotated[str, msgspec.Meta(max_length=8)]
Title = Annotated[str, msgspec.Meta(max_length=120)]
Ai = Annotated[str, msgspec.Meta(max_length=4)]
Ais = Annotated[tuple[Ai, ...], msgspec.Meta(max_length=20)]


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A symbol on the label: `x` is the widest module wanted, in millimetres.

    The module is made narrower where the data need a larger symbol, down to the limit of its
    `use`. `ais` picks what a GS1 symbol holds (all that there is otherwise); `height` is that of
    bars.
    """

    kind: Kind
    x: float
    place: Place = "left"
    use: Use | None = None
    ais: Ais = ()
    height: float = 0.0

    @property
    def bounds(self) -> Bounds:
        """The limits of its use."""
        uses = limits()[self.kind].uses
        return uses[self.use or USUAL[self.kind]]

    @property
    def bars(self) -> float:
        """How high bars are drawn; 0 for symbols in two dimensions."""
        return max(self.height, self.bounds.height)


# A DataMatrix and a GS1-128 are read on a line unless the design says otherwise.
USUAL: Mapping[Kind, Use] = {"qr": "retail", "datamatrix": "line", "gs1-128": "line"}


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of text: its fields, its size in millimetres and the least one, most rows to wrap to.

    `must`: a label on which it does not fit is refused; other lines give way from the last on.
    `end` stands at the right end of the row, smaller if wanted, or on a row of its own where both
    do not fit; `end_must` as `must`. `joint` parts the fields; `rule` draws a thin rule above.
    """

    fields: Fields
    size: float
    least: float = 1.2
    weight: Weight = "regular"
    rows: int = 1
    must: bool = False
    end: Fields = ()
    end_size: float = 0.0
    end_weight: Weight = "regular"
    end_must: bool = False
    joint: Joint = "   "
    align: Align | None = None
    rule: bool = False


class Design(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label's design; lengths in millimetres.

    `beside` stands to the right of the first symbol (or between two), `under` below the second one
    in its column, `below` under both.
    """

    name: str
    vi: Title
    en: Title
    width: float
    height: float
    carriers: tuple[Carrier, ...]
    beside: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()
    under: tuple[Line, ...] = ()
    padding: float = 1.2
    language: Tongue = "vi"
    stamp: bool = False
    covered: bool = False
    signed: bool = False

    def title(self, language: Language) -> str:
        """The design's name for people."""
        return self.vi if language == "vi" else self.en

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, wherever they stand."""
        return self.beside + self.under + self.below


LEAST, MOST = 10.0, 210.0
_MOST_NAME = 80
# As an address has it: no slash, nothing that looks alike.
_NAME = re.compile(rf"[A-Za-z0-9](?:[A-Za-z0-9-]{{0,{_MOST_NAME - 2}}}[A-Za-z0-9])?")
_SMALLEST, _LARGEST = 0.9, 20.0
_MOST_ROWS = 6


@cache
def designs() -> Mapping[str, Design]:
    """The designs that come along, by name."""
    text = resources.files("nguon.carriers").joinpath("designs.toml").read_text("utf-8")
    return {name: read_design({"name": name, **e}) for name, e in tomllib.loads(text).items()}


def read_design(data: Mapping[str, Any]) -> Design:
    """A design out of data. Raises CarrierError that names the place of everything wrong."""
    try:
        design = msgspec.convert(dict(data), type=Design)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        pointer = place.rstrip("`").replace(".", "/").replace("[", "/").replace("]", "")
        raise carrier_error("design", reason, pointer, reason=reason) from error
    faults = [fault for error in _check(design) for fault in error.faults]
    if faults:
        raise CarrierError(*faults)
    return design


def check_name(name: str) -> None:
    """Raise `carriers.design_name` unless a design of one's own may be called so."""
    if not _NAME.fullmatch(name):
        raise carrier_error("design_name", name, "/name", most=_MOST_NAME)


def _check(design: Design) -> list[CarrierError]:
    found = []
    for name in ("width", "height"):
        value = getattr(design, name)
        if not LEAST <= value <= MOST:
            found.append(carrier_error("label_size", value, f"/{name}", least=LEAST, most=MOST))
    room = min(design.width, design.height) / 4
    if not 0 <= design.padding <= room:
        found.append(carrier_error("padding", design.padding, "/padding", most=f"{room:g}"))
    if not 1 <= len(design.carriers) <= 2:
        found.append(carrier_error("carriers", len(design.carriers), "/carriers"))
    if len(design.lines) > MOST_LINES:
        found.append(carrier_error("lines", len(design.lines), most=MOST_LINES))
        return found
    for index, carrier in enumerate(design.carriers[:2]):
        found += _check_carrier(carrier, f"/carriers/{index}")
    for part in ("beside", "under", "below"):
        for index, line in enumerate(getattr(design, part)):
            found += _check_line(line, f"/{part}/{index}")
    return found


def _check_carrier(carrier: Carrier, pointer: str) -> list[CarrierError]:
    uses = limits()[carrier.kind].uses
    if carrier.use and carrier.use not in uses:
        shown = ", ".join(uses)
        words = {"kind": carrier.kind, "allowed": shown}
        return [carrier_error("use", carrier.use, f"{pointer}/use", **words)]
    bounds = carrier.bounds
    words = {"kind": carrier.kind, "least": f"{bounds.least:g}", "most": f"{bounds.most:g}"}
    if not bounds.least <= carrier.x <= bounds.most:
        return [carrier_error("x_dimension", carrier.x, f"{pointer}/x", **words)]
    if carrier.height and not bounds.height <= carrier.height <= MOST:
        words = {"kind": carrier.kind, "least": f"{bounds.height:g}", "most": f"{MOST:g}"}
        return [carrier_error("bars", carrier.height, f"{pointer}/height", **words)]
    return []


def _check_line(line: Line, pointer: str) -> list[CarrierError]:
    """Sizes that can be set: a size of nothing would never end, one of 0.5 mm is never read."""
    sizes = [("size", line.size), ("least", line.least), ("end_size", line.end_size or line.size)]
    for name, value in sizes:
        if not _SMALLEST <= value <= _LARGEST:
            words = {"least": _SMALLEST, "most": _LARGEST}
            return [carrier_error("text_size", value, f"{pointer}/{name}", **words)]
    if not 1 <= line.rows <= _MOST_ROWS:
        words = {"least": 1, "most": _MOST_ROWS}
        return [carrier_error("text_size", line.rows, f"{pointer}/rows", **words)]
    if not line.fields:
        return [carrier_error("no_fields", "", f"{pointer}/fields")]
    for name, fields in (("fields", line.fields), ("end", line.end)):
        if len(fields) > MOST_FIELDS:
            words = {"most": MOST_FIELDS}
            return [carrier_error("fields", len(fields), f"{pointer}/{name}", **words)]
    return []


def write_design(design: Design) -> dict[str, Any]:
    """The design as data again, for keeping."""
    data: dict[str, Any] = msgspec.to_builtins(design)
    return data
