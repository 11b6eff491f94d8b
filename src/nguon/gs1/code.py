"""The search box: any form of a code that a person pastes or a scanner sends.

Symbology identifiers: GS1 General Specifications 5.1.3; element strings: 7.8; what bare digits
may be: section 2 (GTIN of 8, 12, 13, 14 digits, GLN of 13, SSCC of 18); EPC binary strings in
links: compression standard 1.0; local codes: `local`.
"""

from __future__ import annotations

import re

from nguon.gs1.checksum import digit_after
from nguon.gs1.digital_link import check_path
from nguon.gs1.element_string import FNC1, read_bracketed, read_joined
from nguon.gs1.error import Gs1Error, gs1_error
from nguon.gs1.identifier import Identifier, identifier
from nguon.gs1.link import parse_link
from nguon.gs1.local import DEFAULT_HOME, read_local_text
from nguon.gs1.recognition import check_length, identify
from nguon.gs1.scan_data import read_scan
from nguon.gs1.table import table
from nguon.gs1.values import Elements

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLOGY = frozenset({"]d2", "]C1", "]Q3", "]e0", "]J1"})
_RETAIL_SYMBOLOGY = frozenset({"]E0", "]E3", "]E4"})
_PACKED_LINK = re.compile(r"[^?#]*/e[hx][A-Za-z0-9_-]{8,}(?:[?#].*)?", re.DOTALL)
_FNC1 = re.compile(r"\x1d|\^|<GS>|\u241d|\{GS\}", re.IGNORECASE)
_BLANKS = " \t\r\n\u00a0\ufeff"
_GAPS = re.compile(r"[\s\u00a0\u2010-\u2015-]+")
_URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|(?:urn|did|geo|tag):)", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?/", re.ASCII)
_UNMARKED = re.compile(r"01\d{14}|00\d{18}", re.ASCII)
_KINDS = {
    8: (("GTIN-8", "01"),),
    12: (("GTIN-12", "01"),),
    13: (("GTIN-13", "01"), ("GLN", "414")),
    14: (("GTIN-14", "01"),),
    18: (("SSCC", "00"),),
}


def read_code(text: str, home: str = DEFAULT_HOME) -> list[Identifier]:
    """What `text` may stand for, the likeliest first; never empty.

    Takes every URI that `identify` takes, Digital Links without their scheme or with an EPC
    binary string, element strings with brackets or FNC1 (also typed as `^` or `<GS>`), symbology
    identifiers before them, bare digits with spaces or dashes between, and the short text of a
    local code, whose URI is then one under `home`. Raises Gs1Error: the broken rule where a code is
    recognisable, `gs1.not_a_code` where it is not.
    """
    code = text.strip(_BLANKS)
    check_length(code)
    carrier = _SYMBOLOGY.match(code)
    if carrier:
        code = code[carrier.end() :]
    if carrier and carrier[0] in _GS1_SYMBOLOGY:
        return _read_symbol(code)
    if carrier and carrier[0] in _RETAIL_SYMBOLOGY:
        return _read_digits(read_scan(carrier[0] + code).message.partition("|")[0])
    if scheme := _URI.match(code):
        return [_read_uri(scheme[0].lower() + code[scheme.end() :])]
    if code.startswith("("):
        return _identifiers(read_bracketed(code), code)
    digits = _GAPS.sub("", code)
    if digits.isascii() and digits.isdigit():
        return _read_digits(digits)
    if _FNC1.match(code) or _UNMARKED.match(code):
        return _read_symbol(code)
    if local := read_local_text(code):
        return [identify(local.uri(home))]
    if _HOST.match(code):
        return _read_without_scheme(code)
    raise gs1_error("not_a_code", text)


def _read_uri(uri: str) -> Identifier:
    found = identify(uri)
    if found.scheme == "local" and _PACKED_LINK.fullmatch(uri):
        try:
            return parse_link(uri).identifier
        except Gs1Error:
            return found
    return found


def _read_symbol(content: str) -> list[Identifier]:
    symbol = _FNC1.sub(FNC1, content).removeprefix(FNC1)
    return _identifiers(read_joined(symbol), symbol)


def _read_without_scheme(code: str) -> list[Identifier]:
    found = _read_uri("https://" + code)
    if found.scheme == "local":
        raise gs1_error("not_a_code", code)
    return [found]


def _read_digits(digits: str) -> list[Identifier]:
    kinds = _KINDS.get(len(digits))
    if kinds is None:
        if _UNMARKED.match(digits):
            return _identifiers(read_joined(digits), digits)
        raise gs1_error("digits_length", digits, length=len(digits))
    expected = digit_after(digits[:-1])
    if digits[-1] != expected:
        names = " / ".join(name for name, _ in kinds)
        words = {"found": digits[-1], "expected": expected, "kind": names}
        raise gs1_error("digits_check_digit", digits, len(digits) - 1, **words)
    return [identifier(((ai, digits.zfill(14) if ai == "01" else digits),)) for _, ai in kinds]


def _identifiers(elements: Elements, text: str) -> list[Identifier]:
    """One identifier for each primary key among the elements, in their order."""
    entries = table()
    keys = [index for index, (ai, _) in enumerate(elements) if entries[ai].qualifiers is not None]
    if not keys:
        raise gs1_error("no_primary_key", text, None, ai=elements[0][0] if elements else "")
    return [_with_qualifiers(elements, index) for index in keys]


def _with_qualifiers(elements: Elements, index: int) -> Identifier:
    """The key at `index` with those elements that qualify it, in path order; the rest beside."""
    ai = elements[index][0]
    values = dict(reversed(elements))
    sequences = table()[ai].qualifiers or ()
    chosen = max(sequences, key=lambda sequence: sum(name in values for name in sequence))
    path = tuple((name, values[name]) for name in chosen if name in values)
    check_path(ai, tuple(name for name, _ in path))
    used = {ai, *(name for name, _ in path)}
    rest = tuple(element for element in elements if element[0] not in used)
    return identifier((elements[index], *path), None, rest)
