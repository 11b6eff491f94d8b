"""Local codes: every syntax, what is refused, and that the check pair misses nothing."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import (
    Gs1Error,
    LocalCode,
    canonical_key,
    identify,
    parse_link,
    read_code,
    read_local_text,
    read_local_uri,
)
from nguon.gs1.local import LONGEST

HOME = "https://nguon.example"
OWNER = "qn-06978-h003"

FORMS = [
    (LocalCode(OWNER), "/org/qn-06978-h003", "QN-06978-H003-XM", "party"),
    (LocalCode(OWNER, place="v1"), "/place/qn-06978-h003-v1", "QN-06978-H003/V1-3F", "location"),
    (
        LocalCode(OWNER, "hoa-tuoi"),
        "/class/qn-06978-h003/hoa-tuoi",
        "QN-06978-H003.HOA-TUOI-JB",
        "class",
    ),
    (
        LocalCode(OWNER, "hoa-tuoi", "260210"),
        "/class/qn-06978-h003/hoa-tuoi/lot/260210",
        "QN-06978-H003.HOA-TUOI.L260210-83",
        "class",
    ),
    (
        LocalCode(OWNER, "hoa-tuoi", serial="7"),
        "/class/qn-06978-h003/hoa-tuoi/ser/7",
        "QN-06978-H003.HOA-TUOI.S7-DT",
        "instance",
    ),
    (
        LocalCode(OWNER, "hoa-tuoi", "260210", "7"),
        "/class/qn-06978-h003/hoa-tuoi/lot/260210/ser/7",
        None,
        "instance",
    ),
]


@pytest.mark.parametrize(("code", "path", "text", "level"), FORMS)
def test_a_local_code_has_one_uri_and_one_text(
    code: LocalCode, path: str, text: str | None, level: str
) -> None:
    uri = HOME + path
    assert code.uri() == code.uri(HOME + "/") == uri
    assert text is None or code.text() == text
    assert read_local_uri(uri) == read_local_text(code.text()) == code
    found = identify(uri)
    assert (found.scheme, found.key, found.level, found.ais) == ("local", uri, level, ())
    assert (found.lot, found.serial) == (code.lot or None, code.serial or None)
    assert found.local_text() == code.text()
    assert canonical_key(uri) == uri
    (typed,) = read_code(code.text().lower())
    assert typed == found
    assert read_code(code.text(), "https://other.example")[0].key == "https://other.example" + path
    assert code.province == "qn"


def test_the_class_of_a_lot_or_a_thing_is_told() -> None:
    lot = identify(f"{HOME}/class/{OWNER}/hoa-tuoi/lot/260210")
    assert lot.class_key == f"{HOME}/class/{OWNER}/hoa-tuoi"
    assert identify(f"{HOME}/org/{OWNER}").class_key is None
    gtin = "https://id.gs1.org/01/09521234000129"
    assert identify(f"{gtin}/10/A").class_key == identify(gtin).class_key == gtin
    grai = identify("https://id.gs1.org/8003/09521234000129AB")
    assert grai.class_key == "https://id.gs1.org/8003/09521234000129"
    assert identify("https://id.gs1.org/00/095201234567891235").class_key is None
    assert identify("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6").class_key is None


@pytest.mark.parametrize(
    "uri",
    [
        f"{HOME}/class/x/lot/y",
        f"{HOME}/class/qn/hoa",
        f"{HOME}/class/qn-1/",
        f"{HOME}/class/QN-1/hoa",
        f"{HOME}/class/qn-1/hoa?x",
        f"{HOME}/class/qn-1/hoa/lot/",
        f"{HOME}/class/qn-1/hoa/ser/1/lot/2",
        f"{HOME}/class/qn-1/lô",
        f"{HOME}/class/qn-1/a--b",
        f"{HOME}/class/123-1/hoa",
        f"{HOME}/place/qn-1",
        f"{HOME}/org/qn",
        f"{HOME}/vi/org/qn-1",
        f"{HOME}/class/qn-1/hoa/lot/" + "1" * 21,
    ],
)
def test_other_uris_are_no_local_codes(uri: str) -> None:
    assert read_local_uri(uri) is None
    assert identify(uri).level == "other"
    with pytest.raises(Gs1Error) as caught:
        identify(uri).local_text()
    assert caught.value.code == "gs1.no_local_text"


@pytest.mark.parametrize(
    "parts",
    [
        {"owner": "qn"},
        {"owner": "QN-1"},
        {"owner": "06978-h003"},
        {"owner": "qn-" + "1" * 28},
        {"owner": "qn-1", "name": "hoa tươi"},
        {"owner": "qn-1", "name": "-a"},
        {"owner": "qn-1", "name": "a", "lot": "1" * 21},
        {"owner": "qn-1", "place": "a-b"},
    ],
)
def test_a_part_that_does_not_fit_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(Gs1Error) as caught:
        LocalCode(**parts)
    assert caught.value.code == "gs1.local_form"
    assert "{" not in caught.value.fault.sentence("vi")


@pytest.mark.parametrize(
    "parts",
    [{"name": "a", "place": "b"}, {"lot": "1"}, {"serial": "1"}, {"place": "b", "lot": "1"}],
)
def test_parts_that_do_not_go_together_are_a_mistake_of_the_program(parts: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        LocalCode("qn-1", **parts)


def test_a_mistyped_code_is_refused_with_the_right_ending() -> None:
    with pytest.raises(Gs1Error) as caught:
        read_code("QN-06978-H003.HOA-TUOI.L260211-83")
    fault = caught.value.fault
    assert fault.code == "gs1.local_check"
    assert fault.params["found"] == "83"


@pytest.mark.parametrize("typed", ["QN-06978-HO03/V1-3F", "QN-06978-H003/VI-3F"])
def test_a_lookalike_is_proposed_and_never_assumed(typed: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_local_text(typed)
    assert caught.value.code == "gs1.local_lookalike"
    assert caught.value.fault.params["proposal"] == "QN-06978-H003/V1-3F"


@pytest.mark.parametrize("text", ["tp-hcm", "LOT-2026-01", "qn-1", "ha-noi-moi", "cá-mực", ""])
def test_words_with_dashes_are_left_to_the_search(text: str) -> None:
    assert read_local_text(text) is None


groups = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=5)
words = st.lists(groups, min_size=1, max_size=3).map("-".join)


@st.composite
def codes(draw: st.DrawFn) -> LocalCode:
    province = draw(st.text(string.ascii_lowercase, min_size=2, max_size=2))
    owner = f"{province}-{draw(words)}"
    if draw(st.booleans()):
        return LocalCode(owner, place=draw(st.one_of(st.just(""), groups)))
    lot, serial = draw(st.one_of(st.just(""), words)), draw(st.one_of(st.just(""), words))
    return LocalCode(owner, draw(words), lot, serial)


def _accepted(text: str) -> LocalCode | None:
    try:
        return read_local_text(text)
    except Gs1Error:
        return None


@given(codes())
def test_every_code_is_itself_again_in_every_syntax(code: LocalCode) -> None:
    assert read_local_text(code.text()) == read_local_uri(code.uri()) == code
    assert read_code(code.text())[0].key == code.uri()
    assert any(sign.isalpha() for sign in code.text())
    assert len(code.owner) <= LONGEST["owner"]


@given(codes(), st.data())
def test_no_wrong_character_goes_unnoticed(code: LocalCode, data: st.DataObject) -> None:
    text = code.text()
    at = data.draw(st.integers(0, len(text) - 1))
    others = sorted(set(string.ascii_uppercase + string.digits + "-./") - {text[at]})
    for other in others:
        assert _accepted(text[:at] + other + text[at + 1 :]) is None


@given(codes())
def test_no_two_exchanged_neighbours_go_unnoticed(code: LocalCode) -> None:
    text = code.text()
    for at in range(len(text) - 1):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        assert swapped == text or _accepted(swapped) is None


@pytest.mark.parametrize(
    "name", ["01", "00", "414", "8004", "gtin", "sscc", "eh30", "09521234000129"]
)
@pytest.mark.parametrize("value", ["01", "9521234000129", "09521234000129", "8004", "lot"])
def test_parts_that_look_like_a_gs1_key_do_not_make_one(name: str, value: str) -> None:
    for code in (
        LocalCode(OWNER, name),
        LocalCode(OWNER, name, value),
        LocalCode(OWNER, name, value, value),
        LocalCode(OWNER, place=name),
    ):
        assert identify(code.uri()).scheme == "local"
        assert read_code(code.text())[0].key == code.uri()
        with pytest.raises(Gs1Error):
            parse_link(code.uri())


@given(codes())
def test_a_local_code_is_never_read_as_a_gs1_key(code: LocalCode) -> None:
    found = read_code(code.text())
    assert [(one.scheme, one.gtin) for one in found] == [("local", None)]
    assert identify(code.uri()).ais == ()
