"""The boxes of the picture with their words: what is written on them, where they lead.

Honesty grammar (design language, section 2): solid is confirmed by two sides or better, pale
with an outline is one side's word, hatched is expected and missing, dashed is not yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.parts.paths import page_path
from nguon.parts.words import grade_evidence, say_number
from nguon.tracing.graph import Box
from nguon.tracing.queries import Traced
from nguon.tracing.rows import Row, Rows
from nguon.tracing.words import shorten_key

DOOR = 26
_CODE_SIGNS, _NAME_SIGNS = 15, 18
_PINS = 3


@dataclass(frozen=True, slots=True)
class Pin:
    """The number of a gap, on the box it concerns."""

    x: int
    y: int
    number: int

    @property
    def text_y(self) -> int:
        return self.y + 5


@dataclass(frozen=True, slots=True)
class Shape:
    """A box with its words: `kind` is its class, `row` and `page` its two addresses."""

    box: Box
    kind: str
    code: str
    name: str
    label: str
    row: str
    page: str = ""
    page_label: str = ""
    pins: Sequence[Pin] = ()
    unknown_origin: bool = False

    @property
    def text_x(self) -> int:
        return self.box.x + 7

    @property
    def code_y(self) -> int:
        return self.box.y + 16

    @property
    def name_y(self) -> int:
        return self.box.y + 31

    @property
    def stub(self) -> str:
        """The hatched end of a beginning that nobody recorded."""
        return f"M{self.box.x - 26} {self.box.spot.middle}H{self.box.x}"

    @property
    def door_x(self) -> int:
        """The right part of a box, which leads to the page of its code."""
        return self.box.x + self.box.width - DOOR

    @property
    def door_y(self) -> int:
        return self.box.y + 11


def number_pins(traced: Traced) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, gap in enumerate(traced.gaps, 1):
        keys = [f"gap:{number}"] if gap.kind == "ship_without_receive" else gap.items
        for key in keys:
            found[key].append(number)
    return found


def _set_pins(box: Box, pins: Mapping[str, Sequence[int]]) -> list[Pin]:
    numbers = sorted({number for key in box.keys for number in pins.get(key, ())})[:_PINS]
    left = box.x + box.width - 10 - 22 * (len(numbers) - 1)
    return [Pin(left + 22 * index, box.y, number) for index, number in enumerate(numbers)]


def draw_box(traced: Traced, box: Box, rows: Rows, pins: Mapping[str, Sequence[int]]) -> Shape:
    key, placed = box.keys[0], _set_pins(box, pins)
    if box.kind == "waiting":
        return _waiting_shape(traced, box, placed, rows.gap_address)
    if box.count > 1:
        return _fold_shape(box, rows[key], placed)
    row = rows[key]
    code, name = _cut_front(row.code, _CODE_SIGNS), _cut(row.name, _NAME_SIGNS)
    return Shape(
        box=box,
        kind=_class(traced, key),
        code=code,
        name=name,
        label=_label(code, name, row),
        row=row.address,
        page=page_path(key),
        page_label=_("Page of %(code)s") % {"code": row.code},
        pins=placed,
        unknown_origin=traced.facts[key].made is None,
    )


def _label(code: str, name: str, row: Row) -> str:
    """What is drawn, word for word (so that it can be spoken to), then what was cut off it."""
    shown = f"{code} {name}".strip()
    whole = f"{row.code} {row.name}".strip()
    parts = [shown, *([whole] if whole != shown else []), row.who, _("row in the table")]
    return ", ".join(parts)


def _class(traced: Traced, key: str) -> str:
    if key == traced.key:
        return "focus"
    facts = traced.facts[key]
    if facts.made is None:
        return "missing"
    kind = "box" if traced.is_container(key) else "lot"
    return kind if grade_evidence(facts.evidence).level > 1 else f"{kind} pale"


def _fold_shape(box: Box, row: Row, pins: Sequence[Pin]) -> Shape:
    text = ngettext("and %(count)s more code", "and %(count)s more codes", box.count) % {
        "count": say_number(box.count)
    }
    kind = _("Containers") if box.kind == "container" else _("Goods")
    label = f"{text} {kind}, " + _("listed in the table")
    return Shape(box, "fold", text, kind, label, row.address, pins=pins)


def _waiting_shape(
    traced: Traced, box: Box, pins: Sequence[Pin], address: Callable[[int], str]
) -> Shape:
    number = int(box.keys[0].partition(":")[2])
    codes = [shorten_key(key) for key in traced.gaps[number - 1].items]
    if box.count > 1:
        text = ngettext("and %(count)s more", "and %(count)s more", box.count) % {
            "count": say_number(box.count)
        }
    else:
        text = codes[0] if len(codes) == 1 else f"{codes[0]} +{len(codes) - 1}"
    state = _("not confirmed")
    return Shape(
        box,
        "waiting",
        _cut(text, _CODE_SIGNS),
        state,
        f"{_cut(text, _CODE_SIGNS)} {state}",
        address(number),
        pins=pins,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _cut_front(text: str, most: int) -> str:
    """The end of a long code: that is where codes of one maker differ."""
    return text if len(text) <= most else "…" + text[1 - most :]
