"""Spellings: all that can be listed are, and what cannot be listed can still be found."""

from __future__ import annotations

from typing import get_args

import pytest

from nguon.epcis import vocabulary
from nguon.epcis.query.spelling import plain_name, same_name, spell_name, spell_word

ID = "https://id.gs1.org"
SPELLINGS = {
    f"{ID}/417/9521234000013": [
        "urn:epc:id:pgln:9521234.00001.", "https://shop.example/vi/417/9521234000013",
    ],
    f"{ID}/01/09521234000129/21/A1": [
        "urn:epc:id:sgtin:9521234.000012.A1", "URN:EPC:ID:SGTIN:9521234.000012.A1",
        "https://shop.example/01/09521234000129/21/A1?17=261231",
        f"{ID}/01/09521234000129/10/L/21/A1",
    ],
    f"{ID}/00/095212340000000013": ["urn:epc:id:sscc:9521234.0000000001"],
    f"{ID}/8003/09521234000013S1": ["urn:epc:id:grai:9521234.00001.S1"],
    f"{ID}/253/9521234000013PO7": ["urn:epc:id:gdti:9521234.00001.PO7"],
    f"{ID}/8004/9521234400": ["urn:epc:id:giai:9521234.400", "https://shop.example/8004/9521234400"],
    f"{ID}/414/9521234000020": ["urn:epc:id:sgln:9521234.00002.0", f"{ID}/414/9521234000020/254/0"],
}  # fmt: skip


def may_name(text: str, name: str) -> bool:
    """What the SQL function of that name says."""
    spelt = spell_name(name)
    if text in spelt.exact:
        return True
    if text.startswith("https://id.gs1.org/"):
        return bool(spelt.home) and spelt.home in text
    return ":" in text and any(needle in text for needle in spelt.needles)


@pytest.mark.parametrize("name", sorted(SPELLINGS))
def test_every_spelling_is_found_and_told_the_same(name: str) -> None:
    for text in (name, *SPELLINGS[name]):
        if plain_name(text) == name:
            assert same_name(text, name)
            assert may_name(text, name), text
        others = [other for other in SPELLINGS if other != name]
        assert not any(same_name(text, other) for other in others), text


@pytest.mark.parametrize("kind", ["bizStep", "disposition", "bizTransaction", "sourceDestination",
                                  "errorReason", "measurement"])  # fmt: skip
def test_the_spellings_of_a_word_are_those_that_are_read(kind: vocabulary.Kind) -> None:
    assert kind in get_args(vocabulary.Kind)
    word = min(vocabulary.WORDS[kind])
    spelt = spell_word(kind, word)
    assert set(spelt) == {word, *(stem + word for stem in vocabulary._STEMS[kind])}
    assert spell_word(kind, "https://example.com/x") == ("https://example.com/x",)
