"""Schedules against a plain twin that looks at every minute of the world's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from nguon.epcis.subscription import Schedule, SubscriptionError, read_schedule

HANOI = "Asia/Ho_Chi_Minh"
_SPANS = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}


def at(text: str, zone: str = HANOI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def twin_values(name: str, text: str) -> set[int]:
    """An element's values, read as slowly as can be: every number is tried."""
    low, high = _SPANS[name]
    found = set()
    for value in range(low, high + 1):
        for part in text.split(","):
            ends = part.strip("[]").split("-")
            if part == "*" or int(ends[0]) <= value <= int(ends[-1]):
                found.add(value)
    return found


def twin_matches(elements: dict[str, str], instant: datetime, zone: str) -> bool:
    """Whether an instant's own clock shows what all elements say."""
    local = instant.astimezone(ZoneInfo(zone))
    shown = {
        "second": local.second,
        "minute": local.minute,
        "hour": local.hour,
        "dayOfMonth": local.day,
        "month": local.month,
        "dayOfWeek": local.isoweekday(),
    }
    clock = ["second", "minute", "hour"]
    finest = min((clock.index(name) for name in clock if name in elements), default=3)
    for number, name in enumerate(clock[:finest]):
        assert number < finest
        if shown[name] != 0:
            return False
    return all(shown[name] in twin_values(name, text) for name, text in elements.items())


def twin_next(
    elements: dict[str, str], after: datetime, zone: str, minutes: int
) -> datetime | None:
    """The first instant that matches, minute by minute; within it, second by second."""
    minute = after.astimezone(UTC).replace(second=0, microsecond=0)
    seconds = "second" in elements
    for _ in range(minutes):
        for second in range(60) if seconds else (0,):
            instant = minute + timedelta(seconds=second)
            if instant > after and twin_matches(elements, instant, zone):
                return instant
        minute += timedelta(minutes=1)
    return None


def _element(name: str) -> st.SearchStrategy[str]:
    low, high = _SPANS[name]
    number = st.integers(low, high)
    span = st.tuples(number, number).map(lambda ends: f"[{min(ends)}-{max(ends)}]")
    listed = st.lists(number.map(str) | span, min_size=1, max_size=4).map(",".join)
    return listed | st.just("*")


_clock = st.fixed_dictionaries(
    {}, optional={name: _element(name) for name in ("minute", "hour", "dayOfMonth", "dayOfWeek")}
).filter(bool)
# Zones without changes of the clock, with, with half hours, and with the change at midnight.
_zones = st.sampled_from(
    [HANOI, "UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Beirut"]
)
_changes = st.sampled_from(
    [
        "2026-03-28T20:00",
        "2026-10-24T20:00",
        "2026-04-04T10:00",
        "2026-11-01T01:00",
        "2026-03-08T01:00",
        "2028-02-28T12:00",
        "2027-02-28T12:00",
        "2026-12-31T10:00",
    ]
)


@given(_clock, _zones, _changes, st.integers(0, 3600 * 8))
@example({"hour": "2", "minute": "30"}, "Europe/Berlin", "2026-03-28T20:00", 0)
@example({"hour": "2", "minute": "30"}, "Europe/Berlin", "2026-10-24T20:00", 20000)
@example({"dayOfMonth": "29"}, HANOI, "2028-02-28T12:00", 0)
def test_the_next_time_is_the_one_that_a_walk_over_minutes_finds(
    elements: dict[str, str], zone: str, begun: str, seconds: int
) -> None:
    after = at(begun, "UTC") + timedelta(seconds=seconds)
    try:
        schedule = read_schedule(elements, zone)
    except SubscriptionError:
        assume(False)
        return
    minutes = 3 * 24 * 60
    right = twin_next(elements, after, zone, minutes)
    found = schedule.next(after)
    if right is None:
        assert found is None or found >= after.replace(second=0) + timedelta(minutes=minutes)
    else:
        assert found == right


