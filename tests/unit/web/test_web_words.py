"""Numbers, quantities, dates and grades as people read them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from nguon.parts.words import (
    begin_sentence,
    grade_evidence,
    inside_sentence,
    say_date,
    say_instant,
    say_list,
    say_number,
    say_quantity,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("vi", "1224", "1.224"),
        ("vi", "11.8", "11,8"),
        ("vi", "-18.6", "\u221218,6"),
        ("vi", "612.0", "612"),
        ("vi", "1234567.891", "1.234.567,891"),
        ("en", "1224", "1,224"),
        ("en", "11.8", "11.8"),
        ("en", "0", "0"),
    ],
)
def test_a_number_has_the_separators_of_the_language(language: str, value: str, said: str) -> None:
    with translation.override(language):
        assert say_number(Decimal(value)) == said


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_a_number_can_be_read_back(value: Decimal) -> None:
    with translation.override("vi"):
        said = say_number(value)
    assert Decimal(said.replace(".", "").replace(",", ".").replace("\u2212", "-")) == value


def test_a_quantity_never_parts_from_its_unit() -> None:
    with translation.override("vi"):
        assert say_quantity(Decimal(636), "KGM") == f"636{NBSP}kg"
        assert say_quantity(Decimal("2.5"), "TNE") == f"2,5{NBSP}tấn"


def test_a_count_stands_alone_and_nothing_known_is_nothing_said() -> None:
    with translation.override("vi"):
        assert say_quantity(Decimal(980), None) == "980"
        assert say_quantity(None, "KGM") == ""


def test_an_unknown_unit_is_shown_by_its_code() -> None:
    assert say_quantity(Decimal(3), "XYZ") == f"3{NBSP}XYZ"


def test_dates_are_day_first_and_instants_on_the_clock_of_vietnam() -> None:
    assert say_date(date(2026, 11, 18)) == "18/11/2026"
    assert say_instant(datetime(2026, 11, 17, 23, 20, tzinfo=UTC)) == "18/11/2026, 06:20"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Chả mực Hạ Long", "chả mực Hạ Long"),
        ("Trứng gà", "trứng gà"),
        ("Gói 500 g", "gói 500 g"),
        ("Hạ Long rượu", "Hạ Long rượu"),
        ("HTX hàu", "HTX hàu"),
        ("", ""),
    ],
)
def test_a_vietnamese_name_loses_only_the_capital_of_the_beginning(name: str, said: str) -> None:
    with translation.override("vi"):
        assert inside_sentence(name) == said


def test_an_english_name_keeps_its_capital() -> None:
    with translation.override("en"):
        assert inside_sentence("Fresh cuttlefish") == "Fresh cuttlefish"


def test_a_sentence_begins_with_a_capital() -> None:
    assert begin_sentence("đặc khu Cô Tô") == "Đặc khu Cô Tô"
    assert begin_sentence("") == ""


def test_lists_end_with_and() -> None:
    with translation.override("vi"):
        assert say_list(["a", "b", "c"]) == "a, b và c"
        assert say_list(["a"]) == "a"
        assert say_list([]) == ""


@pytest.mark.parametrize(
    ("value", "level"),
    [("laboratory", 5), ("inspected", 4), ("instrument", 3), ("counterparty_confirmed", 2)],
)
def test_stated_evidence_has_its_grade(value: str, level: int) -> None:
    assert grade_evidence(value).level == level


@pytest.mark.parametrize("value", [None, "", "sworn_by_the_moon"])
def test_evidence_that_is_not_stated_counts_as_self_declared(value: str | None) -> None:
    assert grade_evidence(value).level == 1
