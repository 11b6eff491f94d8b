"""GS1 Digital Link URIs, read and written (GS1 Digital Link: URI Syntax 1.7).

Read more widely than 1.7 writes: GTINs of 8, 12 and 13 digits (until 1.3) and the names
`gtin`, `lot`, `ser` … instead of numbers (until 1.2), because recorded events hold them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from nguon.gs1.charset import decode, encode
from nguon.gs1.error import Gs1Error, gs1_error
from nguon.gs1.table import table
from nguon.gs1.values import Elements, check_value

HOME = "id.gs1.org"
_URI = re.compile(r"(https?|HTTPS?)://([^/?#]+)/([^?#]*)")
_ANY_CASE = re.compile(r"(https?)://([^/?#]+)/([^?#]*)", re.IGNORECASE)
_PREFIXED = "[0-9]{4}.+"
_SHAPES = {
    "00": "[0-9]{18}",
    "01": "[0-9]{8}|[0-9]{12,14}",
    "253": "[0-9]{13}.*",
    "255": "[0-9]{13,}",
    "401": _PREFIXED,
    "402": "[0-9]{17}",
    "414": "[0-9]{13}",
    "415": "[0-9]{13}",
    "417": "[0-9]{13}",
    "8003": "[0-9]{14}.*",
    "8004": _PREFIXED,
    "8006": "[0-9]{18}",
    "8010": _PREFIXED,
    "8013": _PREFIXED,
    "8017": "[0-9]{18}",
    "8018": "[0-9]{18}",
}
_SHAPE = {ai: re.compile(shape) for ai, shape in _SHAPES.items()}
KEY_NAMES = {
    "sscc": "00",
    "gtin": "01",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "payTo": "415",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "gmn": "8013",
    "gsrnp": "8017",
    "gsrn": "8018",
}
QUALIFIER_NAMES = {
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "tpx": "235",
    "glnx": "254",
    "cpsn": "8011",
    "srin": "8019",
    "refno": "8020",
}


def read(uri: str) -> Elements | None:
    """The primary key and qualifiers in a Digital Link URI; None when it is not one.

    On id.gs1.org whatever starts with a number is taken at its word. On other domains, where
    a path may mean anything, a Digital Link begins at a primary key's AI before a value of
    that key's shape. The query and the fragment are not looked at. Raises Gs1Error.
    """
    found = _URI.match(uri)
    if found is None:
        _refuse_mixed_case(uri)
        return None
    segments = found[3].removesuffix("/").split("/")
    if found[2].lower() == HOME and _is_key(found, segments[0]):
        return _elements([KEY_NAMES.get(segments[0], segments[0]), *segments[1:]])
    start = _start(segments)
    return None if start is None else _read_foreign(segments[start:])


def _refuse_mixed_case(uri: str) -> None:
    found = _ANY_CASE.match(uri)
    if found and (found[2].lower() == HOME or _start(found[3].split("/")) is not None):
        raise gs1_error("uri_scheme_case", uri, 0, found=found[1])


def _is_key(found: re.Match[str], segment: str) -> bool:
    """Whether the path at id.gs1.org begins with a primary key; a number that is none is wrong."""
    ai = KEY_NAMES.get(segment, segment)
    if ai.isdigit() and ai not in _SHAPE:
        raise gs1_error("no_primary_key", found.string, found.start(3), ai=ai)
    return ai in _SHAPE


def _read_foreign(segments: list[str]) -> Elements | None:
    if segments[0] in _SHAPE:
        return _elements(segments)
    # A word such as /gtin/ on a stranger's site proves nothing: only a whole, right value does.
    try:
        return _elements([KEY_NAMES[segments[0]], *segments[1:]])
    except Gs1Error:
        return None


def _start(segments: Sequence[str]) -> int | None:
    """The index of the segment where a Digital Link begins."""
    for index, (segment, value) in enumerate(pairwise(segments)):
        ai = KEY_NAMES.get(segment, segment)
        shape = _SHAPE.get(ai)
        if shape is not None and shape.fullmatch(value) and not _is_chance(ai, value):
            return index
    return None


def _is_chance(ai: str, value: str) -> bool:
    """Eight digits after /01/ are as likely a date: only a right check digit speaks for a GTIN."""
    if ai != "01" or len(value) != 8:
        return False
    try:
        check_value("01", value.zfill(14))
    except Gs1Error:
        return True
    return False


def _elements(segments: list[str]) -> Elements:
    if len(segments) % 2:
        raise gs1_error("path_without_value", "/".join(segments), ai=segments[-1])
    key = segments[0]
    qualifiers = [QUALIFIER_NAMES.get(name, name) for name in segments[2::2]]
    check_path(key, tuple(qualifiers))
    values = [decode(segment) for segment in segments[1::2]]
    if key == "01" and len(values[0]) in (8, 12, 13):
        check_digits_only(values[0])
        values[0] = values[0].zfill(14)
    pairs = zip([key, *qualifiers], values, strict=True)
    return tuple((ai, check_value(ai, value)) for ai, value in pairs)


def check_digits_only(value: str) -> None:
    """Refuse what zero padding would hide."""
    for index, sign in enumerate(value):
        if not "0" <= sign <= "9":
            raise gs1_error("illegal_character", value, index, ai="01", found=sign, allowed="0-9")


@lru_cache(maxsize=256)
def check_path(key: str, qualifiers: tuple[str, ...]) -> None:
    """Raise Gs1Error unless `qualifiers` may follow the primary key `key`, in this order."""
    if key == "415" and qualifiers != ("8020",):
        raise gs1_error("qualifier_missing", key, ai="415", expected="8020")
    if not qualifiers:
        return
    sequences = table()[key].qualifiers or ()
    if any(_is_subsequence(qualifiers, sequence) for sequence in sequences):
        return
    shown = "/".join(qualifiers)
    allowed = " | ".join("/".join(sequence) for sequence in sequences) or "–"
    raise gs1_error("qualifier_order", shown, ai=key, allowed=allowed)


def _is_subsequence(qualifiers: Sequence[str], sequence: Sequence[str]) -> bool:
    rest = iter(sequence)
    return all(qualifier in rest for qualifier in qualifiers)


def write(ais: Elements, attributes: Elements = (), domain: str = "https://id.gs1.org") -> str:
    """The URI of checked elements on `domain`; attributes, sorted, in the query if they may."""
    path = "".join(f"/{ai}/{encode(value)}" for ai, value in ais)
    entries = table()
    query = "&".join(f"{ai}={encode(v)}" for ai, v in sorted(attributes) if entries[ai].attribute)
    return domain.rstrip("/") + path + ("?" + query if query else "")
