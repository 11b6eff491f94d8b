"""Vocabulary words in XML (CBV 2.0 section 7): a URN or a Web URI, never bare.

The model has a standard word bare. One that stands at GS1's address but in no list of CBV 2.0,
as some of CBV 1.x do, is kept with that address, which the checks flag.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from nguon.epcis.memory import remember
from nguon.epcis.vocabulary import WORDS, Kind, normalise, web_uri

# GS1-CBV-XML-Format of the REST binding.
CbvFormat = Literal["No_Preference", "Always_Web_URI", "Always_URN", "Never_Translates"]

_URN: Mapping[Kind, str] = MappingProxyType(
    {
        "bizStep": "urn:epcglobal:cbv:bizstep:",
        "disposition": "urn:epcglobal:cbv:disp:",
        "bizTransaction": "urn:epcglobal:cbv:btt:",
        "sourceDestination": "urn:epcglobal:cbv:sdt:",
        "errorReason": "urn:epcglobal:cbv:er:",
        "component": "urn:epcglobal:cbv:comp:",
    }
)


@remember(4096)
def read_word(kind: Kind, text: str) -> str:
    """The word as the model has it."""
    word = normalise(kind, text)
    if word == text or word in WORDS[kind]:
        return word
    return web_uri(kind, text) if kind in _URN else f"gs1:{word}"


@remember(4096)
def _as_urn(kind: Kind, word: str) -> str:
    bare = normalise(kind, word)
    if ":" in bare or not bare:
        return word
    return _URN[kind] + bare if kind in _URN else web_uri(kind, word)


def write_word(form: CbvFormat, kind: Kind, word: str) -> str:
    """The word as XML has it: what is measured has no URN, it is a Web URI in every form."""
    if form == "Always_Web_URI":
        return web_uri(kind, word)
    if form == "Never_Translates" and ":" in word:
        return word
    return _as_urn(kind, word)
