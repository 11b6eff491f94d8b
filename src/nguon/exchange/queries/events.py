"""Reads of events: by id, and by the query language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from nguon.epcis.event_id import plain_id
from nguon.epcis.query import Request, Tokens
from nguon.eventstore.query import EventPage
from nguon.exchange.answers import Looked
from nguon.exchange.problem import refuse
from nguon.parts.engine import get_store

LIFETIME = timedelta(hours=1)
_SALT = "nguon.exchange.nextPageToken"


def find_events(event_id: str) -> Sequence[Looked]:
    """The event of an id with its error declarations; Problem 404."""
    # No event's id holds U+0000, and the database takes no text that does.
    known = "\0" not in event_id
    stored = get_store().events_by_id(plain_id(event_id)) if known else []
    if not stored:
        raise refuse(404, "no_event", event_id)
    return [Looked(entry, plain_id(event_id)) for entry in stored]


def find_page(request: Request) -> EventPage:
    """A page of the events that answer a query. Raises `QueryError`."""
    return get_store().query_events(request, make_tokens(), timezone.now())


def make_tokens() -> Tokens:
    """Tokens that every process of the same secret key reads, and nobody else writes."""
    return Tokens(salted_hmac(_SALT, "", algorithm="sha256").digest(), LIFETIME)
