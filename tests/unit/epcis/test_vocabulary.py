"""Vocabulary words in their three syntaxes, and units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.memory import remember
from nguon.epcis.units import PLACED, TYPES, UNITS
from nguon.epcis.vocabulary import WORDS, Kind, normalise, web_uri


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        ("bizStep", "shipping", "shipping"),
        ("bizStep", "https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("bizStep", "https://ns.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("bizStep", "cbv:BizStep-shipping", "shipping"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("bizStep", "urn:epcglobal:cbv:disp:shipping", "urn:epcglobal:cbv:disp:shipping"),
        ("disposition", "urn:epcglobal:cbv:disp:in_transit", "in_transit"),
        ("bizTransaction", "urn:epcglobal:cbv:btt:po", "po"),
        ("sourceDestination", "https://ref.gs1.org/cbv/SDT-owning_party", "owning_party"),
        ("errorReason", "urn:epcglobal:cbv:er:incorrect_data", "incorrect_data"),
        ("measurement", "https://gs1.org/voc/Temperature", "Temperature"),
        ("measurement", "gs1:Temperature", "Temperature"),
        ("component", "https://ref.gs1.org/cbv/Comp-x", "x"),
        ("bizStep", "https://example.com/voc/drying", "https://example.com/voc/drying"),
    ],
)
def test_a_word_is_the_same_in_every_syntax(kind: Kind, text: str, word: str) -> None:
    assert normalise(kind, text) == word


@given(st.data())
def test_a_web_uri_reads_back_as_its_word(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(WORDS)))
    word = data.draw(st.sampled_from(sorted(WORDS[kind])))
    assert normalise(kind, web_uri(kind, word)) == word
    assert web_uri(kind, web_uri(kind, word)) == web_uri(kind, word)


def test_units_are_codes_of_two_or_three_signs() -> None:
    assert all((len(code) in (2, 3) and code.isupper()) or code.isdigit() for code in UNITS)
    assert {"KGM", "LTR", "C62", "H87", "CEL", "A10", "A24"} <= UNITS
    assert not {"A25", "KG", "X", "D28"} & UNITS


def test_units_of_measurements_are_units_and_the_measurements_are_of_the_vocabulary() -> None:
    assert PLACED <= UNITS
    assert set(TYPES) <= WORDS["measurement"]


def test_long_texts_are_not_remembered() -> None:
    calls: list[str] = []

    @remember(8)
    def count(text: str) -> int:
        calls.append(text)
        return len(text)

    assert [count("a"), count("a"), count("b" * 300), count("b" * 300)] == [1, 1, 300, 300]
    assert len(calls) == 3
