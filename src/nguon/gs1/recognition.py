"""What is this text? Identifiers as events hold them, and codes as people paste them.

EPCIS 2.0, section 6.4 and CBV 2.0, section 8: an identifier is an EPC URN, a GS1 Digital Link
URI, or any absolute URI (RFC 3986), IRIs (RFC 3987) included.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nguon.gs1 import digital_link, epc_urn, quick
from nguon.gs1.error import gs1_error
from nguon.gs1.identifier import Identifier, Level, identifier
from nguon.gs1.local import Kind, read_local_uri

LONGEST = 2000
_CACHED = 200_000
# Letters beyond ASCII (RFC 3987) are let pass: JSON-LD allows IRIs. Not so blanks among them.
_LETTERS = (
    r"\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff"
    r"\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef\U00010000-\U000dfffd"
)
_SIGN = rf"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;={_LETTERS}"
_SCHEME = re.compile(r"(?![Hh][Tt]{2}[Pp][Ss]?:(?!//[^/?#:]))[A-Za-z][A-Za-z0-9+.\-]*:")
_URI = re.compile(_SCHEME.pattern + f"(?:[{_SIGN}]|%[0-9A-Fa-f]{{2}})+")
_FOREIGN = re.compile(f"[^{_SIGN}%]")
_BROKEN_TRIPLET = re.compile(r"%(?![0-9A-Fa-f]{2})")


def identify(text: str) -> Identifier:
    """The identifier that `text` is, in the syntaxes that EPCIS allows.

    A URI that is no GS1 key becomes scheme "local", its key the text unchanged: not even
    Unicode normalisation, which would part the key from what others hold. What a local code
    (`local`) names is in its level; other URIs do not say. Raises Gs1Error: `gs1.not_a_uri` for
    what is no absolute URI, and the code of the broken rule for a GS1 identifier that is
    malformed.
    """
    if text[:8].lower() == "urn:epc:":
        return _from_urn(text)
    _check_uri(text)
    elements = digital_link.read(text)
    if elements is None:
        local = read_local_uri(text)
        return Identifier("local", text, _LOCAL_LEVELS[local.kind] if local else "other")
    return identifier(elements)


_LOCAL_LEVELS: dict[Kind, Level] = {
    "class": "class",
    "lot": "class",
    "serial": "instance",
    "place": "location",
    "organisation": "party",
}


def _from_urn(text: str) -> Identifier:
    check_length(text)
    reading = epc_urn.read(text)
    if reading.ais:
        return identifier(reading.ais, reading.prefix_length)
    level: Level = "class" if reading.kind == "idpat" else "instance"
    key = ":".join(("urn:epc", reading.kind, reading.scheme, text.split(":", 4)[4]))
    return Identifier(reading.scheme, key, level)


def _check_uri(text: str) -> None:
    check_length(text)
    if _URI.fullmatch(text):
        return
    if _SCHEME.match(text) is None:
        raise gs1_error("not_a_uri", text)
    if foreign := _FOREIGN.search(text):
        raise gs1_error("uri_character", text, foreign.start(), found=foreign[0])
    if broken := _BROKEN_TRIPLET.search(text):
        raise gs1_error("percent", text, broken.start())
    raise gs1_error("not_a_uri", text)


def check_length(text: str) -> None:
    """Raise `gs1.too_long` for a text that no identifier may be as long as."""
    # In bytes of UTF-8: what an index of the database has room for.
    if len(text) <= LONGEST and text.isascii():
        return
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) > LONGEST:
        fits = len(encoded[:LONGEST].decode("utf-8", "ignore"))
        raise gs1_error("too_long", text, fits, length=len(encoded), longest=LONGEST)


@lru_cache(maxsize=_CACHED)
def canonical_key(text: str) -> str:
    """`identify(text).key`, remembered: what every item of every event is stored under."""
    return quick.key(text) or identify(text).key


@lru_cache(maxsize=_CACHED)
def level_of(text: str) -> Level:
    """`identify(text).level`, remembered."""
    return identify(text).level
