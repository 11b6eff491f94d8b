"""One thing, many spellings: what an event may hold for the same identifier or the same word.

Events are kept as they came. What of them has no column of its own is found by the spellings it
may have; where these cannot all be listed (Digital Links of any domain, with stems and qualifiers),
`Spelling` says how to find whatever might be one, and `same_name` decides.
"""

from __future__ import annotations

import re

from msgspec import Struct

from nguon.epcis.memory import remember
from nguon.epcis.vocabulary import Kind, normalise
from nguon.gs1 import Gs1Error, Identifier, canonical_key, identify

_HOME = "https://id.gs1.org/"
_CBV = tuple(
    f"{scheme}://{host}.gs1.org/cbv/" for scheme in ("https", "http") for host in ("ref", "ns")
)
_VOC = tuple(
    f"{scheme}://{host}gs1.org/voc/" for scheme in ("https", "http") for host in ("", "www.")
)
_WEB = {
    "bizStep": "BizStep-",
    "disposition": "Disp-",
    "bizTransaction": "BTT-",
    "sourceDestination": "SDT-",
    "errorReason": "ER-",
}
_URN = {
    "bizStep": "bizstep",
    "disposition": "disp",
    "bizTransaction": "btt",
    "sourceDestination": "sdt",
    "errorReason": "er",
}
# Keys whose first digit stands elsewhere in their URN.
_TURNED = ("00", "01", "8003", "8006")
_NEEDLE = 6


def spell_word(kind: Kind, word: str) -> tuple[str, ...]:
    """Every spelling of a vocabulary word; a private URI has one."""
    if ":" in word:
        return (word,)
    if kind in _WEB:
        stems = [*(host + _WEB[kind] for host in (*_CBV, "cbv:"))]
        stems.append(f"urn:epcglobal:cbv:{_URN[kind]}:")
    else:
        stems = [*_VOC, "https://ref.gs1.org/voc/", "gs1:"]
    return (word, *(stem + word for stem in stems))


@remember(8192)
def plain_name(text: str) -> str:
    """The canonical key of an identifier, or the text itself."""
    if ":" not in text:
        return text
    try:
        return canonical_key(text)
    except Gs1Error:
        return text


def same_name(text: str, name: str) -> bool:
    """Whether a text of an event names what `name`, plain already, names."""
    return text == name or plain_name(text) == name


class Spelling(Struct, frozen=True):
    """How an identifier may be spelt.

    `exact` are spellings known whole. Where `needles` are given there are others: each holds one
    of the needles, and one on `https://id.gs1.org` holds `home`.
    """

    exact: tuple[str, ...]
    needles: tuple[str, ...] = ()
    home: str = ""


def spell_name(name: str) -> Spelling:
    """The spellings of a plain name."""
    try:
        found = identify(name)
    except Gs1Error:
        return Spelling((name,))
    if found.key.startswith("urn:epc:"):
        return Spelling((name,), (name.rpartition(":")[2],), _HOME + "-")
    if not found.ais:
        return Spelling((name,))
    ai, value = found.ais[0]
    start = 1 if ai in _TURNED else 0
    needles = [value[start : start + _NEEDLE]]
    if ai == "01":  # in a link a GTIN may stand without its leading zeros
        needles.append(value.lstrip("0"))
    digits = re.match("[0-9]*", value)
    home = f"/{ai}/{digits[0] if digits else ''}"
    return Spelling((name, *_urns(found)), tuple(dict.fromkeys(needles)), home)


def _urns(found: Identifier) -> list[str]:
    urns = []
    for length in range(6, 13):
        try:
            urns.append(found.urn(length))
        except Gs1Error:
            continue
    return urns


def spell_id(text: str) -> tuple[str, ...]:
    """The spellings of an identifier that can be listed: as given, as key, as EPC URNs."""
    return tuple(dict.fromkeys((text, *spell_name(plain_name(text)).exact)))


def plain_word(kind: Kind, text: str) -> str:
    """A vocabulary word bare."""
    return normalise(kind, text)
