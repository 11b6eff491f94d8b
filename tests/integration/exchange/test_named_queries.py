"""Named queries and subscriptions at the door (EPCIS 2.0 REST binding)."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from nguon.eventstore import Store
from tests.integration.exchange.samples import make_document, make_event

pytestmark = pytest.mark.database
DEST = "https://1.1.1.1/hook"
JSON = "application/json"


def name() -> str:
    return f"query-{uuid.uuid4().hex[:8]}"


def post(client: Client, path: str, body: object, **more: Any) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content, content_type=more.pop("content_type", JSON), **more)


def create(client: Client, query: dict[str, Any] | None = None) -> str:
    chosen = name()
    response = post(client, "/epcis/queries", {"name": chosen, "query": query or {}})
    assert response.status_code == 201, response.content
    assert response["Location"] == f"/epcis/queries/{chosen}"
    return chosen


def subscribe(client: Client, query: str, **members: Any) -> dict[str, Any]:
    asked = {"dest": DEST, **members}
    if "schedule" not in asked:
        asked["stream"] = True
    response = post(client, f"/epcis/queries/{query}/subscriptions", asked)
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    expected = f"/epcis/queries/{query}/subscriptions/{found['subscriptionID']}"
    assert response["Location"] == expected
    return found


def refused(response: Any, status: int, name: str, pointer: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, response.content
    body: dict[str, Any] = response.json()
    assert body["type"] == f"epcisException:{name}"
    if pointer is not None:
        assert body["errors"][0]["pointer"] == pointer
    return body


# -- queries ----------------------------------------------------------------------------------


def test_a_query_is_made_shown_listed_and_forgotten(client: Client) -> None:
    asked = {"EQ_bizStep": ["shipping", "receiving"], "eventType": ["ObjectEvent"]}
    chosen = create(client, asked)
    shown = client.get(f"/epcis/queries/{chosen}")
    assert shown.json() == {"name": chosen, "query": asked}
    assert shown["GS1-EPCIS-Version"] == "2.0.0"
    listed = client.get("/epcis/queries?perPage=200").json()
    assert {"name": chosen, "query": asked} in listed
    assert client.delete(f"/epcis/queries/{chosen}").status_code == 204
    refused(client.get(f"/epcis/queries/{chosen}"), 404, "NoSuchNameException")
    refused(client.delete(f"/epcis/queries/{chosen}"), 404, "NoSuchNameException")


def test_a_list_of_queries_has_pages(client: Client) -> None:
    made = {create(client) for _ in range(5)}
    found: list[str] = []
    address = "/epcis/queries?perPage=2"
    while address:
        page = client.get(address)
        found += [each["name"] for each in page.json()]
        assert len(page.json()) <= 2
        address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert made <= set(found)
    assert found == sorted(set(found))


def test_the_same_name_again_is_a_conflict(client: Client) -> None:
    chosen = create(client)
    again = post(client, "/epcis/queries", {"name": chosen, "query": {}})
    refused(again, 409, "ResourceAlreadyExistsException")
    taken = post(client, "/epcis/queries", {"name": "SimpleEventQuery", "query": {}})
    refused(taken, 409, "ResourceAlreadyExistsException")


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        (b"{", "ValidationException"),
        (b" ", "ValidationException"),
        ([], "ValidationException"),
        ({"name": "x"}, "ValidationException"),
        ({"query": {}}, "ValidationException"),
        ({"name": 5, "query": {}}, "ValidationException"),
        ({"name": "", "query": {}}, "ValidationException"),
        ({"name": "a/b", "query": {}}, "ValidationException"),
        ({"name": "..", "query": {}}, "ValidationException"),
        ({"name": "a\nb", "query": {}}, "ValidationException"),
        ({"name": "a\0b", "query": {}}, "ValidationException"),
        ({"name": "x" * 201, "query": {}}, "ValidationException"),
        ({"name": "\ud800", "query": {}}, "ValidationException"),
        ({"name": "x", "query": {"EQ_nothing": 1}}, "QueryValidationException"),
        ({"name": "x", "query": {"GE_eventTime": "now"}}, "QueryValidationException"),
        ({"name": "x", "query": {"eventCountLimit": 5}}, "QueryValidationException"),
        ({"name": "x", "query": {"nextPageToken": "x"}}, "QueryValidationException"),
        ({"name": "x", "query": {"EQ_bizStep": ["a\0b"]}}, "ValidationException"),
    ],
)
def test_what_is_no_query_is_told(client: Client, body: object, exception: str) -> None:
    refused(post(client, "/epcis/queries", body), 400, exception)


def test_only_json_is_read(client: Client) -> None:
    answer = post(client, "/epcis/queries", b"<x/>", content_type="application/xml")
    refused(answer, 415, "UnsupportedMediaTypeException")


def test_names_in_any_script_and_with_odd_signs_work_in_addresses(client: Client) -> None:
    from urllib.parse import quote

    for chosen in (f"Giao hàng {name()}", f"a?b#c%d&e {name()}", f"查询:{name()}"):
        response = post(client, "/epcis/queries", {"name": chosen, "query": {}})
        assert response["Location"] == f"/epcis/queries/{quote(chosen, safe='')}"
        assert client.get(response["Location"]).json()["name"] == chosen
        made = post(client, response["Location"] + "/subscriptions", {"dest": DEST, "stream": True})
        assert client.get(made["Location"]).json()["queryName"] == chosen
        assert client.delete(response["Location"]).status_code == 204


def test_prefixes_of_the_header_are_kept_with_the_query(client: Client, store: Store) -> None:
    chosen = name()
    lot = uuid.uuid4().hex
    response = post(
        client,
        "/epcis/queries",
        {"name": chosen, "query": {"EQ_my:lot": [lot]}},
        headers={"GS1-Extensions": "my=https://example.org/ns/"},
    )
    assert response.status_code == 201
    event = make_event(**{"example:lot": lot})
    context = [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"example": "https://example.org/ns/"},
    ]
    document = make_document(event, **{"@context": context})
    assert post(client, "/epcis/capture", document).status_code == 202
    found = client.get(f"/epcis/queries/{chosen}/events").json()
    listed = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [each["eventID"] for each in listed] == [event["eventID"]]


def test_the_events_of_a_query_have_pages_and_forms(client: Client, store: Store) -> None:
    place = f"https://id.gs1.org/414/9521101000023/254/{uuid.uuid4().hex[:8]}"
    events = [make_event(readPoint={"id": place}) for _ in range(5)]
    assert post(client, "/epcis/capture", make_document(*events)).status_code == 202
    chosen = create(client, {"EQ_readPoint": [place]})
    found: list[str] = []
    address = f"/epcis/queries/{chosen}/events?perPage=2"
    while address:
        page = client.get(address)
        results = page.json()["epcisBody"]["queryResults"]
        assert results["queryName"] == chosen
        found += [each["eventID"] for each in results["resultsBody"]["eventList"]]
        address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert sorted(found) == sorted(event["eventID"] for event in events)
    xml = client.get(
        f"/epcis/queries/{chosen}/events?GS1-EPC-Format=Always_EPC_URN",
        headers={"accept": "application/xml"},
    )
    assert xml["Content-Type"].startswith("application/xml")
    assert f"<queryName>{chosen}</queryName>".encode() in xml.content
    missing = client.get(f"/epcis/queries/{name()}/events")
    refused(missing, 404, "NoSuchNameException")


@pytest.mark.parametrize("more", ["EQ_action=ADD", "eventType=ObjectEvent", "bogus=1"])
def test_a_condition_beside_a_named_query_is_refused_and_not_passed_over(
    client: Client, more: str
) -> None:
    address = f"/epcis/queries/{create(client)}/events"
    found = refused(client.get(f"{address}?{more}"), 400, "QueryParameterException")
    assert found["errors"][0]["code"] == "exchange.named_parameter"
    allowed = "perPage=5&GS1-EPC-Format=Always_EPC_URN&GS1-EPCIS-Max=2.0.0"
    assert client.get(f"{address}?{allowed}").status_code == 200


def test_a_token_of_another_query_is_refused(client: Client, store: Store) -> None:
    events = [make_event() for _ in range(3)]
    assert post(client, "/epcis/capture", make_document(*events)).status_code == 202
    one, other = create(client), create(client, {"EQ_action": ["ADD"]})
    link = client.get(f"/epcis/queries/{one}/events?perPage=1")["Link"]
    query = link.partition("?")[2].partition(">")[0]
    refused(client.get(f"/epcis/queries/{other}/events?{query}"), 400, "QueryParameterException")


def test_every_address_tells_what_may_be_done(client: Client) -> None:
    chosen = create(client)
    made = subscribe(client, chosen)["subscriptionID"]
    for address, allowed in (
        ("/epcis/queries", {"OPTIONS", "GET", "HEAD", "POST"}),
        (f"/epcis/queries/{chosen}", {"OPTIONS", "GET", "HEAD", "DELETE"}),
        (f"/epcis/queries/{chosen}/events", {"OPTIONS", "GET", "HEAD"}),
        (f"/epcis/queries/{chosen}/subscriptions", {"OPTIONS", "GET", "HEAD", "POST"}),
        (f"/epcis/queries/{chosen}/subscriptions/{made}", {"OPTIONS", "GET", "HEAD", "DELETE"}),
    ):
        options = client.options(address)
        assert options.status_code == 204
        assert set(options["Allow"].split(", ")) == allowed
        assert options["GS1-EPCIS-Max"] == "2.0.0"
        assert client.put(address).status_code == 405


# -- subscriptions ----------------------------------------------------------------------------


def test_a_subscription_is_made_shown_listed_and_ended(client: Client) -> None:
    chosen = create(client)
    secret = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
    made = subscribe(
        client,
        chosen,
        signatureToken=secret,
        reportIfEmpty=True,
        schedule={"hour": "1", "minute": "5"},
    )
    number = made["subscriptionID"]
    assert made["schedule"] == {"hour": "1", "minute": "5"}
    assert made["dest"] == DEST
    assert made["createdAt"] == made["initialRecordTime"]
    assert made["nguon:timeZone"] == "Asia/Ho_Chi_Minh"
    assert made["nguon:state"] == "active"
    address = f"/epcis/queries/{chosen}/subscriptions"
    assert client.get(f"{address}/{number}").json() == made
    assert client.get(address).json() == [made]
    for seen in (client.get(address), client.get(f"{address}/{number}")):
        assert secret.encode() not in seen.content, "a secret is never shown again"
    assert client.delete(f"{address}/{number}").status_code == 204
    refused(client.get(f"{address}/{number}"), 404, "NoSuchResourceException")
    assert client.get(address).json() == []


def test_a_list_of_subscriptions_has_pages(client: Client) -> None:
    chosen = create(client)
    made = [subscribe(client, chosen)["subscriptionID"] for _ in range(5)]
    found: list[str] = []
    address = f"/epcis/queries/{chosen}/subscriptions?perPage=2"
    while address:
        page = client.get(address)
        found += [each["subscriptionID"] for each in page.json()]
        address = page.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert found == made


def test_a_deleted_query_takes_its_subscriptions_along(client: Client) -> None:
    chosen = create(client)
    number = subscribe(client, chosen)["subscriptionID"]
    assert client.delete(f"/epcis/queries/{chosen}").status_code == 204
    create_again = post(client, "/epcis/queries", {"name": chosen, "query": {}})
    assert create_again.status_code == 201
    gone = client.get(f"/epcis/queries/{chosen}/subscriptions/{number}")
    refused(gone, 404, "NoSuchResourceException")


@pytest.mark.parametrize(
    ("members", "exception", "pointer"),
    [
        ({}, "SubscriptionControlsException", "/stream"),
        ({"stream": True, "schedule": {"hour": "1"}}, "SubscriptionControlsException", "/stream"),
        ({"schedule": {"hour": "25"}}, "SubscriptionControlsException", "/schedule/hour"),
        ({"stream": True, "dest": "mailto:a@b.example"}, "SubscriptionControlsException", ""),
        ({"stream": True, "dest": "http://127.0.0.1:9999/"}, "SubscriptionControlsException", ""),
        (
            {"stream": True, "dest": "http://169.254.169.254/latest/meta-data"},
            "SubscriptionControlsException",
            "",
        ),
        ({"stream": True, "dest": "http://localhost:5432/"}, "SubscriptionControlsException", ""),
        ({"stream": True, "secret": "x"}, "ValidationException", "/secret"),
    ],
)
def test_what_cannot_be_subscribed_to_is_told(
    client: Client, members: dict[str, Any], exception: str, pointer: str
) -> None:
    chosen = create(client)
    body = {"dest": DEST, **members}
    answer = post(client, f"/epcis/queries/{chosen}/subscriptions", body)
    refused(answer, 400, exception, pointer)
    assert client.get(f"/epcis/queries/{chosen}/subscriptions").json() == []


def test_a_query_with_a_limit_has_no_subscribers(client: Client) -> None:
    chosen = create(client, {"orderBy": "eventTime", "eventCountLimit": 5})
    body = {"dest": DEST, "stream": True}
    answer = post(client, f"/epcis/queries/{chosen}/subscriptions", body)
    refused(answer, 400, "SubscriptionControlsException")


def test_the_formats_of_the_headers_are_kept(client: Client) -> None:
    chosen = create(client)
    made = post(
        client,
        f"/epcis/queries/{chosen}/subscriptions",
        {"dest": DEST, "stream": True},
        headers={"GS1-EPC-Format": "Always_EPC_URN"},
    )
    assert made.json()["epcFormat"] == "Always_EPC_URN"
    wrong = post(
        client,
        f"/epcis/queries/{chosen}/subscriptions",
        {"dest": DEST, "stream": True},
        headers={"GS1-EPC-Format": "Sometimes"},
    )
    refused(wrong, 406, "NotAcceptableException")


@pytest.mark.parametrize("number", ["x", "0", str(uuid.UUID(int=5)), "%00", "a" * 300])
def test_an_unknown_subscription_is_not_there(client: Client, number: str) -> None:
    chosen = create(client)
    for method in (client.get, client.delete):
        answer = method(f"/epcis/queries/{chosen}/subscriptions/{number}")
        refused(answer, 404, "NoSuchResourceException")
    unknown = post(client, f"/epcis/queries/{name()}/subscriptions", {"dest": DEST, "stream": True})
    refused(unknown, 404, "NoSuchNameException")


def test_who_bears_no_key_changes_nothing_and_sees_no_subscriber(client: Client, settings) -> None:
    chosen = create(client)
    number = subscribe(client, chosen)["subscriptionID"]
    settings.NGUON_OPEN_CAPTURE = False
    settings.NGUON_CAPTURE_KEY = "the-key"
    address = f"/epcis/queries/{chosen}/subscriptions"
    answers = [
        post(client, "/epcis/queries", {"name": name(), "query": {}}),
        client.delete(f"/epcis/queries/{chosen}"),
        client.get(address),
        post(client, address, {"dest": DEST, "stream": True}),
        client.get(f"{address}/{number}"),
        client.delete(f"{address}/{number}"),
        client.get(f"{address}/{number}/deadLetters"),
    ]
    for answer in answers:
        refused(answer, 401, "SecurityException")
    key = {"Authorization": "Bearer the-key"}
    assert client.get(address, headers=key).json()[0]["subscriptionID"] == number
    assert client.get(f"/epcis/queries/{chosen}").status_code == 200


def test_what_an_organisation_made_is_its_own(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nguon.exchange.subscriptions import views

    senders = iter(["org-a", "org-a", "org-b", "org-b", "org-b", "org-a", ""])
    monkeypatch.setattr(views, "check_key", lambda request: next(senders))
    chosen = create(client)
    number = subscribe(client, chosen)["subscriptionID"]
    address = f"/epcis/queries/{chosen}/subscriptions"
    refused(client.delete(f"/epcis/queries/{chosen}"), 403, "SecurityException")
    refused(client.delete(f"{address}/{number}"), 403, "SecurityException")
    assert client.get(address).json() == []
    assert [each["subscriptionID"] for each in client.get(address).json()] == [number]
    assert client.delete(f"/epcis/queries/{chosen}").status_code == 204, "the operator may"


def test_an_upgrade_on_this_server_is_told_where_to_go(client: Client, settings) -> None:
    settings.NGUON_STREAM_URL = "ws://localhost:8001"
    chosen = create(client)
    answer = client.get(
        f"/epcis/queries/{chosen}/events?stream=true",
        headers={"Upgrade": "websocket", "Connection": "Upgrade"},
    )
    body = refused(answer, 421, "ImplementationException")
    assert f"ws://localhost:8001/epcis/queries/{chosen}/events" in body["detail"]
    plain = client.get(f"/epcis/queries/{chosen}/events?stream=true")
    refused(plain, 400, "SubscriptionControlsException")


def test_dead_letters_are_listed_with_their_events(client: Client, store: Store) -> None:
    from datetime import UTC, datetime

    from nguon.eventstore.subscriptions import Place
    from nguon.exchange.subscriptions.services import get_subscriptions

    chosen = create(client)
    number = subscribe(client, chosen)["subscriptionID"]
    events = [make_event() for _ in range(3)]
    assert post(client, "/epcis/capture", make_document(*events)).status_code == 202
    with get_subscriptions().turn(uuid.UUID(number)) as turn:
        assert turn is not None
        for event in events:
            stored = store.events_by_id(event["eventID"])[0]
            place = Place(10**9, stored.event_key)
            turn.set_aside(place, {"status": 413, "reason": "too much"}, datetime.now(UTC))
            turn.read_again()
    address = f"/epcis/queries/{chosen}/subscriptions/{number}/deadLetters?perPage=2"
    first = client.get(address)
    second = client.get(first["Link"].partition(">")[0].removeprefix("<"))
    found = first.json() + second.json()
    assert [each["eventID"] for each in found] == [event["eventID"] for event in events]
    assert {each["error"]["status"] for each in found} == {413}
    shown = client.get(address.partition("/deadLetters")[0]).json()
    assert shown["nguon:deadLetters"] == 3
    assert shown["nguon:lastError"]["status"] == 413
    # What a receiver said is not handed on: it could be a neighbour's secret.
    assert "too much" not in json.dumps([found, shown])
