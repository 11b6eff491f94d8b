"""Who was inside what, and when: from joins and leaves to closed intervals.

Intervals are closed at both ends, so that goods which left at the very instant of an incident
count as inside. Where the record is in doubt, the goods are taken to be inside: a join and a
leave at the same instant leave the child in, and a class of which an unknown amount joined or
left stays until the container is cleared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from nguon.trace.model import (
    BEGINNING,
    CLEAR,
    END,
    JOIN,
    JOIN_CLASS,
    LEAVE,
    LEAVE_CLASS,
    SEEN,
    SEEN_CLASS,
    Link,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval of time."""

    since: datetime = BEGINNING
    until: datetime = END

    def meet(self, other: Span) -> Span | None:
        """What both have in common, None when nothing."""
        since, until = max(self.since, other.since), min(self.until, other.until)
        return Span(since, until) if since <= until else None

    def covers(self, instant: datetime) -> bool:
        """Whether an instant lies in the interval, its ends included."""
        return self.since <= instant <= self.until


@dataclass(frozen=True, slots=True)
class Stay:
    """A child inside a parent for a span."""

    parent: str
    child: str
    span: Span


def find_stays(facts: Iterable[Link]) -> list[Stay]:
    """The stays that joins, leaves, sightings and clearings of any parents and children make."""
    pairs: dict[tuple[str, str], list[Link]] = {}
    clearings: dict[str, list[Link]] = {}
    for fact in dict.fromkeys(facts):
        if fact.kind == CLEAR:
            clearings.setdefault(fact.source, []).append(fact)
        else:
            pairs.setdefault((fact.source, fact.target), []).append(fact)
    return [
        Stay(parent, child, span)
        for (parent, child), own in pairs.items()
        for span in _spans(own + clearings.get(parent, []))
    ]


# At one instant leaves come before joins: what was packed again is inside, not outside.
_ORDER = {LEAVE: 0, LEAVE_CLASS: 0, CLEAR: 0, JOIN: 1, JOIN_CLASS: 1, SEEN: 2, SEEN_CLASS: 2}


def in_order(facts: Iterable[Link]) -> list[Link]:
    """Facts by time; at one instant those that take out before those that put in."""
    return sorted(facts, key=lambda fact: (fact.at, _ORDER[fact.kind]))


def _spans(facts: list[Link]) -> Iterable[Span]:
    opened: datetime | None = None
    amount = Amount()
    for fact in in_order(facts):
        if fact.kind in (LEAVE, CLEAR):
            left = True
        elif fact.kind == LEAVE_CLASS:
            left = amount.take(fact)
        else:
            amount.put(fact, again=opened is not None)
            opened = fact.at if opened is None else opened
            continue
        if left and opened is not None:
            yield Span(opened, fact.at)
            opened = None
        if left:
            amount = Amount()
    if opened is not None:
        yield Span(opened)


class Amount:
    """How much of a class is inside, as far as the record counts it."""

    __slots__ = ("counted", "held", "uom")

    def __init__(self) -> None:
        self.counted = True
        self.held = Decimal(0)
        self.uom: str | None = None

    def put(self, fact: Link, *, again: bool = False) -> None:
        """Add what joined. A sighting of what is already inside adds nothing."""
        if fact.kind in (SEEN, SEEN_CLASS) and again:
            return
        if fact.quantity is None or (self.held and fact.uom != self.uom):
            self.counted = False
            return
        self.uom = fact.uom
        self.held += fact.quantity

    def take(self, fact: Link) -> bool:
        """Take what left; True when nothing of it can be inside any more."""
        if not self.counted or fact.quantity is None or fact.uom != self.uom:
            self.counted = False
            return False
        self.held -= fact.quantity
        return self.held <= 0


def measure(facts: Iterable[Link], span: Span) -> tuple[Decimal | None, str | None]:
    """How much of one class was inside one parent at any time of a span.

    What was inside when the span began, plus what joined during it: all of that was exposed.
    (None, None) where the record does not count it.
    """
    amount, exposed = Amount(), Decimal(0)
    for fact in in_order(facts):
        if fact.at > span.until:
            break
        if fact.at < span.since:
            if fact.kind == LEAVE_CLASS:
                if amount.take(fact):
                    amount = Amount()
            elif fact.kind in (CLEAR, LEAVE):
                amount = Amount()
            else:
                amount.put(fact, again=bool(amount.held))
        elif fact.kind == JOIN_CLASS or (fact.kind == SEEN_CLASS and not amount.held + exposed):
            if fact.quantity is None:
                amount.counted = False
            else:
                exposed += fact.quantity
                amount.uom = amount.uom or fact.uom
    return (amount.held + exposed, amount.uom) if amount.counted else (None, None)


def merge(known: list[Span], new: Span) -> bool:
    """Add a span to a set of spans; False when it was all known before."""
    if any(span.since <= new.since and new.until <= span.until for span in known):
        return False
    known[:] = [s for s in known if not (new.since <= s.since and s.until <= new.until)]
    known.append(new)
    return True
