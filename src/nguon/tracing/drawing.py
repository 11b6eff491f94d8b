"""The picture of one trace, with words, links and classes, ready for the template.

Honesty grammar (design language, section 2): solid is confirmed by two sides or better, pale
with an outline is one side's word, hatched is expected and missing, dashed is not yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.parts.paths import page_path
from nguon.parts.words import grade_evidence, local, say_number
from nguon.trace import Edge
from nguon.tracing.graph import Box, Link, Node, Picture, Span, lay_out
from nguon.tracing.lines import HEAD, ROW
from nguon.tracing.queries import Traced
from nguon.tracing.rows import Row, Rows
from nguon.tracing.words import name_who, shorten_key

UNKNOWN = "?"
DOOR = 26
_CODE_SIGNS, _NAME_SIGNS = 15, 18
_PINS = 3
_CUT = ("receive_without_ship", "ship_not_recorded")


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


@dataclass(frozen=True, slots=True)
class Band:
    """A lane with its name, place, height in rows, and whether the code in question is in it."""

    name: str
    place: str
    rows: int
    y: int
    focus: bool

    @property
    def height(self) -> int:
        return self.rows * ROW


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template draws."""

    picture: Picture
    shapes: Sequence[Shape]
    bands: Sequence[Band]
    heads: Sequence[tuple[int, str]]
    folded: str


def draw(traced: Traced, rows: Rows, *, limit: int = 60) -> Drawing:
    """The picture of the trace; `rows` gives each code its words and its place in the table."""
    nodes, links = _nodes(traced), _links(traced)
    picture = lay_out(nodes, links, limit=limit)
    pins = _pins(traced)
    shapes = [_shape(traced, box, rows, pins) for box in picture.boxes]
    return Drawing(
        picture=picture,
        shapes=shapes,
        bands=_bands(traced, picture),
        heads=[(span.x, _say_span(span)) for span in picture.columns],
        folded=_say_folded(picture.folded),
    )


def _lane(traced: Traced, key: str) -> str:
    facts, holder = traced.facts[key], traced.holders.get(key)
    if traced.is_container(key) and holder is not None and holder.party:
        return holder.party
    return facts.party or UNKNOWN


def _waiting(traced: Traced) -> Iterable[tuple[int, str, str]]:
    """Shipments nobody confirmed: the gap's number, the receiver, the key of the extra node."""
    for number, gap in enumerate(traced.gaps, 1):
        if gap.kind == "ship_without_receive":
            receiver = gap.parties[1] if len(gap.parties) > 1 else UNKNOWN
            yield number, receiver, f"gap:{number}"


def _nodes(traced: Traced) -> list[Node]:
    cut = {key for gap in traced.gaps for key in gap.items}
    keys = [traced.key, *traced.roles]
    nodes = [
        Node(
            key=key,
            lane=_lane(traced, key),
            kind="container" if traced.is_container(key) else "item",
            when=traced.facts[key].when,
            focus=key == traced.key,
            urgent=key in cut,
        )
        for key in keys
    ]
    for number, receiver, key in _waiting(traced):
        nodes.append(Node(key, receiver, "waiting", traced.gaps[number - 1].at, urgent=True))
    return nodes


def _links(traced: Traced) -> list[Link]:
    edges = {(edge.source, edge.target): edge for answer in traced.answers for edge in answer.edges}
    cut = _find_cut(traced, list(edges.values()))
    links = [
        Link(edge.source, edge.target, edge.kind, "gap" if pair in cut else "known")
        for pair, edge in edges.items()
    ]
    shipped = [
        Link(item, key, "ship", "waiting")
        for number, _receiver, key in _waiting(traced)
        for item in traced.gaps[number - 1].items
    ]
    return [*links, *shipped]


def _find_cut(traced: Traced, edges: Sequence[Edge]) -> set[tuple[str, str]]:
    """The links in which an unrecorded handing over lies.

    Goods stand with their maker, so they were handed over on the way out, to the taker; what
    is drawn with the taker already was handed over on the way in.
    """
    cut: set[tuple[str, str]] = set()
    for gap in traced.gaps:
        if gap.kind not in _CUT:
            continue
        taker = gap.parties[1] if len(gap.parties) > 1 else ""
        there = {key for key in gap.items if _stands(traced, key) == taker}
        for edge in edges:
            outward = edge.source in gap.items and edge.source not in there
            if edge.target in there or (outward and _stands(traced, edge.target) == taker):
                cut.add((edge.source, edge.target))
    return cut


def _stands(traced: Traced, key: str) -> str:
    return _lane(traced, key) if key in traced.facts else UNKNOWN


def _pins(traced: Traced) -> Mapping[str, Sequence[int]]:
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


def _shape(traced: Traced, box: Box, rows: Rows, pins: Mapping[str, Sequence[int]]) -> Shape:
    key, placed = box.keys[0], _set_pins(box, pins)
    if box.kind == "waiting":
        return _waiting_shape(traced, box, placed)
    if box.count > 1:
        return _fold_shape(box, rows[key], placed)
    row = rows[key]
    return Shape(
        box=box,
        kind=_class(traced, key),
        code=_cut_front(row.code, _CODE_SIGNS),
        name=_cut(row.name, _NAME_SIGNS),
        label=_("Row of %(code)s in the table: %(name)s, %(who)s")
        % {"code": row.code, "name": row.name or row.kind, "who": row.who},
        row=row.address,
        page=page_path(key),
        page_label=_("Page of %(code)s") % {"code": row.code},
        pins=placed,
        unknown_origin=traced.facts[key].made is None,
    )


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
    label = _("%(text)s, listed in the table") % {"text": text}
    return Shape(box, "fold", text, kind, label, row.address, pins=pins)


def _waiting_shape(traced: Traced, box: Box, pins: Sequence[Pin]) -> Shape:
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
        box, "waiting", _cut(text, _CODE_SIGNS), state, f"{text}, {state}", f"#g{number}", pins=pins
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _cut_front(text: str, most: int) -> str:
    """The end of a long code: that is where codes of one maker differ."""
    return text if len(text) <= most else "…" + text[1 - most :]


def _bands(traced: Traced, picture: Picture) -> list[Band]:
    focus = _lane(traced, traced.key)
    bands = []
    for lane in picture.lanes:
        known = traced.directory.organisation(lane.name)
        bands.append(
            Band(
                name=_name_lane(traced, lane.name),
                place=known.say("commune") if known else "",
                rows=lane.rows,
                y=HEAD + lane.top * ROW,
                focus=lane.name == focus,
            )
        )
    return bands


def _name_lane(traced: Traced, lane: str) -> str:
    if lane == UNKNOWN:
        return _("Not recorded")
    return name_who(traced, lane) if lane else _("Others")


def _say_span(span: Span) -> str:
    """`12/05, 06:00–07:20`, or two dates; empty where no time of the column is on record."""
    if span.since is None or span.until is None:
        return ""
    since, until = local(span.since), local(span.until)
    if since.date() == until.date():
        hours = since.strftime("%H:%M")
        if until.strftime("%H:%M") != hours:
            hours += until.strftime("–%H:%M")
        return f"{_say_day(since)}, {hours}"
    return f"{_say_day(since)} – {_say_day(until)}"


def _say_day(moment: datetime) -> str:
    return moment.strftime("%d/%m/%Y")


def _say_folded(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s code is folded away here; the table lists all of them.",
        "%(count)s codes are folded away here; the table lists all of them.",
        count,
    ) % {"count": say_number(count)}
