"""What a reader asks of the trace page: the code, the direction, the instant, the window.

Dates are typed as they are written here (`23/11/2026 09:41`, clock of the province) or as
ISO 8601 with an offset. A date alone means the whole of that day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from django.utils.timezone import get_default_timezone

from nguon.errors import Fault, NguonError

Direction = Literal["up", "down", "both"]
DIRECTIONS: tuple[Direction, ...] = ("up", "both", "down")
_WRITTEN = re.compile(
    r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4})"
    r"(?:[ ,T]+(?P<hour>\d{1,2})[:hH](?P<minute>\d{2}))?",
    re.ASCII,
)
_TO_DAYS_END = timedelta(days=1) - timedelta(microseconds=1)
# Far enough from the ends of the calendar that no clock zone runs over them.
_YEARS = range(1900, 9999)


@dataclass(frozen=True, slots=True)
class Question:
    """One trace to make. `text` is the code as typed; `raw` all fields as typed."""

    text: str = ""
    direction: Direction = "both"
    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    raw: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)

    def address(self, **changes: str) -> str:
        """The address of the same question with some fields changed; empty ones are left out."""
        fields = {**self.raw, **changes}
        return "?" + urlencode({name: value for name, value in fields.items() if value})


def read_instant(text: str, *, day_ends: bool = False) -> datetime | None:
    """The instant that `text` writes, None for nothing; NguonError for what is no instant.

    Of a date alone it is the first moment, or with `day_ends` the last.
    """
    text = text.strip()
    if not text:
        return None
    try:
        moment, whole_day = _read(text)
    except (ValueError, OverflowError):
        raise NguonError(Fault("tracing.instant", value=text)) from None
    if moment.year not in _YEARS:
        raise NguonError(Fault("tracing.instant", value=text))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=get_default_timezone())
    return moment + _TO_DAYS_END if whole_day and day_ends else moment


def _read(text: str) -> tuple[datetime, bool]:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        # An offset's plus sign arrives as a blank where an address was put together by hand.
        mended = re.sub(r"(:\d{2}(?:\.\d+)?) (\d{2}:\d{2})$", r"\1+\2", text)
        return datetime.fromisoformat(mended), len(text) <= len("2026-11-23")
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    if found["hour"] is None:
        return datetime(year, month, day), True  # noqa: DTZ001 - the caller sets the zone
    hour, minute = int(found["hour"]), int(found["minute"])
    return datetime(year, month, day, hour, minute), False  # noqa: DTZ001 - the caller sets the zone


_FIELDS = (("asof", True), ("from", False), ("to", True))


def _read_field(query: Mapping[str, str], name: str) -> str:
    # Neither a page nor the database can hold U+0000; what stands for the unreadable, both can.
    return query.get(name, "").replace("\0", "\ufffd").strip()


def read_question(query: Mapping[str, str]) -> Question:
    """The question of an address; a field that cannot be read is told in `faults`."""
    raw = {name: _read_field(query, name) for name in ("key", "d", "asof", "from", "to")}
    instants: dict[str, datetime | None] = {}
    faults: dict[str, Fault] = {}
    for name, day_ends in _FIELDS:
        try:
            instants[name] = read_instant(raw[name], day_ends=day_ends)
        except NguonError as error:
            instants[name], faults[name] = None, error.fault
    since, until = instants["from"], instants["to"]
    if since and until and until < since:
        faults["to"] = Fault("tracing.window", value=raw["to"], params={"since": raw["from"]})
    return Question(
        text=raw["key"],
        direction=next((one for one in DIRECTIONS if one == raw["d"]), "both"),
        as_of=instants["asof"],
        since=since,
        until=until,
        raw=raw,
        faults=faults,
    )
