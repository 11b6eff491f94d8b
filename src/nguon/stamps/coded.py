"""A code with or without a signature in it, taken apart: what is signed, and what signs it.

The signature stands in AI (8030) of an element string or in the query of a Digital Link; where
AI (8030) may not stand (lots without a serial, codes of one's own), in the query key `sig`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from nguon.gs1 import Identifier, read_code
from nguon.stamps.error import stamp_error

SEAL_AI = "8030"
SEAL_NAME = "sig"
# Attributes that a signature covers wherever they stand in the code: lot and dates.
COVERED = ("10", "11", "13", "15", "16", "17", "7003")
_LINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z0-9.-]+\.[A-Za-z0-9-]+(?::\d+)?/", re.ASCII)
_HOST = re.compile(r"\A[^:/]+://[^/?#]*")
_SERIALISED = ("21", "235", "8011")
_ALONE = ("00", "253", "255", "8003", "8004", "8017", "8018")


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as read: its canonical form without attributes, what it holds, its signature."""

    code: str
    elements: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]
    seal: str

    @property
    def covered(self) -> tuple[tuple[str, str], ...]:
        """The attributes that a signature covers, in the order of their AIs."""
        return tuple(sorted(each for each in self.attributes if each[0] in COVERED))

    @property
    def uncovered(self) -> tuple[tuple[str, str], ...]:
        """Attributes that anybody could have added."""
        return tuple(each for each in self.attributes if each[0] not in COVERED)

    @property
    def seal_name(self) -> str:
        """Where a signature of this code stands: AI (8030), or the query key `sig`."""
        names = [ai for ai, _ in self.elements]
        takes = bool(names) and (names[0] in _ALONE or any(ai in _SERIALISED for ai in names))
        return SEAL_AI if takes else SEAL_NAME


def take_apart(text: str) -> Coded:
    """Read a Digital Link, an element string, scanner data or a local code.

    Raises Gs1Error for what is no code, `stamps.seal_repeated` where two signatures stand in it.
    """
    stripped = text.strip()
    return _from_link(stripped) if _LINK.match(stripped) else _from_elements(stripped)


def _from_elements(text: str) -> Coded:
    found = read_code(text)[0]
    seals = [value for ai, value in found.attributes if ai == SEAL_AI]
    rest = tuple(each for each in found.attributes if each[0] != SEAL_AI)
    return Coded(_plain(found), found.ais, rest, seals[0] if seals else "")


def _from_link(text: str) -> Coded:
    link, _, fragment = text.partition("#")
    base, _, query = link.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    seals = [unquote(value) for name, _, value in pairs if name in (SEAL_AI, SEAL_NAME)]
    if len(seals) > 1:
        raise stamp_error("seal_repeated", text)
    seal = seals[0] if seals else ""
    found = read_code(base)[0]
    if found.scheme != "local":
        attributes = tuple((name, unquote(value)) for name, _, value in pairs if name.isdigit())
        rest = tuple(each for each in attributes if each[0] != SEAL_AI)
        return Coded(_plain(found), found.ais, rest, seal)
    # A code of one's own is signed letter by letter: only its owner knows what it means. Scheme
    # and host alone are told without case (RFC 3986, 6.2.2.1): small QR codes print capitals.
    kept = "&".join(
        name + equals + value for name, equals, value in pairs if name not in (SEAL_AI, SEAL_NAME)
    )
    key = _HOST.sub(lambda host: host[0].lower(), found.key)
    code = key + ("?" + kept if kept else "") + ("#" + fragment if fragment else "")
    return Coded(code, (), (), seal)


def _plain(found: Identifier) -> str:
    """The canonical link of a key with all its qualifiers, its attributes left out."""
    if not found.ais:
        return found.key
    return Identifier(found.scheme, found.key, found.level, found.ais).digital_link()


def put_in(text: str, coded: Coded, seal: str) -> str:
    """The code `text` with a signature in it, replacing one that stands there."""
    stripped = text.strip()
    if _LINK.match(stripped):
        link, hash_sign, fragment = stripped.partition("#")
        base, _, query = link.partition("?")
        pairs = [pair for pair in query.split("&") if pair and not _is_seal(pair)]
        pairs.append(f"{coded.seal_name}={seal}")
        return base + "?" + "&".join(pairs) + hash_sign + fragment
    if coded.seal_name != SEAL_AI:
        raise stamp_error("seal_needs_serial", text)
    found = read_code(stripped)[0]
    attributes = tuple(each for each in found.attributes if each[0] != SEAL_AI)
    sealed = Identifier(
        found.scheme,
        found.key,
        found.level,
        found.ais,
        attributes=(*attributes, (SEAL_AI, seal)),
    )
    return sealed.element_string() if stripped.startswith("(") else sealed.fnc1_string()


def _is_seal(pair: str) -> bool:
    return pair.partition("=")[0] in (SEAL_AI, SEAL_NAME)
