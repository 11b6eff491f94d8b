"""Stays and amounts: who was inside, when, and how much of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from nguon.trace.containment import Span, find_stays, measure, merge
from nguon.trace.model import (
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

BOX, ITEM = "box", "item"
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    return BEGIN + timedelta(hours=hour)


def fact(kind: str, hour: int, quantity: int | None = None, uom: str | None = None) -> Link:
    amount = None if quantity is None else Decimal(quantity)
    target = "" if kind == CLEAR else ITEM
    return Link(BOX, target, kind, at(hour), UUID(int=hour), amount, uom)


@pytest.mark.parametrize(
    ("facts", "spans"),
    [
        # Put in and never taken out: still inside.
        ([fact(JOIN, 1)], [(at(1), END)]),
        ([fact(JOIN, 1), fact(LEAVE, 3)], [(at(1), at(3))]),
        # Told in any order.
        ([fact(LEAVE, 3), fact(JOIN, 1)], [(at(1), at(3))]),
        # Twice in, twice out.
        (
            [fact(JOIN, 1), fact(LEAVE, 2), fact(JOIN, 4), fact(LEAVE, 6)],
            [(at(1), at(2)), (at(4), at(6))],
        ),
        # Out and in at one instant: inside, because that is the careful reading.
        ([fact(JOIN, 1), fact(LEAVE, 3), fact(JOIN, 3)], [(at(1), at(3)), (at(3), END)]),
        # Taking out what was never put in says nothing.
        ([fact(LEAVE, 3)], []),
        # A sighting is as good as a join when no join is on record.
        ([fact(SEEN, 2), fact(LEAVE, 4)], [(at(2), at(4))]),
        ([fact(JOIN, 1), fact(SEEN, 2), fact(LEAVE, 4)], [(at(1), at(4))]),
        # A container emptied without naming its children.
        ([fact(JOIN, 1), fact(CLEAR, 5)], [(at(1), at(5))]),
        # 25 of 125 bags leave: the lot is still inside.
        ([fact(JOIN_CLASS, 1, 125), fact(LEAVE_CLASS, 2, 25)], [(at(1), END)]),
        ([fact(JOIN_CLASS, 1, 25), fact(LEAVE_CLASS, 2, 25)], [(at(1), at(2))]),
        ([fact(JOIN_CLASS, 1, 20), fact(JOIN_CLASS, 2, 5), fact(LEAVE_CLASS, 3, 25)],
         [(at(1), at(3))]),
        # "Some of it" joined or left: it stays until the container is emptied.
        ([fact(JOIN_CLASS, 1), fact(LEAVE_CLASS, 2, 25)], [(at(1), END)]),
        ([fact(JOIN_CLASS, 1, 25), fact(LEAVE_CLASS, 2), fact(CLEAR, 4)], [(at(1), at(4))]),
        # Kilograms do not cancel pieces.
        ([fact(JOIN_CLASS, 1, 25), fact(LEAVE_CLASS, 2, 25, "KGM")], [(at(1), END)]),
    ],
)  # fmt: skip
def test_stays_follow_from_joins_and_leaves(
    facts: list[Link], spans: list[tuple[datetime, datetime]]
) -> None:
    stays = find_stays(facts)
    assert [(stay.span.since, stay.span.until) for stay in stays] == spans


def test_the_same_fact_told_twice_counts_once() -> None:
    join = fact(JOIN_CLASS, 1, 25)
    stays = find_stays([join, join, fact(LEAVE_CLASS, 2, 25)])
    assert [(stay.span.since, stay.span.until) for stay in stays] == [(at(1), at(2))]


@pytest.mark.parametrize(
    ("facts", "window", "expected"),
    [
        ([fact(JOIN_CLASS, 1, 125), fact(LEAVE_CLASS, 2, 25)], (3, 5), (Decimal(100), None)),
        # What joins during the window was exposed too; what leaves during it was as well.
        ([fact(JOIN_CLASS, 1, 10), fact(JOIN_CLASS, 4, 5)], (3, 5), (Decimal(15), None)),
        ([fact(JOIN_CLASS, 1, 10), fact(LEAVE_CLASS, 4, 10)], (3, 5), (Decimal(10), None)),
        ([fact(JOIN_CLASS, 1, 10), fact(LEAVE_CLASS, 2, 10)], (3, 5), (Decimal(0), None)),
        ([fact(JOIN_CLASS, 1, 10), fact(CLEAR, 2), fact(JOIN_CLASS, 3, 4)], (3, 5),
         (Decimal(4), None)),
        ([fact(JOIN_CLASS, 1, 10), fact(SEEN_CLASS, 4, 10)], (3, 5), (Decimal(10), None)),
        # Uncounted is said to be unknown, not zero.
        ([fact(JOIN_CLASS, 1)], (3, 5), (None, None)),
        ([fact(JOIN_CLASS, 1, 10, "KGM")], (3, 5), (Decimal(10), "KGM")),
    ],
)  # fmt: skip
def test_amounts_in_a_window(
    facts: list[Link],
    window: tuple[int, int],
    expected: tuple[Decimal | None, str | None],
) -> None:
    assert measure(facts, Span(at(window[0]), at(window[1]))) == expected


def test_spans_meet_at_a_shared_instant() -> None:
    assert Span(at(1), at(2)).meet(Span(at(2), at(3))) == Span(at(2), at(2))
    assert Span(at(1), at(2)).meet(Span(at(3), at(4))) is None


def test_merging_keeps_only_spans_that_say_more() -> None:
    known = [Span(at(1), at(3))]
    assert not merge(known, Span(at(1), at(2)))
    assert merge(known, Span(at(2), at(5)))
    assert merge(known, Span(at(0), at(9)))
    assert known == [Span(at(0), at(9))]
