"""Bytes that are no document are refused with a reason, and never with anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import EpcisError, Limits, read_document
from nguon.epcis.text import count_items
from tests.unit.epcis.events import document, event, found, read_one

WHOLE = json.dumps(document(event()))


def refusal(data: Any, **limits: int) -> EpcisError:
    with pytest.raises(EpcisError) as caught:
        read_document(data, limits=Limits(**limits))
    caught.value.fault.as_dict()
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "epcis.empty"),
        (b" \n\t", "epcis.empty"),
        (WHOLE.encode("utf-16"), "epcis.encoding"),
        (WHOLE.encode("utf-16-le"), "epcis.encoding"),
        (WHOLE.encode("utf-32"), "epcis.encoding"),
        ("Cá".encode("latin-1"), "epcis.not_utf8"),
        (b'{"a": "' + b"x" * 70_000 + b'\xff"}', "epcis.not_utf8"),
        (b"[]", "epcis.not_an_object"),
        (b"1", "epcis.not_an_object"),
        (b'"EPCISDocument"', "epcis.not_an_object"),
        (b"null", "epcis.not_an_object"),
        (b"{]", "epcis.json_malformed"),
        (b"NaN", "epcis.json_malformed"),
        (b"{}", "epcis.member_missing"),
        (b'{"type": 3}', "epcis.document_type"),
        (b'{"type": "Collection"}', "epcis.document_type"),
        (WHOLE[:-20], "epcis.json_truncated"),
        (WHOLE + "x", "epcis.json_malformed"),
        (b'{"type": "\\u0000"}', "epcis.nul_character"),
        (b'{"type": "\\ud83d"}', "epcis.lone_surrogate"),
        (b'{"type": "\\ude00"}', "epcis.lone_surrogate"),
        (b'{"type": "\\ud83dx\\ude00"}', "epcis.lone_surrogate"),
        (b'{"type": "\\ud83d\\ud83d\\ude00"}', "epcis.lone_surrogate"),
        ("{\"type\": \"\ud83d\"}", "epcis.lone_surrogate"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(data: bytes | str, code: str) -> None:
    assert refusal(data).code == code


def test_the_encoding_that_was_seen_is_named() -> None:
    assert "UTF-16" in refusal(WHOLE.encode("utf-16")).fault.sentence("en")


def test_a_byte_order_mark_of_utf8_is_tolerated() -> None:
    assert read_document(b"\xef\xbb\xbf" + WHOLE.encode()).accepted


def test_an_escaped_pair_of_surrogates_is_one_character() -> None:
    assert read_one(**{"ex:smile": "\U0001f600"}).accepted


def test_a_backslash_before_a_u_is_not_an_escape() -> None:
    assert read_one(**{"ex:path": "\\u0000 \\ud800"}).accepted


def test_broken_syntax_is_placed_by_line_and_column() -> None:
    fault = refusal('{"type": "EPCISDocument",\n "é": }').fault
    assert (fault.params["line"], fault.params["column"]) == (2, 7)


def test_truncation_is_placed_at_the_end() -> None:
    fault = refusal('{"type":\n "EPCIS').fault
    assert (fault.params["line"], fault.params["column"]) == (2, 8)


def nested(levels: int) -> str:
    value: Any = 1
    for _ in range(levels - 1):
        value = [value]
    return json.dumps({"type": "EPCISDocument", "x:y": value})


def test_sixty_four_levels_are_borne_and_one_more_is_not() -> None:
    assert read_document(nested(64)).faults
    assert refusal(nested(65)).code == "epcis.too_deep"


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":'])
def test_a_tower_of_brackets_is_refused_quickly(opening: str) -> None:
    assert refusal('{"type":' + opening * 100_000).code == "epcis.too_deep"


def test_brackets_inside_texts_do_not_nest() -> None:
    assert read_one(**{"ex:note": "[{" * 500, "ex:other": '"]}\\"' * 50}).accepted


@pytest.mark.parametrize("data", [WHOLE, WHOLE.encode()])
def test_a_document_over_the_byte_limit_is_refused(data: bytes | str) -> None:
    assert refusal(data, bytes=100).code == "epcis.too_large"
    assert refusal("é" * 60, bytes=100).code == "epcis.too_large"


def test_more_events_than_the_limit_are_refused() -> None:
    whole = json.dumps(document(event(), event(), event()))
    assert refusal(whole, events=2).code == "epcis.too_many_events"
    assert len(read_document(whole, limits=Limits(events=3)).events) == 3


def test_a_long_list_of_scalars_is_counted_before_it_is_split() -> None:
    items = ",".join("1" * 600_000)
    whole = json.dumps(document()).replace('"eventList": []', f'"eventList": [{items}]')
    assert refusal(whole).code == "epcis.too_many_events"


@pytest.mark.parametrize("number", ["1e400000", "-1e-400000", "1" * 1001, "1." + "3" * 1200])
@pytest.mark.parametrize("place", ["quantity", "extension"])
def test_a_number_that_cannot_be_held_is_a_fault(number: str, place: str) -> None:
    members = {"quantityList": [{"epcClass": "https://id.gs1.org/01/09521234000129"}]}
    raw = json.dumps(document(event(**members, **{"ex:size": [4711]})))
    old, new = (
        ("4711", number)
        if place == "extension"
        else ('"epcClass"', f'"uom": "KGM", "quantity": {number}, "epcClass"')
    )
    faults = read_document(raw.replace(old, new, 1)).all_faults
    pointer = "/ex:size/0" if place == "extension" else "/quantityList/0/quantity"
    assert ("epcis.number_range", f"/epcisBody/eventList/0{pointer}") in [
        (f.code, f.pointer) for f in faults
    ]


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "0.1234567890123456789"])
def test_a_long_number_is_kept_exactly(number: str) -> None:
    raw = json.dumps(document(event(**{"ex:size": 4711}))).replace("4711", number)
    read_event = read_document(raw).events[0].event
    assert read_event is not None
    assert str(read_event.extension_value("ex:size")) == number


@pytest.mark.parametrize(
    "raw",
    [
        '{"type":"ObjectEvent","action":"ADD",',
        '{"type":"ObjectEvent","action" : "ADD",',
        '{"type":"ObjectEvent","acti\\u006fn":"ADD",',
        '{"note:\\u0022:":1,"type":"ObjectEvent","action":"ADD",',
    ],
)
def test_a_member_given_twice_is_flagged_and_the_last_counts(raw: str) -> None:
    rest = json.dumps(event())[1:]
    body = json.dumps(document()).replace('"eventList": []', '"eventList": [' + raw + rest + "]")
    reading = read_document(body).events[0]
    assert ("epcis.duplicate_member", "/action") in found(reading)


def test_a_member_given_twice_outside_the_events_is_flagged() -> None:
    whole = '{"type": "EPCISDocument", ' + WHOLE[1:]
    assert [f.code for f in read_document(whole).faults] == ["epcis.duplicate_member"]


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    assert refusal(data).faults


@given(st.text(max_size=60), st.integers(0, len(WHOLE)), st.integers(0, 40))
def test_a_document_spoilt_anywhere_raises_nothing_else(text: str, at: int, cut: int) -> None:
    faults = []
    try:
        faults = read_document(WHOLE[:at] + text + WHOLE[at + cut :]).all_faults
    except EpcisError as error:
        faults = list(error.faults)
    assert all(fault.as_dict()["vi"] for fault in faults)


@given(st.recursive(st.integers(), lambda inner: st.lists(inner, max_size=5)))
def test_items_of_an_array_are_counted(value: Any) -> None:
    array = value if isinstance(value, list) and value else [value]
    assert count_items(json.dumps(array).encode(), 1000) == len(array)
