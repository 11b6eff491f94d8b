"""Members of others say the same in XML and in JSON, whatever they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nguon.epcis import AnyEvent, EpcisError, canonical
from nguon.epcis.xml import read_xml, write_xml
from tests.unit.epcis.events import EX, read_one
from tests.unit.epcis.xml import documents

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)
PLAIN = read_one().event
assert PLAIN is not None


def written(extensions: dict[str, Any], **namespaces: str) -> str:
    assert PLAIN is not None
    event = replace(PLAIN, extensions=extensions, namespaces={"ex": EX, **namespaces})
    return write_xml([event], creation_date=NOW).decode()


def again(extensions: dict[str, Any], **namespaces: str) -> tuple[AnyEvent, AnyEvent]:
    """The event with these extensions, before and after it was written as XML."""
    assert PLAIN is not None
    before = replace(PLAIN, extensions=extensions, namespaces={"ex": EX, **namespaces})
    after = read_xml(write_xml([before], creation_date=NOW)).events[0]
    assert after.event is not None, after.faults
    return before, after.event


READ: list[tuple[str, Any]] = [
    ("<ex:a/>", ""),
    ("<ex:a> x </ex:a>", "x"),
    ("<ex:a>10</ex:a>", "10"),
    ('<ex:a xsi:type="xsd:integer">+010</ex:a>', 10),
    ('<ex:a xsi:type="xsd:decimal">.50</ex:a>', 0.5),
    ('<ex:a xsi:type="xsd:double">1E2</ex:a>', 100.0),
    ('<ex:a xsi:type="xsd:boolean">1</ex:a>', True),
    ('<ex:a xsi:type="xsd:string">true</ex:a>', "true"),
    ('<ex:a xsi:type="xsd:date">2026-01-01</ex:a>', "2026-01-01"),
    ('<ex:a xsi:nil="true"/>', None),
    ("<ex:a>1</ex:a><ex:a>2</ex:a>", ["1", "2"]),
    ("<ex:a>1</ex:a><ex:b/><ex:a><ex:c/></ex:a>", ["1", {"ex:c": ""}]),
    ("<ex:a><b>1</b><ex:b>2</ex:b></ex:a>", {"b": "1", "ex:b": "2"}),
    ('<ex:a u="KGM">3.5</ex:a>', {"@value": "3.5", "@attributes": ["u"], "u": "KGM"}),
    ('<ex:a ex:u="K"/>', {"@attributes": ["ex:u"], "ex:u": "K"}),
    ('<ex:a u="K"><ex:b/></ex:a>', {"@attributes": ["u"], "u": "K", "ex:b": ""}),
    ('<ex:a xml:lang="vi">xoài</ex:a>', {"@value": "xoài", "@language": "vi"}),
    ('<ex:a nx:list="true">1</ex:a>', ["1"]),
    ('<ex:a nx:json="[]"/>', []),
]


@pytest.mark.parametrize(("xml", "value"), READ)
def test_an_element_has_its_value(xml: str, value: Any) -> None:
    event = documents.read_one(xml).event
    assert event is not None
    assert event.extension_value("ex:a") == value
    assert canonical(again(event.extensions)[1])[f"{{{EX}}}a"] == canonical(event)[f"{{{EX}}}a"]


SHOWN: list[tuple[Any, str]] = [
    ("x < y & z", "<ex:a>x &lt; y &amp; z</ex:a>"),
    (7, '<ex:a xsi:type="xsd:integer">7</ex:a>'),
    (0.5, '<ex:a xsi:type="xsd:decimal">0.5</ex:a>'),
    (1e30, '<ex:a xsi:type="xsd:double">1e+30</ex:a>'),
    (False, '<ex:a xsi:type="xsd:boolean">false</ex:a>'),
    (None, '<ex:a xsi:nil="true"/>'),
    (["1"], '<ex:a nx:list="true">1</ex:a>'),
    ([1], '<ex:a nx:list="true" nx:json="1">1</ex:a>'),
    (["1", "2"], "<ex:a>1</ex:a><ex:a>2</ex:a>"),
    ([], '<ex:a nx:json="[]"/>'),
    ({}, '<ex:a nx:json="{}"/>'),
    ([["1"]], '<ex:a nx:json="[[&quot;1&quot;]]"/>'),
    (" x", '<ex:a nx:json="&quot; x&quot;"> x</ex:a>'),
    ("\x01\uffff", '<ex:a nx:json="&quot;\\u0001\\uffff&quot;">\ufffd\ufffd</ex:a>'),
    ({"ex:b": {"c": "1"}}, "<ex:a><ex:b><c>1</c></ex:b></ex:a>"),
    ({"@value": "3.5", "@attributes": ["u"], "u": "K"}, '<ex:a u="K">3.5</ex:a>'),
]


@pytest.mark.parametrize(("value", "xml"), SHOWN)
def test_a_value_has_its_element(value: Any, xml: str) -> None:
    assert f"<action>OBSERVE</action>{xml}</ObjectEvent>" in written({"ex:a": value})
    before, after = again({"ex:a": value})
    assert canonical(after) == canonical(before)


NAMES = [
    "ex:a", "ex:a/b", "ex:1", "ex:größe", "ex:mã-lô", "ex:", "ex:a b", "ex:a:b",
    "https://other.example/x", "https://other.example/x#", "urn:x:y", "odd ns:a",
    "technical:a", "attribute:a", "letters:a", "cbvmda:lotNumber", "gs1:z", "rdfs:comment",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_name_comes_back_as_what_it_means(name: str) -> None:
    namespaces = {
        "odd ns": "https://odd.example/",
        "technical": "urn:epcglobal:epcis:xsd:2",
        "attribute": "http://www.w3.org/2000/xmlns/",
        "letters": "https://ví-dụ.example/",
    }
    before, after = again({name: {name: "1", "ex:b": [name, {name: 2}, []]}}, **namespaces)
    assert canonical(after) == canonical(before)


def test_a_prefix_may_mean_different_things_in_different_events() -> None:
    assert PLAIN is not None
    events = [
        replace(PLAIN, extensions={"p:a": n}, namespaces={"p": f"urn:{n}:"}) for n in (1, 2, 1)
    ]
    result = read_xml(write_xml(events, creation_date=NOW))
    read = [reading.event for reading in result.events if reading.event is not None]
    assert [canonical(event) for event in read] == [canonical(event) for event in events]


def test_what_xml_cannot_hold_at_all_is_refused_with_its_place() -> None:
    assert PLAIN is not None
    spoilt = replace(PLAIN, biz_step="https://example.com/\x01")
    with pytest.raises(EpcisError) as caught:
        write_xml([PLAIN, spoilt], creation_date=NOW)
    assert caught.value.code == "epcis.xml_character"
    assert caught.value.fault.pointer == "/epcisBody/eventList/1"
    assert "U+0001" in caught.value.fault.sentence("vi")


_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
_names = st.sampled_from(
    ["ex:a", "ex:b", "bare", "{x}y", "cbvmda:c", "@value", "@attributes", "ex:a/b"]
)
_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200)
@given(_values)
def test_any_json_survives_being_written_as_xml(value: Any) -> None:
    before, after = again({"ex:a": value})
    assert canonical(after) == canonical(before)
