"""Walking a chain both ways, in the order of time, breadth-first in batches.

Downstream an item is affected from an instant on; a link is followed only when it was made at
that instant or later, and its target is affected from the link's own instant. Upstream the
bound runs the other way. Each level asks the reader once per kind of question, so the same
walk serves a list in memory, one database and a sharded one.

The rules, and why each holds, are in docs/algorithms/trace.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import gt, lt

from nguon.trace.boxes import Boxes, Opened, may_hold
from nguon.trace.containment import Span, Stay, merge
from nguon.trace.model import (
    BEGINNING,
    DERIVES,
    END,
    HUB,
    MEMBER,
    NAMED,
    SERIAL,
    TRANSFORM,
    Answer,
    Direction,
    Found,
    Limits,
    Link,
    Reader,
    hold_link,
)

Tighter = Callable[[datetime, datetime], bool]


@dataclass(slots=True)
class _State:
    """What a walk knows of one item.

    `at` bounds the item as far as it is only named (a lot named by one of its serials);
    `whole_at` bounds it as a thing to walk on from in full, None while it is only named.
    """

    at: datetime
    whole_at: datetime | None
    depth: int


class _Walk:
    """What both directions share: states, queues, fetched links, followed links."""

    def __init__(self, reader: Reader, limits: Limits, tighter: Tighter) -> None:
        self.reader = reader
        self.limits = limits
        # Whether one bound says more than another: the earlier downstream, the later upstream.
        self.tighter = tighter
        self.store = Boxes(reader)
        self.states: dict[str, _State] = {}
        self.boxes: dict[str, list[Span]] = {}
        self.box_depth: dict[str, int] = {}
        self.links: dict[str, list[Link]] = {}
        self.followed: list[Link] = []
        self.waiting: dict[str, None] = {}
        self.truncated = False

    def reach(self, key: str, at: datetime, depth: int, *, whole: bool = True) -> None:
        """Meet an item with a bound; queue it when that says more than was known."""
        state = self.states.get(key)
        if state is None:
            if len(self.states) >= self.limits.items or depth > self.limits.depth:
                self.truncated = True
                return
            self.states[key] = _State(at, at if whole else None, depth)
            self.waiting[key] = None
            return
        state.depth = min(state.depth, depth)
        if self.tighter(at, state.at):
            state.at = at
            self.waiting[key] = None
        if whole and (state.whole_at is None or self.tighter(at, state.whole_at)):
            state.whole_at = at
            self.waiting[key] = None

    def reach_box(self, key: str, span: Span, depth: int) -> None:
        """Meet a container with a span in which it matters."""
        self.box_depth[key] = min(depth, self.box_depth.get(key, depth))
        if merge(self.boxes.setdefault(key, []), span):
            self.waiting[key] = None

    def take_waiting(self) -> list[str]:
        level = list(self.waiting)
        self.waiting.clear()
        return level

    def note(self, stay: Stay, span: Span) -> None:
        """Remember that a child in a box was part of the answer."""
        self.followed.append(hold_link(stay.child, stay.parent, span.since))


class _Down(_Walk):
    """Everything that was made of the starts."""

    def run(self, starts: Sequence[str], since: datetime) -> None:
        opened = Opened(self.store, starts, Span(since))
        for stay, span in opened.stays:
            self.note(stay, span)
        for key in starts:
            self.reach(key, since, 0)
        for key, spans in opened.items.items():
            self.reach(key, min(span.since for span in spans), opened.depth[key])
        for key, spans in opened.containers.items():
            for span in spans:
                self.reach_box(key, span, opened.depth[key])
        while self.waiting:
            level = self.take_waiting()
            self._fetch(level)
            self.store.fetch_around(level)
            for key in level:
                self._spread(key)
        self._name_lots(opened.items)

    def _fetch(self, level: Sequence[str]) -> None:
        new = [key for key in level if key not in self.links]
        self.links.update((key, []) for key in new)
        for link in self.reader.links_from(new, DERIVES) if new else ():
            self.links[link.source].append(link)

    def _spread(self, key: str) -> None:
        state = self.states.get(key)
        if state is not None:
            for link in self.links[key]:
                bound = state.at if link.kind in TRANSFORM + NAMED else state.whole_at
                if bound is not None and link.at >= bound:
                    self._pass_on(link, state.depth)
            self._enter(key, Span(state.at), state.depth)
        for held in list(self.boxes.get(key, ())):
            for link in self.links[key]:
                if held.covers(link.at):
                    self._pass_on(link, self.box_depth[key])
            self._enter(key, held, self.box_depth[key])

    def _enter(self, key: str, span: Span, depth: int) -> None:
        for stay in self.store.around(key):
            met = stay.span.meet(span)
            if met is not None:
                self.note(stay, met)
                self.reach_box(stay.parent, met, depth + 1)

    def _pass_on(self, link: Link, depth: int) -> None:
        self.followed.append(link)
        step = depth if link.target.startswith(HUB) else depth + 1
        self.reach(link.target, link.at, step, whole=link.kind != NAMED)

    def _name_lots(self, serials: Iterable[str]) -> None:
        """Serials met inside an opened container bring their lot's name (rule R2), no more."""
        for link in self.reader.links_to(list(serials), SERIAL + MEMBER):
            state = self.states.get(link.target)
            if state is not None:
                self.states.setdefault(link.source, _State(state.at, None, state.depth))


