"""Events: `/events` and `/events/{eventID}`."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nguon.exchange import queries, services
from nguon.exchange.answers import answer_events, answer_json
from nguon.exchange.forms import choose_form
from nguon.exchange.http import check_key, door, negotiate
from nguon.exchange.views.bodies import read_body


def _post_event(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    chosen = negotiate(request)
    body = read_body(request, xml=False)
    result = services.capture_event(body, sender=sender)
    response = answer_json(body, content_type=chosen, status=201)
    # A reverse would leave some signs of a URI bare; an eventID in a path has none to leave.
    response["Location"] = reverse("epcis-events") + "/" + quote(result.event_id, safe="")
    return response


def _get_event(request: HttpRequest, event_id: str) -> HttpResponse:
    form = choose_form(request)
    found = queries.find_events(event_id)
    # The answer stays the same, to the last byte, until something is declared about the event.
    created = max(each.record_time for each in found)
    return answer_events(request, found, form=form, created=created)


events = door(POST=_post_event)
event = door(GET=_get_event)
