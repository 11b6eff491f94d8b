"""What scanners send: symbology identifier and content, read and written.

GS1 General Specifications 5.1.3 (symbology identifiers, ISO/IEC 15424), 5.2 and 5.8 (EAN/UPC
with add-ons, composite symbols), 7.8. A *message* is the content as people write it: a leading
`^` for GS1 data, `^` for each further FNC1, `|` before the composite part, and a backslash before
a `^` that is only a sign at the start of other data.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Literal

import msgspec

from nguon.gs1.checksum import digit_after
from nguon.gs1.element_string import FNC1, MARK, read_joined
from nguon.gs1.error import gs1_error
from nguon.gs1.table import table
from nguon.gs1.values import Elements

Carrier = Literal[
    "QR",
    "DM",
    "DotCode",
    "GS1_128",
    "DataBarExpanded",
    "DataBarOmni",
    "DataBarLimited",
    "EAN13",
    "EAN8",
    "UPCA",
    "UPCE",
    "addon",
]

_COMPOSITE = "|]e0"
_SEPARATOR = "|"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_ESCAPED = re.compile(r"\\+\^")
_MARKED = re.compile(r"\\*\^")
# Matrix symbols carry either: the identifiers without and with GS1 data.
_MATRIX: dict[str, tuple[str, str]] = {
    "QR": ("]Q1", "]Q3"),
    "DM": ("]d1", "]d2"),
    "DotCode": ("]J0", "]J1"),
}
_LINEAR = {"GS1_128": "]C1", "DataBarExpanded": "]e0"}
_ONE_GTIN = frozenset({"DataBarOmni", "DataBarLimited"})
_DIGITS = {"EAN13": 13, "EAN8": 8, "UPCA": 12, "UPCE": 12}
_UPC_E = re.compile(r"0\d\d(?:[012]0000\d{3}|\d00000\d\d|\d\d00000\d|\d{3}0000[5-9])\d")
_ADD_ON = re.compile(r"\d{2}(?:\d{3})?", re.ASCII)
_PLAIN = {plain: name for name, (plain, _) in _MATRIX.items()}
_GS1 = {gs1: name for name, (_, gs1) in _MATRIX.items()} | {
    identifier: name for name, identifier in _LINEAR.items()
}
_POINT_OF_SALE = MappingProxyType({"]E0": "EAN13", "]E3": "EAN13", "]E4": "EAN8"})


class Scan(msgspec.Struct, frozen=True):
    """What a scanner sent.

    - `carrier`: the kind of barcode; an EAN-13 stands for UPC-A and UPC-E too, `DataBarExpanded`
      for every symbol that sends `]e0`, which is all that the identifier tells.
    - `message`: the content; `elements`: its AIs, the composite part's too; none in other data.
    - `addon`: the two or five digits beside an EAN or UPC.
    """

    carrier: str
    message: str
    elements: Elements = ()
    addon: str = ""


def read_scan(text: str) -> Scan:
    """What `text`, which begins with a symbology identifier, says. Raises Gs1Error."""
    found = _SYMBOLOGY.match(text)
    identifier, content = (found[0], text[found.end() :]) if found else ("", text)
    if identifier in _PLAIN:
        escape = "\\" if _MARKED.match(content) else ""
        return Scan(_PLAIN[identifier], escape + content)
    if identifier in _GS1:
        return Scan(_GS1[identifier], *_read_gs1(_GS1[identifier], content))
    if identifier in _POINT_OF_SALE:
        return _read_retail(_POINT_OF_SALE[identifier], content, with_addon=identifier == "]E3")
    if identifier in ("]E1", "]E2"):
        if len(content) != (2 if identifier == "]E1" else 5) or not _ADD_ON.fullmatch(content):
            raise gs1_error("symbol_content", content, 0, carrier="add-on")
        return Scan("addon", content, (), content)
    raise gs1_error("symbology", text, 0, found=identifier or text[:3])


def _read_gs1(carrier: str, content: str) -> tuple[str, Elements]:
    """Message and elements of a symbol in GS1 mode."""
    if not content or MARK in content:
        raise gs1_error("symbol_content", content, max(content.find(MARK), 0), carrier=carrier)
    elements = read_joined(content)
    return MARK + content.replace(FNC1, MARK), elements


def _read_retail(carrier: str, content: str, *, with_addon: bool) -> Scan:
    primary, joint, composite = content.partition(_COMPOSITE)
    digits = primary[: _DIGITS[carrier]]
    addon = primary[_DIGITS[carrier] :]
    if with_addon != bool(addon) or (addon and not _ADD_ON.fullmatch(addon)):
        raise gs1_error("symbol_content", primary, len(digits), carrier=carrier)
    _check_digits(carrier, digits)
    elements: Elements = (("01", digits.zfill(14)),)
    if not joint:
        return Scan(carrier, digits, elements, addon)
    marked, more = _read_gs1(carrier, composite)
    return Scan(carrier, digits + _SEPARATOR + marked, elements + more, addon)


def _check_digits(carrier: str, digits: str) -> None:
    """Refuse what is not exactly the digits of a `carrier`, the last one the check digit."""
    wanted = _DIGITS.get(carrier, 14)
    if len(digits) != wanted or not (digits.isascii() and digits.isdigit()):
        raise gs1_error("symbol_content", digits, None, carrier=carrier)
    expected = digit_after(digits[:-1])
    if digits[-1] != expected:
        words = {"found": digits[-1], "expected": expected, "kind": carrier}
        raise gs1_error("digits_check_digit", digits, len(digits) - 1, **words)


def write_scan(carrier: Carrier, message: str, addon: str = "") -> str:
    """What a scanner sends for a symbol of that kind with that message. Raises Gs1Error.

    EAN, UPC and the DataBars of one GTIN take its digits, or `^01` and fourteen of them. `addon`
    is for EAN and UPC only.
    """
    if addon and (carrier not in _DIGITS or carrier == "EAN8" or not _ADD_ON.fullmatch(addon)):
        raise gs1_error("symbol_content", addon, 0, carrier=carrier)
    if carrier in _MATRIX:
        return _write_matrix(carrier, message)
    primary, joint, composite = message.partition(_SEPARATOR)
    tail = _write_gs1(carrier, composite) if joint else ""
    if carrier in _LINEAR:
        head = _write_gs1(carrier, primary)
        return _join_composite(head, tail) if joint else _LINEAR[carrier] + head
    if carrier in _ONE_GTIN:
        return "]e001" + _write_one_gtin(carrier, primary) + tail
    if carrier not in _DIGITS:
        raise gs1_error("symbol_content", message, 0, carrier=carrier)
    return _write_retail(carrier, primary, addon) + (_COMPOSITE + tail if joint else "")


def _write_matrix(carrier: str, message: str) -> str:
    plain, gs1 = _MATRIX[carrier]
    if message.startswith(MARK):
        return gs1 + _write_gs1(carrier, message)
    return plain + (message[1:] if _ESCAPED.match(message) else message)


def _write_gs1(carrier: str, message: str) -> str:
    if not message.startswith(MARK) or len(message) == 1:
        raise gs1_error("symbol_content", message, 0, carrier=carrier)
    content = message[1:].replace(MARK, FNC1)
    read_joined(content)
    return content


def _join_composite(head: str, tail: str) -> str:
    """Both parts as one message: FNC1 between them where the first ends without a known length."""
    last = table()[read_joined(head)[-1][0]]
    joint = "" if last.fixed or head.endswith(FNC1) else FNC1
    return "]e0" + head + joint + tail


def _write_one_gtin(carrier: str, primary: str) -> str:
    digits = primary.removeprefix("^01")
    _check_digits(carrier, digits)
    if carrier == "DataBarLimited" and digits[0] not in "01":
        raise gs1_error("symbol_content", digits, 0, carrier=carrier)
    return digits


def _write_retail(carrier: str, primary: str, addon: str) -> str:
    count = _DIGITS[carrier]
    digits = primary
    if primary.startswith("^01"):
        digits = primary[-count:]
        if primary[3:-count].strip("0") or len(primary) != 17:
            raise gs1_error("symbol_content", primary, 0, carrier=carrier)
    _check_digits(carrier, digits)
    if carrier == "UPCE" and not _UPC_E.fullmatch(digits):
        raise gs1_error("symbol_content", digits, 0, carrier=carrier)
    if carrier == "EAN8":
        return "]E4" + digits
    return ("]E3" if addon else "]E0") + digits.zfill(13) + addon
