"""Reads of named queries and subscriptions, as the REST binding shows them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from nguon.epcis.query import Request
from nguon.epcis.writing import format_time
from nguon.eventstore.subscriptions import DeadLetter, NamedQuery, Subscription
from nguon.exchange.problem import refuse
from nguon.exchange.queries.jobs import PER_PAGE, read_page_size, read_token
from nguon.exchange.subscriptions.services import find_subscription, get_subscriptions


def list_queries(parameters: Mapping[str, str]) -> tuple[list[dict[str, Any]], str]:
    """A page of named queries by name, and the token of the next one."""
    size = read_page_size(parameters.get("perPage"))
    after = _read_name(parameters.get("nextPageToken"))
    found = get_subscriptions().list_queries(after, size + 1)
    token = _write_name(found[size - 1].name) if len(found) > size else ""
    return [write_query(query) for query in found[:size]], token


def _write_name(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _read_name(token: str | None) -> str:
    if not token:
        return ""
    try:
        name = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (ValueError, binascii.Error):
        name = "\0"
    if "\0" in name:
        raise refuse(400, "page_token", token, name="QueryParameterException")
    return name


def write_query(query: NamedQuery) -> dict[str, Any]:
    """A named query of the binding."""
    return {"name": query.name, "query": dict(query.query)}


def make_request(query: NamedQuery, parameters: Mapping[str, str]) -> Request:
    """The page of a query that an address asks for. Raises `QueryError`, Problem 400."""
    request = query.read()
    size = parameters.get("perPage")
    return replace(
        request,
        per_page=read_page_size(size) if size is not None else request.per_page or PER_PAGE,
        next_page_token=parameters.get("nextPageToken") or None,
    )


def list_subscriptions(
    query_name: str, parameters: Mapping[str, str], sender: str
) -> tuple[list[dict[str, Any]], str]:
    """A page of a query's subscriptions that the sender may see, and the next one's token."""
    size = read_page_size(parameters.get("perPage"))
    found = get_subscriptions().list_all(
        query_name,
        owner=sender or None,
        after=read_token(parameters.get("nextPageToken")),
        limit=size + 1,
    )
    token = _write_place(found[size - 1]) if len(found) > size else ""
    return [write_subscription(each) for each in found[:size]], token


def _write_place(stands: Subscription) -> str:
    place = f"{stands.created_at.astimezone(UTC).isoformat()} {stands.id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def write_subscription(stands: Subscription) -> dict[str, Any]:
    """A subscription of the binding, never with its secret; members of ours below `nguon:`."""
    controls = stands.controls
    when: dict[str, Any] = (
        {"stream": True}
        if controls.schedule is None
        else {"schedule": dict(controls.schedule.elements)}
    )
    told: dict[str, Any] = {
        "subscriptionID": str(stands.id),
        "queryName": stands.query_name,
        "dest": controls.dest,
        "createdAt": _time(stands.created_at),
        **when,
        "reportIfEmpty": controls.report_if_empty,
        "initialRecordTime": _time(stands.initial_record_time or stands.created_at),
        "minRecordTime": _time(stands.min_record_time),
        "epcFormat": controls.epc_format,
        "nguon:contentType": controls.form,
        "nguon:signed": stands.signature_token is not None,
        "nguon:state": describe_state(stands),
        "nguon:deadLetters": stands.letters,
    }
    if stands.last_notified_at is not None:
        told["lastNotifiedAt"] = _time(stands.last_notified_at)
    if controls.schedule is not None:
        told["nguon:timeZone"] = controls.schedule.zone
    if stands.last_error is not None and stands.last_error_at is not None:
        told["nguon:lastError"] = {
            **_tell_error(stands.last_error),
            "at": _time(stands.last_error_at),
        }
    if stands.failures and stands.state == "active":
        told["nguon:nextTryAt"] = _time(stands.next_at)
    return told


def describe_state(stands: Subscription) -> str:
    """In one word: active, failing (tries go on), or paused."""
    if stands.state == "active" and stands.failures:
        return "failing"
    return stands.state


def list_letters(
    query_name: str, number: str, parameters: Mapping[str, str], sender: str
) -> tuple[list[dict[str, Any]], str]:
    """A page of the events that a receiver would not take, and the next one's token."""
    stands = find_subscription(query_name, number, sender)
    size = read_page_size(parameters.get("perPage"))
    token = parameters.get("nextPageToken") or "0"
    if not (token.isascii() and token.isdigit() and len(token) < 19):
        raise refuse(400, "page_token", token, name="QueryParameterException")
    found = get_subscriptions().letters(stands.id, after=int(token), limit=size + 1)
    shown = found[:size]
    names = name_events([letter.event_key for letter in shown])
    following = str(shown[-1].number) if len(found) > size else ""
    return [write_letter(letter, names) for letter in shown], following


def name_events(keys: list[UUID]) -> dict[UUID, str]:
    """The ids of events by their keys."""
    return {event.event_key: event.event_id for event in get_subscriptions().events(keys)}


def write_letter(letter: DeadLetter, names: Mapping[UUID, str]) -> dict[str, Any]:
    """An event that was set aside."""
    return {
        "number": letter.number,
        "eventID": names.get(letter.event_key, ""),
        "at": _time(letter.created_at),
        "tries": letter.tries,
        "error": _tell_error(letter.error),
    }


def _tell_error(error: Mapping[str, Any]) -> dict[str, Any]:
    """What went wrong, in our words only.

    What a receiver answered is for those who run this server: a subscriber who could read answers
    would have us fetch for them what only we can reach, in networks that are allowed.
    """
    return {name: value for name, value in error.items() if name != "reason" or not error["status"]}


def _time(moment: datetime) -> str:
    return format_time(moment.astimezone(UTC))
