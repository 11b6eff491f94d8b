"""Results in the order of a field of the events' own making: gathered whole, then sorted.

EPCIS 2.0 section 8.2.7.1, orderBy: numbers before times before texts, texts by code points; what
lacks the field comes last. No index knows such an order, so a query that finds too much is refused.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from nguon.epcis.query import Position, query_error
from nguon.epcis.query.extensions import find_fields, literals
from nguon.epcis.query.model import FieldName
from nguon.epcis.query.values import exact_number, read_instant
from nguon.eventstore.query.model import FoundEvent
from nguon.eventstore.query.plans import find_plans, walk_plan
from nguon.eventstore.query.search import Search

# A token must hold the value that a page ended at.
_SHOWN = 200
_MISSING = "-"


def read_sorted(
    search: Search, field: FieldName, after: Position | None, want: int
) -> tuple[list[FoundEvent], Position | None]:
    """At most `want` events in the field's order after a position, and the next position."""
    found = _gather(search)
    upwards = search.direction == "ASC"
    there = sorted(
        ((key, each.event_key, each) for each in found if (key := sort_key(each, field))),
        key=lambda entry: entry[:2],
        reverse=not upwards,
    )
    without = sorted((e.event_key, e) for e in found if sort_key(e, field) is None)
    rows: list[tuple[Any, Any, FoundEvent]] = [*there, *((None, key, e) for key, e in without)]
    if after is not None:
        rows = [row for row in rows if _is_after(row[0], row[1], after, upwards=upwards)]
    page = [row[2] for row in rows[:want]]
    if len(rows) <= want:
        return page, None
    last = rows[want - 1]
    return page, Position(_write(last[0]), str(last[1]))


def _gather(search: Search) -> list[FoundEvent]:
    for plan in (*find_plans(search.conditions), walk_plan(search.time)):
        found = search.gather_all(plan)
        if found is not None:
            return found
    limit = search.bounds.gathered
    raise query_error("query_too_costly", "orderBy", limit=limit)


def sort_key(found: FoundEvent, field: FieldName) -> tuple[int, Any] | None:
    """What an event is sorted by: its first plain value of the field; None without one."""
    for entry in find_fields(found.event, "event", field, inner=False):
        for value in literals(entry):
            number = exact_number(value)
            if number is not None:
                return 0, number
            if isinstance(value, str):
                moment = read_instant(value)
                return (1, moment) if moment is not None else (2, value[:_SHOWN])
    return None


def _write(key: tuple[int, Any] | None) -> str:
    if key is None:
        return _MISSING
    rank, value = key
    return f"{rank}{value.astimezone(UTC).isoformat() if rank == 1 else value}"


def _read(text: str) -> tuple[int, Any] | None:
    if text == _MISSING:
        return None
    rank, value = int(text[0]), text[1:]
    if rank == 0:
        return 0, Decimal(value)
    return (1, datetime.fromisoformat(value)) if rank == 1 else (2, value)


def _is_after(
    key: tuple[int, Any] | None, event_key: Any, position: Position, *, upwards: bool
) -> bool:
    reached, last = _read(str(position.at)), str(position.key)
    if key is None:
        return reached is not None or str(event_key) > last
    if reached is None:
        return False
    here, there = (key, str(event_key)), (reached, last)
    return here > there if upwards else here < there
