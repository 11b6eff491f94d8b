"""States of stamps and orders: which may follow, how they show, and refusals that explain."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from nguon.stamps import StampError, refuse
from nguon.stamps.states import check_order, may_follow, state_of, states

NAMES = list(states())
KINDS = {"ok", "off", "stop", "warn", "none", "odd"}
REFUSED = [(one, to) for one, to in product(NAMES, NAMES) if not may_follow(one, to)]


def test_a_stamp_lives_from_its_number_to_its_sale() -> None:
    life = ["generated", "printed", "activated", "shipped", "sold", "consumed"]
    for one, following in pairwise(life):
        assert may_follow(one, following)


def test_an_order_lives_from_asking_to_its_numbers() -> None:
    for one, following in pairwise(["requested", "approved", "generated"]):
        check_order(one, following)
    check_order("approved", "withdrawn")
    assert states("order")["generated"].moves == ()


def test_an_order_does_not_skip_its_approval() -> None:
    with pytest.raises(StampError) as raised:
        check_order("requested", "generated")
    assert raised.value.code == "stamps.order_move"
    assert "Đã duyệt" in raised.value.fault.sentence("vi")
    assert "Approved" in raised.value.fault.sentence("en")


@pytest.mark.parametrize("gone", ["void", "lost", "consumed"])
def test_a_stamp_that_is_gone_never_comes_back_into_use(gone: str) -> None:
    reached, waiting = set(), [gone]
    while waiting:
        name = waiting.pop()
        for following in states()[name].moves:
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    assert not reached & {"generated", "printed"}
    assert gone == "consumed" or not reached & {"activated", "shipped", "sold"}


@pytest.mark.parametrize(("state", "to"), REFUSED)
def test_every_refusal_has_its_four_lines_in_both_languages(state: str, to: str) -> None:
    for language in ("vi", "en"):
        found = refuse(state, to, language)
        for line in (found.why, found.rule, found.who, found.now):
            assert line.endswith(".")
            assert "{" not in line
            assert "!" not in line
            assert "vui lòng" not in line.lower()


def test_the_nearest_reason_is_given() -> None:
    assert refuse("generated", "activated", "en").now.startswith("Print this range")
    assert refuse("printed", "shipped", "en").now == "Activate this range for a lot."
    assert refuse("void", "activated", "en").why == "The label was voided."
    assert "bound to one lot, once" in refuse("shipped", "activated", "en").rule


def test_every_state_says_itself_and_how_a_page_shows_it() -> None:
    for state in states().values():
        assert state.kind in KINDS
        assert state.group in {"left", "used", "spoilt"}
        assert set(state.moves) <= set(NAMES)
        for language in ("vi", "en"):
            assert state.say(language)
            assert state.tell(language).endswith(".")
    for state in states("order").values():
        assert set(state.moves) <= set(states("order"))


def test_a_state_nobody_knows_is_refused() -> None:
    with pytest.raises(StampError) as raised:
        state_of("stolen")
    assert raised.value.code == "stamps.state_unknown"
