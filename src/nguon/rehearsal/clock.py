"""Instants as whole seconds since 1970, written in the province's own time (UTC+07:00)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

OFFSET = "+07:00"
HOUR, DAY = 3600, 86400
_SHIFT = 7 * HOUR
_EPOCH = date(1970, 1, 1)


def seconds_of(day: date) -> int:
    """The instant at which a day begins in the province."""
    return (day - _EPOCH).days * DAY - _SHIFT


def day_of(at: int) -> date:
    """The province's calendar day of an instant."""
    return _EPOCH + timedelta(days=(at + _SHIFT) // DAY)


def instant_of(at: int) -> datetime:
    """An instant as an aware datetime."""
    return datetime.fromtimestamp(at, UTC)


@lru_cache(maxsize=8192)
def _written_day(number: int) -> str:
    return (_EPOCH + timedelta(days=number)).isoformat()


def write_day(at: int) -> str:
    """`2026-08-10`."""
    return _written_day((at + _SHIFT) // DAY)


def write_instant(at: int) -> str:
    """`2026-08-10T07:12:00+07:00`."""
    day, rest = divmod(at + _SHIFT, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, seconds = divmod(rest, 60)
    return f"{_written_day(day)}T{hours:02d}:{minutes:02d}:{seconds:02d}{OFFSET}"
