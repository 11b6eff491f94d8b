"""The root, the lists of what events speak of, single resources and their events."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema_rs
import pytest
from django.test import Client
from lxml import etree

from nguon.epcis.vocabulary import WORDS
from tests.conformance.door.openapi import mended
from tests.conformance.epcis.shared import needs_shared
from tests.integration.exchange.samples import make_document, make_event, write

pytestmark = pytest.mark.database
JSON, XML = "application/json", "application/xml"
GTIN = "09521101000016"
LISTS = {
    "eventTypes": "EventTypeCollection",
    "epcs": "UriCollection",
    "bizSteps": "BizStepCollection",
    "bizLocations": "UriCollection",
    "readPoints": "UriCollection",
    "dispositions": "DispositionCollection",
}


def capture(client: Client, *events: dict[str, Any]) -> None:
    sent = client.post("/epcis/capture", write(make_document(*events)), content_type=JSON)
    job = client.get(sent["Location"]).json()
    assert job["success"], job


def encode(name: str) -> str:
    return quote(name, safe="")


def members(client: Client, path: str, **headers: str) -> list[str]:
    """All members of a list, page after page."""
    found: list[str] = []
    address = f"/epcis/{path}"
    while address:
        response = client.get(address, headers=headers)
        assert response.status_code == 200, response.content
        found += response.json()["member"]
        address = response.get("Link", "").partition(">")[0].lstrip("<")
    return found


def event_ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    found = response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return [event["eventID"] for event in found]


@pytest.fixture
def serial() -> str:
    return uuid.uuid4().hex[:12].upper()


@pytest.fixture
def epc(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def make_instance(epc: str, **changes: Any) -> dict[str, Any]:
    return make_event(epcList=[epc], quantityList=None, **changes)


def test_the_root_names_all_resources(client: Client) -> None:
    found = client.get("/epcis/").json()
    assert found["type"] == "Collection"
    assert set(found["member"]) == {*LISTS, "events", "capture", "queries"}


@needs_shared
@pytest.mark.parametrize("path", ["", *LISTS, "eventTypes/ObjectEvent", "bizSteps/shipping", "epc"])
def test_collections_are_valid_by_the_openapi_file(client: Client, epc: str, path: str) -> None:
    capture(client, make_instance(epc, bizLocation={"id": "urn:x:store:1"}))
    name = LISTS.get(path, "ResourceCollection" if path else "TopLevelResourceCollection")
    address = f"epcs/{encode(epc)}" if path == "epc" else path
    schema = {"$ref": f"#/components/schemas/{name}", "components": mended()["components"]}
    answer = client.get(f"/epcis/{address}")
    jsonschema_rs.validator_for(schema).validate(answer.json())
    for header in ("GS1-EPCIS-Version", "GS1-CBV-Version", "GS1-Extensions"):
        assert header in answer


@pytest.mark.parametrize("path", ["", *LISTS, "eventTypes/ObjectEvent", "bizSteps/shipping"])
def test_collections_are_xml_where_asked(client: Client, epc: str, path: str) -> None:
    capture(client, make_instance(epc))
    in_json = client.get(f"/epcis/{path}", {"perPage": "7"}).json()
    asked = {"Accept": XML, "GS1-CBV-XML-Format": "Always_Web_URI"}
    answer = client.get(f"/epcis/{path}", {"perPage": "7"}, headers=asked)
    assert answer["Content-Type"] == XML
    root = etree.fromstring(answer.content)
    assert root.findtext("type") == "Collection"
    told = [member.text.rpartition("/")[2] for member in root.findall("member")]
    bare = [name.rpartition("/")[2] for name in in_json["member"]]
    assert [name.rpartition("-")[2] for name in told] == [n.rpartition("-")[2] for n in bare]


def test_standard_words_are_known_and_custom_ones_once_used(client: Client) -> None:
    custom = f"https://x.example/words/{uuid.uuid4().hex}"
    assert client.get(f"/epcis/bizSteps/{encode(custom)}").status_code == 404
    capture(client, make_event(bizStep=custom, disposition=custom))
    for path, kind in (("bizSteps", "bizStep"), ("dispositions", "disposition")):
        listed = members(client, f"{path}?perPage=10")
        assert custom in listed
        assert WORDS[kind] <= set(listed)  # type: ignore[index]  # two of its kinds
        assert listed == sorted(set(listed))
        assert client.get(f"/epcis/{path}/{encode(custom)}").status_code == 200


def test_a_list_goes_on_where_its_page_ended(client: Client, epc: str) -> None:
    capture(client, *(make_instance(f"{epc}{n}") for n in range(5)))
    response = client.get("/epcis/epcs?perPage=2")
    assert len(response.json()["member"]) == 2
    assert "perPage=2&nextPageToken=" in response["Link"]
    assert response["GS1-Next-Page-Token-Expires"].endswith("Z")
    listed = members(client, "epcs?perPage=2")
    assert {f"{epc}{n}" for n in range(5)} <= set(listed)
    assert listed == sorted(set(listed))
    token = response["Link"].partition("nextPageToken=")[2].partition(">")[0]
    for path in ("readPoints", "events"):
        assert client.get(f"/epcis/{path}?nextPageToken={token}").status_code == 400


def test_ids_are_listed_in_the_syntax_asked_for(client: Client, serial: str, epc: str) -> None:
    urn = f"urn:epc:id:sgtin:9521101.000001.{serial}"
    capture(client, make_instance(urn))
    assert epc in members(client, "epcs?perPage=1000")
    assert urn in members(client, "epcs?perPage=1000", **{"GS1-EPC-Format": "Always_EPC_URN"})


@pytest.mark.parametrize(
    "spelling",
    [
        "urn:epc:id:sgtin:9521101.000001.{serial}",
        "https://id.gs1.org/01/09521101000016/21/{serial}",
        "https://shop.example/x/01/09521101000016/21/{serial}?a=b",
        "http://shop.example/01/9521101000016/21/{serial}",
        "(01)09521101000016(21){serial}",
    ],
)
def test_every_spelling_of_an_epc_finds_the_same(
    client: Client, serial: str, epc: str, spelling: str
) -> None:
    event, later = make_instance(epc), make_instance(epc, action="OBSERVE", bizStep="shipping")
    capture(client, event, later)
    address = f"/epcis/epcs/{encode(spelling.format(serial=serial))}"
    assert client.get(address).json()["member"] == ["events"]
    assert set(event_ids(client.get(f"{address}/events"))) == {event["eventID"], later["eventID"]}
    narrowed = client.get(f"{address}/events", {"EQ_bizStep": "shipping"})
    assert event_ids(narrowed) == [later["eventID"]]


def test_a_class_is_found_where_it_is_named_itself(client: Client, serial: str) -> None:
    lot = f"https://id.gs1.org/01/{GTIN}/10/{serial}"
    event = make_event(quantityList=[{"epcClass": lot}])
    unit = make_instance(f"https://id.gs1.org/01/{GTIN}/21/{serial}")
    unit["ilmd"] = {"cbvmda:lotNumber": serial}
    capture(client, event, unit)
    found = event_ids(client.get(f"/epcis/epcs/{encode(lot)}/events"))
    assert set(found) == {event["eventID"], unit["eventID"]}


def test_the_next_page_of_an_items_events_keeps_its_address(client: Client, epc: str) -> None:
    capture(client, *(make_instance(epc, action="OBSERVE") for _ in range(3)))
    seen: list[str] = []
    address = f"/epcis/epcs/{encode(epc)}/events?perPage=1&EQ_action=OBSERVE"
    for _ in range(3):
        response = client.get(address)
        seen += event_ids(response)
        address = response.get("Link", "").partition(">")[0].lstrip("<")
        assert not address or address.startswith(f"/epcis/epcs/{encode(epc)}/events?perPage=1&")
    assert len(set(seen)) == 3
    assert address == ""


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("bizSteps/storing", {"bizStep": "storing"}),
        ("bizSteps/urn:epcglobal:cbv:bizstep:storing", {"bizStep": "storing"}),
        (
            f"bizSteps/{quote('https://ref.gs1.org/cbv/BizStep-storing', safe='')}",
            {"bizStep": "storing"},
        ),
        ("dispositions/damaged", {"disposition": "damaged"}),
        ("eventTypes/ObjectEvent", {}),
        ("readPoints/urn:epc:id:sgln:9521101.00002.0", {}),
        (f"readPoints/{quote('https://a.example/414/9521101000023', safe='')}", {}),
        (
            "bizLocations/urn:epc:id:sgln:9521101.00003.77",
            {"bizLocation": {"id": "https://id.gs1.org/414/9521101000030/254/77"}},
        ),
    ],
)
def test_the_events_of_a_resource(
    client: Client, epc: str, path: str, change: dict[str, Any]
) -> None:
    event = make_instance(epc, **change)
    capture(client, event)
    assert client.get(f"/epcis/{path}").json()["member"] == ["events"]
    found = client.get(f"/epcis/{path}/events", {"MATCH_anyEPC": epc})
    assert event_ids(found) == [event["eventID"]]
    assert (
        event_ids(client.get(f"/epcis/{path}/events", {"MATCH_epc": epc, "EQ_action": "DELETE"}))
        == []
    )


def test_path_and_parameter_must_both_hold(client: Client, epc: str) -> None:
    capture(client, make_instance(epc, bizStep="storing"))
    asked = {"MATCH_epc": epc, "EQ_bizStep": "shipping"}
    assert event_ids(client.get("/epcis/bizSteps/storing/events", asked)) == []


@pytest.mark.parametrize(
    "path",
    [
        "eventTypes/StrangeEvent",
        "bizSteps/strolling",
        "bizSteps/shipping%7Creceiving",
        "dispositions/%00",
        "epcs/urn:epc:id:sgtin:9521101.000001.NOBODY",
        "epcs/not-an-epc",
        "epcs/%FF%FE",
        "epcs/%00",
        "epcs/" + "x" * 5000,
        "epcs//events",
        "readPoints/urn:epc:id:sgln:1.2",
        "readPoints/https%3A%2F%2Fid.gs1.org%2F414%2F9521101000024",
        "bizLocations/%20",
    ],
)
@pytest.mark.parametrize("tail", ["", "/events"])
def test_what_nobody_speaks_of_is_404(client: Client, path: str, tail: str) -> None:
    response = client.get(f"/epcis/{path}{tail}")
    assert response.status_code == 404
    assert response.json()["type"] == "epcisException:NoSuchResourceException"


@pytest.mark.parametrize(
    "path", ["", *LISTS, "eventTypes/ObjectEvent", "bizSteps/shipping/events", "epcs/urn:x:1"]
)
def test_every_resource_tells_its_methods(client: Client, path: str) -> None:
    answer = client.options(f"/epcis/{path}")
    assert (answer.status_code, answer["Allow"]) == (204, "OPTIONS, GET, HEAD")
    for header in ("GS1-EPCIS-Min", "GS1-CBV-Max", "GS1-EPC-Format", "GS1-Vendor-Version"):
        assert header in answer
    assert client.post(f"/epcis/{path}").status_code == 405


@pytest.mark.parametrize("query", ["perPage=0", "perPage=x", "nextPageToken=x", "perPage=%zz"])
def test_a_page_that_cannot_be_is_400(client: Client, query: str) -> None:
    response = client.get(f"/epcis/readPoints?{query}")
    assert response.status_code == 400
    assert response.json()["type"] == "epcisException:QueryParameterException"


def test_a_token_is_released_by_forgetting_it(client: Client) -> None:
    assert client.options("/epcis/nextPageToken/abc")["Allow"] == "OPTIONS, DELETE"
    answer = client.delete("/epcis/nextPageToken/abc")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/epcis/nextPageToken/abc").status_code == 405


# -- the state of an item -----------------------------------------------------------------------

PALLET = "https://id.gs1.org/00/{}"
PARTY = "https://id.gs1.org/417/95211010000{}"
DOCK = {"id": "https://id.gs1.org/414/9521101000030"}
FAR = {"id": "https://id.gs1.org/414/9521102000039"}


def make_pallet() -> str:
    from nguon.gs1 import check_digit

    body = "3952110" + str(uuid.uuid4().int)[:10]
    return PALLET.format(f"{body}{check_digit(body)}")


def pack(pallet: str, epc: str, hour: int, action: str = "ADD") -> dict[str, Any]:
    return {
        **make_event(
            type="AggregationEvent",
            quantityList=None,
            action=action,
            parentID=pallet,
            childEPCs=[epc],
            bizStep="packing" if action == "ADD" else "unpacking",
            bizLocation=DOCK,
        ),
        "eventTime": f"2026-06-01T{hour:02}:00:00Z",
    }


def move(what: str, hour: int, step: str, **changes: Any) -> dict[str, Any]:
    giver, taker = PARTY.format("23"), PARTY.format("30")
    parties = {
        "sourceList": [{"type": "owning_party", "source": giver}],
        "destinationList": [
            {"type": "owning_party", "destination": taker},
            {"type": "possessing_party", "destination": PARTY.format("47")},
        ],
    }
    event = make_instance(what, action="OBSERVE", bizStep=step, **parties, **changes)
    return {**event, "eventTime": f"2026-06-01T{hour:02}:00:00Z"}


def state(client: Client, item: str, **headers: str) -> dict[str, Any]:
    answer = client.get(f"/epcis/epcs/{encode(item)}", headers=headers).json()
    found = answer.get("nguon:currentState", {})
    assert not found or {"nguon": "https://nguon.example/voc/"} in answer["@context"]
    return {name.removeprefix("nguon:"): value for name, value in found.items()}


def test_an_item_moves_with_the_box_it_is_in(client: Client, epc: str) -> None:
    pallet = make_pallet()
    made = {**make_instance(epc), "eventTime": "2026-06-01T01:00:00Z"}
    received = move(pallet, 5, "receiving", bizLocation=FAR, disposition="in_progress")
    capture(client, made, pack(pallet, epc, 2))
    inside = state(client, epc)
    assert (inside["parent"], inside["lastBizStep"]) == (pallet, "packing")
    capture(client, move(pallet, 4, "shipping", disposition="in_transit"))
    on_the_way = state(client, epc)
    assert (on_the_way["disposition"], on_the_way["owner"]) == ("in_transit", PARTY.format("23"))
    assert "place" not in on_the_way
    capture(client, received)
    there = state(client, epc)
    assert there == {
        "lastEvent": received["eventID"],
        "lastEventTime": "2026-06-01T05:00:00Z",
        "lastBizStep": "receiving",
        "lastReadPoint": "https://id.gs1.org/414/9521101000023",
        "disposition": "in_progress",
        "place": FAR["id"],
        "parent": pallet,
        "custodian": PARTY.format("47"),
        "owner": PARTY.format("30"),
        "since": "2026-06-01T05:00:00Z",
    }


def test_what_left_the_box_stays_behind(client: Client, epc: str) -> None:
    pallet = make_pallet()
    capture(client, pack(pallet, epc, 2), pack(pallet, epc, 3, "DELETE"))
    capture(client, move(pallet, 5, "receiving", bizLocation=FAR))
    told = state(client, epc)
    assert told["lastBizStep"] == "unpacking"
    assert "parent" not in told
    assert told["place"] == DOCK["id"]
    assert state(client, pallet)["place"] == FAR["id"]


def test_an_event_declared_wrong_is_left_out(client: Client, epc: str) -> None:
    right = move(epc, 2, "storing", disposition="active")
    wrong = move(epc, 3, "destroying", disposition="destroyed")
    capture(client, right, wrong)
    assert state(client, epc)["disposition"] == "destroyed"
    declaration = {"declarationTime": "2026-06-02T00:00:00Z", "reason": "did_not_occur"}
    capture(client, {**wrong, "errorDeclaration": declaration})
    told = state(client, epc)
    assert (told["disposition"], told["lastEvent"]) == ("active", right["eventID"])


def test_a_lot_has_no_one_place(client: Client, serial: str) -> None:
    lot = f"https://id.gs1.org/01/{GTIN}/10/{serial}"
    event = make_event(quantityList=[{"epcClass": lot}], bizLocation=DOCK, disposition="active")
    capture(client, event)
    told = state(client, lot)
    assert (told["lastEvent"], told["disposition"]) == (event["eventID"], "active")
    assert not {"place", "parent", "custodian", "owner"} & set(told)


def test_ids_of_the_state_come_in_the_syntax_asked_for(client: Client, epc: str) -> None:
    capture(client, pack(make_pallet(), epc, 2))
    told = state(client, epc, **{"GS1-EPC-Format": "Always_EPC_URN"})
    assert told["parent"].startswith("urn:epc:id:sscc:")
    assert told["place"] == "urn:epc:id:sgln:9521101.00003.0"


def test_the_state_is_told_in_xml(client: Client, epc: str) -> None:
    pallet = make_pallet()
    capture(client, pack(pallet, epc, 2))
    answer = client.get(f"/epcis/epcs/{encode(epc)}", headers={"Accept": XML})
    root = etree.fromstring(answer.content)
    own = {"n": "https://nguon.example/voc/"}
    assert root.findtext("member") == "events"
    assert root.findtext("n:currentState/n:parent", namespaces=own) == pallet


def test_what_too_many_events_speak_of_has_no_state(
    client: Client, epc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.exchange.queries.state.MOST_EVENTS", 2)
    capture(client, *(make_instance(epc, action="OBSERVE") for _ in range(3)))
    assert state(client, epc) == {"tooManyEvents": True}
    assert (
        len(event_ids(client.get(f"/epcis/epcs/{encode(epc)}/events?{urlencode({'perPage': 9})}")))
        == 3
    )
