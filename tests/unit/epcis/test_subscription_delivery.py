"""What follows from every answer of a receiver."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.subscription import DEFAULT_LIMITS, Answer, Attempt, Verdict, judge
from nguon.epcis.subscription.delivery import choose_size, grow

MANY, ONE = Attempt(events=8), Attempt(events=1)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_is_taken_is_done(status: int) -> None:
    assert judge(Answer(status), MANY, 0.5) == Verdict("delivered")


@pytest.mark.parametrize("status", [400, 413, 422])
def test_too_much_is_halved_down_to_one_and_one_is_set_aside(status: int) -> None:
    assert judge(Answer(status), MANY, 0.5) == Verdict("smaller", events=4)
    assert judge(Answer(status), Attempt(events=3), 0.5).events == 1
    assert judge(Answer(status), ONE, 0.5) == Verdict("set_aside")


def test_a_receiver_that_takes_nothing_is_not_fed_into_the_list() -> None:
    row = Attempt(events=1, set_aside=DEFAULT_LIMITS.set_aside)
    assert judge(Answer(413), row, 0.5).kind == "stop"


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403, 404, 405, 415])
def test_refusals_are_tried_a_few_times_then_it_stops(status: int) -> None:
    kinds = [judge(Answer(status), Attempt(8, failures=n), 0.5).kind for n in range(5)]
    assert kinds == ["later"] * 4 + ["stop"]


def test_gone_is_gone_at_once() -> None:
    assert judge(Answer(410), MANY, 0.5).kind == "stop"


def test_a_forbidden_address_is_a_refusal() -> None:
    assert judge(Answer(forbidden=True), Attempt(1, failures=4), 0.5).kind == "stop"


@pytest.mark.parametrize("status", [0, 408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_for_days(status: int) -> None:
    tried = Attempt(8, failures=500, failing_seconds=6 * 86400)
    assert judge(Answer(status), tried, 0.5).kind == "later"
    tired = Attempt(8, failures=500, failing_seconds=7 * 86400)
    assert judge(Answer(status), tired, 0.5).kind == "stop"


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_double_up_to_an_hour_and_are_spread(failures: int, chance: float) -> None:
    full = min(2.0 * 2 ** min(failures, 40), 3600.0)
    wait = judge(Answer(503), Attempt(8, failures=failures), chance).wait
    assert full / 2 <= wait <= full


def test_retry_after_is_honoured_within_a_day() -> None:
    assert judge(Answer(503, retry_after=120), MANY, 0.5).wait == 120
    assert judge(Answer(429, retry_after=1e9), MANY, 0.5).wait == 86400


def test_an_empty_report_that_is_refused_is_never_set_aside() -> None:
    assert judge(Answer(413), Attempt(events=0), 0.5).kind == "later"


def test_a_single_event_goes_ahead_where_it_is_not_known_whether_it_works() -> None:
    assert [choose_size(64, failures) for failures in range(5)] == [64, 64, 64, 1, 1]


def test_batches_grow_back_slowly() -> None:
    sizes = [1]
    while sizes[-1] < DEFAULT_LIMITS.events:
        sizes.append(grow(sizes[-1]))
    assert sizes[:4] == [1, 2, 3, 4]
    assert all(
        later <= max(earlier + 1, earlier * 9 // 8) for earlier, later in itertools.pairwise(sizes)
    )
    assert grow(100) == 100
