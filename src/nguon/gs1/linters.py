"""Checks of what a component of a value says, beyond its characters and its length.

GS1 General Specifications, section 3, one check per rule; the names are those of `ai.toml`.
A check returns None, or a `Finding`: the code of the fault, the index, the words it needs. It
may count on the characters and the lengths of its `DOMAINS`; `lint` judges those too.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from nguon.gs1.charset import SET_82, SHOWN, foreign_index
from nguon.gs1.checksum import LONGEST_PAIRED, check_pair, digit_after
from nguon.gs1.codes import code_list
from nguon.gs1.coupons import couponcode, couponposoffer
from nguon.gs1.findings import Check, Finding, finding

_LEAP_YEAR = 2000


class Domain(NamedTuple):
    """The texts that a check is for: characters of a set, from a shortest to a longest length."""

    charset: str
    shortest: int
    longest: int


def csum(text: str) -> Finding | None:
    """The last digit is the check digit of those before it (7.9.1)."""
    expected, last = digit_after(text[:-1]), len(text) - 1
    if text[last] == expected:
        return None
    return finding("check_digit", last, found=text[last], expected=expected)


def csumalpha(text: str) -> Finding | None:
    """The last two characters are the check pair of those before them (7.9.5)."""
    if len(text) < 2:
        return finding("check_pair", 0, found=text, expected="…")
    expected = check_pair(text[:-2])
    if text.endswith(expected):
        return None
    return finding("check_pair", len(text) - 2, found=text[-2:], expected=expected)


def gcppos1(text: str) -> Finding | None:
    """A company prefix has at least four digits; whether it was ever issued is not asked."""
    if re.match(r"[0-9]{4}", text):
        return None
    return finding("company_prefix", 0)


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


def yyyymmd0(text: str) -> Finding | None:
    """The same, the year in full."""
    return _date(text, 4, day_needed=False)


def _date(text: str, width: int, *, day_needed: bool) -> Finding | None:
    # Two digits of a year slide over centuries, but 2000 and the 99 years on either side of it
    # have the same leap years, except for 1900 and 2100, which no shelf life reaches.
    year = int(text[:width]) if width == 4 else _LEAP_YEAR + int(text[:width])
    month, day = int(text[width : width + 2]), int(text[width + 2 :])
    if not 1 <= month <= 12:
        return finding("date", width, found=text)
    if not (0 if not day_needed else 1) <= day <= monthrange(max(year, 1), month)[1]:
        return finding("date", width + 2, found=text)
    return None


def _below(limit: int) -> Check:
    def check(text: str) -> Finding | None:
        return None if int(text) < limit else finding("time", 0, found=text)

    return check


def hhmi(text: str) -> Finding | None:
    """Hour and minute."""
    if int(text[:2]) >= 24:
        return finding("time", 0, found=text)
    return None if int(text[2:]) < 60 else finding("time", 2, found=text)


def _one_of(allowed: str) -> Check:
    shown = " ".join(allowed)

    def check(text: str) -> Finding | None:
        for index, sign in enumerate(text):
            if sign not in allowed:
                return finding("illegal_character", index, found=sign, allowed=shown)
        return None

    return check


def nonzero(text: str) -> Finding | None:
    """A measure or a count that cannot be nothing."""
    return None if text.strip("0") else finding("zero_value", 0, found=text)


def nozeroprefix(text: str) -> Finding | None:
    """A number written without zeros before it."""
    return finding("leading_zero", 0) if text.startswith("0") else None


def hasnondigit(text: str) -> Finding | None:
    """More than digits, so that it is not taken for another key."""
    return finding("digits_only", 0) if text.isdigit() else None


def pieceoftotal(text: str) -> Finding | None:
    """Piece and total, each half of the digits."""
    half, odd = divmod(len(text), 2)
    if odd:
        return finding("piece_of_total", 0, piece=text[:half], total=text[half:])
    piece, total = int(text[:half]), int(text[half:])
    if 1 <= piece <= total:
        return None
    return finding("piece_of_total", 0, piece=text[:half], total=text[half:])


def posinseqslash(text: str) -> Finding | None:
    """Position and end of a sequence, such as 1/3."""
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    if found and int(found[1]) <= int(found[2]):
        return None
    return finding("position_in_sequence", 0, found=text)


def pcenc(text: str) -> Finding | None:
    """Percent signs only where they start %XX."""
    broken = re.search(r"%(?![0-9A-Fa-f]{2})", text)
    return finding("percent", broken.start()) if broken else None


def _coordinate(limit: int) -> Check:
    def check(text: str) -> Finding | None:
        return None if int(text) <= limit else finding("coordinate", 0, found=text)

    return check


def _listed(name: str, code: str) -> Check:
    def check(text: str) -> Finding | None:
        return None if text in code_list(name).codes else finding(code, 0, found=text)

    return check


_country = _listed("iso3166", "country")


def iso3166999(text: str) -> Finding | None:
    """A country by its number, or 999 for several."""
    return None if text == "999" else _country(text)


def iban(text: str) -> Finding | None:
    """An international bank account number: country, then check digits modulo 97 (ISO 13616)."""
    if not _IBAN.fullmatch(text):
        return finding("iban", 0, found=text)
    if text[:2] not in code_list("iso3166alpha2").codes:
        return finding("country", 0, found=text[:2])
    number = "".join(str(int(sign, 36)) for sign in text[4:] + text[:4])
    return None if int(number) % 97 == 1 else finding("iban", 2, found=text)


# The shortest that any country uses has 15 characters.
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


def cset64(text: str) -> Finding | None:
    """Base64url: padded to whole groups of three at its end, or not padded at all."""
    bare = text.rstrip("=")
    index = foreign_index(bare, "Z")
    if index is None and "=" in bare:
        index = bare.index("=")
    if index is not None:
        return finding("illegal_character", index, found=bare[index], allowed=SHOWN["Z"])
    padding = len(text) - len(bare)
    if padding and (padding > 2 or len(text) % 3):
        return finding("padding", len(bare))
    return None


def _cset(charset: str) -> Check:
    def check(text: str) -> Finding | None:
        index = foreign_index(text, charset)
        if index is None:
            return None
        return finding("illegal_character", index, found=text[index], allowed=SHOWN[charset])

    return check


def issued_linters(find: Callable[[str], int | None]) -> Mapping[str, Check]:
    """The checks that ask whether a company prefix was ever issued, with `find` to ask.

    `find` says how many of the leading digits are a company prefix, None where none is known.
    """

    def prefix(text: str) -> Finding | None:
        return gcppos1(text) or (None if find(text) else finding("company_prefix", 0))

    def after_digit(text: str) -> Finding | None:
        found = prefix(text[1:])
        return found and found._replace(at=1)

    def coupon(text: str) -> Finding | None:
        return couponcode(text, prefix)

    return MappingProxyType({"gcppos1": prefix, "gcppos2": after_digit, "couponcode": coupon})


LINTERS: Mapping[str, Check] = MappingProxyType(
    {
        "csum": csum,
        "csumalpha": csumalpha,
        "gcppos1": gcppos1,
        "gcppos2": gcppos2,
        "yyyymmdd": yyyymmdd,
        "yyyymmd0": yyyymmd0,
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
        "iso3166": _country,
        "iso3166999": iso3166999,
        "iso3166alpha2": _listed("iso3166alpha2", "country"),
        "iso4217": _listed("iso4217", "currency"),
        "mediatype": _listed("mediatype", "media_type"),
        "packagetype": _listed("packagetype", "package_type"),
        "iban": iban,
        "couponcode": couponcode,
        "couponposoffer": couponposoffer,
        "csetnumeric": _cset("N"),
        "cset82": _cset("X"),
        "cset39": _cset("Y"),
        "cset64": cset64,
    }
)
_ENDLESS = 10_000
DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "csum": Domain("N", 1, _ENDLESS),
        "csumalpha": Domain("X", 0, LONGEST_PAIRED + 2),
        "yyyymmdd": Domain("N", 8, 8),
        "yyyymmd0": Domain("N", 8, 8),
        "yymmdd": Domain("N", 6, 6),
        "yymmd0": Domain("N", 6, 6),
        "hhmi": Domain("N", 4, 4),
        "hh": Domain("N", 2, 2),
        "mi": Domain("N", 2, 2),
        "ss": Domain("N", 2, 2),
        "winding": Domain("N", 1, 1),
        "iso5218": Domain("N", 1, 1),
        "zero": Domain("N", 1, _ENDLESS),
        "importeridx": Domain("X", 1, 1),
        "nonzero": Domain("N", 1, _ENDLESS),
        "nozeroprefix": Domain("N", 0, _ENDLESS),
        "hasnondigit": Domain("X", 1, _ENDLESS),
        "pieceoftotal": Domain("N", 2, _ENDLESS),
        "latitude": Domain("N", 10, 10),
        "longitude": Domain("N", 10, 10),
    }
)


def lint(name: str, text: str) -> Finding | None:
    """What the check `name` has against any text, also one outside the check's domain."""
    if domain := DOMAINS.get(name):
        if found := _cset(domain.charset)(text):
            return found
        if not domain.shortest <= len(text) <= domain.longest:
            allowed = f"{domain.shortest}–{domain.longest}"
            return finding("value_length", 0, length=len(text), allowed=allowed)
    return LINTERS[name](text)
