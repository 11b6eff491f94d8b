"""How many codes one core reads in a second: strict Digital Links above all.

Every value is read once only, so that nothing remembered helps. The list is made before the clock
starts; the best of a few rounds counts, each over values of its own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.report import Report
from nguon.gs1 import check_digit, identify, parse_link
from nguon.gs1.element_string import FNC1, read_bracketed, read_joined

COUNT, ROUNDS = 40_000, 5
HOME = "https://id.gs1.org"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def run(_data: Path | None) -> Report:
    """Read links, events' identifiers and element strings, each kind by itself."""
    rates = {name: measure(parse_link, make) for name, make in LINKS.items()}
    return Report(
        "identification",
        f"one core, {COUNT:,} distinct codes a round, best of {ROUNDS}",
        [
            *((f"strict Digital Link, {name}, /s", f"{rate:,.0f}") for name, rate in rates.items()),
            ("identify, mixed, /s", f"{measure(identify, make_mixed):,.0f}"),
            ("element string in brackets, /s", f"{measure(read_bracketed, make_brackets):,.0f}"),
            ("element string with FNC1, /s", f"{measure(read_joined, make_symbol):,.0f}"),
            ("strict Digital Link, mixed ÷ 50,000", f"{rates['mixed'] / 50_000:.2f}"),
        ],
    )


def measure(read: Callable[[str], object], make: Callable[[random.Random], str]) -> float:
    """Readings a second, the best round's."""
    best = 0.0
    for round_ in range(ROUNDS):
        source = random.Random(round_)
        best = max(best, _rate(read, [make(source) for _ in range(COUNT)]))
    return best


def _rate(read: Callable[[str], object], codes: Sequence[str]) -> float:
    started = time.perf_counter()
    for code in codes:
        read(code)
    return len(codes) / (time.perf_counter() - started)


def make_gtin(source: random.Random) -> str:
    """A GTIN of fourteen digits under the prefix for demonstrations."""
    body = f"0952{source.randrange(10**9):09}"
    return body + check_digit(body)


def make_word(source: random.Random, length: int = 10) -> str:
    """A lot or a serial number."""
    return "".join(source.choices(LETTERS, k=length))


def make_lot(source: random.Random) -> str:
    """A link to a lot."""
    return f"{HOME}/01/{make_gtin(source)}/10/{make_word(source)}"


def make_serial(source: random.Random) -> str:
    """A link to a single thing, on a domain and under a stem of its own."""
    return f"https://nguon.example/vi/01/{make_gtin(source)}/21/{make_word(source, 14)}"


def make_sscc(source: random.Random) -> str:
    """A link to a logistic unit."""
    body = f"0952{source.randrange(10**13):013}"
    return f"{HOME}/00/{body}{check_digit(body)}"


def make_rich(source: random.Random) -> str:
    """A link with lot, serial number, weight, date and a parameter of the resolver."""
    path = f"/01/{make_gtin(source)}/10/{make_word(source)}/21/{make_word(source)}"
    weight = f"{source.randrange(10**6):06}"
    day = f"{source.randrange(1, 29):02}"
    return f"{HOME}{path}?3103={weight}&17=2612{day}&linkType=gs1:pip"


def make_mixed(source: random.Random) -> str:
    """One of the above, and now and then a value that must be percent-decoded."""
    make = source.choice([make_lot, make_serial, make_sscc, make_rich, make_lot])
    return make(source) + ("%2F1" if make is make_lot and source.random() < 0.2 else "")


LINKS = {
    "GTIN and lot": make_lot,
    "GTIN and serial": make_serial,
    "SSCC": make_sscc,
    "lot, serial, attributes": make_rich,
    "mixed": make_mixed,
}


def make_brackets(source: random.Random) -> str:
    """GTIN, lot and best-before date for people."""
    return f"(01){make_gtin(source)}(15)261231(10){make_word(source)}"


def make_symbol(source: random.Random) -> str:
    """GTIN, lot, serial number and date as a symbol holds them."""
    lot, serial = make_word(source), make_word(source)
    return f"01{make_gtin(source)}10{lot}{FNC1}21{serial}{FNC1}15261231"
