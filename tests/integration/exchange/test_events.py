"""POST /epcis/events and GET /epcis/events/{eventID}, against the store."""

from __future__ import annotations

import uuid
from urllib.parse import quote

import pytest

from tests.integration.exchange.samples import declare_wrong, make_bare, make_document, write

pytestmark = pytest.mark.database


def post(client, event: object, **headers: str):
    return client.post(
        "/epcis/events", write(event), content_type="application/json", headers=headers
    )


def events_in(response) -> list[dict]:
    assert response.status_code == 200, response.content
    return response.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def test_an_event_is_created_at_an_address_that_answers_with_it(client) -> None:
    event = make_bare()
    response = post(client, event)
    assert response.status_code == 201
    assert response["Location"] == "/epcis/events/" + quote(event["eventID"], safe="")
    (found,) = events_in(client.get(response["Location"]))
    assert {name: found[name] for name in event if name != "@context"} == {
        name: value for name, value in event.items() if name != "@context"
    }
    assert found["recordTime"].endswith("Z")


def test_an_event_without_an_id_gets_its_hash_as_address_and_as_id(client) -> None:
    lot = f"https://id.gs1.org/01/09521101000016/10/{uuid.uuid4().hex[:16]}"
    response = post(client, make_bare(eventID=None, quantityList=[{"epcClass": lot}]))
    assert response.status_code == 201
    assert response["Location"].startswith("/epcis/events/ni%3A%2F%2F%2Fsha-256%3B")
    (found,) = events_in(client.get(response["Location"]))
    assert quote(found["eventID"], safe="") == response["Location"].rpartition("/")[2]


def test_the_answer_is_a_query_document(client) -> None:
    response = post(client, make_bare())
    answer = client.get(response["Location"])
    assert answer["Content-Type"] == "application/json"
    assert answer["GS1-EPC-Format"] == "Always_GS1_Digital_Link"
    assert answer.json()["type"] == "EPCISQueryDocument"


def test_what_is_given_out_can_be_captured_elsewhere(client) -> None:
    from nguon.epcis import read_document

    event = make_bare(**{"acme:colour": "red"})
    event["@context"] = [*event["@context"], {"acme": "https://acme.example/voc/"}]
    location = post(client, event)["Location"]
    post(client, declare_wrong(event))
    document = read_document(client.get(location).content)
    assert document.accepted
    assert [
        one.event.extension_value("https://acme.example/voc/colour") for one in document.events
    ] == [
        "red",
        "red",
    ]


def test_the_same_event_again_is_409(client) -> None:
    event = make_bare()
    assert post(client, event).status_code == 201
    response = post(client, event)
    assert response.status_code == 409
    answer = response.json()
    assert answer["type"] == "epcisException:ResourceAlreadyExistsException"
    assert answer["errors"][0]["code"] == "exchange.already_stored"


def test_the_id_of_an_event_with_other_content_is_409(client) -> None:
    event = make_bare()
    post(client, event)
    response = post(client, {**event, "bizStep": "inspecting", "action": "OBSERVE"})
    assert response.status_code == 409
    assert response.json()["errors"][0]["code"] == "eventstore.event_conflict"
    (found,) = events_in(client.get(f"/epcis/events/{quote(event['eventID'], safe='')}"))
    assert found["bizStep"] == "commissioning"


def test_an_error_declaration_is_accepted_and_shown_with_its_event(client) -> None:
    event = make_bare()
    location = post(client, event)["Location"]
    declared = post(client, declare_wrong(event))
    assert declared.status_code == 201
    assert declared["Location"] == location
    found = events_in(client.get(location))
    assert ["errorDeclaration" in one for one in found] == [False, True]


def test_a_faulty_event_is_400_and_tells_every_fault(client) -> None:
    event = make_bare(action="MOVE", eventTimeZoneOffset="7")
    response = post(client, event)
    assert response.status_code == 400
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert {"/action", "/eventTimeZoneOffset"} <= pointers
    assert client.get(f"/epcis/events/{event['eventID']}").status_code == 404


def test_a_document_is_shown_its_own_door(client) -> None:
    response = post(client, make_document())
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "exchange.not_an_event"


def test_an_unknown_event_is_404_and_named(client) -> None:
    response = client.get("/epcis/events/" + quote("urn:uuid:nothing/here", safe=""))
    assert response.status_code == 404
    answer = response.json()
    assert answer["type"] == "epcisException:NoSuchResourceException"
    assert "urn:uuid:nothing/here" in answer["detail"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/epcis/events", "OPTIONS, GET, HEAD, POST"),
        ("/epcis/events/urn:uuid:x", "OPTIONS, GET, HEAD"),
        ("/epcis/capture/x", "OPTIONS, GET, HEAD"),
    ],
)
def test_every_address_tells_its_methods(client, path, allowed) -> None:
    assert client.options(path)["Allow"] == allowed
    refused = client.delete(path)
    assert refused.status_code == 405
    assert refused["Allow"] == allowed


def test_a_form_that_is_not_written_is_406_and_nothing_is_stored(client) -> None:
    event = make_bare()
    assert post(client, event, Accept="text/html").status_code == 406
    address = f"/epcis/events/{event['eventID']}"
    assert client.get(address).status_code == 404
    post(client, event)
    assert client.get(address, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(address, headers={"GS1-EPC-Format": "Always_GTIN"}).status_code == 406
    json_ld = client.get(address, headers={"Accept": "application/ld+json"})
    assert json_ld["Content-Type"] == "application/ld+json"


def test_a_refusal_speaks_vietnamese_where_asked(client) -> None:
    response = client.get("/epcis/events/x", headers={"Accept-Language": "vi"})
    assert response["Content-Language"] == "vi"
    assert response.json()["detail"].startswith("Không có sự kiện")


def test_a_uuid_in_capitals_is_the_same_event(client) -> None:
    event = make_bare()
    loud = "urn:uuid:" + event["eventID"].removeprefix("urn:uuid:").upper()
    assert post(client, event).status_code == 201
    assert post(client, {**event, "eventID": loud}).status_code == 409
    assert len(events_in(client.get("/epcis/events/" + quote(loud, safe="")))) == 1


def test_an_id_with_a_nul_is_no_event(client) -> None:
    assert client.get("/epcis/events/%00").status_code == 404


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_is_none_of_the_door_answers_a_machine(client, method) -> None:
    response = getattr(client, method)("/epcis/nothing/here")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "epcisException:NoSuchResourceException"
