"""The picture of one trace, ready for the template: what is a node, what is a link, in which lane.

Goods stand in the lane of who made them, boxes in that of who holds them. A shipment that
nobody confirmed is a node of its own, at the receiver it was sent to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.parts.words import local, say_number
from nguon.trace import Edge
from nguon.tracing.graph import Link, Node, Picture, Span, lay_out
from nguon.tracing.lines import HEAD, ROW
from nguon.tracing.queries import Traced
from nguon.tracing.rows import Rows
from nguon.tracing.shapes import Shape, draw_box, number_pins
from nguon.tracing.words import name_who

UNKNOWN = "?"
_CUT = ("receive_without_ship", "ship_not_recorded")


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
    pins = number_pins(traced)
    shapes = [draw_box(traced, box, rows, pins) for box in picture.boxes]
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
