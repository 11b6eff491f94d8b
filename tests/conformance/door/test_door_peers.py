"""Where other EPCIS servers were seen to fail at capture, each as a test of ours.

Each test says in its first words what was seen. The servers are open ones whose source was read
or that were run; their users' complaints are in the working group's issues.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

from nguon.epcis import read_document
from nguon.epcis.xml import read_xml, write_xml
from nguon.eventstore import Store
from tests.conformance.door.calling import JSON, XML, Door, served
from tests.integration.eventstore.documents import GTIN
from tests.integration.exchange.samples import (
    declare_wrong,
    make_bare,
    make_document,
    make_event,
)

pytestmark = pytest.mark.database

EXT = {"ext": "https://nguon.example/ext/"}
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
BAD = {"bizStep": "urn:epcglobal:cbv:nothing"}


def path_of(event: dict[str, Any]) -> str:
    return f"/events/{quote(event['eventID'], safe='')}"


def lots(name: str) -> list[dict[str, Any]]:
    return [{"epcClass": f"{GTIN}/10/{name}", "quantity": 1, "uom": "KGM"}]


def wrong() -> dict[str, Any]:
    return make_event(eventTime="2026-05-11T04:30:00")


def test_a_capture_answered_201_it_is_202_and_a_job_tells_the_end(door: Door) -> None:
    answer = door.post("/capture", make_document(make_event()))
    assert answer.status == 202
    job = door.finish(answer.headers["location"])
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    listed = door.get("/capture?perPage=5").json
    assert job["captureID"] in [each["captureID"] for each in listed]


@pytest.mark.parametrize("form", [JSON, XML])
def test_the_header_of_the_request_was_ignored_rollback_keeps_nothing(
    door: Door, form: str
) -> None:
    good = make_event()
    job = door.capture(written(form, good, wrong()), form, GS1_Capture_Error_Behaviour="rollback")
    assert (job["success"], job["captureErrorBehaviour"]) == (False, "rollback")
    assert door.get(path_of(good)).status == 404


@pytest.mark.parametrize("form", [JSON, XML])
def test_the_header_of_the_request_was_ignored_proceed_keeps_what_is_sound(
    door: Door, form: str
) -> None:
    good, also = make_event(), make_event()
    document = written(form, good, wrong(), also)
    job = door.capture(document, form, GS1_Capture_Error_Behaviour="proceed")
    assert (job["success"], job["captureErrorBehaviour"]) == (False, "proceed")
    assert [error["pointer"] for error in job["errors"]] == ["/epcisBody/eventList/1/eventTime"]
    assert [door.get(path_of(event)).status for event in (good, also)] == [200, 200]


def written(form: str, *events: dict[str, Any]) -> Any:
    """The document of these events in a form; in XML a time without zone is put back in."""
    document = make_document(*events)
    if form == JSON:
        return document
    text = json.dumps(document).replace('"2026-05-11T04:30:00"', '"2026-05-11T04:30:00Z"')
    xml = write_xml(read_document(text)).decode()
    return xml.replace("<eventTime>2026-05-11T04:30:00Z<", "<eventTime>2026-05-11T04:30:00<")


def test_another_behaviour_was_an_error_of_the_server_it_is_the_caller_s(door: Door) -> None:
    sent = make_document(make_event())
    answer = door.post("/capture", sent, GS1_Capture_Error_Behaviour="perhaps")
    assert (answer.status, answer.kind) == (400, "application/problem+json")


def test_the_same_event_was_taken_silently_it_is_409_and_known_to_the_job(door: Door) -> None:
    event = make_bare()
    assert door.post("/events", event).status == 201
    again = door.post("/events", event)
    assert again.status == 409
    assert again.json["type"] == "epcisException:ResourceAlreadyExistsException"
    job = door.capture(make_document({k: v for k, v in event.items() if k != "@context"}))
    assert (job["success"], job["errors"]) == (True, [])
    assert len(door.get(path_of(event)).events) == 1


def test_another_event_under_the_same_id_was_taken_silently_it_is_refused(door: Door) -> None:
    event = make_bare()
    assert door.post("/events", event).status == 201
    other = event | {"bizStep": "shipping", "action": "OBSERVE"}
    assert door.post("/events", other).status == 409
    (kept,) = door.get(path_of(event)).events
    assert kept["bizStep"] == "commissioning"


def test_a_declaration_of_error_replaced_the_event_both_are_given_back(door: Door) -> None:
    event = make_bare()
    assert door.post("/events", event).status == 201
    assert door.post("/events", declare_wrong(event)).status == 201
    found = door.get(path_of(event)).events
    assert ["errorDeclaration" in each for each in found] == [False, True]


def test_only_twenty_declarations_were_given_back_all_are(door: Door) -> None:
    event = make_bare()
    assert door.post("/events", event).status == 201
    for minute in range(25):
        told = declare_wrong(event, f"2026-05-12T08:{minute:02}:00Z")
        assert door.post("/events", told).status == 201
    assert len(door.get(path_of(event)).events) == 26


def test_an_unknown_id_gave_an_empty_document_it_is_404(door: Door) -> None:
    answer = door.get(f"/events/urn:uuid:{uuid.uuid4()}")
    assert (answer.status, answer.json["type"]) == (404, "epcisException:NoSuchResourceException")
    assert door.get(f"/capture/{uuid.uuid4()}").status == 404


def test_an_event_without_an_id_got_a_random_one_it_is_its_hash(door: Door) -> None:
    event = make_bare(eventID=None, quantityList=lots(uuid.uuid4().hex[:12]))
    answer = door.post("/events", event)
    assert answer.status == 201
    (found,) = door.get(answer.headers["location"]).events
    assert found["eventID"].startswith("ni:///sha-256;")
    assert found["eventID"].endswith("?ver=CBV2.0")
    assert door.post("/events", event).status == 409


def test_a_form_of_epc_that_is_not_the_binding_s_failed_either_is_taken_by_both(
    door: Door,
) -> None:
    serial = uuid.uuid4().hex[:10]
    urn, link = f"urn:epc:id:sgtin:9521101.000001.{serial}", f"{GTIN}/21/{serial}"
    in_json = make_event(epcList=[urn], quantityList=None)
    in_xml = make_event(epcList=[link], quantityList=None)
    assert door.capture(make_document(in_json))["success"]
    assert door.capture(write_xml(read_document(json.dumps(make_document(in_xml)))), XML)["success"]
    for spelt in (urn, link):
        assert len(door.events({"MATCH_epc": spelt})) == 2


def test_associations_were_dropped_without_a_word_each_type_is_kept(door: Door) -> None:
    place = "https://id.gs1.org/414/9521101000023"
    asset = f"https://id.gs1.org/8004/9521101{uuid.uuid4().hex[:8]}"
    event = make_event(
        type="AssociationEvent", quantityList=None, parentID=place, childEPCs=[asset]
    )
    assert door.capture(make_document(event))["success"]
    (found,) = door.get(path_of(event)).events
    assert found["type"] == "AssociationEvent"


def test_a_transformation_of_1_2_broke_the_reader_it_is_kept(door: Door) -> None:
    event = {
        "type": "TransformationEvent", "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": "2026-05-11T04:30:00Z", "eventTimeZoneOffset": "+07:00",
        "inputQuantityList": lots("IN"), "outputQuantityList": lots("OUT"),
        "transformationID": "urn:epc:id:gdti:9521101.00001.T1",
    }  # fmt: skip
    old = write_xml(read_document(json.dumps(make_document(event))), version="1.2")
    assert b'schemaVersion="1.2"' in old
    assert b"<extension><TransformationEvent>" in old
    assert door.capture(old, XML)["success"]
    assert len(door.get(path_of(event)).events) == 1


def test_rollback_left_events_behind_the_store_holds_none(door: Door, store: Store) -> None:
    good = [make_event() for _ in range(20)]
    job = door.capture(make_document(*good, wrong()))
    assert not job["success"]
    assert [e for each in good for e in store.events_by_id(each["eventID"])] == []


def test_delete_emptied_the_database_there_is_no_such_call(door: Door) -> None:
    event = make_bare()
    assert door.post("/events", event).status == 201
    for target in ("/epcis/", "/epcis/events", "/epcis/capture", "/epcis/epcs"):
        assert door.ask("DELETE", target).status in (404, 405), target
    assert door.get(path_of(event)).status == 200


def test_any_password_opened_the_door_none_does_without_a_key(door_url: str) -> None:
    with served(door_url, NGUON_OPEN_CAPTURE="0", NGUON_CAPTURE_KEY="right") as address:
        door = Door(address)
        for told in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
            answer = door.post("/capture", make_document(make_event()), **told)
            assert answer.status == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
        right = door.post("/capture", make_document(make_event()), Authorization="Bearer right")
        assert right.status == 202
        door.close()


def test_faults_named_no_place_each_has_its_pointer_code_and_way_out(door: Door) -> None:
    events = [make_event(), make_event(**BAD), make_event(quantityList=[{"epcClass": "x"}])]
    job = door.capture(make_document(*events))
    for error in job["errors"]:
        assert error["pointer"].startswith("/epcisBody/eventList/")
        assert error["code"].startswith(("epcis.", "gs1."))
        assert error["vi"]
        assert error["en"]
    assert {error["pointer"].split("/")[3] for error in job["errors"]} == {"1", "2"}


def test_quantities_were_kept_as_floats_of_32_bits_they_are_exact(door: Door) -> None:
    exact = "16777217.0000001"
    text = json.dumps(make_document(event := make_event())).replace("12.5", exact)
    assert door.capture(text)["success"]
    assert exact.encode() in door.get(path_of(event)).body


def test_extensions_with_attributes_were_lost_they_come_back(door: Door) -> None:
    name = f"urn:uuid:{uuid.uuid4()}"
    xml = XML_EVENT.replace("@id", name)
    assert door.capture(xml, XML)["success"]
    answer = door.get(f"/events/{quote(name, safe='')}", Accept=XML)
    assert answer.status == 200
    before, after = (read_xml(each).events[0].event for each in (xml.encode(), answer.body))
    assert before is not None
    assert after is not None
    assert after.extensions == before.extensions
    assert b'EU_ED="1"' in answer.body
    assert b"nested" in answer.body


XML_EVENT = """<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"
  creationDate="2026-05-11T05:00:00Z" xmlns:tpd="https://tpd.example/eu/"><EPCISBody><EventList>
