"""Values of parameters: from a URL, where all is text and `|` parts a list, or from JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from msgspec import Struct

from nguon.epcis.query.error import QueryError, query_error
from nguon.epcis.validation.structure import read_time

MOST_VALUES = 200
LONGEST = 2000
_MOST_DIGITS = 100
_LARGEST = 2**31 - 1
_NUMBER = re.compile(r"[+-]?[0-9]{1,64}(?:\.[0-9]{0,64})?(?:[eE][+-]?[0-9]{1,2})?")
# A zone of more than 14 hours is none (ISO 8601); what PostgreSQL and Python both can hold.
INSTANT = re.compile(
    r"(?!0000|0001|9999)[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\.[0-9]+)?(?:[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_ZONE_OF_URL = re.compile(r"(.*[0-9]) ([0-9]{2}:[0-9]{2})", re.DOTALL)
Value = TypeVar("Value")


class Given(Struct, frozen=True):
    """A parameter as it was given; `listed` says that it came by JSON, where lists are lists."""

    name: str
    value: object
    json: bool = False

    def refuse(self, expected: str, value: object = None) -> QueryError:
        """That the value is not what the parameter takes."""
        shown = self.value if value is None else value
        words = _EXPECTED[expected]
        return query_error(
            "query_value", self.name, shown, expected_vi=words[0], expected_en=words[1]
        )

    def texts(self) -> tuple[str, ...]:
        """A list of texts, each once."""
        if not self.json:
            parts: Sequence[object] = str(self.value).split("|")
        else:
            parts = self.value if isinstance(self.value, list) else [self.value]
        if len(parts) > MOST_VALUES:
            raise query_error("query_too_many", self.name, len(parts), limit=MOST_VALUES)
        if not parts:
            raise self.refuse("texts", "[]")
        return tuple(dict.fromkeys(self._text(part) for part in parts))

    def text(self) -> str:
        """One text."""
        return self._text(self.value)

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not value:
            raise self.refuse("texts", value)
        if len(value) > LONGEST or "\0" in value or (not value.isascii() and _broken(value)):
            raise self.refuse("short", value)
        return value

    def each(self, read: Callable[[str], Value]) -> tuple[Value, ...]:
        """A list of texts, each read."""
        return tuple(dict.fromkeys(read(text) for text in self.texts()))

    def choice(self, options: Iterable[str]) -> str:
        """One of a few words."""
        text = self.text()
        if text not in options:
            words = ", ".join(options)
            raise query_error(
                "query_value", self.name, text, expected_vi=f"một trong: {words}",
                expected_en=f"one of: {words}",
            )  # fmt: skip
        return text

    def instant(self) -> datetime:
        """A time with its zone; the blank that a `+` in a URL turns into is read as `+`."""
        text = self.text()
        if not self.json and (zoned := _ZONE_OF_URL.fullmatch(text)):
            text = f"{zoned[1]}+{zoned[2]}"
        moment = read_instant(text)
        if moment is None:
            raise self.refuse("time")
        return moment

    def number(self) -> Decimal:
        """A number."""
        return self._number(self.value)

    def numbers(self) -> tuple[Decimal, ...]:
        """A list of numbers."""
        if not self.json:
            return tuple(dict.fromkeys(self._number(text) for text in self.texts()))
        parts = self.value if isinstance(self.value, list) else [self.value]
        if not parts or len(parts) > MOST_VALUES:
            raise query_error("query_too_many", self.name, len(parts), limit=MOST_VALUES)
        return tuple(dict.fromkeys(self._number(part) for part in parts))

    def _number(self, value: object) -> Decimal:
        if isinstance(value, str) and not self.json:
            found = read_number(value)
        else:
            found = exact_number(value)
        if found is None:
            raise self.refuse("number", value)
        return found

    def count(self, least: int) -> int:
        """A whole number from `least` on."""
        value = self.value
        if isinstance(value, str) and not self.json and re.fullmatch(r"[0-9]{1,10}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST:
            raise self.refuse("count" if least else "amount")
        return value

    def boolean(self) -> bool:
        """True or false."""
        found = {"true": True, "false": False}.get(str(self.value).lower())
        if found is None or not isinstance(self.value, bool | str):
            raise self.refuse("boolean")
        return found

    def exists(self) -> bool:
        """Whether an EXISTS_ parameter asks anything: its value does not count, save `false`."""
        if self.value is None or self.value == "":
            return True
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return True
        if isinstance(self.value, str) and re.fullmatch(r"[0-9]{1,9}", self.value):
            return True
        return self.boolean()


def _broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def read_number(text: str) -> Decimal | None:
    """The number that a text is, None for other texts."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def exact_number(value: object) -> Decimal | None:
    """The exact value of a JSON number, None for what is none or is too long to be compared."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > 4 * _MOST_DIGITS:
        return None
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite():
        return None
    _, digits, exponent = exact.as_tuple()
    if max(len(digits), abs(exact.adjusted()), abs(int(exponent))) > _MOST_DIGITS * 4:
        return None
    return exact


def read_instant(text: str) -> datetime | None:
    """The instant that a text is, None for other texts."""
    return read_time(text) if INSTANT.fullmatch(text) else None


_EXPECTED = {
    "texts": ("chữ không rỗng, nhiều giá trị nối bằng |", "text, several joined by |"),
    "short": (
        f"chữ dài không quá {LONGEST} ký tự, không có ký tự rỗng (U+0000)",
        f"text of at most {LONGEST} characters without U+0000",
    ),
    "time": (
        "thời điểm có múi giờ, ví dụ 2026-05-01T08:00:00+07:00 (trong URL viết + thành %2B)",
        "a time with its zone, such as 2026-05-01T08:00:00+07:00 (+ is %2B in a URL)",
    ),
    "number": ("một số", "a number"),
    "count": ("số nguyên dương", "a whole number from 1 on"),
    "amount": ("số nguyên không âm", "a whole number from 0 on"),
    "boolean": ("true hoặc false", "true or false"),
    "uri": ("mã GS1 hoặc URI", "a GS1 key in any syntax, or a URI"),
    "event": ("mã sự kiện (URI)", "an eventID (a URI)"),
    "object": ("một đối tượng JSON", "a JSON object"),
    "field_value": (
        "số hoặc thời điểm có múi giờ",
        "a number, or a time with its zone",
    ),
}
