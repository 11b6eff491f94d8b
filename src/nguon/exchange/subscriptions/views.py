"""`/queries` and what is below (EPCIS 2.0 REST binding)."""

from __future__ import annotations

from typing import get_args
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nguon.epcis.xml import CbvFormat, EpcFormat
from nguon.exchange.answers import answer_events
from nguon.exchange.forms import ASKED, choose_form, read_extensions, read_parameters
from nguon.exchange.headers import VERSIONS, check_versions
from nguon.exchange.http import answer_empty, answer_json, check_key, door, negotiate
from nguon.exchange.problem import refuse
from nguon.exchange.queries.events import find_page
from nguon.exchange.subscriptions import queries, services
from nguon.exchange.views.bodies import read_body
from nguon.exchange.views.paging import write_next

# What asks for a stream of events, and so for a WebSocket.
_STREAMING = (
    *("stream", "second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"),
    *("initialRecordTime", "reportIfEmpty"),
)

# What may be asked for of a page; a named query's conditions are its own.
_ASKED = frozenset({"perPage", "nextPageToken", "GS1-EPCIS-Version", "GS1-Extensions", *ASKED})


def _address(name: str, *more: str) -> str:
    return reverse("epcis-queries") + "".join(f"/{quote(part, safe='')}" for part in (name, *more))


def _get_queries(request: HttpRequest) -> HttpResponse:
    check_versions(request.headers)
    chosen = negotiate(request)
    pairs = read_parameters(request)
    found, token = queries.list_queries(dict(pairs))
    response = answer_json(found, content_type=chosen)
    write_next(response, request.path, pairs, token)
    return response


def _post_query(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    body = services.read_body(read_body(request, xml=False))
    created = services.create_query(body, read_extensions(request), sender)
    return answer_empty(201, {**VERSIONS, "Location": _address(created.name)})


def _get_query(request: HttpRequest, name: str) -> HttpResponse:
    check_versions(request.headers)
    chosen = negotiate(request)
    found = services.find_named(name)
    return answer_json(queries.write_query(found), content_type=chosen)


def _delete_query(request: HttpRequest, name: str) -> HttpResponse:
    services.delete_query(name, check_key(request))
    return answer_empty(204, VERSIONS)


def _get_events(request: HttpRequest, name: str) -> HttpResponse:
    """A page of what answers; an upgrade is answered by the server beside this one."""
    upgrade = request.headers.get("Upgrade", "").lower()
    if upgrade == "websocket":
        where = f"{settings.NGUON_STREAM_URL}{request.path}"
        raise refuse(421, "stream_elsewhere", where, name="ImplementationException")
    pairs = read_parameters(request)
    for parameter, _ in pairs:
        if parameter in _STREAMING:
            raise refuse(400, "stream_upgrade", parameter, name="SubscriptionControlsException")
        if parameter not in _ASKED:
            # Passed over, a condition would be believed to have been asked for.
            raise refuse(400, "named_parameter", parameter, name="QueryParameterException")
    form = choose_form(request)
    named = services.find_named(name)
    page = find_page(queries.make_request(named, dict(pairs)))
    response = answer_events(request, page.events, form=form, query_name=name)
    address = _address(name, "events")
    write_next(response, address, pairs, page.next_page_token, page.expires)
    return response


def _get_subscriptions(request: HttpRequest, name: str) -> HttpResponse:
    sender = check_key(request)
    check_versions(request.headers)
    chosen = negotiate(request)
    services.find_named(name)
    pairs = read_parameters(request)
    found, token = queries.list_subscriptions(name, dict(pairs), sender)
    response = answer_json(found, content_type=chosen)
    address = _address(name, "subscriptions")
    write_next(response, address, pairs, token)
    return response


def _post_subscription(request: HttpRequest, name: str) -> HttpResponse:
    sender = check_key(request)
    chosen = negotiate(request)
    made = services.subscribe(
        name,
        services.read_body(read_body(request, xml=False)),
        owner=sender,
        epc_format=_read_format(request, "GS1-EPC-Format", get_args(EpcFormat)),
        cbv_format=_read_format(request, "GS1-CBV-XML-Format", get_args(CbvFormat)),
    )
    response = answer_json(queries.write_subscription(made), content_type=chosen, status=201)
    response["Location"] = _address(name, "subscriptions", str(made.id))
    return response


def _read_format(request: HttpRequest, header: str, known: tuple[str, ...]) -> str | None:
    value = request.headers.get(header)
    if value is not None and value not in known:
        raise refuse(406, "not_acceptable", value, header=header, offer=" | ".join(known))
    return value


def _get_subscription(request: HttpRequest, name: str, number: str) -> HttpResponse:
    sender = check_key(request)
    check_versions(request.headers)
    chosen = negotiate(request)
    found = services.find_subscription(name, number, sender)
    return answer_json(queries.write_subscription(found), content_type=chosen)


def _delete_subscription(request: HttpRequest, name: str, number: str) -> HttpResponse:
    services.unsubscribe(name, number, check_key(request))
    return answer_empty(204, VERSIONS)


def _get_letters(request: HttpRequest, name: str, number: str) -> HttpResponse:
    sender = check_key(request)
    chosen = negotiate(request)
    pairs = read_parameters(request)
    found, token = queries.list_letters(name, number, dict(pairs), sender)
    response = answer_json(found, content_type=chosen)
    address = _address(name, "subscriptions", number, "deadLetters")
    write_next(response, address, pairs, token)
    return response


all_queries = door(GET=_get_queries, POST=_post_query)
one_query = door(GET=_get_query, DELETE=_delete_query)
query_events = door(GET=_get_events)
all_subscriptions = door(GET=_get_subscriptions, POST=_post_subscription)
one_subscription = door(GET=_get_subscription, DELETE=_delete_subscription)
letters = door(GET=_get_letters)
