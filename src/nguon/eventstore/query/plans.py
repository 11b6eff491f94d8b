"""Which index a query is answered by: a fixed order of preference, no guesses about the data.

A plan is a set of arms, each a stretch of one index. Ordered arms give the next events by time,
so a page reads only its own stretch; gathered ones are read whole, when they are short enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nguon.epcis import event_key
from nguon.epcis.query import Condition, Query
from nguon.epcis.query.model import AtPlace, Direction, Matched, OneOf, Present, Timed
from nguon.epcis.query.spelling import spell_id
from nguon.eventstore.query.conditions import COLUMNS, ROLES
from nguon.eventstore.query.fragments import Sql, piece

TimeColumn = Literal["event_time", "record_time"]
_MOST_ARMS = 200
_LONGEST_INDEXED = 500
BEGINNING, END = "-infinity", "infinity"


@dataclass(frozen=True, slots=True)
class Plan:
    """Arms to read. `ordered`: by event time; else they must be taken whole.

    `meets` is the condition that whatever the arms find meets already; `page` how a page is made
    of them; `one_item` the part of the event in which one item is asked for, where that is all.
    """

    arms: Sql
    count: int
    ordered: bool
    meets: Condition | None = None
    time: TimeColumn = "event_time"
    page: Literal["page_single", "page_walked"] = "page_walked"
    one_item: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """The instants from (`since`, inclusive) and to (`until`, exclusive) that can answer."""

    since: datetime | str = BEGINNING
    until: datetime | str = END


def find_plans(conditions: Sequence[Condition]) -> Iterator[Plan]:
    """Plans by an index on what is asked for, the sharpest first."""
    yield from _by_ids(conditions)
    yield from _by_items(conditions)
    yield from _by_columns(conditions)
    if any(_asks_declared(condition) for condition in conditions):
        yield Plan(piece("arms_of_declarations", {}), 1, ordered=True, page="page_single")


def walk_plan(time: TimeColumn) -> Plan:
    """Whatever happened, in the order of a time: the plan where no index helps."""
    arms = piece("arms_by_time", {}, time=time)
    return Plan(arms, 1, ordered=True, time=time, page="page_single")


def _by_ids(conditions: Sequence[Condition]) -> Iterator[Plan]:
    for condition in conditions:
        if isinstance(condition, OneOf) and condition.member == "eventID":
            keys = [event_key(value) for value in condition.values]
            values = {"keys": keys, "ids": list(condition.values)}
            yield Plan(piece("arms_by_key", values), 1, ordered=False, meets=condition)
        if isinstance(condition, OneOf) and condition.member == "correctiveEventID":
            values = {"keys": [event_key(value) for value in condition.values]}
            yield Plan(piece("arms_by_corrective", values), 1, ordered=False, meets=condition)


def _by_items(conditions: Sequence[Condition]) -> Iterator[Plan]:
    matched = [condition for condition in conditions if isinstance(condition, Matched)]
    for each in sorted(matched, key=lambda each: len(each.things.exact)):
        items = list(each.things.exact)
        if items and not each.things.prefixes and len(items) <= _MOST_ARMS:
            roles = ROLES[each.part]
            if len(items) == 1:
                arms = piece("arms_by_one_item", {"item": items[0]}, roles=roles)
                yield Plan(
                    arms, 1, ordered=True, meets=each, page="page_single", one_item=each.part
                )
                continue
            arms = piece("arms_by_item", {"items": items}, roles=roles)
            yield Plan(arms, len(items), ordered=True, meets=each)
    for each in matched:
        if each.things.prefixes:
            lows = [*each.things.exact, *each.things.prefixes]
            highs = [item + "\x01" for item in each.things.exact]
            highs += [_after(stem) for stem in each.things.prefixes]
            values = {"lows": lows, "highs": highs}
            arms = piece("arms_by_range", values, roles=ROLES[each.part])
            yield Plan(arms, len(lows), ordered=False, meets=each)


def _after(stem: str) -> str:
    """The first text in the order of bytes behind all that begin so."""
    return stem[:-1] + chr(ord(stem[-1]) + 1)


def _by_columns(conditions: Sequence[Condition]) -> Iterator[Plan]:
    for condition in conditions:
        match condition:
            case OneOf("transformationID", values):
                spelt = [spelling for value in values for spelling in spell_id(value)]
                yield from _by_column(condition, "transformation_id", spelt)
    for condition in conditions:
        if isinstance(condition, AtPlace):
            yield from _by_column(condition, COLUMNS[condition.member], condition.places)
    for condition in conditions:
        match condition:
            case OneOf("bizStep", values):
                yield from _by_column(condition, "biz_step", values)


_INDEXED = {
    "transformation_id": "octet_length(e.transformation_id) <= 500",
    "biz_step": "octet_length(e.biz_step) <= 500",
    "read_point": "e.read_point is not null",
    "biz_location": "e.biz_location is not null",
}


def _by_column(condition: Condition, column: str, values: Sequence[str]) -> Iterator[Plan]:
    chosen = list(dict.fromkeys(values))
    whole = column not in ("transformation_id", "biz_step") or all(
        len(value.encode()) <= _LONGEST_INDEXED for value in chosen
    )
    if whole and len(chosen) <= _MOST_ARMS:
        arms = piece("arms_by_column", {"values": chosen}, column=column, indexed=_INDEXED[column])
        yield Plan(arms, max(len(chosen), 1), ordered=True, meets=condition)


def _asks_declared(condition: Condition) -> bool:
    match condition:
        case Present("errorDeclaration") | Timed("errorDeclarationTime"):
            return True
        case OneOf("errorReason"):
            return True
    return False


def window(conditions: Sequence[Condition], member: str) -> Window:
    """The narrowest window of a time that conditions ask for."""
    since: datetime | str = BEGINNING
    until: datetime | str = END
    for condition in conditions:
        if isinstance(condition, Timed) and condition.member == member:
            lows = [b.value for b in condition.bounds if b.operator == "GE"]
            highs = [b.value for b in condition.bounds if b.operator == "LT"]
            since = max(lows) if lows else since
            until = min(highs) if highs else until
    return Window(since, until)


def natural_order(query: Query) -> tuple[TimeColumn, Direction]:
    """The order of an answer where times give it; where nobody asks, what costs least."""
    if query.order is not None and query.order.by == "recordTime":
        return "record_time", query.order.direction
    if query.order is not None:
        return "event_time", query.order.direction
    asked = {each.member for each in query.conditions if isinstance(each, Timed)}
    if "recordTime" in asked and "eventTime" not in asked:
        indexed = next(find_plans(query.conditions), None)
        return ("event_time" if indexed else "record_time"), "DESC"
    return "event_time", "DESC"
