"""Reading what a person asks of the trace page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.errors import NguonError
from nguon.tracing.asking import read_instant, read_question

VIETNAM = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("23/11/2026 09:41", datetime(2026, 11, 23, 9, 41, tzinfo=VIETNAM)),
        ("23/11/2026, 9:41", datetime(2026, 11, 23, 9, 41, tzinfo=VIETNAM)),
        ("23.11.2026 9h41", datetime(2026, 11, 23, 9, 41, tzinfo=VIETNAM)),
        ("1/2/2026", datetime(2026, 2, 1, tzinfo=VIETNAM)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=VIETNAM)),
        ("2026-11-23T09:41", datetime(2026, 11, 23, 9, 41, tzinfo=VIETNAM)),
        ("2026-11-23T09:41:00Z", datetime(2026, 11, 23, 9, 41, tzinfo=UTC)),
        ("2026-11-23T09:41:00+02:00", datetime(2026, 11, 23, 7, 41, tzinfo=UTC)),
        ("2026-11-23T09:41:00 02:00", datetime(2026, 11, 23, 7, 41, tzinfo=UTC)),
        ("  ", None),
    ],
)
def test_an_instant_is_read_as_it_is_written(text, expected) -> None:
    assert read_instant(text) == expected


def test_a_date_alone_reaches_to_the_end_of_its_day_where_that_is_meant() -> None:
    end = read_instant("23/11/2026", day_ends=True)
    assert end == datetime(2026, 11, 24, tzinfo=VIETNAM) - timedelta(microseconds=1)


@pytest.mark.parametrize(
    "text",
    ["hôm qua", "31/02/2026", "23/11/26", "2026-13-01", "0001-01-01", "9999-12-31", "١/2/2026"],
)
def test_what_is_no_instant_is_told(text) -> None:
    with pytest.raises(NguonError) as refused:
        read_instant(text)
    assert text in refused.value.fault.sentence("vi")


@given(st.text(max_size=40))
def test_reading_an_instant_never_fails_in_any_other_way(text) -> None:
    try:
        moment = read_instant(text, day_ends=True)
    except NguonError:
        return
    assert moment is None or moment.tzinfo is not None


@given(st.integers(6_000_000, 70_000_000))
def test_an_instant_written_by_the_page_is_read_back(minutes) -> None:
    minute = datetime.fromtimestamp(minutes * 60, VIETNAM)
    assert read_instant(minute.strftime("%d/%m/%Y %H:%M")) == minute


def test_an_unknown_direction_means_both() -> None:
    assert read_question({"key": "x", "d": "sideways"}).direction == "both"


def test_a_field_that_cannot_be_read_is_named_and_the_rest_is_kept() -> None:
    question = read_question({"key": " L1 ", "d": "up", "asof": "soon"})
    assert (question.text, question.direction, question.as_of) == ("L1", "up", None)
    assert list(question.faults) == ["asof"]


def test_a_window_that_ends_before_it_begins_is_told() -> None:
    question = read_question({"key": "x", "from": "12/05/2026", "to": "11/05/2026"})
    assert list(question.faults) == ["to"]


def test_the_address_of_a_changed_question_keeps_the_other_fields() -> None:
    question = read_question({"key": "L1", "d": "up", "asof": "1/2/2026"})
    assert question.address(d="down") == "?key=L1&d=down&asof=1%2F2%2F2026"


def test_a_nul_becomes_what_a_page_and_the_database_can_hold() -> None:
    question = read_question({"key": "A\0B", "asof": "\0"})
    assert question.text == "A\ufffdB"
    assert question.faults["asof"].value == "\ufffd"
