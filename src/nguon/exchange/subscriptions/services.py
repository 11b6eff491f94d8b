"""Writes of named queries and subscriptions, and sending again what was set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from msgspec import structs
from psycopg_pool import ConnectionPool

from nguon.epcis.decoding import load
from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.query import QueryError, read_json
from nguon.epcis.subscription import (
    DEFAULT_LIMITS,
    Controls,
    DeliveryLimits,
    SubscriptionError,
    read_controls,
)
from nguon.epcis.text import prepare
from nguon.epcis.xml import CbvFormat, EpcFormat
from nguon.eventstore.subscriptions import (
    DeadLetter,
    NamedQuery,
    State,
    Subscription,
    Subscriptions,
)
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.subscriptions.addresses import read_networks
from nguon.exchange.subscriptions.courier import Courier, describe
from nguon.exchange.subscriptions.sending import Sender
from nguon.parts.engine import LentPool, borrow_pool

# Names that the standard gives to its own queries.
_RESERVED = ("SimpleEventQuery", "SimpleMasterDataQuery")
# What begins the names of queries that subscriptions over SOAP bring along.
_OWN = "soap:"
_LONGEST_NAME = 200
_LARGEST = Limits(bytes=256 * 1024, events=1, depth=32)
# Limits that a page may have and a stream of events cannot.
_PAGED = ("nextPageToken",)


def get_subscriptions() -> Subscriptions:
    """Named queries and subscriptions over Django's pool."""
    return Subscriptions(cast("ConnectionPool[Any]", LentPool(borrow_pool())))


def get_limits() -> DeliveryLimits:
    """How callbacks are made here."""
    most = getattr(settings, "NGUON_CALLBACKS_EVENTS", DEFAULT_LIMITS.events)
    return structs.replace(DEFAULT_LIMITS, events=most)


def make_sender() -> Sender:
    """Whoever makes callbacks, by the settings."""
    return _make_sender(
        tuple(settings.NGUON_CALLBACKS_ALLOWED), float(settings.NGUON_CALLBACKS_TIMEOUT)
    )


@cache
def _make_sender(allowed: tuple[str, ...], seconds: float) -> Sender:
    return Sender(read_networks(allowed), seconds)


def read_body(data: bytes) -> Any:
    """A small JSON body with exact numbers. Raises Problem 400."""
    try:
        return load(prepare(data, _LARGEST))
    except EpcisError as error:
        raise Problem(400, *error.faults) from error
    except (ValueError, RecursionError) as error:
        raise refuse(400, "body_malformed", error) from error


# -- named queries --------------------------------------------------------------------------------


def create_query(body: object, namespaces: Mapping[str, str], owner: str = "") -> NamedQuery:
    """Keep a query under a name of its own.

    Raises Problem 400 for a name or a query that cannot be used, 409 for a name that is taken.
    """
    if not isinstance(body, dict) or not isinstance(body.get("query"), dict):
        raise refuse(400, "query_body", type(body).__name__)
    name, query = body.get("name"), body["query"]
    if not isinstance(name, str) or not _is_name(name):
        raise refuse(400, "query_name", name, limit=_LONGEST_NAME)
    if name in _RESERVED or name.startswith(_OWN):
        raise refuse(409, "query_taken", name)
    check_query(query, namespaces)
    subscriptions = get_subscriptions()
    if not subscriptions.add_query(name, query, namespaces, owner):
        raise refuse(409, "query_taken", name)
    found = subscriptions.find_query(name)
    if found is None:
        raise refuse(404, "no_query", name, name="NoSuchNameException")
    return found


def check_query(query: Mapping[str, Any], namespaces: Mapping[str, str]) -> None:
    """Raise Problem 400 (QueryValidationException) for a query that cannot be answered."""
    for paging in _PAGED:
        if paging in query:
            raise refuse(400, "query_paged", paging, name="QueryValidationException")
    try:
        read_json(dict(query), namespaces)
    except QueryError as error:
        faults = [fault.at("/query") for fault in error.faults]
        raise Problem(400, *faults, name="QueryValidationException") from error