class _Up(_Walk):
    """Everything that the starts were made of."""

    def run(self, starts: Sequence[str], until: datetime) -> None:
        for key in starts:
            self.reach(key, until, 0)
            self._look_into(key, Span(until=until), 0)
        while self.waiting:
            level = self.take_waiting()
            self._fetch(level)
            self.store.fetch_inside(key for key in level if key in self.boxes)
            for key in level:
                self._go_back(key)
        for key in [key for key in self.boxes if not self.store.inside(key)]:
            del self.boxes[key]

    def _fetch(self, level: Sequence[str]) -> None:
        new = [key for key in level if key not in self.links]
        self.links.update((key, []) for key in new)
        for link in self.reader.links_to(new, DERIVES) if new else ():
            self.links[link.target].append(link)

    def _go_back(self, key: str) -> None:
        state = self.states.get(key)
        if state is not None and state.whole_at is not None:
            for link in self.links[key]:
                if link.at <= state.whole_at:
                    self._take_up(link, state.depth)
        for span in list(self.boxes.get(key, ())):
            for stay in self.store.inside(key):
                met = stay.span.meet(span)
                if met is not None:
                    self.note(stay, met)
                    depth = self.box_depth[key] + 1
                    self.reach(stay.child, met.until, depth)
                    self._look_into(stay.child, met, depth)

    def _take_up(self, link: Link, depth: int) -> None:
        self.followed.append(link)
        step = depth if link.source.startswith(HUB) else depth + 1
        self.reach(link.source, link.at, step, whole=link.kind != SERIAL)
        if link.kind != SERIAL:
            self._look_into(link.source, Span(link.at, link.at), step)

    def _look_into(self, key: str, span: Span, depth: int) -> None:
        """What is consumed may be a container: then its content of that time is meant."""
        if may_hold(key) and key in self.states:
            self.reach_box(key, span, depth)


def trace(
    reader: Reader,
    starts: Sequence[str],
    direction: Direction,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limits: Limits | None = None,
) -> Answer:
    """What the starts were made of ("up"), or everything that was made of them ("down").

    `since` (downstream) is the instant from which the starts are affected; `until` (upstream)
    the instant up to which their making counts. A start that is a container stands for what
    it held in that time. Gaps are added by `nguon.trace.explain`.
    """
    walk: _Down | _Up
    if direction == "down":
        walk = _Down(reader, limits or Limits(), lt)
        walk.run(starts, since or BEGINNING)
    else:
        walk = _Up(reader, limits or Limits(), gt)
        walk.run(starts, until or END)
    return _answer(walk, starts, direction)


def _answer(walk: _Walk, starts: Sequence[str], direction: Direction) -> Answer:
    left_out = set(starts)
    containers = {
        key: Found(key, walk.box_depth[key], _bound(spans, direction))
        for key, spans in walk.boxes.items()
        if key not in left_out
    }
    items: dict[str, Found] = {}
    for key, state in walk.states.items():
        made = direction == "down" or bool(walk.links.get(key))
        if key in left_out or key.startswith(HUB) or (key in containers and not made):
            continue
        items[key] = Found(key, state.depth, state.at)
        containers.pop(key, None)
    return Answer(
        tuple(starts), direction, items, containers, walk.followed, truncated=walk.truncated
    )


def _bound(spans: Sequence[Span], direction: Direction) -> datetime:
    if direction == "down":
        return min(span.since for span in spans)
    return max(span.until for span in spans)


def contents(
    reader: Reader, container: str, since: datetime | None = None, until: datetime | None = None
) -> Answer:
    """What a container held during a window, innermost items with quantities (rule R4).

    Serials bring the lot they are named to belong to (rule R2). Quantities are of classes:
    what was inside when the window began and what joined during it.
    """
    window = Span(since or BEGINNING, until or END)
    boxes = Boxes(reader)
    opened = Opened(boxes, [container], window)
    amounts = boxes.amounts({container: [window], **opened.containers})
    items = {
        key: Found(key, opened.depth[key], spans[0].since, *amounts.get(key, (None, None)))
        for key, spans in opened.items.items()
    }
    for link in reader.links_to(list(items), SERIAL + MEMBER):
        items.setdefault(link.source, replace(items[link.target], key=link.source))
    return Answer(
        starts=(container,),
        direction="down",
        items=items,
        containers={
            key: Found(key, opened.depth[key], spans[0].since)
            for key, spans in opened.containers.items()
        },
        followed=[hold_link(stay.child, stay.parent, span.since) for stay, span in opened.stays],
    )
