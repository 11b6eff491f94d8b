"""Where other EPCIS servers were found to fail, each as a test of ours (see the query language's
page in docs/explanation), and answers to single questions that are easy to get wrong.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from nguon.epcis import read_document
from nguon.epcis.query import QueryError, read_json, read_rest
from nguon.eventstore import Store
from nguon.eventstore.query import Bounds, FoundEvent
from tests.integration.eventstore.documents import (
    GTIN,
    ID,
    declare_wrong,
    make_document,
    make_id,
    make_mix,
    make_object,
    make_pack,
    read,
)
from tests.integration.eventstore.query_corpus import NOW, TOKENS

pytestmark = pytest.mark.database

BOX = f"{ID}/00/095211010000000016"
EXT = {"ext": "https://nguon.example/ext/"}


def ask(store: Store, *pairs: tuple[str, str]) -> list[FoundEvent]:
    """The whole answer, over its pages."""
    found: list[FoundEvent] = []
    token = ""
    while True:
        asked = read_rest([*pairs, *([("nextPageToken", token)] if token else [])], EXT)
        page = store.query_events(asked, TOKENS, NOW)
        found += page.events
        token = page.next_page_token or ""
        if not token:
            return found


def ids(store: Store, *pairs: tuple[str, str]) -> list[str]:
    return [each.event_id for each in ask(store, *pairs)]


def capture(store: Store, *events: dict[str, Any], **members: Any) -> None:
    result = store.capture(read(*events, **members))
    assert result.success, [f.as_dict() for r in result.results for f in r.faults]


def test_a_maximum_that_is_just_reached_is_no_excess(fresh_store: Store) -> None:
    capture(fresh_store, *[make_object(f"L{n}") for n in range(3)])
    assert len(ask(fresh_store, ("maxEventCount", "3"))) == 3
    with pytest.raises(QueryError) as caught:
        ask(fresh_store, ("maxEventCount", "2"))
    assert caught.value.exception == "QueryTooLargeException"
    assert caught.value.status == 413


def test_an_event_is_found_by_its_id_given_or_made(fresh_store: Store) -> None:
    named, nameless = make_object("A"), make_object("B", eventID=None)
    capture(fresh_store, named, nameless)
    own = next(each.event_id for each in ask(fresh_store) if each.event_id.startswith("ni:"))
    assert ids(fresh_store, ("EQ_eventID", named["eventID"])) == [named["eventID"]]
    capitals = "urn:uuid:" + named["eventID"].removeprefix("urn:uuid:").upper()
    assert ids(fresh_store, ("EQ_eventID", capitals)) == [named["eventID"]]
    assert ids(fresh_store, ("EQ_eventID", own)) == [own]
    assert ids(fresh_store, ("EQ_eventID", make_id("nobody"))) == []


def test_an_event_and_the_declarations_of_its_error_are_all_given_back(
    fresh_store: Store,
) -> None:
    wrong = make_object("A")
    right = make_object("B")
    declared = declare_wrong(wrong, "2026-05-15T08:00:00Z", right["eventID"])
    again = declare_wrong(wrong, "2026-05-16T08:00:00Z")
    for event in (wrong, declared, right, again):
        capture(fresh_store, event)
    assert len(ask(fresh_store, ("EQ_eventID", wrong["eventID"]))) == 3
    assert len(ask(fresh_store, ("EXISTS_errorDeclaration", ""))) == 2
    assert len(ask(fresh_store, ("EQ_correctiveEventID", right["eventID"]))) == 1
    assert len(ask(fresh_store, ("GE_errorDeclarationTime", "2026-05-16T08:00:00Z"))) == 1
    assert len(ask(fresh_store, ("MATCH_epcClass", f"{GTIN}/10/A"))) == 3


def test_extensions_of_a_declaration_are_asked_for_by_themselves(fresh_store: Store) -> None:
    wrong = make_object("A", **{"ext:clerk": "Lan"})
    declared = declare_wrong(wrong)
    declared["errorDeclaration"]["ext:clerk"] = "Minh"
    capture(fresh_store, wrong)
    capture(fresh_store, declared)
    assert len(ask(fresh_store, ("EQ_ERROR_DECLARATION_ext:clerk", "Minh"))) == 1
    assert ask(fresh_store, ("EQ_ERROR_DECLARATION_ext:clerk", "Lan")) == []
    assert len(ask(fresh_store, ("EQ_ext:clerk", "Lan"))) == 2


def test_small_differences_of_numbers_count(fresh_store: Store) -> None:
    exact = "16777217.0000001"  # more than a float of 32 bits holds
    event = make_object("A")
    event["quantityList"][0]["quantity"] = "@"
    document = json.dumps(make_document(event)).replace('"@"', exact)
    assert fresh_store.capture(read_document(document)).success
    assert len(ask(fresh_store, ("EQ_quantity", exact))) == 1
    assert ask(fresh_store, ("EQ_quantity", "16777217.0000002")) == []
    assert len(ask(fresh_store, ("GT_quantity_GRM", "16777217000.00009"))) == 1
    assert ask(fresh_store, ("GT_quantity_GRM", "16777217000.0001")) == []


def test_the_same_page_token_gives_the_same_page_whatever_arrives(fresh_store: Store) -> None:
    capture(fresh_store, *[make_object(f"L{n}", eventTime=f"2026-05-11T04:{n:02}:00Z")
                           for n in range(20)])  # fmt: skip
    first = fresh_store.query_events(read_rest([("perPage", "5")]), TOKENS, NOW)
    token = first.next_page_token or ""
    asked = read_rest([("perPage", "5"), ("nextPageToken", token)])
    before = [each.event_id for each in fresh_store.query_events(asked, TOKENS, NOW).events]
    capture(fresh_store, *[make_object(f"N{n}", eventTime="2026-05-12T00:00:00Z")
                           for n in range(9)])  # fmt: skip
    after = [each.event_id for each in fresh_store.query_events(asked, TOKENS, NOW).events]
    assert before == after
    assert len(before) == 5


def test_several_values_of_one_parameter_are_alternatives(fresh_store: Store) -> None:
    capture(fresh_store, make_object("A"), make_object("B"), make_mix("A", "C"))
    both = f"{GTIN}/10/A|{GTIN}/10/B"
    assert len(ask(fresh_store, ("MATCH_epcClass", both))) == 2
    assert len(ask(fresh_store, ("MATCH_anyEPCClass", both))) == 3
    assert len(ask(fresh_store, ("MATCH_inputEPCClass", both))) == 1
    assert len(ask(fresh_store, ("eventType", "ObjectEvent|TransformationEvent"))) == 3


def test_an_underscore_or_percent_in_a_value_is_no_wildcard(fresh_store: Store) -> None:
    capture(fresh_store, make_object("A_B"), make_object("AXB"))
    assert len(ask(fresh_store, ("MATCH_epcClass", f"{GTIN}/10/A_B"))) == 1
    assert len(ask(fresh_store, ("MATCH_epcClass", f"{GTIN}/10/A%25B"))) == 0


def test_a_thing_is_found_in_each_part_of_the_event_and_only_there(fresh_store: Store) -> None:
    child = f"{GTIN}/21/7"
    capture(fresh_store, make_pack(BOX, child))
    assert len(ask(fresh_store, ("MATCH_epc", child))) == 1
    assert len(ask(fresh_store, ("MATCH_parentID", "urn:epc:id:sscc:952110100.00000001"))) == 1
    assert ask(fresh_store, ("MATCH_epc", BOX)) == []
    assert ask(fresh_store, ("MATCH_parentID", child)) == []
    assert len(ask(fresh_store, ("MATCH_anyEPC", BOX), ("MATCH_epc", child))) == 1


def test_a_thing_named_often_in_one_event_gives_the_event_once(fresh_store: Store) -> None:
    lots = [{"epcClass": f"{GTIN}/10/A", "quantity": n, "uom": "KGM"} for n in range(1, 200)]
    many = [make_object("x", quantityList=lots) for _ in range(3)]
    capture(fresh_store, *many, make_mix("A", "A"))
    for size in ("1", "2", "30"):
        pairs = [("MATCH_anyEPCClass", f"{GTIN}/10/A"), ("perPage", size)]
        found = ids(fresh_store, *pairs)
        assert sorted(found) == sorted({each["event_id"] for each in by_id(fresh_store)})
        assert len(ids(fresh_store, ("MATCH_outputEPCClass", f"{GTIN}/10/A"), *pairs[1:])) == 0
    tight = Bounds(examined=64)
    asked = read_rest([("MATCH_inputEPCClass", f"{GTIN}/10/A"), ("perPage", "1")])
    found = []
    while True:
        page = fresh_store.query_events(asked, TOKENS, NOW, tight)
        found += page.events
        if page.next_page_token is None:
            break
        asked = read_rest(
            [("MATCH_inputEPCClass", f"{GTIN}/10/A"), ("perPage", "1"),
             ("nextPageToken", page.next_page_token)]
        )  # fmt: skip
    assert len(found) == 1


def by_id(store: Store) -> list[dict[str, str]]:
    return [{"event_id": each.event_id} for each in ask(store)]


def test_the_prefixes_of_the_query_and_of_the_event_may_differ(fresh_store: Store) -> None:
    capture(fresh_store, make_object("A", **{"ext:colour": "đỏ"}))
    query = {"@context": [{"farbe": "https://nguon.example/ext/"}], "EQ_farbe:colour": ["đỏ"]}
    assert len(fresh_store.query_all_events(read_json(query).query)) == 1
    written = [("EQ_https://nguon.example/ext/colour", "đỏ")]
    assert len(ask(fresh_store, *written)) == 1


def test_a_named_query_and_a_url_ask_the_same() -> None:
    rest = read_rest([("EQ_bizStep", "shipping|receiving"), ("GE_quantity_KGM", "5")])
    named = read_json({"GE_quantity_KGM": 5, "EQ_bizStep": ["shipping", "receiving"]})
    assert rest.query == named.query


def test_events_come_back_as_they_were_received_with_when_they_were(fresh_store: Store) -> None:
    event = make_object("A", **{"ext:note": "giữ nguyên"})
    capture(fresh_store, event)
    (found,) = ask(fresh_store)
    assert json.loads(found.raw) == event
    assert found.namespaces["ext"] == "https://nguon.example/ext/"
    assert found.record_time.tzinfo is not None
    assert found.event.extension_value("ext:note") == "giữ nguyên"
