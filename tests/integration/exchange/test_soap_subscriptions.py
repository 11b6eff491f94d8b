"""Subscriptions and named queries over SOAP: kept, told in the partner's version, ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import zeep.exceptions
from django.test import Client
from django.utils import timezone
from lxml import etree

from nguon.epcis.subscription import DEFAULT_LIMITS, Controls
from nguon.epcis.xml import Version, read_xml
from nguon.exchange.problem import refuse
from nguon.exchange.soap.services import STREAM
from nguon.exchange.subscriptions.addresses import read_networks
from nguon.exchange.subscriptions.courier import Courier
from nguon.exchange.subscriptions.rendering import render_problem
from nguon.exchange.subscriptions.sending import Sender
from nguon.exchange.subscriptions.services import get_subscriptions
from tests.conformance.epcis.shared import EPCIS
from tests.integration.exchange.receiver import Receiver
from tests.integration.exchange.samples import make_document, make_event, write
from tests.integration.exchange.soap_client import Partner
from tests.unit.epcis.soap.envelopes import NAMESPACES, call

pytestmark = pytest.mark.database
NOW = datetime(2026, 5, 11, tzinfo=UTC)


@pytest.fixture(params=["2.0", "1.2"])
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def partner(client: Client, settings: Any, version: Version) -> Partner:
    settings.NGUON_BASE_URL = "http://soap.test"
    settings.NGUON_CALLBACKS_ALLOWED = ["127.0.0.0/8"]
    return Partner(client, version)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.close()


def capture(client: Client, *events: dict[str, Any]) -> None:
    body = write(make_document(*events))
    assert client.post("/epcis/capture", body, content_type="application/json").status_code == 202


def subscribe(partner: Partner, dest: str, **changes: Any) -> str:
    name = f"s-{uuid.uuid4()}"
    given = {
        "queryName": "SimpleEventQuery",
        "params": partner.params(),
        "dest": dest,
        "controls": {"trigger": STREAM, "reportIfEmpty": False},
        "subscriptionID": name,
    } | changes
    partner.call.subscribe(**given)
    return str(given["subscriptionID"])


def serve() -> None:
    """One round of whoever makes callbacks."""
    subscriptions = get_subscriptions()
    sender = Sender(read_networks(["127.0.0.0/8"]), seconds=5.0)
    courier = Courier(subscriptions, sender, timezone.now, DEFAULT_LIMITS)
    for due in subscriptions.due(timezone.now(), subscriptions.number()):
        courier.serve(due[0] if isinstance(due, tuple) else due)


def refused(partner: Partner, **changes: Any) -> str:
    with pytest.raises(zeep.exceptions.Fault) as caught:
        subscribe(partner, changes.pop("dest", "https://example.com/in"), **changes)
    (detail,) = caught.value.detail
    return str(etree.QName(detail).localname)


def test_a_subscriber_is_told_in_the_version_that_it_speaks(
    partner: Partner, client: Client, receiver: Receiver, version: Version
) -> None:
    lot = f"https://id.gs1.org/01/09521101000016/10/{uuid.uuid4().hex[:10]}"
    params = partner.params(MATCH_anyEPCClass=[lot])
    name = subscribe(partner, receiver.url, params=params)
    listed = [{"epcClass": lot, "quantity": 12.5, "uom": "KGM"}]
    capture(client, make_event(quantityList=listed), make_event())
    serve()
    (told,) = receiver.calls
    root = etree.fromstring(told.body)
    assert root.tag == f"{{{NAMESPACES[version]}}}EPCISQueryDocument"
    assert root.findtext(".//subscriptionID") == name
    assert root.findtext(".//queryName") == "SimpleEventQuery"
    (event,) = root.iter("ObjectEvent")
    assert ("urn:epc:class:lgtin:9521101.000001." in etree.tostring(event).decode()) == (
        version == "1.2"
    )
    assert read_xml(told.body).accepted
    assert name in partner.call.getSubscriptionIDs("SimpleEventQuery")
    partner.call.unsubscribe(name)
    assert name not in (partner.call.getSubscriptionIDs("SimpleEventQuery") or [])
    capture(client, make_event(quantityList=listed))
    serve()
    assert len(receiver.calls) == 1


@pytest.mark.parametrize("exception", ["QueryTooLargeException", "QueryTooComplexException"])
def test_what_goes_wrong_later_is_told_as_an_exception(version: Version, exception: str) -> None:
    controls = Controls(
        form="application/xml", version=version, query_name="q", subscription_id="s & t"
    )
    message = render_problem(refuse(413, "too_large", 5, name=exception, limit=4), controls, NOW)
    root = etree.fromstring(message.body)
    assert root.tag == f"{{{NAMESPACES[version]}}}EPCISQueryDocument"
    (told,) = root.find("EPCISBody")
    large = exception == "QueryTooLargeException"
    assert etree.QName(told).localname == (exception if large else "ImplementationException")
    assert (told.findtext("queryName"), told.findtext("subscriptionID")) == ("q", "s & t")
    if version == "2.0" and EPCIS.is_dir():
        path = EPCIS / "xsd" / "EPCglobal-epcis-query-2_0.xsd"
        etree.XMLSchema(etree.parse(path)).assertValid(root)


def test_named_queries_are_polled_and_subscribed(partner: Partner, client: Client) -> None:
    name = f"q{uuid.uuid4().hex}"
    event = make_event()
    capture(client, event, make_event())
    query = {"name": name, "query": {"EQ_eventID": [event["eventID"]]}}
    response = client.post("/epcis/queries", query, content_type="application/json")
    assert response.status_code == 201
    assert name in partner.call.getQueryNames()
    found = partner.poll(name)
    assert found.queryName == name
    assert len(found.resultsBody.EventList._value_1) == 1
    with pytest.raises(zeep.exceptions.Fault) as caught:
        partner.poll(name, EQ_action=["ADD"])
    assert etree.QName(caught.value.detail[0]).localname == "QueryParameterException"
    subscription = subscribe(partner, "https://example.com/in", queryName=name)
    assert partner.call.getSubscriptionIDs(name) == [subscription]
    assert len(client.get(f"/epcis/queries/{name}/subscriptions").json()) == 1
    partner.call.unsubscribe(subscription)
    assert client.get(f"/epcis/queries/{name}/subscriptions").json() == []


def test_what_a_subscription_brought_along_is_no_query_of_others(partner: Partner) -> None:
    name = subscribe(partner, "https://example.com/in", params=partner.params(EQ_action=["ADD"]))
    assert not any(each.startswith("soap:") for each in partner.call.getQueryNames())
    with pytest.raises(zeep.exceptions.Fault):
        partner.poll(f"soap:{name}")


def test_nobody_else_makes_queries_under_such_names(partner: Partner, client: Client) -> None:
    query = {"name": "soap:x", "query": {"EQ_action": ["ADD"]}}
    response = client.post("/epcis/queries", query, content_type="application/json")
    assert response.status_code == 409


def test_subscriptions_that_cannot_be_are_refused_by_name(partner: Partner) -> None:
    taken = subscribe(partner, "https://example.com/in")
    stream = {"trigger": STREAM, "reportIfEmpty": False}
    schedule = {"schedule": {"minute": "0"}, "reportIfEmpty": True}
    assert refused(partner, subscriptionID=taken) == "DuplicateSubscriptionException"
    assert refused(partner, queryName="Nobody") == "NoSuchNameException"
    assert refused(partner, queryName="SimpleMasterDataQuery") == "SubscribeNotPermittedException"
    assert refused(partner, dest="ftp://example.com/") == "InvalidURIException"
    assert refused(partner, dest="http://10.0.0.1/") == "InvalidURIException"
    assert refused(partner, params=partner.params(EQ_nam=["x"])) == "QueryParameterException"
    for controls in (
        {"reportIfEmpty": False},
        stream | schedule,
        stream | {"trigger": "urn:x:when-it-suits"},
        {"schedule": {"minute": "61"}, "reportIfEmpty": True},
    ):
        assert refused(partner, controls=controls) == "SubscriptionControlsException", controls
    limited = partner.params(eventCountLimit=5, orderBy="eventTime")
    assert refused(partner, params=limited) == "SubscriptionControlsException"
    assert refused(partner, subscriptionID="a/b") == "SubscriptionControlsException"
    # What was refused left no id behind.
    assert subscribe(partner, "https://example.com/in", controls=schedule, subscriptionID="a b")
    partner.call.unsubscribe("a b")


def test_an_unknown_subscription_cannot_be_ended(partner: Partner) -> None:
    for action in (
        lambda: partner.call.unsubscribe("nobody"),
        lambda: partner.call.getSubscriptionIDs("Nobody"),
    ):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            action()
        assert etree.QName(caught.value.detail[0]).localname.startswith("NoSuch")


def test_a_closed_door_takes_no_subscriptions(client: Client, settings: Any) -> None:
    settings.NGUON_OPEN_CAPTURE, settings.NGUON_CAPTURE_KEY = False, "the-key"
    message = call("Unsubscribe", "<subscriptionID>s</subscriptionID>")
    response = client.post("/epcis/soap", message, content_type="text/xml")
    assert response.status_code == 500
    assert b"SecurityException" in response.content
    told = {"HTTP_AUTHORIZATION": "Bearer the-key"}
    response = client.post("/epcis/soap", message, content_type="text/xml", **told)
    assert b"NoSuchSubscriptionException" in response.content
