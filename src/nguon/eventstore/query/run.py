"""A request to a page: tokens, counts and limits around the search itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import DataError

from nguon.epcis.query import Position, Query, Request, Tokens, query_error
from nguon.epcis.query.model import FieldName
from nguon.errors import Fault
from nguon.eventstore.error import StoreError
from nguon.eventstore.query.model import Bounds, EventPage, FoundEvent
from nguon.eventstore.query.ordering import read_sorted
from nguon.eventstore.query.search import Search, Start, bounded

_COUNTED = 500
_FEW = 4
# What must be answered whole waits so many seconds for its turn.
_PATIENCE = 2.0


def find_page(
    connection: Connection[Any], request: Request, tokens: Tokens, now: datetime, bounds: Bounds
) -> EventPage:
    """The page that a request asks for. Raises `QueryError`."""
    query = request.query
    after = None
    if request.next_page_token is not None:
        after = tokens.read(query, request.next_page_token, now)
    left = query.event_count_limit if after is None else after.left
    want = request.per_page or bounds.per_page
    want = want if left is None else min(want, left)
    events, position = _read_page(connection, query, after, want, bounds)
    if left is not None:
        left -= len(events)
    if position is None or left == 0:
        return EventPage(events)
    token = tokens.write(query, Position(position.at, position.key, left), now)
    return EventPage(events, token, tokens.expires(now))


def _read_page(
    connection: Connection[Any], query: Query, after: Position | None, want: int, bounds: Bounds
) -> tuple[list[FoundEvent], Position | None]:
    sorted_here = query.order is not None and isinstance(query.order.by, FieldName)
    if query.max_event_count is None and len(query.conditions) <= _FEW and not sorted_here:
        page = Search.simple(connection, query, bounds).read_at_once(_start(after), want)
        if page is not None:
            return page[0], None if page[1] is None else Position(*page[1])
    with bounded(connection, bounds):
        search = Search.prepare(connection, query, bounds)
        if after is None and query.max_event_count is not None:
            _check_count(search, query.max_event_count)
        return _read(search, query, after, want)


def find_all(
    connection: Connection[Any], query: Query, most: int, bounds: Bounds
) -> list[FoundEvent]:
    """The whole answer at once, for interfaces without pages (SOAP poll, callbacks).

    Raises `epcis.query_too_large` for more than `most` events, `epcis.query_too_costly` where
    finding out would cost more than a page may.
    """
    limit = query.event_count_limit
    allowed = most if query.max_event_count is None else min(most, query.max_event_count)
    with bounded(connection, bounds):
        search = Search.prepare(connection, query, bounds)
        search.patience = _PATIENCE
        if limit is not None and limit <= most:
            events, position = _read(search, query, None, limit)
            _check_whole(search, len(events) < limit and position is not None)
            return events
        events, position = _read(search, query, None, allowed)
        _check_whole(search, len(events) < allowed and position is not None)
    if position is not None:
        raise query_error("query_too_large", "maxEventCount", allowed, limit=allowed)
    return events


def _read(
    search: Search, query: Query, after: Position | None, want: int
) -> tuple[list[FoundEvent], Position | None]:
    try:
        if query.order is not None and isinstance(query.order.by, FieldName):
            return read_sorted(search, query.order.by, after, want)
        events, start = search.read_page(_start(after), want)
    except DataError as error:
        # A value that the database cannot hold: beyond its calendar, or its numbers.
        raise query_error(
            "query_value", "query", str(error).partition("\n")[0], **_OTHER
        ) from error
    return events, None if start is None else Position(*start)


_OTHER = {
    "expected_vi": "giá trị mà cơ sở dữ liệu lưu được",
    "expected_en": "values that the database can hold",
}


def _start(after: Position | None) -> Start | None:
    if after is None or not isinstance(after.key, UUID):
        return None
    return after.at, after.key


def _check_count(search: Search, most: int) -> None:
    """Raise where more than `most` events answer, or where that cannot be found out."""
    counted, patience = 0, search.patience
    search.patience = _PATIENCE
    for events in _pages(search, most + 1):
        counted += events
        if counted > most:
            raise query_error("query_too_large", "maxEventCount", most, limit=most)
    search.patience = patience


def _pages(search: Search, most: int) -> Iterator[int]:
    start: Start | None = None
    while most > 0:
        want = min(_COUNTED, most)
        events, start = search.read_page(start, want)
        yield len(events)
        if start is None:
            return
        short = len(events) < want
        _check_whole(search, short or search.examined > search.bounds.examined)
        most -= len(events)


def _check_whole(search: Search, cut_short: bool) -> None:  # noqa: FBT001  a finding, no mode
    if cut_short and search.turned_away:
        raise StoreError(Fault("eventstore.searches_busy"))
    if cut_short:
        limit = search.bounds.examined
        raise query_error("query_too_costly", "query", limit=limit)
