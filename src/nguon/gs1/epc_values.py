"""Values of application identifiers in bits, and "+AIDC data" after an EPC.

EPC Tag Data Standard 2.3, 14.5 and 15.3. How each value is written is in `epc_values.toml`
(Table F); how many digits an AI has follows from its first two (Table K, which our own table
repeats).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from nguon.gs1 import epc_bits
from nguon.gs1.epc_bits import BitReader, BitsError, write_int
from nguon.gs1.table import each_number, table
from nguon.gs1.values import Elements, check_value

_SSCC_BITS = 72


class _Way(NamedTuple):
    """One way to write a part of a value; `split` says how much of the value the part takes."""

    read: Callable[[BitReader], str]
    write: Callable[[str], str]
    split: int | None = None


def read_value(ai: str, reader: BitReader) -> str:
    """The value of `ai` at the cursor, judged by the rules of its AI."""
    ways = _ways().get(ai)
    if ways is None:
        raise reader.fail()
    return check_value(ai, "".join(way.read(reader) for way in ways))


def write_value(ai: str, value: str) -> str:
    """The bits of a checked value. Raises BitsError where no tag may hold it."""
    bits = ""
    for way in _ways().get(ai) or (_REFUSED,):
        piece = value if way.split is None else value[: way.split]
        bits += way.write(piece)
        value = value[len(piece) :]
    return bits


def read_aidc(reader: BitReader) -> Elements:
    """The elements that follow an EPC, up to the zero bits that fill the last word."""
    elements = []
    while len(reader.rest) >= 8:
        if reader.rest.startswith("0" * 8) and len(reader.rest) < 8 + _SSCC_BITS:
            break
        ai = _read_ai(reader)
        elements.append((ai, read_value(ai, reader)))
    if "1" in reader.rest:
        raise reader.fail()
    return tuple(elements)


def write_aidc(elements: Elements) -> str:
    """The bits of elements that follow an EPC."""
    return "".join(epc_bits.write_fixed(ai) + write_value(ai, value) for ai, value in elements)


def _read_ai(reader: BitReader) -> str:
    ai = epc_bits.read_fixed(reader, 2)
    width = _widths().get(ai)
    if width is None:
        raise reader.fail(8)
    ai += epc_bits.read_fixed(reader, width - 2)
    if ai not in table():
        raise reader.fail(4 * width)
    return ai


@cache
def _widths() -> Mapping[str, int]:
    return {ai[:2]: len(ai) for ai in table()}


@cache
def _ways() -> Mapping[str, tuple[_Way, ...]]:
    text = resources.files("nguon.gs1").joinpath("epc_values.toml").read_text("utf-8")
    return {
        ai: tuple(_way(words) for words in ways.split(", "))
        for key, ways in tomllib.loads(text).items()
        for ai in each_number(key)
    }


def _way(words: str) -> _Way:
    name, *numbers = words.split()
    if not numbers:
        return _NAMED[name]
    *count, most = (int(number) for number in numbers)
    return _SIZED[name](*count, most)


def _fixed(digits: int) -> _Way:
    return _Way(lambda r: epc_bits.read_fixed(r, digits), epc_bits.write_fixed, digits)


def _integer(digits: int) -> _Way:
    width = epc_bits.bits_of_digits(digits)
    return _Way(
        lambda reader: epc_bits.read_digits(reader, width, digits),
        lambda value: write_int(int(value), width),
        digits,
    )


def _number(count: int, longest: int) -> _Way:
    return _Way(
        lambda reader: epc_bits.read_number(reader, count, longest),
        lambda value: epc_bits.write_number(_short(value, longest), count),
    )


def _text(count: int, longest: int) -> _Way:
    return _Way(
        lambda reader: epc_bits.read_text(reader, count, longest),
        lambda value: epc_bits.write_text(_short(value, longest), count),
    )


def _delimited(count: int, longest: int) -> _Way:
    return _Way(
        lambda reader: epc_bits.read_delimited(reader, count, longest),
        lambda value: epc_bits.write_delimited(_short(value, longest), count),
    )


def _short(value: str, longest: int) -> str:
    if len(value) > longest:
        raise BitsError(0)
    return value


_SIZED: Mapping[str, Callable[..., _Way]] = {
    "fixed": _fixed,
    "integer": _integer,
    "number": _number,
    "text": _text,
    "delimited": _delimited,
}
# Hours, minutes and seconds behind a date, by the two bits that say how many of them there are.
_PRECISIONS = (1, 2, 3, 0)


def _read_times(reader: BitReader, count: int) -> str:
    return "".join(epc_bits.read_digits(reader, width, 2) for width in (5, 6, 6)[:count])


def _write_times(times: str) -> str:
    pairs = (times[at : at + 2] for at in range(0, len(times), 2))
    return "".join(
        write_int(int(pair), width) for pair, width in zip(pairs, (5, 6, 6), strict=False)
    )


def _read_minute(reader: BitReader) -> str:
    return epc_bits.read_date(reader) + _read_times(reader, 2)


def _write_minute(value: str) -> str:
    return epc_bits.write_date(value[:6]) + _write_times(value[6:])


def _read_dates(reader: BitReader) -> str:
    count = 1 + reader.take(1)
    return "".join(epc_bits.read_date(reader) for _ in range(count))


def _write_dates(value: str) -> str:
    dates = [value[at : at + 6] for at in range(0, len(value), 6)]
    return write_int(len(dates) - 1, 1) + "".join(map(epc_bits.write_date, dates))


def _read_moment(reader: BitReader) -> str:
    count = _PRECISIONS[reader.take(2)]
    return epc_bits.read_date(reader) + _read_times(reader, count)


def _write_moment(value: str) -> str:
    precision = _PRECISIONS.index(len(value) // 2 - 3)
    return write_int(precision, 2) + _write_minute(value)


def _read_country(reader: BitReader) -> str:
    letters = [reader.take(6) for _ in range(2)]
    if max(letters) > ord("Z") - ord("A"):
        raise reader.fail(12)
    return "".join(chr(ord("A") + letter) for letter in letters)


def _write_country(value: str) -> str:
    return "".join(write_int(ord(letter) - ord("A"), 6) for letter in value)


def _read_sequence(reader: BitReader) -> str:
    return "/".join(epc_bits.read_fixed(reader, 2))


def _refuse(_: str) -> str:
    raise BitsError(0)


_REFUSED = _Way(lambda reader: reader.rest, _refuse)
_NAMED: Mapping[str, _Way] = {
    "date": _Way(epc_bits.read_date, epc_bits.write_date),
    "minute": _Way(_read_minute, _write_minute),
    "dates": _Way(_read_dates, _write_dates),
    "moment": _Way(_read_moment, _write_moment),
    "country": _Way(_read_country, _write_country),
    "bit": _Way(lambda reader: str(reader.take(1)), lambda value: write_int(int(value), 1)),
    "minus": _Way(lambda reader: "-" * reader.take(1), lambda value: write_int(len(value), 1)),
    "sequence": _Way(_read_sequence, lambda value: epc_bits.write_fixed(value.replace("/", ""))),
}
