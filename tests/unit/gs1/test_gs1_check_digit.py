"""Check digits and check pairs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import Gs1Error, check_digit, verify_check_digit
from nguon.gs1.charset import SET_82
from nguon.gs1.checksum import check_pair
from nguon.gs1.linters import csumalpha

DIGITS = st.text("0123456789", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("body", "digit"),
    [
        ("629104150021", "3"),
        ("0952123400012", "9"),
        ("952123400012", "9"),
        ("00614141123456789", "0"),
        ("9638507", "4"),
        ("0", "0"),
    ],
)
def test_check_digit_of_a_known_number(body: str, digit: str) -> None:
    assert check_digit(body) == digit
    assert verify_check_digit(body + digit)


@given(DIGITS)
@settings(deadline=None)
def test_weights_alternate_three_and_one_from_the_right(body: str) -> None:
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
    assert (total + int(check_digit(body))) % 10 == 0


@given(DIGITS, st.data())
@settings(deadline=None)
def test_one_mistyped_digit_is_always_noticed(body: str, data: st.DataObject) -> None:
    digits = body + check_digit(body)
    at = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from(sorted(set("0123456789") - {digits[at]})))
    assert not verify_check_digit(digits[:at] + wrong + digits[at + 1 :])


@pytest.mark.parametrize("text", ["12a4", "１２３", "12 3", "-1"])
def test_only_ascii_digits_have_a_check_digit(text: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        check_digit(text)
    assert caught.value.code == "gs1.illegal_character"
    assert text[caught.value.fault.position or 0] not in "0123456789"


@pytest.mark.parametrize("ask", [check_digit, verify_check_digit])
def test_nothing_has_no_check_digit(ask: object) -> None:
    with pytest.raises(Gs1Error) as caught:
        ask("")  # type: ignore[operator]  # both take a text
    assert caught.value.code == "gs1.empty_component"


def test_a_lone_digit_is_not_verified() -> None:
    assert not verify_check_digit("0")


@given(st.text(SET_82, max_size=23))
@settings(deadline=None)
def test_a_check_pair_confirms_what_it_was_made_for(body: str) -> None:
    assert csumalpha(body + check_pair(body)) is None


@given(st.text(SET_82, min_size=1, max_size=23), st.data())
@settings(deadline=None)
def test_one_changed_character_breaks_the_check_pair(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from([sign for sign in SET_82 if sign != body[at]]))
    finding = csumalpha(body[:at] + other + body[at + 1 :] + check_pair(body))
    assert finding is not None
    assert finding.code == "check_pair"
