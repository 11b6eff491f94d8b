"""Spans against a slow oracle that keeps one entry a stamp; reconciliation; quotas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.stamps import Quota, Span, StampError, move, reconcile
from nguon.stamps.spans import ranges_of
from nguon.stamps.states import may_follow, states

BEGIN = datetime(2026, 11, 24, 8, tzinfo=UTC)
RUN = (100, 139)
NAMES = sorted(states())
LOT = "https://id.gs1.org/01/09521301000052/10/L1"
MAKER = "https://id.gs1.org/417/9521301000007"
Each = tuple[str, datetime, str, str]


def fresh() -> list[Span]:
    return [Span(*RUN, "generated", BEGIN)]


class Oracle:
    """One entry a stamp; what `move` promises, said again without spans."""

    def __init__(self) -> None:
        entry = ("generated", BEGIN, "", "")
        self.stamps: dict[int, Each] = dict.fromkeys(range(RUN[0], RUN[1] + 1), entry)

    def move(self, first: int, last: int, to: str, at: datetime, lot: str, maker: str) -> bool:
        numbers = range(first, last + 1)
        if not all(number in self.stamps for number in numbers) or first > last:
            return False
        if (to == "activated" and bool(lot) != bool(maker)) or (to != "activated" and lot):
            return False
        olds = [self.stamps[number] for number in numbers]
        if not all(may_follow(old[0], to) for old in olds):
            return False
        if to == "activated" and any(bool(lot) == bool(old[2]) for old in olds):
            return False
        for number, old in zip(numbers, olds, strict=True):
            self.stamps[number] = (to, at, lot or old[2], maker or old[3])
        return True


def spread(spans: list[Span]) -> dict[int, Each]:
    return {
        number: (span.state, span.since, span.lot, span.maker)
        for span in spans
        for number in range(span.first, span.last + 1)
    }


steps = st.tuples(
    st.integers(RUN[0] - 1, RUN[1] + 1),
    st.integers(0, 41),
    st.sampled_from(NAMES),
    st.integers(0, 2),
    st.sampled_from([("", ""), (LOT, MAKER), (LOT, "")]),
)
# Half of the moves follow the usual life, or the oracle would mostly see refusals.
USUAL = [
    (RUN[0], 40, "printed", 1, ("", "")),
    (RUN[0], 30, "activated", 1, (LOT, MAKER)),
    (RUN[0] + 5, 10, "shipped", 2, ("", "")),
]


@settings(max_examples=300)
@given(st.integers(0, 3), st.lists(steps, max_size=14))
def test_spans_do_what_one_entry_a_stamp_would(usual: int, moves: list) -> None:
    spans, oracle = fresh(), Oracle()
    for first, length, to, hours, (lot, maker) in [*USUAL[:usual], *moves]:
        last, at = first + length - 1, BEGIN + timedelta(hours=hours)
        allowed = oracle.move(first, last, to, at, lot, maker)
        before = spread(spans)
        try:
            spans, changes = move(spans, first, last, to, at, lot=lot, maker=maker)
        except StampError:
            assert not allowed
        else:
            assert allowed
            assert [number for change in changes for number in spread([change.after])] == list(
                range(first, last + 1)
            )
            assert {n: v for change in changes for n, v in spread([change.before]).items()} == {
                n: before[n] for n in range(first, last + 1)
            }
        assert spread(spans) == oracle.stamps
        assert all(one.last + 1 == other.first for one, other in pairwise(spans))
        assert all(
            (one.state, one.since, one.lot, one.maker)
            != (other.state, other.since, other.lot, other.maker)
            for one, other in pairwise(spans)
        )
        counted = reconcile(spans)
        assert counted.size == RUN[1] - RUN[0] + 1 == sum(counted.counts.values())
        assert counted.left + counted.used + counted.spoilt == counted.size


def activated() -> list[Span]:
    spans, _ = move(fresh(), *RUN, "printed", BEGIN)
    return move(spans, 110, 119, "activated", BEGIN, lot=LOT, maker=MAKER)[0]


def test_a_refusal_names_the_stretches_in_the_way_and_nothing_moves() -> None:
    spans, _ = move(activated(), 130, 132, "void", BEGIN)
    kept = list(spans)
    with pytest.raises(StampError) as raised:
        move(spans, 105, 135, "shipped", BEGIN)
    stretches = [
        (f.params["first"], f.params["last"], f.params["state"]) for f in raised.value.faults
    ]
    assert stretches == [
        (105, 109, "printed"),
        (120, 129, "printed"),
        (130, 132, "void"),
        (133, 135, "printed"),
    ]
    assert raised.value.code == "stamps.move_refused"
    assert "105" in raised.value.fault.sentence("vi")
    assert spans == kept


@pytest.mark.parametrize(("first", "last"), [(99, 100), (139, 140), (120, 119), (1, 9999)])
def test_a_range_outside_the_run_is_refused(first: int, last: int) -> None:
    with pytest.raises(StampError) as raised:
        move(fresh(), first, last, "printed", BEGIN)
    assert raised.value.code == "stamps.range"


def test_a_run_with_a_hole_is_not_touched() -> None:
    spans = [Span(1, 5, "printed", BEGIN), Span(7, 9, "printed", BEGIN)]
    with pytest.raises(StampError) as raised:
        move(spans, 1, 2, "void", BEGIN)
    assert raised.value.code == "stamps.run_broken"
    with pytest.raises(StampError):
        move([], 1, 1, "void", BEGIN)


def test_stamps_are_activated_for_a_lot_and_its_maker() -> None:
    spans, _ = move(fresh(), *RUN, "printed", BEGIN)
    for words in ({}, {"lot": LOT}, {"maker": MAKER}):
        with pytest.raises(StampError) as raised:
            move(spans, 100, 101, "activated", BEGIN, **words)
        assert raised.value.code == "stamps.lot_needed"
    with pytest.raises(StampError) as raised:
        move(spans, 100, 101, "void", BEGIN, lot=LOT, maker=MAKER)
    assert raised.value.code == "stamps.lot_bound"


def test_a_lifted_recall_leaves_the_lot_as_it_was() -> None:
    spans, _ = move(activated(), 112, 114, "recalled", BEGIN)
    spans, changes = move(spans, 112, 114, "activated", BEGIN)
    assert changes[0].after.lot == LOT
    assert spans == activated()


def test_a_lifted_recall_binds_to_no_other_lot() -> None:
    spans, _ = move(activated(), 112, 114, "recalled", BEGIN)
    with pytest.raises(StampError) as raised:
        move(spans, 112, 114, "activated", BEGIN, lot=LOT + "B", maker=MAKER)
    assert raised.value.code == "stamps.lot_bound"


def test_stretches_of_a_state_are_joined_across_lots() -> None:
    spans, _ = move(activated(), 120, 124, "activated", BEGIN, lot=LOT + "B", maker=MAKER)
    assert list(ranges_of(spans, "activated")) == [(110, 124)]
    assert list(ranges_of(spans, "void")) == []


def test_a_billion_stamps_are_as_quick_as_ten() -> None:
    spans = [Span(0, 10**9 - 1, "printed", BEGIN)]
    spans, changes = move(spans, 5, 10**8, "void", BEGIN)
    assert len(spans) == 3
    assert reconcile(spans)["void"] == changes[0].after.size == 10**8 - 4


def test_reconciliation_refuses_a_state_that_it_cannot_count() -> None:
    with pytest.raises(StampError) as raised:
        reconcile([Span(1, 2, "stolen", BEGIN)])
    assert raised.value.code == "stamps.state_unknown"


def test_a_quota_is_taken_from_and_unprinted_numbers_come_back() -> None:
    quota = Quota(1000).take(600).give_back(100)
    assert quota.left == 500
    assert quota.take(500).left == 0
    with pytest.raises(StampError) as raised:
        quota.take(501)
    assert raised.value.code == "stamps.quota"
    assert "500" in raised.value.fault.sentence("vi")


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_is_at_least_one(count: int) -> None:
    for act in (Quota(10, 5).take, Quota(10, 5).give_back):
        with pytest.raises(StampError) as raised:
            act(count)
        assert raised.value.code == "stamps.count"


def test_no_more_comes_back_than_was_taken() -> None:
    with pytest.raises(StampError):
        Quota(10, 5, 2).give_back(4)
    assert Quota(10, 20).left == 0
