"""GET /epcis/events: the query language over HTTP, its pages, its forms, its refusals."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
from django.test import Client
from lxml import etree

from nguon.epcis import event_hash, read_document
from nguon.epcis.xml import read_xml
from tests.conformance.epcis.shared import EPCIS, needs_shared
from tests.integration.exchange.samples import (
    CONTEXT,
    declare_wrong,
    make_bare,
    make_document,
    make_event,
    write,
)

pytestmark = pytest.mark.database
XML, JSON = "application/xml", "application/json"
EVENTS = "/epcis/events"


def capture(client: Client, *events: dict[str, Any], **changes: Any) -> None:
    document = make_document(*events, **changes)
    assert client.post("/epcis/capture", write(document), content_type=JSON).status_code == 202


def ask(client: Client, headers: dict[str, str] | None = None, **parameters: str) -> Any:
    query = urlencode(parameters, quote_via=quote)
    return client.get(f"{EVENTS}?{query}", headers=headers or {})


def events_in(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ]
    return found


@pytest.fixture
def lot() -> str:
    """A lot that no other test speaks of."""
    return f"https://id.gs1.org/01/09521101000016/10/{uuid.uuid4().hex[:18]}"


def make_lot_events(lot: str, count: int) -> list[dict[str, Any]]:
    return [
        make_event(
            quantityList=[{"epcClass": lot, "quantity": 1, "uom": "KGM"}],
            eventTime=f"2026-05-11T04:{number:02}:00+07:00",
        )
        for number in range(count)
    ]


def test_pages_give_every_event_once_in_order(client: Client, lot: str) -> None:
    events = make_lot_events(lot, 7)
    capture(client, *events)
    address = f"{EVENTS}?{urlencode({'MATCH_anyEPCClass': lot, 'perPage': 3, 'EQ_action': 'ADD'})}"
    seen, pages = [], 0
    while address:
        response = client.get(address)
        seen += [event["eventID"] for event in events_in(response)]
        pages += 1
        link = response.get("Link", "")
        if link:
            assert link.endswith('; rel="next"')
            assert "EQ_action=ADD" in link
            assert response["GS1-Next-Page-Token-Expires"].endswith("Z")
        address = link.partition(">")[0].lstrip("<")
    assert seen == [event["eventID"] for event in reversed(events)]
    assert pages == 3


def test_a_page_holds_thirty_events_where_nobody_says(client: Client, lot: str) -> None:
    capture(client, *make_lot_events(lot, 31))
    response = ask(client, MATCH_anyEPCClass=lot)
    assert len(events_in(response)) == 30
    assert "Link" in response
    assert "Link" not in ask(client, MATCH_anyEPCClass=lot, perPage="31")


def test_a_token_belongs_to_its_query(client: Client, lot: str) -> None:
    capture(client, *make_lot_events(lot, 2))
    response = ask(client, MATCH_anyEPCClass=lot, perPage="1")
    token = response["Link"].partition("nextPageToken=")[2].partition(">")[0]
    refused = ask(client, MATCH_anyEPCClass=lot, EQ_action="ADD", nextPageToken=token)
    assert refused.status_code == 400
    assert refused.json()["type"] == "epcisException:QueryParameterException"


def test_prefixes_of_parameters_come_from_the_header(client: Client, lot: str) -> None:
    own = "https://colours.example/ns/"
    event = make_event(quantityList=[{"epcClass": lot}], **{"acme:colour": "red"})
    capture(client, event, **{"@context": [CONTEXT, {"acme": own}]})
    asked = {"MATCH_anyEPCClass": lot, "EQ_c:colour": "red"}
    headers = {"GS1-Extensions": f"c={own}"}
    assert [found["eventID"] for found in events_in(ask(client, headers, **asked))] == [
        event["eventID"]
    ]
    assert ask(client, **asked).status_code == 400


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("Always_EPC_URN", "urn:epc:id:sgln:9521101.00002.0"),
        ("Always_GS1_Digital_Link", "https://id.gs1.org/414/9521101000023"),
    ],
)
@pytest.mark.parametrize(
    "sent", ["urn:epc:id:sgln:9521101.00002.0", "https://id.gs1.org/414/9521101000023"]
)
def test_identifiers_come_in_the_syntax_asked_for(
    client: Client, lot: str, sent: str, wanted: str, given: str
) -> None:
    capture(client, make_event(quantityList=[{"epcClass": lot}], readPoint={"id": sent}))
    for headers, parameters in (({"GS1-EPC-Format": wanted}, {}), ({}, {"GS1-EPC-Format": wanted})):
        response = ask(client, headers, MATCH_anyEPCClass=lot, **parameters)
        assert events_in(response)[0]["readPoint"]["id"] == given
        assert response["GS1-EPC-Format"] == wanted
    kept = ask(client, {"GS1-EPC-Format": "Never_Translates"}, MATCH_anyEPCClass=lot)
    assert events_in(kept)[0]["readPoint"]["id"] == sent


def test_what_has_no_other_syntax_is_flagged(client: Client, lot: str) -> None:
    variant = "https://id.gs1.org/01/09521101000016/22/1A"
    capture(client, make_event(quantityList=[{"epcClass": lot}, {"epcClass": variant}]))
    response = ask(client, {"GS1-EPC-Format": "Always_EPC_URN"}, MATCH_anyEPCClass=lot)
    classes = [each["epcClass"] for each in events_in(response)[0]["quantityList"]]
    assert classes[0].startswith("urn:epc:class:lgtin:9521101.")
    assert classes[1] == variant
    assert response["Nguon-Flags"] == "epcis.not_translated=1"


def test_an_event_means_the_same_in_every_form(client: Client, lot: str) -> None:
    event = make_event(quantityList=[{"epcClass": lot, "quantity": 12.5, "uom": "KGM"}])
    capture(client, event)
    hashes = set()
    for headers in (
        {},
        {"GS1-EPC-Format": "Always_EPC_URN"},
        {"Accept": XML},
        {"Accept": XML, "GS1-CBV-XML-Format": "Always_Web_URI"},
        {"GS1-EPCIS-Max": "1.2"},
    ):
        response = ask(client, headers, MATCH_anyEPCClass=lot)
        read = read_xml if "xml" in response["Content-Type"] else read_document
        (one,) = read(response.content).events
        assert one.event is not None
        assert one.event.event_id == event["eventID"]
        hashes.add(event_hash(one.event))
    assert len(hashes) == 1


def test_xml_says_which_version_and_words_it_has(client: Client, lot: str) -> None:
    capture(client, *make_lot_events(lot, 1))
    newest = ask(client, {"Accept": XML}, MATCH_anyEPCClass=lot)
    assert (newest["Content-Type"], newest["GS1-EPCIS-Version"]) == (XML, "2.0.0")
    assert newest["GS1-CBV-XML-Format"] == "Always_URN"
    assert b"<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>" in newest.content
    older = ask(client, {"Accept": "text/xml", "GS1-EPCIS-Max": "1.2"}, MATCH_anyEPCClass=lot)
    assert (older["Content-Type"], older["GS1-EPCIS-Version"]) == ("text/xml", "1.2.0")
    root = etree.fromstring(older.content)
    assert root.tag == "{urn:epcglobal:epcis-query:xsd:1}EPCISQueryDocument"
    assert root.get("schemaVersion") == "1.2"
    assert b"urn:epc:class:lgtin" in older.content


@needs_shared
def test_answers_are_valid_by_the_schemas(client: Client, lot: str) -> None:
    event = make_lot_events(lot, 1)[0]
    capture(client, event)
    capture(client, declare_wrong(event))
    schema = json.loads((EPCIS / "epcis-json-schema-ratified-2.0.0.json").read_text("utf-8"))
    in_json = jsonschema_rs.validator_for(schema)
    in_xml = etree.XMLSchema(etree.parse(EPCIS / "xsd" / "EPCglobal-epcis-query-2_0.xsd"))
    for form in ("Always_EPC_URN", "Always_GS1_Digital_Link", "Never_Translates"):
        answer = ask(client, {"GS1-EPC-Format": form}, MATCH_anyEPCClass=lot)
        assert len(events_in(answer)) == 2
        in_json.validate(answer.json())
        asked = {"GS1-EPC-Format": form, "Accept": XML}
        in_xml.assertValid(etree.fromstring(ask(client, asked, MATCH_anyEPCClass=lot).content))
    empty = ask(client, MATCH_epc=f"urn:uuid:{uuid.uuid4()}")
    assert events_in(empty) == []
    in_json.validate(empty.json())


def test_the_record_time_is_ours_whatever_a_sender_says(client: Client, lot: str) -> None:
    told = "2001-01-01T00:00:00Z"
    capture(client, make_event(quantityList=[{"epcClass": lot}], recordTime=told))
    (found,) = events_in(ask(client, MATCH_anyEPCClass=lot))
    assert found["recordTime"] > "2026"
    again = ask(client, MATCH_anyEPCClass=lot, GE_recordTime=found["recordTime"])
    assert len(events_in(again)) == 1
    shown = client.get(f"{EVENTS}/{found['eventID']}", headers={"Accept": XML})
    assert found["recordTime"].encode() in shown.content


def test_an_event_without_an_id_is_given_its_own(client: Client, lot: str) -> None:
    capture(client, make_event(eventID=None, quantityList=[{"epcClass": lot}]))
    (found,) = events_in(ask(client, MATCH_anyEPCClass=lot))
    assert found["eventID"].startswith("ni:///sha-256;")


def test_head_tells_what_get_would(client: Client, lot: str) -> None:
    capture(client, *make_lot_events(lot, 2))
    address = f"{EVENTS}?{urlencode({'MATCH_anyEPCClass': lot, 'perPage': 1})}"
    head, get = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "GS1-EPC-Format", "GS1-EPCIS-Version"):
        assert head[name] == get[name]
    assert head["Link"].startswith("</epcis/events?MATCH_anyEPCClass=")


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("EQ_nothing=1", 400, "QueryParameterException"),
        ("EQ_action=ADD&EQ_action=DELETE", 400, "QueryParameterException"),
        ("GE_eventTime=yesterday", 400, "QueryParameterException"),
        ("eventCountLimit=3", 400, "QueryParameterException"),
        ("perPage=0", 400, "QueryParameterException"),
        ("nextPageToken=abc", 400, "QueryParameterException"),
        ("a=%zz", 400, "QueryParameterException"),
        ("MATCH_epc=%00", 400, "QueryParameterException"),
        ("EQ_eventID=%ff", 400, "QueryParameterException"),
        ("maxEventCount=0", 413, "QueryTooLargeException"),
        ("&".join(f"EQ_x:f{n}=1" for n in range(200)), 413, "QueryTooComplexException"),
        (f"MATCH_epc={'x' * 20_000}", 414, "URITooLongException"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, XML])
def test_a_query_that_is_not_answered_says_why(
    client: Client, query: str, status: int, name: str, accept: str
) -> None:
    capture(client, make_event())
    extensions = {"Accept": accept, "GS1-Extensions": "x=https://x.example/"}
    response = client.get(f"{EVENTS}?{query}", headers=extensions)
    assert response.status_code == status
    if accept == XML:
        assert response["Content-Type"] == "application/problem+xml"
        assert etree.fromstring(response.content).findtext("type") == f"epcisException:{name}"
    else:
        answer = response.json()
        assert (answer["type"], answer["status"]) == (f"epcisException:{name}", status)
        assert answer["detail"]
        assert answer["errors"]


def test_options_announces_versions_and_formats(client: Client) -> None:
    answer = client.options(EVENTS)
    assert answer.status_code == 204
    assert {name: answer[name] for name in ("GS1-EPCIS-Min", "GS1-EPCIS-Max")} == {
        "GS1-EPCIS-Min": "1.2.0",
        "GS1-EPCIS-Max": "2.0.0",
    }
    assert answer["GS1-EPC-Format"] == answer["GS1-CBV-XML-Format"] == "No_Preference"
    assert answer["Nguon-URI-Limit"] == "16384"


# -- events one by one ----------------------------------------------------------------------


def as_xml(client: Client, event: dict[str, Any], version: str = "2.0") -> bytes:
    """A document of one event, as another repository would send it."""
    from nguon.epcis.xml import write_xml

    document = read_document(write(make_document(event)))
    return write_xml(document, version=version)  # type: ignore[arg-type]  # one of the two


@pytest.mark.parametrize("version", ["2.0", "1.2"])
@pytest.mark.parametrize("accept", [JSON, XML])
def test_an_event_is_posted_in_xml(client: Client, version: str, accept: str) -> None:
    event = make_event()
    body = as_xml(client, event, version)
    response = client.post(EVENTS, body, content_type=XML, headers={"Accept": accept})
    assert response.status_code == 201, response.content
    assert response["Location"] == f"{EVENTS}/{quote(event['eventID'], safe='')}"
    assert response["Content-Type"] == accept
    read = read_xml if accept == XML else read_document
    (created,) = read(response.content).events
    assert created.event is not None
    assert created.event.event_id == event["eventID"]
    (found,) = events_in(client.get(response["Location"]))
    assert found["bizStep"] == "commissioning"
    again = client.post(EVENTS, body, content_type=XML)
    assert again.status_code == 409


def test_two_events_are_not_one(client: Client) -> None:
    from nguon.epcis.xml import write_xml

    document = read_document(write(make_document(make_event(), make_event())))
    response = client.post(EVENTS, write_xml(document), content_type=XML)
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "exchange.not_an_event"


def test_an_event_posted_in_json_is_answered_in_xml_where_asked(client: Client) -> None:
    event = make_bare()
    response = client.post(EVENTS, write(event), content_type=JSON, headers={"Accept": "text/xml"})
    assert (response.status_code, response["Content-Type"]) == (201, "text/xml")
    assert read_xml(response.content).events[0].event is not None


@pytest.mark.parametrize("accept", [XML, "text/xml"])
def test_jobs_are_told_in_xml_too(client: Client, accept: str) -> None:
    from nguon.epcis.xml import read_capture_job

    response = client.post(
        "/epcis/capture", write(make_document(make_event(action="MOVE"))), content_type=JSON
    )
    told = client.get(response["Location"], headers={"Accept": accept})
    assert told["Content-Type"] == accept
    job = read_capture_job(told.content)
    assert response["Location"].endswith(job.capture_id)
    assert not job.success
    assert "/epcisBody/eventList/0/action" in str(job.errors[0].detail)
    listed = client.get("/epcis/capture?perPage=2", headers={"Accept": accept})
    root = etree.fromstring(listed.content)
    assert {child.tag for child in root} == {"{urn:epcglobal:epcis:xsd:2}EPCISCaptureJob"}
    assert client.get(response["Location"], headers={"GS1-EPCIS-Max": "1.2"}).status_code == 406
