"""The line of events: what was stored, in the order in which it could be seen.

Times of recording are no such order: a transaction begun early may commit late, and whoever went
on from the newest time seen would miss it. Here each transaction that stored events is given its
place after it has committed, and places are given by one process at a time, so all up to the last
place is whole for good (docs/explanation/subscriptions.md).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg import Connection

from nguon.epcis.query import Query
from nguon.eventstore.query import Bounds, FoundEvent, Search, bounded, refine
from nguon.eventstore.query.fragments import encode
from nguon.eventstore.sql import query as named
from nguon.eventstore.subscriptions.model import Place, Stretch

PACKAGE = "nguon.eventstore.subscriptions"
# Any constants of our own.
_NUMBERING = 0x6E67756F6E_01
_BLOCK = 5000
_ARRIVALS = 200
_CHUNK = 1000
_ROUGH = 100
BOUNDS = Bounds(seconds=20.0)


def sql(name: str) -> Any:
    """A named statement of this package."""
    return named(name, PACKAGE)


def number_arrivals(connection: Connection[Any], *, wait: bool = False) -> None:
    """Give places to all that has committed, unless somebody else is at it.

    With `wait`, that one is waited for: all that had committed before has its place afterwards.
    """
    name = "number_lock_waiting" if wait else "number_lock"
    while True:
        with connection.transaction():
            row = connection.execute(sql(name), {"lock": _NUMBERING}).fetchone()
            if not (row and row[0]):
                return
            done = connection.execute(sql("number_arrivals"), {"limit": _BLOCK}).rowcount
        if done < _BLOCK:
            return


def last_place(connection: Connection[Any]) -> int:
    """The end of the line."""
    row = connection.execute(sql("last_place")).fetchone()
    return int(row[0]) if row else 0


def place_before(connection: Connection[Any], since: datetime) -> int:
    """After which place everything recorded from an instant on stands."""
    row = connection.execute(sql("place_before"), {"since": since}).fetchone()
    return last_place(connection) if row is None or row[0] is None else int(row[0])


def read_line(
    connection: Connection[Any],
    query: Query,
    after: Place,
    until: int,
    *,
    most: int,
    since: datetime | None = None,
    bounds: Bounds = BOUNDS,
) -> Stretch:
    """The next events that answer a query, after a place and up to one, at most `most`.

    With `since`, nothing recorded before counts. A stretch may hold no events and yet not reach
    the end: it looks at a bounded number of events. Raises `QueryError`.
    """
    with bounded(connection, bounds):
        search = Search.prepare(connection, query, bounds)
        where, rough = search.filter_events()
        values = {"place": after.number, "until": until, "limit": _ARRIVALS}
        arrivals = connection.execute(sql("arrivals"), values).fetchall()
        end = Place(arrivals[-1][0] if len(arrivals) == _ARRIVALS else until)
        wanted = [row for row in arrivals if since is None or row[1] >= since]
        if not wanted:
            return Stretch([], end)
        text = sql("feed_page").replace("{where}", where.text)
        # What SQL only narrows may turn out not to answer.
        want = max(most, _ROUGH) if rough else most
        asked = {
            **where.values,
            "places": [row[0] for row in wanted],
            "times": [row[1] for row in wanted],
            "place": after.number,
            "key": after.key,
            "chunk": _CHUNK,
            "want": want,
        }
        rows = connection.execute(encode(text), asked).fetchall()
    events = refine([_event(row) for row in rows if row[2]], rough)
    places = {row[1]: Place(row[0], row[1]) for row in rows}
    found = [(places[event.event_key], event) for event in events]
    if rows and (len(rows) == want or rows[-1][8] == _CHUNK):
        end = Place(rows[-1][0], rows[-1][1])
    if len(found) > most:
        found = found[:most]
        end = found[-1][0]
    return Stretch(found, end)


def read_events(connection: Connection[Any], keys: list[Any]) -> list[FoundEvent]:
    """Some events by their keys."""
    rows = connection.execute(sql("events_by_key"), {"keys": keys})
    return [FoundEvent(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]


def _event(row: tuple[Any, ...]) -> FoundEvent:
    _, key, _, event_id, recorded, at, doc, context, _ = row
    return FoundEvent(key, event_id, recorded, at, doc, context)
