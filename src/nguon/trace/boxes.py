"""Containers: what held an item, and what a container held, over a reader.

Stays are fetched once per key and kept, so that a walk may come back to a key with a wider
span of time without asking again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from nguon.trace.containment import Span, Stay, find_stays, measure, merge
from nguon.trace.model import CLEAR, HOLDS, HUB, JOIN_CLASS, LEAVE_CLASS, SEEN_CLASS, Link, Reader

Amounts = Mapping[str, tuple[Decimal | None, str | None]]
_OF_CLASS = JOIN_CLASS + LEAVE_CLASS + SEEN_CLASS + CLEAR


def may_hold(key: str) -> bool:
    """Whether a key can be a parent: an instance can, a lot (a class) cannot."""
    return "/10/" not in key and not key.startswith(HUB)


def find_holders(reader: Reader, items: Collection[str]) -> set[str]:
    """The containers that ever held one of the items, at any depth."""
    found: set[str] = set()
    level: set[str] = set(items)
    while level:
        level = {link.source for link in reader.links_to(sorted(level), HOLDS)} - found
        found |= level
    return found


class Boxes:
    """The stays around the items of one walk."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._around: dict[str, list[Stay]] = {}
        self._inside: dict[str, list[Stay]] = {}
        self._facts: dict[str, list[Link]] = {}

    def fetch_around(self, items: Iterable[str]) -> None:
        """Bring what held these items, for `around`."""
        new = [key for key in items if key not in self._around and not key.startswith(HUB)]
        if not new:
            return
        self._around.update((key, []) for key in new)
        facts = list(self.reader.links_to(new, HOLDS))
        parents = {fact.source for fact in facts}
        if parents:
            facts += self.reader.links_from(parents, CLEAR)
        for stay in find_stays(facts):
            self._around[stay.child].append(stay)

    def fetch_inside(self, parents: Iterable[str]) -> None:
        """Bring what these keys held, for `inside`."""
        new = [key for key in parents if key not in self._inside and may_hold(key)]
        if not new:
            return
        for key in new:
            self._inside[key], self._facts[key] = [], []
        # A wrong event and its declaration say the same twice, seen from before the declaration.
        facts = list(dict.fromkeys(self.reader.links_from(new, HOLDS + CLEAR)))
        for fact in facts:
            self._facts[fact.source].append(fact)
        for stay in find_stays(facts):
            self._inside[stay.parent].append(stay)

    def around(self, key: str) -> Sequence[Stay]:
        """The stays of a fetched key inside others."""
        return self._around.get(key, ())

    def inside(self, key: str) -> Sequence[Stay]:
        """The stays of others inside a fetched key."""
        return self._inside.get(key, ())

    def amounts(self, boxes: Mapping[str, Sequence[Span]]) -> Amounts:
        """How much of each class the boxes held during their spans, summed over the boxes.

        (None, None) for a class that some box holds uncounted or in another unit.
        """
        sums: dict[str, tuple[Decimal | None, str | None]] = {}
        for box, spans in boxes.items():
            whole = Span(min(s.since for s in spans), max(s.until for s in spans))
            for child, facts in _by_class(self._facts.get(box, ())).items():
                held, uom = measure(facts, whole)
                known, unit = sums.get(child, (Decimal(0), uom))
                countable = held is not None and known is not None and unit == uom
                sums[child] = (known + held, uom) if countable else (None, None)  # type: ignore[operator]  # both are numbers when countable
        return sums


def _by_class(facts: Iterable[Link]) -> dict[str, list[Link]]:
    clearings: list[Link] = []
    groups: dict[str, list[Link]] = {}
    for fact in facts:
        if fact.kind == CLEAR:
            clearings.append(fact)
        elif fact.kind in _OF_CLASS:
            groups.setdefault(fact.target, []).append(fact)
    return {child: own + clearings for child, own in groups.items()}


class Opened:
    """What was inside some containers during a window, down to the innermost level (rule R4)."""

    def __init__(self, boxes: Boxes, starts: Collection[str], window: Span) -> None:
        self.items: dict[str, list[Span]] = {}
        self.containers: dict[str, list[Span]] = {}
        self.depth: dict[str, int] = {}
        self.stays: list[tuple[Stay, Span]] = []
        level = {key: [window] for key in starts}
        depth = 0
        while level:
            depth += 1
            level = self._open(boxes, level, depth)

    def _open(
        self, boxes: Boxes, level: dict[str, list[Span]], depth: int
    ) -> dict[str, list[Span]]:
        boxes.fetch_inside(level)
        children: dict[str, list[Span]] = {}
        for box, spans in level.items():
            for stay in boxes.inside(box):
                for span in spans:
                    met = stay.span.meet(span)
                    if met is not None:
                        self.stays.append((stay, met))
                        merge(children.setdefault(stay.child, []), met)
        boxes.fetch_inside(children)
        deeper: dict[str, list[Span]] = {}
        for child, spans in children.items():
            holds = bool(boxes.inside(child))
            known = (self.containers if holds else self.items).setdefault(child, [])
            self.depth.setdefault(child, depth)
            fresh = [span for span in spans if merge(known, span)]
            if holds and fresh:
                deeper[child] = fresh
        return deeper
