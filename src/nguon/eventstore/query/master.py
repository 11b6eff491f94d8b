"""Master data out of the store: what the newest capture says of each id, or said on an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
from psycopg import Connection

from nguon.epcis.query import (
    NOTHING,
    MasterQuery,
    matches_master,
    query_error,
    shown_attributes,
)
from nguon.epcis.query.spelling import plain_name
from nguon.eventstore.query.fragments import fragment
from nguon.eventstore.query.model import Bounds, MasterElement
from nguon.eventstore.query.places import unfold

_CHUNK = 500
_MOST = 10_000
_EVER = datetime(9999, 12, 30, tzinfo=UTC)


def find_master_data(
    connection: Connection[Any],
    query: MasterQuery,
    bounds: Bounds,
    recorded_by: datetime | None = None,
) -> list[MasterElement]:
    """Every element that answers, in the order of ids.

    Raises `epcis.query_too_large` past maxElementCount, or past what one answer may hold.
    """
    names = _names(connection, query, bounds)
    most = _MOST if query.max_element_count is None else query.max_element_count
    asked = MasterQuery(**{**_members(query), "names": None, "within": None})
    found: list[MasterElement] = []
    for row in _rows(connection, names, recorded_by or _EVER, bounds):
        kind, name, encoded, children, recorded = row
        attributes = orjson.loads(encoded)
        if not matches_master(asked, kind, name, attributes, NOTHING):
            continue
        if len(found) >= most:
            parameter = "maxElementCount"
            raise query_error("query_too_large", parameter, most, limit=most)
        shown = shown_attributes(query, attributes)
        inside = children if query.include_children else []
        found.append(MasterElement(kind, name, shown, inside, recorded))
    return found


def _members(query: MasterQuery) -> dict[str, Any]:
    return {name: getattr(query, name) for name in query.__struct_fields__}


def _names(connection: Connection[Any], query: MasterQuery, bounds: Bounds) -> list[str] | None:
    names = None if query.names is None else set(query.names)
    if query.within is not None:
        inside = unfold(connection, query.within, bounds, "WD_name")
        names = inside if names is None else names & inside
    return None if names is None else sorted(names)


def _rows(
    connection: Connection[Any], names: list[str] | None, recorded_by: datetime, bounds: Bounds
) -> Iterator[tuple[Any, ...]]:
    named = fragment("named_any" if names is None else "named_these")
    statement = fragment("master_data", named=named).encode()
    position, seen = ("", ""), 0
    while True:
        values = {"id": position[0], "type": position[1], "recorded_by": recorded_by}
        rows = connection.execute(
            statement, {**values, "chunk": _CHUNK, "names": names or []}
        ).fetchall()
        yield from rows
        seen += len(rows)
        if len(rows) < _CHUNK:
            return
        if seen >= bounds.examined:
            raise query_error("query_too_costly", "EQ_name", limit=bounds.examined)
        position = (rows[-1][1], rows[-1][0])


def read_history(
    connection: Connection[Any], name: str, kind: str | None, limit: int
) -> list[MasterElement]:
    """All that was ever captured of an id, newest first."""
    statement = fragment("history").encode()
    values = {"id": plain_name(name), "type": kind, "limit": limit}
    rows = connection.execute(statement, values).fetchall()
    return [MasterElement(row[0], row[1], orjson.loads(row[2]), row[3], row[4]) for row in rows]
