"""Events: `/events` and `/events/{eventID}`."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from nguon.epcis.query import Condition
from nguon.exchange import queries, services
from nguon.exchange.answers import answer, answer_events, render_event
from nguon.exchange.forms import choose_form, read_extensions, read_parameters
from nguon.exchange.headers import check_sent, is_xml
from nguon.exchange.http import check_key, door
from nguon.exchange.views.bodies import read_body
from nguon.exchange.views.capture import announce_capture
from nguon.exchange.views.paging import write_next


def _post_event(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    check_sent(request.headers)
    form = choose_form(request)
    body, xml = read_body(request), is_xml(request.content_type or "")
    result = services.capture_event(body, sender=sender, xml=xml)
    # With the id and the record time that it got here.
    created = queries.find_event(result.event_id, result.event_key)
    response = answer(render_event(created, form, created=timezone.now()), status=201)
    # A reverse would leave some signs of a URI bare; an eventID in a path has none to leave.
    response["Location"] = reverse("epcis-events") + "/" + quote(result.event_id, safe="")
    return response


def _get_events(request: HttpRequest) -> HttpResponse:
    return answer_query(request)


def answer_query(
    request: HttpRequest, fixed: Sequence[Condition] = (), *, address: str = ""
) -> HttpResponse:
    """A page of the events that answer a URL's parameters, and what its path asks for.

    `address` is that path as a link has it, where it holds more than words of ours.
    """
    form = choose_form(request)
    pairs = read_parameters(request)
    page = queries.find_page(queries.read_request(pairs, read_extensions(request), fixed))
    response = answer_events(request, page.events, form=form)
    write_next(response, address or request.path, pairs, page.next_page_token, page.expires)
    return response


def _get_event(request: HttpRequest, event_id: str) -> HttpResponse:
    form = choose_form(request)
    found = queries.find_events(event_id)
    # The answer stays the same, to the last byte, until something is declared about the event.
    created = max(each.record_time for each in found)
    return answer_events(request, found, form=form, created=created)


events = door(discovery=announce_capture, GET=_get_events, POST=_post_event)
event = door(GET=_get_event)
