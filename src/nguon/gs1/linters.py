"""Checks of what a component of a value says, beyond its characters and its length.

GS1 General Specifications, section 3, one check per rule; the names are those of `ai.toml`.
A check returns None, or a `Finding`: the code of the fault, the index, the words it needs.
Checks named in `UNCHECKED` are not made: their values pass with the right characters only.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from nguon.gs1.charset import SET_82
from nguon.gs1.checksum import check_pair, digit_after


class Finding(NamedTuple):
    """What a check found wrong: a code of `faults.toml`, where, and words for the sentence."""

    code: str
    at: int
    words: Mapping[str, object]


Check = Callable[[str], Finding | None]

_LEAP_YEAR = 2000


def _finding(code: str, index: int, **words: object) -> Finding:
    return Finding(code, index, words)


def csum(text: str) -> Finding | None:
    """The last digit is the check digit of those before it (7.9.1)."""
    expected, last = digit_after(text[:-1]), len(text) - 1
    if text[last] == expected:
        return None
    return _finding("check_digit", last, found=text[last], expected=expected)


def csumalpha(text: str) -> Finding | None:
    """The last two characters are the check pair of those before them (7.9.5)."""
    if len(text) < 2:
        return _finding("check_pair", 0, found=text, expected="…")
    expected = check_pair(text[:-2])
    if text.endswith(expected):
        return None
    return _finding("check_pair", len(text) - 2, found=text[-2:], expected=expected)


def gcppos1(text: str) -> Finding | None:
    """A company prefix has at least four digits; whether it was ever issued is not asked."""
    if re.match(r"[0-9]{4}", text):
        return None
    return _finding("company_prefix", 0)


def gcppos2(text: str) -> Finding | None:
    """The same, after an indicator or extension digit."""
    return gcppos1(text[1:])


def yyyymmdd(text: str) -> Finding | None:
    """A day of the calendar, the year in full."""
    return _date(text, 4, day_needed=True)


def yymmdd(text: str) -> Finding | None:
    """A day of the calendar, two digits for the year."""
    return _date(text, 2, day_needed=True)


def yymmd0(text: str) -> Finding | None:
    """Day 00 stands for the end of the month."""
    return _date(text, 2, day_needed=False)


def _date(text: str, width: int, *, day_needed: bool) -> Finding | None:
    # Two digits of a year slide over centuries, but 2000 and the 99 years on either side of it
    # have the same leap years, except for 1900 and 2100, which no shelf life reaches.
    year = int(text[:width]) if width == 4 else _LEAP_YEAR + int(text[:width])
    month, day = int(text[width : width + 2]), int(text[width + 2 :])
    if not 1 <= month <= 12:
        return _finding("date", width, found=text)
    if not (0 if not day_needed else 1) <= day <= monthrange(max(year, 1), month)[1]:
        return _finding("date", width + 2, found=text)
    return None


def _below(limit: int) -> Check:
    def check(text: str) -> Finding | None:
        return None if int(text) < limit else _finding("time", 0, found=text)

    return check


def hhmi(text: str) -> Finding | None:
    """Hour and minute."""
    if int(text[:2]) >= 24:
        return _finding("time", 0, found=text)
    return None if int(text[2:]) < 60 else _finding("time", 2, found=text)


def _one_of(allowed: str) -> Check:
    shown = " ".join(allowed)

    def check(text: str) -> Finding | None:
        for index, sign in enumerate(text):
            if sign not in allowed:
                return _finding("illegal_character", index, found=sign, allowed=shown)
        return None

    return check


def nonzero(text: str) -> Finding | None:
    """A measure or a count that cannot be nothing."""
    return None if text.strip("0") else _finding("zero_value", 0, found=text)


def nozeroprefix(text: str) -> Finding | None:
    """A number written without zeros before it."""
    return _finding("leading_zero", 0) if text.startswith("0") else None


def hasnondigit(text: str) -> Finding | None:
    """More than digits, so that it is not taken for another key."""
    return _finding("digits_only", 0) if text.isdigit() else None


def pieceoftotal(text: str) -> Finding | None:
    """Piece and total, each half of the digits."""
    half = len(text) // 2
    piece, total = int(text[:half]), int(text[half:])
    if 1 <= piece <= total:
        return None
    return _finding("piece_of_total", 0, piece=text[:half], total=text[half:])


def posinseqslash(text: str) -> Finding | None:
    """Position and end of a sequence, such as 1/3."""
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    if found and int(found[1]) <= int(found[2]):
        return None
    return _finding("position_in_sequence", 0, found=text)


def pcenc(text: str) -> Finding | None:
    """Percent signs only where they start %XX."""
    broken = re.search(r"%(?![0-9A-Fa-f]{2})", text)
    return _finding("percent", broken.start()) if broken else None


def _coordinate(limit: int) -> Check:
    def check(text: str) -> Finding | None:
        return None if int(text) <= limit else _finding("coordinate", 0, found=text)

    return check


LINTERS: Mapping[str, Check] = MappingProxyType(
    {
        "csum": csum,
        "csumalpha": csumalpha,
        "gcppos1": gcppos1,
        "gcppos2": gcppos2,
        "yyyymmdd": yyyymmdd,
        "yymmdd": yymmdd,
        "yymmd0": yymmd0,
        "hhmi": hhmi,
        "hh": _below(24),
        "mi": _below(60),
        "ss": _below(60),
        "hyphen": _one_of("-"),
        "yesno": _one_of("01"),
        "winding": _one_of("019"),
        "iso5218": _one_of("0129"),
        "zero": _one_of("0"),
        "importeridx": _one_of("".join(s for s in SET_82 if s.isalnum() or s in "-_")),
        "nonzero": nonzero,
        "nozeroprefix": nozeroprefix,
        "hasnondigit": hasnondigit,
        "pieceoftotal": pieceoftotal,
        "posinseqslash": posinseqslash,
        "pcenc": pcenc,
        "latitude": _coordinate(1_800_000_000),
        "longitude": _coordinate(3_600_000_000),
    }
)
UNCHECKED = frozenset(
    {
        *("iso3166", "iso3166999", "iso3166alpha2", "iso4217", "iban"),
        *("mediatype", "packagetype", "couponcode", "couponposoffer"),
    }
)