@given(_element("second"), _element("minute"), st.integers(0, 7200))
def test_seconds_count_too(second: str, minute: str, seconds: int) -> None:
    elements = {"second": second, "minute": minute}
    after = at("2026-05-01T08:00", "UTC") + timedelta(seconds=seconds, milliseconds=400)
    found = read_schedule(elements, HANOI).next(after)
    assert found == twin_next(elements, after, HANOI, 70)
    assert found is not None
    assert read_schedule(elements, HANOI).matches(found)


def _times(schedule: Schedule, after: datetime, count: int) -> list[str]:
    found = []
    for _ in range(count):
        following = schedule.next(after)
        assert following is not None
        found.append(following.astimezone(ZoneInfo(schedule.zone)).isoformat())
        after = following
    return found


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"hour": "1", "minute": "5"}, ["2026-05-02T01:05:00+07:00", "2026-05-03T01:05:00+07:00"]),
        ({"hour": "1"}, ["2026-05-02T01:00:00+07:00", "2026-05-03T01:00:00+07:00"]),
        ({"dayOfWeek": "1"}, ["2026-05-04T00:00:00+07:00", "2026-05-11T00:00:00+07:00"]),
        ({"second": "0/30"}, ["2026-05-01T08:00:30+07:00", "2026-05-01T08:01:00+07:00"]),
        (
            {"month": "2", "dayOfMonth": "29", "dayOfWeek": "1"},
            ["2044-02-29T00:00:00+07:00", "2072-02-29T00:00:00+07:00"],
        ),
    ],
)
def test_times_that_people_would_expect(elements: dict[str, str], expected: list[str]) -> None:
    schedule = read_schedule(elements, HANOI)
    assert _times(schedule, at("2026-05-01T08:00:00"), 2) == expected


def test_a_time_that_the_clock_leaps_over_waits_for_the_next_day() -> None:
    schedule = read_schedule({"hour": "2", "minute": "30"}, "Europe/Berlin")
    before = at("2026-03-28T12:00", "Europe/Berlin")
    assert _times(schedule, before, 1) == ["2026-03-30T02:30:00+02:00"]


def test_a_time_that_the_clock_shows_twice_comes_twice() -> None:
    schedule = read_schedule({"hour": "2", "minute": "30"}, "Europe/Berlin")
    before = at("2026-10-24T12:00", "Europe/Berlin")
    assert _times(schedule, before, 2) == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({}, "/schedule"),
        ("1", "/schedule"),
        ({"hours": "1"}, "/schedule/hours"),
        ({"hour": 1}, "/schedule/hour"),
        ({"hour": "24"}, "/schedule/hour"),
        ({"hour": "-1"}, "/schedule/hour"),
        ({"hour": ""}, "/schedule/hour"),
        ({"hour": "1,,2"}, "/schedule/hour"),
        ({"hour": "[5-1]"}, "/schedule/hour"),
        ({"hour": "[1-5"}, "/schedule/hour"),
        ({"hour": "1-5"}, "/schedule/hour"),
        ({"hour": "０"}, "/schedule/hour"),
        ({"dayOfWeek": "0"}, "/schedule/dayOfWeek"),
        ({"dayOfWeek": "8"}, "/schedule/dayOfWeek"),
        ({"minute": "0/0"}, "/schedule/minute"),
        ({"hour": ",".join(["1"] * 200)}, "/schedule/hour"),
        ({"month": "2", "dayOfMonth": "[30-31]"}, "/schedule"),
    ],
)
def test_what_is_no_schedule_is_told(given: object, pointer: str) -> None:
    with pytest.raises(SubscriptionError) as told:
        read_schedule(given, HANOI)
    assert told.value.fault.pointer == pointer
    assert told.value.exception == "SubscriptionControlsException"


@given(st.dictionaries(st.sampled_from([*_SPANS, "x"]), st.text(max_size=12), max_size=6))
def test_no_schedule_breaks_the_reader(given: dict[str, str]) -> None:
    try:
        schedule = read_schedule(given, HANOI)
    except SubscriptionError:
        return
    assert schedule.next(at("2026-05-01T08:00")) is not None
