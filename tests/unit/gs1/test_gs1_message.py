"""The company that application identifiers keep, and messages with FNC1."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error, check_message, message_faults, read_bracketed, read_marked
from nguon.gs1.element_string import mark

GTIN = "(01)09521234000129"


@pytest.mark.parametrize(
    "text",
    [
        GTIN,
        GTIN + "(10)A(17)261231",
        GTIN + "(21)S(8030)abc",
        GTIN + "(3103)000195(3922)0299",
        GTIN + "(3103)000195(3103)000195",
        "(02)09521234000129(37)5(00)095201234567891235",
        "(8006)095212340001290102(22)V",
        "(414)9521234000129(254)A",
        "(415)9521234000129(8020)R",
        "(99)X",
    ],
)
def test_a_right_company_is_let_pass(text: str) -> None:
    assert check_message(read_bracketed(text)) == read_bracketed(text)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("(10)A", ["required_ai"]),
        ("(22)V", ["required_ai"]),
        (GTIN + "(37)5", ["excluded_ai", "required_ai"]),
        ("(02)09521234000129", ["required_ai"]),
        (GTIN + "(21)S(235)T", ["excluded_ai"]),
        (GTIN + "(3103)000195(3102)000195", ["excluded_ai", "excluded_ai"]),
        (GTIN + "(3922)0299", ["required_ai"]),
        (GTIN + "(8030)abc", ["required_ai"]),
        (GTIN + "(427)QN", ["required_ai"]),
        (GTIN + "(4309)02790858483015297971", ["required_ai"]),
        ("(253)9521234000129(8030)abc", ["signed_class"]),
        ("(8017)952114112345678906(8018)952114112345678906", ["excluded_ai", "excluded_ai"]),
    ],
)
def test_every_fault_of_a_message_is_told(text: str, codes: list[str]) -> None:
    faults = message_faults(read_bracketed(text))
    assert [fault.code for fault in faults] == [f"gs1.{code}" for code in codes]
    for fault in faults:
        assert fault.rule
        assert "{" not in fault.sentence("vi") + fault.sentence("en")
    with pytest.raises(Gs1Error) as caught:
        check_message(read_bracketed(text))
    assert [fault.code for fault in caught.value.faults] == [f"gs1.{code}" for code in codes]


def test_a_fault_names_the_ai_and_what_it_wants_or_shuns() -> None:
    (wanted,) = message_faults((("427", "QN"), ("01", "09521234000129")))
    assert wanted.params["ai"] == "427"
    assert wanted.params["expected"] == "(01) + (422) / (02) + (422) / (03) + (422)"
    shunned = message_faults((("01", "09521234000129"), ("37", "5")))[0]
    assert (shunned.params["ai"], shunned.params["other"]) == ("01", "37")


def test_an_ai_that_says_two_things_is_told() -> None:
    faults = message_faults((("99", "A"), ("99", "B"), ("99", "A")))
    assert [fault.code for fault in faults] == ["gs1.repeated_ai"]
    assert faults[0].params == {"ai": "99", "first": "A", "second": "B"}


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "message_start", 0),
        ("^", "message_start", 0),
        ("0109521234000129", "message_start", 0),
        ("^^0109521234000129", "unknown_ai", 0),
        ("^10A^^21B", "unknown_ai", 4),
        ("^0109521234000129^", None, None),
        ("\x1d10A\x1d21B", None, None),
        ("^10A~", "illegal_character", 1),
    ],
)
def test_a_message_is_strict_on_its_separators(
    text: str, code: str | None, position: int | None
) -> None:
    if code is None:
        assert mark(read_marked(text)) == text.replace("\x1d", "^").removesuffix("^")
        return
    with pytest.raises(Gs1Error) as caught:
        read_marked(text)
    assert (caught.value.code, caught.value.fault.position) == (f"gs1.{code}", position)


@pytest.mark.parametrize("text", ["(10)A(B", "(10)(", "(10)A(1)2"])
def test_a_bare_bracket_in_a_value_is_refused(text: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_bracketed(text)
    assert caught.value.code == "gs1.bracket"
    assert text[caught.value.fault.position or 0] == "("
