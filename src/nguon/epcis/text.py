"""Bytes that claim to be a JSON document: everything to refuse before a parser sees them.

Encoding (RFC 8259 8.1: UTF-8), size, nesting, and the two things JSON can spell that neither
XML 1.0 nor PostgreSQL can hold: U+0000 and surrogates without their partner. All scans run at
the speed of C and hold at most one copy of the input.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from nguon.epcis.error import EpcisError, Limits
from nguon.errors import Fault

_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32 (little endian)"),
    (codecs.BOM_UTF32_BE, "UTF-32 (big endian)"),
    (codecs.BOM_UTF16_LE, "UTF-16 (little endian)"),
    (codecs.BOM_UTF16_BE, "UTF-16 (big endian)"),
)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALL_SQUARE = bytes.maketrans(b"{}", b"[]")
STRING = rb'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(STRING + rb'|["\[\]{},]', re.DOTALL)
_PLAIN = re.compile(STRING + rb'|[^ \t\r\n\[\]{},:"]++', re.DOTALL)
_GAP = re.compile(rb"[ \t\r\n,]*+")
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_CHUNK = 1 << 16


def position(data: bytes, offset: int) -> dict[str, object]:
    """Line and column of a byte, both from 1, columns in characters."""
    start = data.rfind(b"\n", 0, offset) + 1
    line = data.count(b"\n", 0, start) + 1
    column = len(data[start:offset].decode("utf-8", "replace")) + 1
    return {"line": line, "column": column, "offset": offset}


def _refuse(code: str, value: object = "", **params: object) -> EpcisError:
    return EpcisError(Fault(code, "", value, None, params))


def prepare(data: bytes | bytearray | memoryview | str, limits: Limits) -> bytes:
    """The document's bytes in UTF-8 without a byte order mark, fit to be parsed.

    Raises `EpcisError` for what no parser should be given.
    """
    encoded = _encode(data, limits)
    if encoded.startswith(codecs.BOM_UTF8):
        encoded = encoded[3:]
    _check_encoding(encoded)
    if not encoded or encoded.isspace():
        raise _refuse("epcis.empty")
    check_depth(encoded, limits.depth)
    check_escapes(encoded)
    return encoded


def _encode(data: bytes | bytearray | memoryview | str, limits: Limits) -> bytes:
    if len(data) > limits.bytes:
        raise _refuse("epcis.too_large", found=len(data), limit=limits.bytes)
    if not isinstance(data, str):
        return bytes(data)
    try:
        encoded = data.encode("utf-8")
    except UnicodeEncodeError as error:
        code = f"\\u{ord(data[error.start]):04x}"
        line = data.count("\n", 0, error.start) + 1
        column = error.start - data.rfind("\n", 0, error.start)
        raise _refuse("epcis.lone_surrogate", code, line=line, column=column) from None
    if len(encoded) > limits.bytes:
        raise _refuse("epcis.too_large", found=len(encoded), limit=limits.bytes)
    return encoded


def check_head(data: bytes) -> None:
    """Refuse what begins as no UTF-8 does."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            raise _refuse("epcis.encoding", name, found=name)
    head = data[:4]
    if len(head) == 4 and 0 in head:
        wide = "UTF-32" if head.count(0) == 3 else "UTF-16"
        raise _refuse("epcis.encoding", wide, found=wide)


def _check_encoding(data: bytes) -> None:
    check_head(data)
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), _CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + _CHUNK], start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            offset = start - pending + error.start
            raise _refuse(
                "epcis.not_utf8", f"0x{data[offset]:02X}", **position(data, offset)
            ) from None


def check_depth(data: bytes, limit: int) -> None:
    """Refuse deep nesting. Peels innermost brackets; only what will not peel is scanned."""
    brackets = data.translate(_ALL_SQUARE, _NOT_BRACKETS)
    for _ in range(limit):
        size = len(brackets)
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return
        if len(brackets) == size:
            break
    depth = 0
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > limit:
                raise _refuse("epcis.too_deep", limit=limit, **position(data, token.start()))
        elif first in b"]}":
            depth -= 1


def check_escapes(data: bytes) -> None:
    """Refuse what JSON can escape and nothing else can hold."""
    # One sign is looked for much faster than several; most events hold no escape at all.
    if b"\\" not in data:
        return
    if b"\\u0000" in data or b"\\ud" in data or b"\\uD" in data:
        _scan_escapes(data)


def _scan_escapes(data: bytes) -> None:
    high_end = -1
    for escape in _ESCAPE.finditer(data):
        digits = escape[1]
        unit = int(digits, 16) if digits else 0x20
        low = 0xDC00 <= unit <= 0xDFFF
        if high_end >= 0 and not (low and escape.start() == high_end):
            raise _refuse("epcis.lone_surrogate", "", **position(data, high_end - 6))
        if low and high_end < 0:
            raise _refuse("epcis.lone_surrogate", "", **position(data, escape.start()))
        if unit == 0:
            raise _refuse("epcis.nul_character", "\\u0000", **position(data, escape.start()))
        high_end = escape.end() if 0xD800 <= unit <= 0xDBFF else -1
    if high_end >= 0:
        raise _refuse("epcis.lone_surrogate", "", **position(data, high_end - 6))


def needs_care(data: bytes) -> bool:
    """Whether events must be read the long way: nulls, or colons that hide from being counted."""
    hidden = b"\\" in data and (b"\\u003a" in data or b"\\u003A" in data)
    return hidden or b"null" in data


@lru_cache(maxsize=32)
def container(levels: int) -> re.Pattern[bytes]:
    """An array or object with at most so many levels in it, itself among them.

    Nesting that has a limit is regular; written out, it is matched at the speed of C. Brackets
    that do not fit one another pass here: the decoder is to look at whatever matched.
    """
    inner = rb'[^\[\]{}"]++|' + STRING
    pattern = rb"[\[{](?:" + inner + rb")*+[\]}]"
    for _ in range(levels - 1):
        pattern = rb"[\[{](?:" + inner + rb"|" + pattern + rb")*+[\]}]"
    return re.compile(pattern, re.DOTALL)


def count_items(array: bytes, limit: int, levels: int = 64) -> int:
    """How many items a JSON array holds, counting no further than just past `limit`.

    No item is nested deeper than `levels`.
    """
    whole = container(levels)
    count, at = 0, _GAP.match(array, 1).end()  # type: ignore[union-attr]  # it matches nothing too
    while count <= limit and at < len(array):
        found = whole.match(array, at) or _PLAIN.match(array, at)
        if found is None:
            break
        count += 1
        at = _GAP.match(array, found.end()).end()  # type: ignore[union-attr]
    return count