<ObjectEvent><eventTime>2026-05-11T04:30:00Z</eventTime>
<eventTimeZoneOffset>+07:00</eventTimeZoneOffset><eventID>@id</eventID>
<epcList><epc>urn:epc:id:sgtin:9521101.000001.1</epc></epcList><action>OBSERVE</action>
<tpd:message EU_ED="1" tpd:kind="EUA"><tpd:inner n="2">nested</tpd:inner></tpd:message>
</ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>"""


def test_two_senders_of_one_event_were_both_told_created_one_is(door: Door) -> None:
    event = make_bare()
    ends = at_once(door, lambda caller, _: str(caller.post("/events", event).status))
    assert ends == {"201": 1, "409": 7}
    assert len(door.get(path_of(event)).events) == 1


def test_two_senders_of_one_document_store_it_once_and_both_succeed(
    door: Door, store: Store
) -> None:
    events = [make_event() for _ in range(30)]

    def send(caller: Door, number: int) -> str:
        turned = events[number:] + events[:number]
        return str(caller.capture(make_document(*turned))["success"])

    assert at_once(door, send) == {"True": 8}
    assert [len(store.events_by_id(event["eventID"])) for event in events] == [1] * 30


def at_once(door: Door, act: Any, senders: int = 8) -> Counter[str]:
    """The same act by several senders that begin together."""
    ends: Counter[str] = Counter()
    start = threading.Barrier(senders)

    def run(number: int) -> None:
        caller = Door(door.base)
        start.wait()
        ends[act(caller, number)] += 1
        caller.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
