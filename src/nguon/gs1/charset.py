"""Character sets of GS1 values and their percent-encoding in URIs and URNs.

Sets 82, 39 and 64: GS1 General Specifications 7.11. URI form: GS1 Digital Link URI Syntax 1.7,
percent-encoding, over RFC 3986. URN form: EPC Tag Data Standard 2.x, section 6.
"""

from __future__ import annotations

import re
import string
from urllib.parse import quote, quote_plus, unquote, unquote_plus, unquote_to_bytes

from nguon.gs1.error import gs1_error

SET_82 = "!\"%&'()*+,-./0123456789:;<=>?" + string.ascii_uppercase + "_" + string.ascii_lowercase
SET_39 = "#-/0123456789" + string.ascii_uppercase
SET_64 = string.digits + string.ascii_letters + "-_="
SETS = {"N": string.digits, "X": SET_82, "Y": SET_39, "Z": SET_64}
URN_SHOWN = "A-Z a-z 0-9 ! ' ( ) * + , - . : ; = _ %XX"
SHOWN = {"N": "0-9", "X": "GS1 82", "Y": "GS1 39 (0-9 A-Z # - /)", "Z": "A-Z a-z 0-9 - _"}

_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]*")
_BROKEN_TRIPLET = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HALF_A_SIGN = re.compile("[\ud800-\udfff]")
_URN_ESCAPED = re.compile(r'["%&/<>?#]')
_URN_ILLEGAL = re.compile(r'["&/<>?#]')


def encode(value: str) -> str:
    """`value` as one path segment: all but A-Z a-z 0-9 - . _ ~ as %XX, capitals in the hex.

    Encoding more than RFC 3986 demands is what makes one value have one spelling.
    """
    return value if _UNRESERVED.fullmatch(value) else quote(value, safe="")


def encode_query(value: str) -> str:
    """`value` as it stands in a query: as in the path, but a blank is written `+`."""
    return value if _UNRESERVED.fullmatch(value) else quote_plus(value)


def decode_query(piece: str) -> str:
    """The value behind a piece of a query, where `+` stands for a blank; else as `decode`."""
    return decode(piece.replace("+", " "))


def decode_freely(text: str, *, query: bool = False) -> str:
    """What `text` says once its whole triplets are undone; broken ones stay as they are.

    For what is not ours to judge, such as foreign parameters of a query.
    """
    return unquote_plus(text) if query else unquote(text)


def decode(segment: str) -> str:
    """The value behind a percent-encoded path segment; `gs1.percent` where that is broken."""
    if "%" not in segment:
        return segment
    if half := _HALF_A_SIGN.search(segment):
        raise gs1_error("uri_character", segment, half.start(), found=half[0])
    if broken := _BROKEN_TRIPLET.search(segment):
        raise gs1_error("percent", segment, broken.start())
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError as error:
        raise gs1_error("percent", segment, segment.index("%")) from error


def encode_urn(value: str) -> str:
    """`value` as the last component of an EPC URN: only `" % & / < > ? #` are escaped."""
    return _URN_ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", value)


def decode_urn(component: str) -> str:
    """The value behind a component of an EPC URN; the escaped signs must not stand bare."""
    if illegal := _URN_ILLEGAL.search(component):
        raise gs1_error(
            "illegal_character", component, illegal.start(), found=illegal[0], allowed=URN_SHOWN
        )
    return decode(component)


def foreign_index(text: str, charset: str) -> int | None:
    """The index of the first character outside the set N, X, Y or Z; None where all belong."""
    allowed = SETS[charset]
    return next((index for index, sign in enumerate(text) if sign not in allowed), None)
