"""What MATCH_ parameters match (EPCIS 2.0 section 8.2.7.1.1; EPC Tag Data Standard section 8).

A thing is asked for in any syntax: EPC URN, GS1 Digital Link on any domain, element string. A
pure identity pattern (`urn:epc:idpat:sgtin:9521234.000012.*`), or the key of a class in another
syntax, matches the class itself, its lots and its single things. Stars stand for whole components
at the end, as the standard has it; ranges (`[1-9]`) are of tag patterns (`urn:epc:pat:`), which do
not belong in EPCIS.

Patterns are compared by digits of keys, so where a key came as a Digital Link, which does not
show its company prefix, `9521234.*.*` also meets a prefix of eight digits that begins so.
"""

from __future__ import annotations

import re

from nguon.epcis.query.model import Things
from nguon.epcis.query.values import Given
from nguon.gs1 import Gs1Error, Identifier, canonical_key, identify, level_of, read_code
from nguon.gs1.epc_urn import SCHEMES, Scheme

_HOME = "https://id.gs1.org"
_PATTERN = re.compile(r"urn:epc:idpat:([a-z]+):([^:]*)", re.IGNORECASE)
_KEYLESS = ("gid", "usdod", "adi")
_SHORTEST, _LONGEST_PREFIX = 6, 12


def read_things(given: Given) -> Things:
    """What all values of a MATCH_ parameter ask for together."""
    exact: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    for text in given.texts():
        found = _read(text, given)
        exact |= dict.fromkeys(found.exact)
        prefixes |= dict.fromkeys(found.prefixes)
    return Things(tuple(exact), tuple(prefixes))


def _read(text: str, given: Given) -> Things:
    pattern = _PATTERN.fullmatch(text)
    if pattern is not None and "*" in pattern[2]:
        return _read_pattern(pattern[1].lower(), pattern[2], text, given)
    try:
        if level_of(text) == "instance":  # remembered, as for what is captured
            return Things((canonical_key(text),))
        return of_identifier(identify(text))
    except Gs1Error as error:
        # Only what is no URI at all may be an element string.
        if error.code != "gs1.not_a_uri":
            raise given.refuse("uri", text) from error
    try:
        return of_identifier(read_code(text)[0])
    except Gs1Error as error:
        raise given.refuse("uri", text) from error


def of_identifier(found: Identifier) -> Things:
    """The thing itself; of a class also what belongs to it."""
    key = found.key
    if found.level != "class" and not (found.ais and found.key == found.class_key):
        return Things((key,))
    if key.startswith("urn:epc:idpat:"):
        return Things((key,), (key.replace(":idpat:", ":id:", 1).removesuffix("*"),))
    local = found.local
    if local is not None and local.kind != "class":
        return Things((key,))
    if not found.ais:
        return Things((key,), (f"{key}/",))
    if len(found.ais) > 1:
        return Things((key,))
    # The serial number of these stands at the end of the key itself.
    if found.ais[0][0] in ("8003", "253", "255"):
        return Things((), (key,))
    return Things((key,), (f"{key}/",))


def _read_pattern(name: str, body: str, text: str, given: Given) -> Things:
    parts = body.split(".")
    fixed = [part for part in parts if part != "*"]
    starred = len(parts) - len(fixed)
    sound = parts == fixed + ["*"] * starred
    if name in _KEYLESS and sound and len(parts) <= 3:
        stem = ".".join(fixed) + ("." if fixed else "")
        return Things((), (f"urn:epc:id:{name}:{stem}", f"urn:epc:idpat:{name}:{stem}"))
    scheme = SCHEMES.get(name)
    if scheme is None or name == "lgtin" or not sound or len(parts) != scheme.components:
        raise given.refuse("uri", text)
    if fixed and not re.fullmatch(rf"[0-9]{{{_SHORTEST},{_LONGEST_PREFIX}}}", fixed[0], re.ASCII):
        raise given.refuse("uri", text)
    whole = 2 + scheme.pieces
    if starred == 1 and scheme.serial is not None and len(fixed) == whole and name != "sgln":
        return _read_class(text, given)
    return Things((), tuple(_stems(scheme, fixed)))


def _read_class(text: str, given: Given) -> Things:
    try:
        return of_identifier(identify(text))
    except Gs1Error as error:
        raise given.refuse("uri", text) from error


def _stems(scheme: Scheme, fixed: list[str]) -> list[str]:
    """The beginnings of keys whose company prefix (and reference) is given, the rest open."""
    start = f"{_HOME}/{scheme.ai}/{scheme.lead}"
    if not fixed:
        return [start]
    prefix, rest = fixed[0], fixed[1:]
    if not scheme.turned:
        return [start + prefix + "".join(rest[:1])]
    if rest:
        return [start + rest[0][:1] + prefix + rest[0][1:]]
    return [f"{start}{digit}{prefix}" for digit in "0123456789"]
