"""Local codes: identifiers of those who have no GS1 licence, made so that none is taken for one.

A code stands below its owner, whose name begins with the two letters of the province. As a URI,
which is its key: `https://…/class/qn-06978-h003/hoa-tuoi/lot/260210`; as text that a person
reads and types off a label: `QN-06978-H003.HOA-TUOI.L260210-7K`. The two characters at the end
check the whole. See docs/explanation/local-codes.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from nguon.gs1.checksum import check_pair
from nguon.gs1.error import gs1_error

Kind = Literal["class", "lot", "serial", "place", "organisation"]

DEFAULT_HOME = "https://nguon.example"
_WORD = "[a-z0-9]+(?:-[a-z0-9]+)*"
# The longest of each part: lot and serial number as in a GS1 code, to which they may move.
LONGEST = {"owner": 30, "name": 40, "place": 20, "lot": 20, "serial": 20}
_OWNER = re.compile(r"[a-z]{2}(?:-[a-z0-9]+)+")
_PART = re.compile(_WORD)
_GROUP = re.compile("[a-z0-9]+")
_URI = re.compile(
    r"(https?://[A-Za-z0-9\-._]+(?::[0-9]+)?)/(?:"
    rf"class/([a-z]{{2}}(?:-[a-z0-9]+)+)/({_WORD})(?:/lot/({_WORD}))?(?:/ser/({_WORD}))?"
    rf"|place/([a-z]{{2}}(?:-[a-z0-9]+)+)-([a-z0-9]+)"
    r"|org/([a-z]{2}(?:-[a-z0-9]+)+))"
)
_TEXT = re.compile(
    r"([A-Z]{2}(?:-[A-Z0-9]+)+?)"
    r"(?:/([A-Z0-9]+)|\.([A-Z0-9]+(?:-[A-Z0-9]+)*?)"
    r"(?:\.L([A-Z0-9]+(?:-[A-Z0-9]+)*?))?(?:\.S([A-Z0-9]+(?:-[A-Z0-9]+)*?))?)?"
    r"-([A-Z0-9]{2})"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LOOKALIKES = {"0": "O", "O": "0", "1": "IL", "I": "1L", "L": "1I"}
_GROUPS = 3


class LocalCode(msgspec.Struct, frozen=True):
    """A local code: the owner alone, or the owner's class, lot, single thing or place.

    All parts are small letters and digits, with dashes between. `__post_init__` refuses others:
    `gs1.local_form`.
    """

    owner: str
    name: str = ""
    lot: str = ""
    serial: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        _check("owner", self.owner, _OWNER)
        for part in ("name", "lot", "serial"):
            if value := getattr(self, part):
                _check(part, value, _PART)
        if self.place:
            _check("place", self.place, _GROUP)
        if (self.place and self.name) or ((self.lot or self.serial) and not self.name):
            raise TypeError("a place is of its owner alone, a lot or a serial number of a class")

    @property
    def kind(self) -> Kind:
        """What the code names."""
        if self.place:
            return "place"
        if not self.name:
            return "organisation"
        return "serial" if self.serial else "lot" if self.lot else "class"

    @property
    def province(self) -> str:
        """The two letters of the province."""
        return self.owner[:2]

    def uri(self, home: str = DEFAULT_HOME) -> str:
        """The URI under `home`, scheme and host: what events hold."""
        home = home.rstrip("/")
        if self.place:
            return f"{home}/place/{self.owner}-{self.place}"
        if not self.name:
            return f"{home}/org/{self.owner}"
        lot = f"/lot/{self.lot}" if self.lot else ""
        serial = f"/ser/{self.serial}" if self.serial else ""
        return f"{home}/class/{self.owner}/{self.name}{lot}{serial}"

    def text(self) -> str:
        """The short form for labels, capitals, with its two check characters."""
        body = self._body()
        return f"{body}-{check_pair(body)}"

    def _body(self) -> str:
        parts = [self.owner + (f"/{self.place}" if self.place else "")]
        parts += [part for part in (self.name,) if part]
        parts += [letter + part for letter, part in (("L", self.lot), ("S", self.serial)) if part]
        return ".".join(parts).upper()

    @property
    def class_code(self) -> LocalCode:
        """The class that a lot or a single thing is of."""
        return LocalCode(self.owner, self.name)


def _check(part: str, value: str, shape: re.Pattern[str]) -> None:
    if not shape.fullmatch(value) or len(value) > LONGEST[part]:
        raise gs1_error("local_form", value, found=value, longest=LONGEST[part])


def read_local_uri(uri: str) -> LocalCode | None:
    """The local code that a URI is, on any domain; None for every other URI."""
    found = _URI.fullmatch(uri)
    if found is None:
        return None
    _, maker, name, lot, serial, holder, place, party = found.groups()
    parts = {
        "owner": maker or holder or party,
        "name": name or "",
        "lot": lot or "",
        "serial": serial or "",
        "place": place or "",
    }
    if any(len(parts[part]) > longest for part, longest in LONGEST.items()):
        return None
    return LocalCode(**parts)


def read_local_text(text: str) -> LocalCode | None:
    """The local code that a person typed, in capitals or not; None where it is none at all.

    Blanks around it are dropped, every dash is one dash. Raises `gs1.local_check` where the check
    characters do not fit, or `gs1.local_lookalike` with the one code that they would fit if a
    character were its lookalike (O and 0; I, L and 1): that is said, never assumed.
    """
    typed = _DASHES.sub("-", text.strip())
    if len(typed) > _LONGEST_TEXT or not typed.isascii():
        return None
    typed = typed.upper()
    found = _TEXT.fullmatch(typed)
    if found is None:
        return None
    body, pair = typed[:-3], found[6]
    expected = check_pair(body)
    if pair != expected:
        if not _looks_local(typed):
            return None
        proposals = [one for one in _lookalikes(typed) if _is_right(one)]
        if len(proposals) == 1:
            raise gs1_error("local_lookalike", typed, proposal=proposals[0])
        raise gs1_error("local_check", typed, len(body) + 1, found=pair, expected=expected)
    return _from_text(found)


_LONGEST_TEXT = 3 + sum(LONGEST.values()) + 8


def _from_text(found: re.Match[str]) -> LocalCode:
    owner, place, name, lot, serial, _ = ((part or "").lower() for part in found.groups())
    return LocalCode(owner, name, lot, serial, place)


def _is_right(typed: str) -> bool:
    return check_pair(typed[:-3]) == typed[-2:] and _TEXT.fullmatch(typed) is not None


def _looks_local(typed: str) -> bool:
    """Whether somebody meant a local code: a word with dashes may be a name being searched for."""
    parted = "." in typed or "/" in typed or typed.count("-") >= _GROUPS
    return parted and any(sign.isdigit() for sign in typed)


def _lookalikes(typed: str) -> Iterator[str]:
    """The code with one character read as another that looks like it."""
    for index, sign in enumerate(typed):
        for other in _LOOKALIKES.get(sign, ""):
            yield typed[:index] + other + typed[index + 1 :]
