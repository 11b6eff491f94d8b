"""Reads of events: by id, and by the query language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac
from msgspec.structs import replace

from nguon.epcis.event_id import plain_id
from nguon.epcis.query import Condition, Request, Tokens, read_rest
from nguon.epcis.query.parsing import gather
from nguon.eventstore.query import EventPage
from nguon.exchange.answers import Looked
from nguon.exchange.problem import refuse
from nguon.exchange.queries.jobs import PER_PAGE
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


def find_event(event_id: str, key: UUID | None) -> Looked:
    """The one event, or declaration, of a key among those of an id."""
    found = find_events(event_id)
    return next((each for each in found if each.stored.event_key == key), found[0])


def read_request(
    parameters: Iterable[tuple[str, str]],
    namespaces: Mapping[str, str],
    fixed: Sequence[Condition] = (),
) -> Request:
    """What a URL asks: its parameters, and the conditions that its path stands for.

    Raises `QueryError`. The page holds 30 events where nobody says, and 1000 at most.
    """
    request = read_rest(parameters, namespaces)
    query = request.query
    if fixed:
        query = replace(query, conditions=gather((*query.conditions, *fixed)))
    return replace(request, query=query, per_page=request.per_page or PER_PAGE)


def find_page(request: Request) -> EventPage:
    """A page of the events that answer a query. Raises `QueryError`."""
    return get_store().query_events(request, make_tokens(), timezone.now())


def make_tokens() -> Tokens:
    """Tokens that every process of the same secret key reads, and nobody else writes."""
    return Tokens(salted_hmac(_SALT, "", algorithm="sha256").digest(), LIFETIME)
