"""Subscriptions over SOAP: the subscriber chooses the id, answers go out as XML of its version.

A subscription to SimpleEventQuery brings its own parameters, which are kept as a query of its own
(`soap:` and the id); one to a named query asks what that query asks.
"""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from nguon.epcis.query.values import read_instant
from nguon.epcis.soap import Parameters, SoapError, Subscribe
from nguon.epcis.subscription import Controls, read_schedule
from nguon.errors import Fault
from nguon.eventstore.soap import SoapIds
from nguon.exchange.problem import Problem
from nguon.exchange.soap.queries import OWN, STYLES, find_query, get_pool
from nguon.exchange.subscriptions import services
from nguon.rules import NGUON_VOC

# The one trigger that there is: whenever something arrives.
STREAM: Final = f"{NGUON_VOC}stream"
_LONGEST = 150


def subscribe(call: Subscribe, owner: str) -> None:
    """Keep a subscription. Raises `SoapError`, `QueryError`, Problem."""
    _check(call)
    controls = _read_controls(call)
    try:
        services.make_sender().check(controls.dest)
    except Problem as problem:
        raise SoapError(*problem.faults, exception="InvalidURIException") from problem
    ids = SoapIds(get_pool())
    if not ids.take(call.subscription_id, call.query_name):
        raise _refuse(
            "soap_subscription_taken", call.subscription_id, "DuplicateSubscriptionException"
        )
    done = False
    try:
        _keep(call, controls, owner, ids)
        done = True
    finally:
        if not done:
            ids.drop(call.subscription_id)


def _keep(call: Subscribe, controls: Controls, owner: str, ids: SoapIds) -> None:
    subscriptions = services.get_subscriptions()
    name = call.query_name
    if name == "SimpleEventQuery":
        name = OWN + call.subscription_id
        values, namespaces = dict(call.params.values), call.params.namespaces
        # One that an earlier subscription of the id left behind, should it have been cut short.
        subscriptions.delete_query(name)
        subscriptions.add_query(name, values, namespaces, owner)
    number = subscriptions.subscribe(
        name, controls, timezone.now(), owner=owner, batch=services.get_limits().events
    )
    if number is None:
        raise _refuse("soap_no_query", call.query_name, "NoSuchNameException")
    ids.settle(call.subscription_id, number)


def _check(call: Subscribe) -> None:
    if call.query_name == "SimpleMasterDataQuery":
        raise _refuse("soap_no_subscription", call.query_name, "SubscribeNotPermittedException")
    name = call.subscription_id
    if len(name) > _LONGEST or not name.isprintable() or set(name) & {"/", "\\"}:
        fault = Fault("exchange.soap_id", "/subscriptionID", name, None, {"limit": _LONGEST})
        raise SoapError(fault, exception="SubscriptionControlsException")
    named = find_query(call.query_name, call.params)
    try:
        services.check_subscribable(named)
    except Problem as problem:
        raise SoapError(*problem.faults, exception="SubscriptionControlsException") from problem


def _read_controls(call: Subscribe) -> Controls:
    given = call.controls
    if (given.schedule is None) == (given.trigger is None) or given.trigger not in (None, STREAM):
        fault = Fault("exchange.soap_when", "/controls", given.trigger, None, {"stream": STREAM})
        raise SoapError(fault, exception="SubscriptionControlsException")
    since = None
    if given.initial_record_time is not None:
        since = read_instant(given.initial_record_time)
        if since is None:
            place, text = "/controls/initialRecordTime", given.initial_record_time
            params = {"name": "initialRecordTime"}
            fault = Fault("epcis.subscription_time", place, text, None, params)
            raise SoapError(fault, exception="SubscriptionControlsException")
    schedule = None
    if given.schedule is not None:
        schedule = read_schedule(dict(given.schedule), services.get_zone())
    style = STYLES[call.version]
    return Controls(
        dest=call.dest,
        initial_record_time=since,
        schedule=schedule,
        report_if_empty=given.report_if_empty,
        epc_format=style.epc_format,
        cbv_format=style.cbv_format,
        form="application/xml",
        version=call.version,
        query_name=call.query_name,
        subscription_id=call.subscription_id,
    )


def _refuse(code: str, value: str, exception: str) -> SoapError:
    return SoapError(Fault(f"exchange.{code}", "", value), exception=exception)


def unsubscribe(name: str, sender: str) -> None:
    """End a subscription by its id. Raises `SoapError`, Problem 403 for somebody else's."""
    ids = SoapIds(get_pool())
    found = ids.find(name)
    if found is None:
        fault = Fault("exchange.soap_unknown_subscription", "/subscriptionID", name)
        raise SoapError(fault, exception="NoSuchSubscriptionException")
    services.check_owner(found.owner, sender)
    subscriptions = services.get_subscriptions()
    if found.query_name == "SimpleEventQuery":
        subscriptions.delete_query(OWN + name)
    elif found.subscription is not None and found.kept_as is not None:
        subscriptions.unsubscribe(found.kept_as, found.subscription)
    ids.drop(name)


def list_ids(query_name: str, sender: str) -> list[str]:
    """The ids of the sender's subscriptions to a query. Raises `SoapError` for no such query."""
    if query_name != "SimpleMasterDataQuery":
        find_query(query_name, Parameters())
    return SoapIds(get_pool()).list_of(query_name, sender)
