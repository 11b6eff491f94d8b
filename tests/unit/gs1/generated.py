"""Right elements of every primary key, and texts that are right but for a few changes."""

from __future__ import annotations

import os
import string

from hypothesis import strategies as st

from nguon.gs1 import check_digit
from nguon.gs1.charset import SET_39, SET_82
from nguon.gs1.checksum import check_pair

# How many inputs each parser is tried with: NGUON_FUZZ=100000 for the long run.
FUZZ = int(os.environ.get("NGUON_FUZZ", "300"))
SET_64 = string.digits + string.ascii_letters + "-_"


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=least, max_size=least if most is None else most)


def checked(length: int) -> st.SearchStrategy[str]:
    """Digits, the last one their check digit."""
    return digits(length - 1).map(lambda body: body + check_digit(body))


def text(most: int, signs: str = SET_82) -> st.SearchStrategy[str]:
    return st.text(signs, min_size=1, max_size=most)


def dates() -> st.SearchStrategy[str]:
    return st.dates().map(lambda day: f"{day:%y%m%d}")


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def _model(body: str) -> str:
    return body + check_pair(body)


_PIECES = st.integers(1, 99).flatmap(
    lambda total: st.integers(1, total).map(lambda piece: f"{piece:02}{total:02}")
)
VALUES: dict[str, st.SearchStrategy[str]] = {
    "00": checked(18),
    "01": checked(14),
    "253": _joined(checked(13), st.text(SET_82, max_size=17)),
    "255": _joined(checked(13), st.text(string.digits, max_size=12)),
    "401": _joined(digits(6), text(24)),
    "402": checked(17),
    "414": checked(13),
    "415": checked(13),
    "417": checked(13),
    "8003": _joined(st.just("0"), checked(13), st.text(SET_82, max_size=16)),
    "8004": _joined(digits(6), text(24)),
    "8006": _joined(checked(14), _PIECES),
    "8010": _joined(digits(6), text(24, SET_39)),
    "8013": _joined(digits(4), text(19)).map(_model),
    "8017": checked(18),
    "8018": checked(18),
    "10": text(20),
    "21": text(20),
    "22": text(20),
    "235": text(28),
    "254": text(20).filter("0".__ne__),
    "7040": _joined(digits(1), text(1), text(1), text(1, SET_64)),
    "8011": st.integers(1, 10**12 - 1).map(str),
    "8019": digits(1, 10),
    "8020": text(25),
    "11": dates(),
    "17": dates(),
    "3103": digits(6),
    "422": st.sampled_from(["704", "392", "840"]),
    "99": text(90),
    "8030": text(90, SET_64),
    "7007": st.one_of(dates(), st.tuples(dates(), dates()).map("".join)),
    "4330": st.one_of(digits(6), digits(6).map(lambda value: value + "-")),
}
_PATHS: dict[str, list[tuple[str, ...]]] = {
    "01": [(), ("10",), ("21",), ("22", "10", "21"), ("10", "21"), ("235",)],
    "414": [(), ("254",), ("7040",)],
    "415": [("8020",)],
    "417": [(), ("7040",)],
    "8004": [(), ("7040",)],
    "8006": [(), ("21",), ("22", "10"), ("22", "10", "21")],
    "8010": [(), ("8011",)],
    "8017": [(), ("8019",)],
    "8018": [(), ("8019",)],
}
KEYS = ("00", "01", "253", "255", "401", "402", "414", "415", "417", "8003", "8004", "8006", "8010")
KEYS += ("8013", "8017", "8018")
ATTRIBUTES = ("11", "17", "3103", "422", "99", "8030", "7007", "4330")


@st.composite
def paths(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """A primary key with qualifiers in path order."""
    key = draw(st.sampled_from(KEYS))
    names = (key, *draw(st.sampled_from(_PATHS.get(key, [()]))))
    return tuple((ai, draw(VALUES[ai])) for ai in names)


@st.composite
def messages(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """A primary key with its qualifiers and some attributes."""
    names = draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=3, unique=True))
    return (*draw(paths()), *((ai, draw(VALUES[ai])) for ai in names))


_SIGNS = "01234567890AZaz()[]^|\\%/?#&=+.:*-_~ \x1d\x00éễ٣０\ud800𝟎"
_SPLICES = [
    "%2F",
    "%",
    "(01)",
    "\x1d",
    "^",
    "|]e0",
    "/10/",
    "?17=",
    "urn:epc:",
    "]d2",
    "09521234000129",
]


@st.composite
def mutated(draw: st.DrawFn, right: st.SearchStrategy[str]) -> str:
    """A right text after a few changes: the inputs that come closest to deceiving a parser."""
    made = draw(right)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(made)))
        kind = draw(
            st.sampled_from(["insert", "drop", "replace", "swap", "cut", "splice", "double"])
        )
        sign = draw(st.sampled_from(_SIGNS))
        made = {
            "insert": made[:at] + sign + made[at:],
            "drop": made[:at] + made[at + 1 :],
            "replace": made[:at] + sign + made[at + 1 :],
            "swap": made[:at] + made[at + 1 : at + 2] + made[at : at + 1] + made[at + 2 :],
            "cut": made[:at],
            "splice": made[:at] + draw(st.sampled_from(_SPLICES)) + made[at:],
            "double": made[:at] + made[max(at - 8, 0) :],
        }[kind]
    return made
