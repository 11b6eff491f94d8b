"""How answers are made of values, without a request and without a store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from nguon.epcis.xml import read_xml
from nguon.eventstore.query import FoundEvent
from nguon.exchange.answers import complete, render_event, render_events
from nguon.exchange.forms import Form
from nguon.exchange.listing import render_collection
from nguon.exchange.problem import Problem
from tests.integration.exchange.samples import make_event

NOW = datetime(2026, 5, 12, 1, 2, 3, 456789, tzinfo=UTC)
JSON, XML = "application/json", "application/xml"
URN, LINK = "urn:epc:id:sgtin:9521101.000001.A1", "https://id.gs1.org/01/09521101000016/21/A1"


def keep(event: dict[str, Any] | str, context: dict[str, str] | None = None) -> FoundEvent:
    doc = event if isinstance(event, str) else json.dumps(event)
    found = json.loads(doc).get("eventID", "ni:///sha-256;made?ver=CBV2.0")
    return FoundEvent(uuid4(), found, NOW, NOW, doc, json.dumps(context) if context else None)


def make_instance(epc: str = URN, **changes: Any) -> dict[str, Any]:
    return make_event(quantityList=None, epcList=[epc], **changes)


def events_of(body: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(body)["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ]
    return found


def test_what_needs_no_translation_keeps_its_digits() -> None:
    text = json.dumps(make_instance(LINK))[:-1] + ', "x:n": 1.10000000000000000000009}'
    body = render_events([keep(text, {"x": "https://x.example/"})], Form(), created=NOW).body
    assert b"1.10000000000000000000009" in body
    assert events_of(body)[0]["recordTime"] == "2026-05-12T01:02:03.456789Z"


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("Always_GS1_Digital_Link", LINK),
        ("Always_EPC_URN", URN),
        ("Never_Translates", URN),
    ],
)
@pytest.mark.parametrize("media_type", [JSON, XML])
def test_identifiers_in_a_syntax(form: Any, shown: str, media_type: str) -> None:
    rendered = render_events(
        [keep(make_instance())], Form(media_type, epc_format=form), created=NOW
    )
    assert shown.encode() in rendered.body
    assert rendered.headers["GS1-EPC-Format"] == form
    assert rendered.media_type == media_type


def test_a_subscriptions_answer_names_query_and_subscription() -> None:
    for media_type in (JSON, XML):
        form = Form(media_type)
        rendered = render_events(
            [keep(make_instance())], form, created=NOW, query_name="mine", subscription_id="s-1"
        )
        assert b"mine" in rendered.body
        assert b"s-1" in rendered.body


def test_each_event_keeps_the_prefixes_it_has() -> None:
    one = keep(make_instance(**{"x:f": 1}), {"x": "https://one.example/"})
    two = keep(make_instance(**{"x:f": 2}), {"x": "https://two.example/"})
    for media_type, read in ((JSON, None), (XML, read_xml)):
        body = render_events([one, two], Form(media_type), created=NOW).body
        if read is None:
            assert b"https://one.example/" in body
            assert b"https://two.example/" in body
        else:
            told = [each.event for each in read(body).events]
            values = [
                e.extension_value(f"https://{n}.example/f")
                for e, n in zip(told, ("one", "two"), strict=True)
                if e
            ]
            assert [str(value) for value in values] == ["1", "2"]


def test_what_1_2_does_not_know_is_flagged() -> None:
    event = make_instance(persistentDisposition={"set": ["damaged"]})
    rendered = render_events([keep(event)] * 2, Form(XML, "1.2"), created=NOW)
    assert rendered.headers["Nguon-Flags"] == "epcis.newer_than_xml=2"
    assert rendered.headers["GS1-EPCIS-Version"] == "1.2.0"


def test_what_xml_cannot_hold_is_406() -> None:
    event = make_instance(**{"x:f": "ok"}, bizStep="https://x.example/\u0001")
    with pytest.raises(Problem) as refused:
        render_events([keep(event, {"x": "https://x.example/"})], Form(XML), created=NOW)
    assert (refused.value.status, refused.value.code) == (406, "epcis.xml_character")
    with pytest.raises(Problem):
        render_collection(["a\u0001"], Form(XML))


def test_one_event_stands_on_its_own() -> None:
    event = render_event(keep(make_instance(LINK)), Form(), created=NOW)
    told = json.loads(event.body)
    assert told["@context"]
    assert told["epcList"] == [LINK]
    document = render_event(keep(make_instance(LINK)), Form(XML), created=NOW)
    root = etree.fromstring(document.body)
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISDocument"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=10), VALUES, max_size=6), st.booleans())
def test_completing_adds_and_changes_nothing_else(members: dict[str, Any], named: bool) -> None:
    event = {**members, **({"eventID": "urn:x:1"} if named else {})}
    event.pop("recordTime", None)
    if not named:
        event.pop("eventID", None)
    found = FoundEvent(uuid4(), "urn:x:made", NOW, NOW, orjson.dumps(event).decode(), None)
    assert orjson.loads(complete(found)) == {
        **event,
        "eventID": "urn:x:1" if named else "urn:x:made",
        "recordTime": "2026-05-12T01:02:03.456789Z",
    }


def test_a_senders_record_time_gives_way_to_ours() -> None:
    found = keep(make_instance(recordTime="2001-01-01T00:00:00Z"))
    assert json.loads(complete(found))["recordTime"].startswith("2026-05-12")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), max_size=5))
def test_a_collection_says_the_same_in_both_forms(names: list[str]) -> None:
    names = [name for name in names if name.strip() == name]
    in_json = json.loads(render_collection(names, Form()).body)
    try:
        root = etree.fromstring(render_collection(names, Form(XML)).body)
    except Problem:
        assert any("\ufffe" <= sign <= "\uffff" for name in names for sign in name)
        return
    assert [member.text for member in root.findall("member")] == in_json["member"] == names
