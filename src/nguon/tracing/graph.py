"""The picture of a trace: boxes in lanes, lines between them. Pure, without a framework.

A lane is who made or holds the goods, left to right is the order of time, and a box is a code
or a fold of several. `lay_out` decides places only; colours and words belong to the page. What
it promises: boxes never overlap, every link is drawn (or lies inside one fold), links run from
left to right, the numbers on the folds add up, and the same input gives the same picture.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nguon.tracing.columns import assign_columns, squeeze
from nguon.tracing.folding import OTHERS, Group, Placed, fold
from nguon.tracing.lines import BOX_HEIGHT, BOX_WIDTH, COLUMN, HEAD, MARGIN, ROW, Spot, route

Kind = Literal["item", "container", "waiting"]
State = Literal["known", "one_sided", "gap", "waiting"]
# The weakest knowledge wins where several links share a line.
_WEAKNESS: tuple[State, ...] = ("known", "one_sided", "waiting", "gap")
_LINK_KINDS = ("transform", "member", "contain", "ship")
LIMIT = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A code to draw. `when` is when it came to be; None where nobody recorded that."""

    key: str
    lane: str
    kind: Kind = "item"
    when: datetime | None = None
    focus: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """`target` came out of `source`, belongs to it, was put into it or was sent to it."""

    source: str
    target: str
    kind: str = "transform"
    state: State = "known"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: one code, or a fold of `count` codes."""

    keys: tuple[str, ...]
    lane: str
    kind: str
    column: int
    row: int
    x: int
    y: int
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def spot(self) -> Spot:
        return Spot(self.column, self.row)


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn link between boxes (by index); `count` links run in it."""

    source: int
    target: int
    path: str
    kind: str
    state: State
    count: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A band over the whole width; `name` is empty for the lane that several share."""

    name: str
    top: int
    rows: int


@dataclass(frozen=True, slots=True)
class Span:
    """A column with the earliest and latest known time of what stands in it."""

    x: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything the page needs to draw; lengths in SVG user units (pixels at scale 1)."""

    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    lanes: tuple[Lane, ...] = ()
    columns: tuple[Span, ...] = ()

    @property
    def folded(self) -> int:
        """How many codes are not drawn by themselves."""
        return sum(box.count for box in self.boxes if box.count > 1)


def _place(nodes: Mapping[str, Node], links: Sequence[Link]) -> list[Placed]:
    times = {key: node.when.timestamp() if node.when else None for key, node in nodes.items()}
    columns = assign_columns(times, [(link.source, link.target) for link in links])
    return [
        Placed(key, (node := nodes[key]).lane, column, node.kind, node.focus, node.urgent)
        for key, column in columns.items()
    ]


def _stack(groups: Sequence[Group]) -> dict[str, Lane]:
    """Lanes from top to bottom in the order in which goods first reach them."""
    first: dict[str, tuple[int, int]] = {}
    depth: dict[tuple[str, int], int] = defaultdict(int)
    for index, group in enumerate(groups):
        first[group.lane] = min(first.get(group.lane, (group.column, index)), (group.column, index))
        depth[group.lane, group.column] += 1
    lanes: dict[str, Lane] = {}
    top = 0
    for name in sorted(first, key=lambda lane: (lane == OTHERS, first[lane])):
        rows = max(count for (lane, _), count in depth.items() if lane == name)
        lanes[name] = Lane(name, top, rows)
        top += rows
    return lanes


def _boxes(groups: Sequence[Group], sources: Mapping[str, Sequence[str]]) -> list[Box]:
    """Boxes column by column, each near the height of what it came from."""
    columns = squeeze(group.column for group in groups)
    lanes = _stack(groups)
    heights: dict[str, float] = {}
    boxes: list[Box] = []
    cells: dict[tuple[int, int], list[Group]] = defaultdict(list)
    for group in groups:
        cells[columns[group.column], lanes[group.lane].top].append(group)

    def pull(group: Group) -> float:
        known = [
            heights[one] for key in group.keys for one in sources.get(key, ()) if one in heights
        ]
        return sum(known) / len(known) if known else float("inf")

    for (column, top), cell in sorted(cells.items()):
        for offset, group in enumerate(sorted(cell, key=lambda one: (one.folded, pull(one)))):
            spot = Spot(column, top + offset)
            boxes.append(Box(group.keys, group.lane, group.kind, column, spot.row, spot.x, spot.y))
            heights |= dict.fromkeys(group.keys, float(spot.row))
    return boxes


def _lines(boxes: Sequence[Box], links: Sequence[Link]) -> list[Line]:
    home = {key: index for index, box in enumerate(boxes) for key in box.keys}
    taken = frozenset((box.column, box.row) for box in boxes)
    bundles: dict[tuple[int, int], list[Link]] = defaultdict(list)
    for link in links:
        source, target = home[link.source], home[link.target]
        if source != target or boxes[source].count == 1:
            bundles[source, target].append(link)
    lines = []
    for (source, target), bundle in sorted(bundles.items()):
        kind = min((link.kind for link in bundle), key=_LINK_KINDS.index)
        state = max((link.state for link in bundle), key=_WEAKNESS.index)
        path = route(boxes[source].spot, boxes[target].spot, taken)
        lines.append(Line(source, target, path, kind, state, len(bundle)))
    return lines


def _spans(boxes: Sequence[Box], nodes: Mapping[str, Node]) -> list[Span]:
    times: dict[int, list[datetime]] = {box.column: [] for box in boxes}
    for box in boxes:
        times[box.column] += [when for key in box.keys if (when := nodes[key].when)]
    return [
        Span(MARGIN + column * COLUMN, min(known, default=None), max(known, default=None))
        for column, known in sorted(times.items())
    ]


def lay_out(nodes: Sequence[Node], links: Sequence[Link], *, limit: int = LIMIT) -> Picture:
    """Places for all `nodes` and courses for all `links`, in about `limit` boxes.

    Links to codes that are not among the nodes are left out; two nodes of one key count once.
    The order of the arguments makes no difference.
    """
    known = {node.key: node for node in sorted(nodes, key=lambda node: node.key)}
    drawn = sorted(
        {link for link in links if link.source in known and link.target in known},
        key=lambda link: (link.source, link.target, link.kind, link.state),
    )
    if not known:
        return Picture(0, 0)
    sources: dict[str, list[str]] = defaultdict(list)
    for link in drawn:
        sources[link.target].append(link.source)
    groups = fold(_place(known, drawn), limit)
    boxes = _boxes(groups, sources)
    lanes = tuple(sorted(_stack(groups).values(), key=lambda lane: lane.top))
    spans = tuple(_spans(boxes, known))
    return Picture(
        width=MARGIN + len(spans) * COLUMN - (COLUMN - BOX_WIDTH) + MARGIN,
        height=HEAD + sum(lane.rows for lane in lanes) * ROW,
        boxes=tuple(boxes),
        lines=tuple(_lines(boxes, drawn)),
        lanes=lanes,
        columns=spans,
    )
