"""Query schedules: which instants match (EPCIS 2.0 section 8.2.5.3 and the REST binding).

An element lists numbers and ranges, `5`, `[1-5]`, `1,[10-12]`; `*` is every value, and `0/30` every
thirtieth from 0 on, as an example of GS1's OpenAPI file has it. An instant matches when, on the
clock of the schedule's zone, all elements match it: a day of the month and a day of the week
together mean both. What is finer than the finest element given is 0, so that `hour` 1 with `minute`
5 is one moment a day; what is coarser is every value.

From this follows what happens where clocks change: a time that the clock leaps over does not come
that day, one that it shows twice comes twice.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from nguon.epcis.subscription.error import subscription_error

# Name, first and last value: from the finest to the coarsest.
_CLOCK = (("second", 0, 59), ("minute", 0, 59), ("hour", 0, 23))
_DATE = (("dayOfMonth", 1, 31), ("month", 1, 12), ("dayOfWeek", 1, 7))
ELEMENTS = (*_CLOCK, *_DATE)
_RANGES = {name: (first, last) for name, first, last in ELEMENTS}
_NUMBER = r"\d{1,2}"
_PART = re.compile(rf"(?P<one>{_NUMBER})|\[(?P<low>{_NUMBER})-(?P<high>{_NUMBER})\]", re.ASCII)
_STEP = re.compile(rf"(?P<start>\*|{_NUMBER})/(?P<step>{_NUMBER})", re.ASCII)
_LONGEST = 200
# A 29 February on one day of the week may be 40 years away (around 2100).
_FAR = timedelta(days=41 * 366)
_SECOND, _MINUTE, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


class Schedule(Struct, frozen=True):
    """When a query is to be run. `elements` are as they were given, in the zone `zone`."""

    elements: Mapping[str, str]
    zone: str
    second: frozenset[int]
    minute: frozenset[int]
    hour: frozenset[int]
    day_of_month: frozenset[int]
    month: frozenset[int]
    day_of_week: frozenset[int]

    def matches(self, instant: datetime) -> bool:
        """Whether the schedule has this second in it."""
        local = instant.astimezone(ZoneInfo(self.zone))
        return local.second in self.second and self._on_minute(local) and self._on_date(local)

    def next(self, after: datetime) -> datetime | None:
        """The first instant after one, to the second, in UTC; None where there is none."""
        zone = ZoneInfo(self.zone)
        at = after.astimezone(UTC).replace(microsecond=0) + _SECOND
        end = at + _FAR
        while at < end:
            local = at.astimezone(zone)
            if not self._on_date(local):
                at = _next_day(at, local, zone)
            elif not self._on_minute(local):
                at = at - timedelta(seconds=local.second) + _MINUTE
            else:
                later = [second for second in self.second if second >= local.second]
                if later:
                    return at + timedelta(seconds=min(later) - local.second)
                at = at - timedelta(seconds=local.second) + _MINUTE
        return None

    def _on_minute(self, local: datetime) -> bool:
        return local.minute in self.minute and local.hour in self.hour

    def _on_date(self, local: datetime) -> bool:
        return (
            local.month in self.month
            and local.day in self.day_of_month
            and local.isoweekday() in self.day_of_week
        )


def _next_day(at: datetime, local: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the next local day, or a minute on where the clock changes before it."""
    midnight = datetime.combine(local.date() + _DAY, datetime.min.time(), zone)
    begun = midnight.astimezone(UTC)
    if midnight.utcoffset() == local.utcoffset() and begun > at:
        return begun
    return at - timedelta(seconds=local.second) + _MINUTE


def read_schedule(given: object, zone: str) -> Schedule:
    """A schedule out of the object of a request. Raises `SubscriptionError`.

    Refused are unknown elements, values out of range, a schedule that says nothing, and one that
    never comes, such as 30 February.
    """
    if not isinstance(given, Mapping):
        raise subscription_error("subscription_schedule", "/schedule", given)
    for name, value in given.items():
        if name not in _RANGES or not isinstance(value, str):
            raise subscription_error("subscription_element", f"/schedule/{name}", value, name=name)
    values = {name: _read_element(name, given[name]) for name in given}
    if not values:
        raise subscription_error("subscription_schedule", "/schedule", "{}")
    schedule = _make(dict(given), zone, values)
    if not _comes(schedule):
        raise subscription_error("subscription_never", "/schedule", ", ".join(given.values()))
    return schedule


def _make(elements: Mapping[str, str], zone: str, values: Mapping[str, frozenset[int]]) -> Schedule:
    chosen = dict(values)
    finest = True
    for name, first, last in _CLOCK:
        finest = finest and name not in values
        everything = frozenset(range(first, last + 1))
        chosen.setdefault(name, frozenset([first]) if finest else everything)
    for name, first, last in _DATE:
        chosen.setdefault(name, frozenset(range(first, last + 1)))
    return Schedule(
        elements,
        zone,
        second=chosen["second"],
        minute=chosen["minute"],
        hour=chosen["hour"],
        day_of_month=chosen["dayOfMonth"],
        month=chosen["month"],
        day_of_week=chosen["dayOfWeek"],
    )


def _comes(schedule: Schedule) -> bool:
    """Whether any year has such a day; 2028 is a leap year."""
    return any(
        day <= calendar.monthrange(2028, month)[1]
        for month in schedule.month
        for day in schedule.day_of_month
    )


def _read_element(name: str, text: str) -> frozenset[int]:
    first, last = _RANGES[name]
    if text == "*":
        return frozenset(range(first, last + 1))
    found: set[int] = set()
    for part in text.split(",") if len(text) <= _LONGEST else [""]:
        values = _read_part(part.strip(), first, last)
        if not values or min(values) < first or max(values) > last:
            raise subscription_error(
                "subscription_element",
                f"/schedule/{name}",
                text,
                name=f"{name} ({first}–{last})",
            )
        found.update(values)
    return frozenset(found)


def _read_part(part: str, first: int, last: int) -> range:
    if match := _STEP.fullmatch(part):
        start = first if match["start"] == "*" else int(match["start"])
        return range(start, last + 1, int(match["step"])) if int(match["step"]) else range(0)
    match = _PART.fullmatch(part)
    if match is None:
        return range(0)
    if match["one"]:
        return range(int(match["one"]), int(match["one"]) + 1)
    return range(int(match["low"]), int(match["high"]) + 1)
