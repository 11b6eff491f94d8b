"""Coupon codes of North America, AI (8110) and the offer file's AI (8112).

GS1 General Specifications 3.9; North American Coupon Application Guideline Using GS1 DataBar
Expanded Symbols; the universal digital coupon's positive offer file. Both are strings of digits
in which one digit says how long the next field is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from nguon.gs1.findings import Check, Finding, find_non_digit, finding


class _StopError(Exception):
    """Ends the reading at the first thing wrong."""

    def __init__(self, found: Finding) -> None:
        self.found = found


class _Fields:
    """A cursor over the digits, naming each field that it takes."""

    def __init__(self, text: str, prefix: Check | None) -> None:
        self.text = text
        self.at = 0
        self.prefix = prefix

    @property
    def more(self) -> bool:
        return self.at < len(self.text)

    def digits(self, field: str, count: int) -> str:
        """The next `count` digits, all of which must be there."""
        taken = self.text[self.at : self.at + count]
        if len(taken) < count:
            raise _StopError(finding("coupon", min(self.at, len(self.text)), field=field))
        self.at += count
        return taken

    def code(self, field: str, allowed: str) -> str:
        """The next digit, one of `allowed`."""
        digit = self.digits(field, 1)
        if digit not in allowed:
            raise _StopError(finding("coupon", self.at - 1, field=field))
        return digit

    def sized(self, field: str, lengths: str, extra: int = 0) -> str:
        """A length digit, one of `lengths`, then that many digits and `extra` more."""
        return self.digits(field, int(self.code(field, lengths)) + extra)

    def company(self, field: str, lengths: str, extra: int = 6) -> None:
        """A company prefix behind its length; whether it was issued only where that is asked."""
        prefix = self.sized(field, lengths, extra)
        if self.prefix and self.prefix(prefix):
            raise _StopError(finding("company_prefix", self.at - len(prefix)))

    def ends(self) -> None:
        if self.more:
            raise _StopError(finding("coupon", self.at, field="end"))


def couponcode(text: str, prefix: Check | None = None) -> Finding | None:
    """A coupon: what it takes off, what must be bought, and up to seven optional fields.

    `prefix`, where given, judges each company prefix beyond its length.
    """
    return find_non_digit(text) or _reading(_read_coupon, _Fields(text, prefix))


def couponposoffer(text: str) -> Finding | None:
    """An offer as the till reports it: format, funder, offer, serial number."""
    return find_non_digit(text) or _reading(_read_offer, _Fields(text, None))


def _reading(read: Callable[[_Fields], None], fields: _Fields) -> Finding | None:
    try:
        read(fields)
    except _StopError as stop:
        return stop.found
    return None


def _read_offer(fields: _Fields) -> None:
    fields.code("format", "01")
    fields.sized("funder", "0123456", 6)
    fields.digits("offer code", 6)
    fields.sized("serial number", "0123456789", 6)
    fields.ends()


def _read_coupon(fields: _Fields) -> None:
    fields.company("company prefix", "0123456")
    fields.digits("offer code", 6)
    fields.sized("save value", "12345")
    _read_purchase(fields)
    dates: dict[str, date] = {}
    for digit, read in _OPTIONAL:
        if fields.more and fields.text[fields.at] == digit:
            fields.at += 1
            read(fields, dates)
    fields.ends()


def _read_purchase(fields: _Fields) -> None:
    fields.sized("purchase requirement", "12345")
    fields.code("purchase requirement code", "012349")
    fields.digits("family code", 3)


def _second(fields: _Fields, _: dict[str, date]) -> None:
    fields.code("additional purchase rules", "0123")
    _third(fields, _)


def _third(fields: _Fields, _: dict[str, date]) -> None:
    _read_purchase(fields)
    if fields.more and fields.text[fields.at] == "9":
        fields.at += 1
        return
    fields.company("company prefix", "0123456")


def _expiry(fields: _Fields, dates: dict[str, date]) -> None:
    dates["expiry"] = _date(fields, "expiration date")


def _start(fields: _Fields, dates: dict[str, date]) -> None:
    start = _date(fields, "start date")
    if dates.get("expiry", start) < start:
        raise _StopError(finding("coupon", fields.at - 6, field="start date"))


def _date(fields: _Fields, field: str) -> date:
    digits = fields.digits(field, 6)
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise _StopError(finding("coupon", fields.at - 6, field=field)) from None


def _serial(fields: _Fields, _: dict[str, date]) -> None:
    fields.sized("serial number", "0123456789", 6)


def _retailer(fields: _Fields, _: dict[str, date]) -> None:
    fields.company("retailer", "1234567")


def _flags(fields: _Fields, _: dict[str, date]) -> None:
    fields.code("save value code", "01256")
    fields.code("item the save value applies to", "012")
    fields.digits("store coupon flag", 1)
    fields.code("multiply flag", "01")


_OPTIONAL: tuple[tuple[str, Callable[[_Fields, dict[str, date]], None]], ...] = (
    ("1", _second),
    ("2", _third),
    ("3", _expiry),
    ("4", _start),
    ("5", _serial),
    ("6", _retailer),
    ("9", _flags),
)