def _is_name(name: str) -> bool:
    """Whether a name can stand in an address, and be typed."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and name not in (".", "..")
        and name == name.strip()
        and all(sign.isprintable() and sign not in "/\\" for sign in name)
    )


def delete_query(name: str, sender: str) -> None:
    """Forget a query; whoever is told of it is told no longer. Problem 403, 404."""
    found = find_named(name)
    check_owner(found.owner, sender)
    if not get_subscriptions().delete_query(name):
        raise refuse(404, "no_query", name, name="NoSuchNameException")


def find_named(name: str) -> NamedQuery:
    """A query by its name; Problem 404."""
    found = get_subscriptions().find_query(name) if "\0" not in name else None
    if found is None:
        raise refuse(404, "no_query", name, name="NoSuchNameException")
    return found


def check_owner(owner: str, sender: str) -> None:
    """Problem 403 unless it belongs to who asks; the operator may do all."""
    if sender and sender != owner:
        raise refuse(403, "not_owner")


# -- subscriptions --------------------------------------------------------------------------------


def subscribe(
    query_name: str,
    body: object,
    *,
    owner: str = "",
    epc_format: str | None = None,
    cbv_format: str | None = None,
) -> Subscription:
    """Keep a subscription. Raises Problem 400, or 404 where there is no such query.

    `epc_format` and `cbv_format` are those of the request's headers; the body's own count more.
    """
    query = find_named(query_name)
    controls = _with_formats(
        read(lambda: read_controls(body, get_zone())), body, epc_format, cbv_format
    )
    check_subscribable(query)
    make_sender().check(controls.dest)
    subscriptions = get_subscriptions()
    number = subscriptions.subscribe(
        query_name, controls, timezone.now(), owner=owner, batch=get_limits().events
    )
    found = None if number is None else subscriptions.find(number)
    if found is None:
        raise refuse(404, "no_query", query_name, name="NoSuchNameException")
    return found


def get_zone() -> str:
    """The time zone that schedules are read in."""
    return str(getattr(settings, "NGUON_SCHEDULE_ZONE", settings.TIME_ZONE))


def read(reader: Any) -> Controls:
    """Controls out of a reader, its refusals as problems."""
    try:
        found: Controls = reader()
    except SubscriptionError as error:
        raise Problem(400, *error.faults, name=error.exception) from error
    return found


def _with_formats(controls: Controls, body: object, epc: str | None, cbv: str | None) -> Controls:
    given = body if isinstance(body, dict) else {}
    if epc and "epcFormat" not in given:
        controls = structs.replace(controls, epc_format=cast("EpcFormat", epc))
    if cbv and "cbvXmlFormat" not in given:
        controls = structs.replace(controls, cbv_format=cast("CbvFormat", cbv))
    return controls


def check_subscribable(named: NamedQuery) -> None:
    """Problem 400 for a query whose limits make no sense for events told as they come."""
    try:
        query = named.read().query
    except QueryError as error:
        raise Problem(400, *error.faults, name="SubscriptionControlsException") from error
    for limit, name in (
        (query.event_count_limit, "eventCountLimit"),
        (query.max_event_count, "maxEventCount"),
    ):
        if limit is not None:
            raise refuse(400, "query_limited", name, name="SubscriptionControlsException")


def unsubscribe(query_name: str, number: str, sender: str) -> None:
    """Forget a subscription; Problem 403, 404."""
    found = find_subscription(query_name, number, sender)
    if not get_subscriptions().unsubscribe(query_name, found.id):
        raise refuse(404, "no_subscription", number)


def find_subscription(query_name: str, number: str, sender: str) -> Subscription:
    """A subscription of a query; Problem 403 for somebody else's, 404."""
    find_named(query_name)
    try:
        found = get_subscriptions().find(UUID(number))
    except ValueError:
        found = None
    if found is None or found.query_name != query_name or str(found.id) != number.lower():
        raise refuse(404, "no_subscription", number)
    check_owner(found.owner, sender)
    return found


def set_state(subscriptions: Subscriptions, number: UUID, state: State) -> bool:
    """Pause a subscription, or let it go on; False where there is none."""
    return subscriptions.set_state(number, state, timezone.now())


def resend(
    subscriptions: Subscriptions, stands: Subscription, letters: Sequence[DeadLetter]
) -> list[tuple[DeadLetter, dict[str, Any]]]:
    """Send again what was set aside, one by one; what is taken leaves the list.

    Returns each with the receiver's answer. An event that is not taken again stays.
    """
    courier = Courier(subscriptions, make_sender(), timezone.now, get_limits())
    answers = []
    for letter in letters:
        try:
            answer = describe(courier.resend(stands, subscriptions.events([letter.event_key])))
        except Problem as problem:
            answer = {"status": 0, "reason": problem.fault.sentence("en")}
        if 200 <= answer["status"] < 300:
            subscriptions.drop_letter(letter.number)
        answers.append((letter, answer))
    return answers
