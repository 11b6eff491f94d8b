"""Where other EPCIS servers were seen to fail at answering, each as a test of ours (see
test_door_peers.py for capture; what the query language itself has to find is tested at the store).
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from lxml import etree

from nguon.epcis import event_hash, read_document
from nguon.epcis.xml import read_xml
from tests.conformance.door.calling import JSON, XML, Door
from tests.integration.eventstore.documents import GTIN, ID
from tests.integration.exchange.samples import declare_wrong, make_bare, make_document, make_event
from tests.unit.epcis.soap.envelopes import param, poll, strings

pytestmark = pytest.mark.database

PLACE = "https://id.gs1.org/414/9521101000023"


def fresh() -> str:
    """A lot that no other test speaks of."""
    return f"{GTIN}/10/{uuid.uuid4().hex[:14]}"


def of_lot(lot: str, **members: Any) -> dict[str, Any]:
    quantities = [{"epcClass": lot, "quantity": 1, "uom": "KGM"}]
    return make_event(quantityList=quantities, **members)


def capture(door: Door, *events: dict[str, Any], **members: Any) -> None:
    job = door.capture(make_document(*events, **members))
    assert job["success"], job


def query(**parameters: str) -> str:
    return "/events?" + urlencode(parameters, quote_via=quote)


def test_a_maximum_that_is_just_reached_was_refused_it_is_no_excess(door: Door) -> None:
    lot = fresh()
    capture(door, *[of_lot(lot) for _ in range(3)])
    assert len(door.get(query(MATCH_epcClass=lot, maxEventCount="3")).events) == 3
    answer = door.get(query(MATCH_epcClass=lot, maxEventCount="2"))
    assert (answer.status, answer.json["type"]) == (413, "epcisException:QueryTooLargeException")


def test_pages_moved_while_events_arrived_nothing_is_lost_or_doubled(door: Door) -> None:
    lot = fresh()
    times = [f"2026-05-11T04:{minute:02}:00Z" for minute in range(20)]
    events = [of_lot(lot, eventTime=time) for time in times]
    capture(door, *events)
    path, seen = query(MATCH_epcClass=lot, perPage="3"), []
    while path:
        answer = door.get(path)
        seen += [each["eventID"] for each in answer.events]
        path = answer.next_page
        # What comes in between, newer and older than the page, moves nothing.
        capture(door, of_lot(lot, eventTime="2026-05-12T00:00:00Z"))
    assert [name for name in seen if name in {e["eventID"] for e in events}] == [
        event["eventID"] for event in reversed(events)
    ]
    assert len(set(seen)) == len(seen)


def test_a_page_token_was_a_number_of_rows_ours_says_nothing_and_is_not_bent(door: Door) -> None:
    lot = fresh()
    capture(door, *[of_lot(lot) for _ in range(5)])
    first = door.get(query(MATCH_epcClass=lot, perPage="2"))
    token = first.next_page.partition("nextPageToken=")[2].partition("&")[0]
    assert len(token) > 20
    for bent in ("2", "0", token[:-2], token[::-1]):
        answer = door.get(query(MATCH_epcClass=lot, perPage="2", nextPageToken=bent))
        assert (answer.status, answer.kind) == (400, "application/problem+json"), bent
    other = door.get(query(MATCH_epcClass=fresh(), perPage="2") + f"&nextPageToken={token}")
    assert other.status == 400


def test_the_life_of_a_page_token_was_not_told_it_is_announced(door: Door) -> None:
    lot = fresh()
    capture(door, *[of_lot(lot) for _ in range(3)])
    answer = door.get(query(MATCH_epcClass=lot, perPage="2"))
    expires = datetime.fromisoformat(answer.headers["gs1-next-page-token-expires"])
    assert expires > datetime.now(UTC)
    assert "gs1-next-page-token-expires" not in door.get(query(MATCH_epcClass=lot)).headers


def test_eq_event_id_found_nothing_it_finds_the_event(door: Door) -> None:
    event, nameless = of_lot(fresh()), of_lot(lot := fresh(), eventID=None)
    capture(door, event, nameless)
    assert len(door.events({"EQ_eventID": event["eventID"]})) == 1
    (found,) = door.events({"MATCH_epcClass": lot})
    assert door.events({"EQ_eventID": found["eventID"]}) == [found]


def test_options_answered_accept_it_answers_allow_and_the_limits_by_their_names(
    door: Door,
) -> None:
    answer = door.ask("OPTIONS", "/capture")
    assert set(answer.headers["allow"].split(", ")) >= {"OPTIONS", "GET", "POST"}
    assert "accept" not in answer.headers
    for name in ("limit", "file-size-limit"):
        assert int(answer.headers[f"gs1-epcis-capture-{name}"]) > 0
    assert answer.headers["gs1-capture-error-behaviour"] == "all"


def test_an_event_and_its_declaration_are_both_found_by_a_query(door: Door) -> None:
    lot = fresh()
    event = of_lot(lot)
    declared = declare_wrong(event)
    declared["errorDeclaration"]["ext:clerk"] = "Minh"
    context = {"@context": [make_bare()["@context"][0], {"ext": "https://nguon.example/ext/"}]}
    capture(door, event)
    capture(door, declared, **context)
    assert len(door.events({"MATCH_epcClass": lot})) == 2
    assert len(door.events({"MATCH_epcClass": lot, "EXISTS_errorDeclaration": "true"})) == 1
    asked = {"EQ_ERROR_DECLARATION_https://nguon.example/ext/clerk": "Minh"}
    assert len(door.events({"MATCH_epcClass": lot, **asked})) == 1


def test_several_event_types_were_read_as_one_name_they_are_alternatives(door: Door) -> None:
    lot = fresh()
    capture(door, of_lot(lot))
    found = door.events({"eventType": "ObjectEvent|AggregationEvent", "MATCH_anyEPCClass": lot})
    assert len(found) == 1


def test_urn_and_digital_link_were_two_things_they_are_one(door: Door) -> None:
    serial = uuid.uuid4().hex[:12]
    link, urn = f"{GTIN}/21/{serial}", f"urn:epc:id:sgtin:9521101.000001.{serial}"
    other = f"https://brand.example/01/09521101000016/21/{serial}?x=1"
    capture(door, make_event(epcList=[urn], quantityList=None))
    for spelt in (link, urn, other):
        assert len(door.events({"MATCH_epc": spelt})) == 1, spelt
        at = f"/epcs/{quote(spelt, safe='')}/events"
        assert len(door.get(at).events) == 1, spelt


@pytest.mark.parametrize("accept", [JSON, XML])
@pytest.mark.parametrize(
    ("wanted", "spelt"),
    [
        ("Always_GS1_Digital_Link", "https://id.gs1.org/01/09521101000016/21/{}"),
        ("Always_EPC_URN", "urn:epc:id:sgtin:9521101.000001.{}"),
        ("Never_Translates", "urn:epc:id:sgtin:9521101.000001.{}"),
        ("No_Preference", "{}"),
    ],
)
def test_only_one_form_of_epc_was_spoken_the_one_asked_for_is(
    door: Door, accept: str, wanted: str, spelt: str
) -> None:
    serial = uuid.uuid4().hex[:12]
    urn = f"urn:epc:id:sgtin:9521101.000001.{serial}"
    capture(door, make_event(epcList=[urn], quantityList=None))
    answer = door.get(query(MATCH_epc=urn), GS1_EPC_Format=wanted, Accept=accept)
    assert answer.status == 200, answer.body
    assert answer.headers["gs1-epc-format"] in (wanted, *_OTHERS.get(wanted, ()))
    assert spelt.format(serial) in answer.body.decode()


_OTHERS = {"No_Preference": ("Never_Translates", "Always_GS1_Digital_Link")}


def test_xml_and_json_of_one_event_hashed_differently_they_agree(door: Door) -> None:
    lot = fresh()
    capture(door, of_lot(lot, eventID=None))
    in_json = read_document(door.get(query(MATCH_epcClass=lot), Accept=JSON).body)
    in_xml = read_xml(door.get(query(MATCH_epcClass=lot), Accept=XML).body)
    events = [each.events[0].event for each in (in_json, in_xml)]
    assert events[0] is not None
    assert events[1] is not None
    hashes = {event_hash(event) for event in events if event is not None}
    assert hashes == {event.event_id for event in events if event is not None}


def test_a_thing_s_resource_said_only_events_it_gives_its_state(door: Door) -> None:
    item, box = f"{GTIN}/21/{uuid.uuid4().hex[:10]}", "https://id.gs1.org/00/095211010000000016"
    capture(
        door,
        make_event(epcList=[item], quantityList=None, disposition="active"),
        make_event(
            type="AggregationEvent", quantityList=None, parentID=box, childEPCs=[item],
            bizStep="packing", eventTime="2026-05-12T04:30:00Z", bizLocation={"id": PLACE},
        ),
    )  # fmt: skip
    answer = door.get(f"/epcs/{quote(item, safe='')}")
    assert "events" in answer.json["member"]
    told = json.dumps(answer.json)
    assert box in told
    assert PLACE in told


def test_master_data_beside_events_was_ignored_it_is_kept_and_asked_for(door: Door) -> None:
    farm = f"{ID}/414/9521101000023/254/{uuid.uuid4().hex[:8]}"
    header = {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                    "vocabularyElementList": [
                        {
                            "id": farm,
                            "attributes": [{"id": "cbvmda:name", "attribute": "Trại Ba Chẽ"}],
                        }
                    ],
                }
            ]
        }
    }
    capture(door, lot := of_lot(fresh()), epcisHeader=header)
    assert len(door.events({"EQ_eventID": lot["eventID"]})) == 1
    asked = poll(
        param("includeAttributes", "true", "xsd:boolean"),
        param("includeChildren", "true", "xsd:boolean"),
        strings("vocabularyName", "urn:epcglobal:epcis:vtype:BusinessLocation"),
        strings("EQ_name", farm),
        query="SimpleMasterDataQuery",
    )
    answer = door.post("/soap", asked, "text/xml", SOAPAction='""')
    assert answer.status == 200
    assert "Trại Ba Chẽ" in answer.body.decode()


def test_a_disposition_in_another_type_of_event_was_disputed_it_is_flagged_and_kept(
    door: Door,
) -> None:
    event = make_event(
        type="AggregationEvent", action="OBSERVE", quantityList=None,
        parentID=f"{ID}/00/095211010000000016", childEPCs=[f"{GTIN}/21/{uuid.uuid4().hex[:9]}"],
        persistentDisposition={"set": ["completeness_verified"]},
    )  # fmt: skip
    dry = door.post("/validate", make_document(event)).json
    assert dry["success"]
    assert dry["events"][0]["errors"]
    capture(door, event)


def test_extensions_of_the_header_were_read_in_many_ways_prefix_is_uri(door: Door) -> None:
    lot = fresh()
    context = [make_bare()["@context"][0], {"ext": "https://nguon.example/ext/"}]
    capture(door, of_lot(lot, **{"ext:colour": "đỏ"}), **{"@context": context})
    named = "farbe=https://nguon.example/ext/, other=https://other.example/"
    found = door.get(
        query(**{"MATCH_epcClass": lot, "EQ_farbe:colour": "đỏ"}), GS1_Extensions=named
    )
    assert found.status == 200, found.body
    assert len(found.events) == 1


def test_a_parameter_that_nobody_knows_was_ignored_it_is_refused_by_name(door: Door) -> None:
    for name in ("EQ_bizStap", "MATCH_everything", "limit"):
        answer = door.get(query(**{name: "x"}))
        assert (answer.status, answer.json["type"]) == (
            400,
            "epcisException:QueryParameterException",
        )
        assert name in json.dumps(answer.json)


def test_a_time_without_an_offset_was_a_failure_of_the_server_it_is_the_caller_s(
    door: Door,
) -> None:
    assert door.get(query(GE_recordTime="2026-05-11T00:00:00")).status == 400


def test_xml_answers_are_valid_and_say_their_version(door: Door) -> None:
    lot = fresh()
    capture(door, of_lot(lot))
    answer = door.get(query(MATCH_epcClass=lot), Accept=XML)
    root = etree.fromstring(answer.body)
    assert etree.QName(root) == etree.QName("urn:epcglobal:epcis-query:xsd:2", "EPCISQueryDocument")
    assert answer.headers["gs1-epcis-version"].startswith("2.0")
