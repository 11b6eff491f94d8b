"""Answering a query out of the store: page by page, each at a bounded price.

Ordered arms are read in growing stretches until the page is full or the budget is spent; a page
that ends early carries a token, so the answer is whole in the end, whatever the query. What is
asked for in another order than an index has is gathered first, if it is little enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, errors

from nguon.epcis.query import Condition, Query, meets, query_error
from nguon.epcis.query.model import Direction, OneOf, Timed
from nguon.eventstore.query.conditions import ROLES, compile_condition
from nguon.eventstore.query.fragments import Sql, encode, fill, fragment, join
from nguon.eventstore.query.model import Bounds, FoundEvent
from nguon.eventstore.query.places import resolve_places
from nguon.eventstore.query.plans import (
    BEGINNING,
    END,
    Plan,
    TimeColumn,
    find_plans,
    natural_order,
    walk_plan,
    window,
)
from nguon.eventstore.query.turns import Turn

_ZERO = UUID(int=0)
_MOST_AT_ONCE = 10_000
_ROUGH = 100
_SPARE = 9
_EVER = (BEGINNING, END)
_HASTE = 20
_MEMBERS = {"event_time": "eventTime", "record_time": "recordTime"}
Start = tuple[datetime | str, UUID]


@contextmanager
def bounded(connection: Connection[Any], bounds: Bounds) -> Iterator[None]:
    """A read-only transaction whose statements end by themselves."""
    milliseconds = str(max(int(bounds.seconds * 1000), 1))
    begin = fragment("begin_bounded", milliseconds=milliseconds)
    connection.execute(encode(begin), prepare=False)
    try:
        yield
    except BaseException as error:
        if not connection.closed:
            connection.execute(encode(fragment("rollback")), prepare=False)
        if isinstance(error, errors.QueryCanceled):
            raise query_error("query_too_slow", "query", seconds=bounds.seconds) from error
        raise
    connection.execute(encode(fragment("commit")), prepare=False)


@dataclass(frozen=True, slots=True)
class _Filter:
    """SQL over what arms find, and the conditions that it is not sharp on."""

    where: Sql
    rough: Sequence[Condition]


@dataclass(slots=True)
class Search:
    """One query over one connection, inside `bounded`."""

    connection: Connection[Any]
    query: Query
    bounds: Bounds
    time: TimeColumn = "event_time"
    direction: Direction = "DESC"
    conditions: Sequence[Condition] = ()
    examined: int = 0
    # Seconds to wait for a turn, and whether there was none for the last page.
    patience: float = 0.0
    turned_away: bool = False
    _compiled: dict[Condition, Sql] = field(default_factory=dict)
    _filters: dict[Condition | None, _Filter] = field(default_factory=dict)

    @classmethod
    def simple(cls, connection: Connection[Any], query: Query, bounds: Bounds) -> Search:
        """The same without a look at hierarchies, which the query must not ask for."""
        time, direction = natural_order(query)
        return cls(connection, query, bounds, time, direction, query.conditions)

    @classmethod
    def prepare(cls, connection: Connection[Any], query: Query, bounds: Bounds) -> Search:
        """Resolve hierarchies and compile the conditions, once for all pages of a request."""
        conditions = resolve_places(connection, query.conditions, bounds)
        time, direction = natural_order(query)
        return cls(connection, query, bounds, time, direction, conditions)

    def read_at_once(
        self, start: Start | None, want: int
    ) -> tuple[list[FoundEvent], Start | None] | None:
        """A page of the events of one item, where one small statement is enough; else None.

        It reads so few rows, whatever the store holds, that it needs no bounds around it.
        """
        plan = next(find_plans(self.conditions), None)
        if plan is None or not plan.one_item or self.time != "event_time":
            return None
        if not all(each == plan.meets or _is_light(each) for each in self.conditions):
            return None
        where, words, chunk = self._filter(plan).where, self._words(), want + _SPARE
        values: dict[str, Any] = {**plan.arms.values, **where.values, "chunk": chunk}
        at, key = start or self._first(self.time)
        stop = self._stop(self.time)
        keyset = ""
        if start is not None or at not in _EVER or stop not in _EVER:
            values |= {"at": at, "key": key, "stop": stop}
            keyset = fragment("keyset", **words)
        roles = ROLES[plan.one_item]
        text = fragment("page_at_once", keyset=keyset, roles=roles, where=where.text, **words)
        rows = self.connection.execute(encode(text), values).fetchall()
        events = list({row[1]: _event(row) for row in rows if row[2]}.values())
        return _cut(events, want, None) if len(rows) < chunk or len(events) > want else None

    # -- pages ------------------------------------------------------------------------------

    def read_page(self, start: Start | None, want: int) -> tuple[list[FoundEvent], Start | None]:
        """At most `want` events after a position, and where there may be more; None for the end."""
        for plan in find_plans(self.conditions):
            if plan.ordered and plan.time == self.time:
                return self._walk(plan, start, want)
            page = self._gather(plan, start, want)
            if page is not None:
                return page
        return self._walk(walk_plan(self.time), start, want)

    def _walk(
        self, plan: Plan, start: Start | None, want: int
    ) -> tuple[list[FoundEvent], Start | None]:
        with Turn(self.patience) as turn:
            return self._walk_on(plan, start or self._first(self.time), want, turn)

    def _walk_on(
        self, plan: Plan, position: Start, want: int, turn: Turn
    ) -> tuple[list[FoundEvent], Start | None]:
        found: list[FoundEvent] = []
        rough = self._filter(plan).rough
        chunk = max(min(2 * (want + 1), self.bounds.light // plan.count), 16)
        budget = self.bounds.examined
        spent = 0
        began = last = time.monotonic()
        while len(found) <= want:
            limit = want + 1 - len(found) if not rough else max(_ROUGH, want + 1)
            chunk = max(1, min(chunk, _MOST_AT_ONCE, (budget - spent) // plan.count))
            rows, reached = self._read_walked(plan, position, chunk, limit)
            found += refine(rows, rough)
            spent += chunk * plan.count
            if reached is None:
                break
            position = reached
            now = time.monotonic()
            self.turned_away = spent >= self.bounds.light and not turn.granted()
            over = spent + plan.count > budget or now - began > self.bounds.seconds
            if over or self.turned_away:
                self.examined += spent
                return _cut(found, want, position)
            # Where events are large, larger steps would run into the time-out.
            chunk *= 4 if now - last < self.bounds.seconds / _HASTE else 1
            last = now
        self.examined += spent
        return _cut(found, want, None)

    def _read_walked(
        self, plan: Plan, position: Start, chunk: int, limit: int
    ) -> tuple[list[FoundEvent], Start | None]:
        words = self._words()
        arms = fill(plan.arms.text, tuple(words.items()))
        where = self._filter(plan).where
        text = fragment(plan.page, arms=arms, where=where.text, **words)
        values = {
            **plan.arms.values,
            **where.values,
            "at": position[0],
            "key": position[1],
            "stop": self._stop(self.time),
            "chunk": chunk,
            "want": limit,
        }
        rows = self.connection.execute(encode(text), values).fetchall()
        if plan.page == "page_single":
            return _single(rows, limit)
        horizon = (rows[0][0], rows[0][1]) if rows[0][0] is not None else None
        found = [_found(row) for row in rows if row[3] is not None]
        return found, (found[-1].at, found[-1].event_key) if len(found) == limit else horizon

    def _gather(
        self, plan: Plan, start: Start | None, want: int
    ) -> tuple[list[FoundEvent], Start | None] | None:
        """A page out of arms taken whole; None when they are too long."""
        found: list[FoundEvent] = []
        position = start or self._first(self.time)
        rough = self._filter(plan).rough
        limit = want + 1 if not rough else max(_ROUGH, want + 1)
        began = time.monotonic()
        while time.monotonic() - began <= self.bounds.seconds:
            rows = self._read_gathered(plan, position, limit)
            if rows is None:
                return None
            found += refine(rows, rough)
            if len(rows) < limit or len(found) > want:
                return _cut(found, want, None)
            position = (rows[-1].at, rows[-1].event_key)
        raise query_error("query_too_slow", "query", seconds=self.bounds.seconds)

    def gather_all(self, plan: Plan) -> list[FoundEvent] | None:
        """Every event that answers; None when the arms are too long to be taken whole."""
        rows = self._read_gathered(plan, self._first(self.time), self.bounds.gathered + 1)
        return None if rows is None else refine(rows, self._filter(plan).rough)

    def _read_gathered(self, plan: Plan, position: Start, limit: int) -> list[FoundEvent] | None:
        words = self._words()
        arms = fill(plan.arms.text, tuple(words.items()))
        where = self._filter(plan).where
        words = {**words, "time": self.time}
        text = fragment("page_gathered", arms=arms, where=where.text, **words)
        chunk = self.bounds.gathered // plan.count + 1
        values = {
            **plan.arms.values,
            **where.values,
            "at": self._first(plan.time)[0],
            "key": _ZERO,
            "stop": self._stop(plan.time),
            "chunk": chunk,
            "from_at": position[0],
            "from_key": position[1],
            "want": limit,
        }
        rows = self.connection.execute(encode(text), values).fetchall()
        self.examined += chunk * plan.count
        return None if rows[0][0] else [_found(row) for row in rows if row[3] is not None]

    # -- events found elsewhere -------------------------------------------------------------

    def filter_events(self) -> tuple[Sql, Sequence[Condition]]:
        """All conditions as SQL over an event `e`, and those that it is not sharp on."""
        known = self._filter(walk_plan(self.time))
        return known.where, known.rough

    # -- pieces -----------------------------------------------------------------------------

    def _words(self) -> dict[str, str]:
        return _DOWN if self.direction == "DESC" else _UP

    def _first(self, time: TimeColumn) -> Start:
        asked = window(self.query.conditions, _MEMBERS[time])
        return (asked.until if self.direction == "DESC" else asked.since), _ZERO

    def _stop(self, time: TimeColumn) -> datetime | str:
        asked = window(self.query.conditions, _MEMBERS[time])
        return asked.since if self.direction == "DESC" else asked.until

    def _filter(self, plan: Plan) -> _Filter:
        """What remains to be asked of what a plan's arms find."""
        known = self._filters.get(plan.meets)
        if known is None:
            asked = [each for each in self.conditions if each != plan.meets]
            compiled = [(each, self._compile(each)) for each in asked]
            where = join(sql for _, sql in compiled).named("w")
            known = _Filter(where, [each for each, sql in compiled if not sql.exact])
            self._filters[plan.meets] = known
        return known

    def _compile(self, condition: Condition) -> Sql:
        if condition not in self._compiled:
            self._compiled[condition] = compile_condition(condition)
        return self._compiled[condition]


def refine(rows: Sequence[FoundEvent], rough: Sequence[Condition]) -> list[FoundEvent]:
    """The rows that answer indeed, where SQL could only say that they might."""
    if not rough:
        return list(rows)
    return [row for row in rows if all(meets(each, row.event, row.record_time) for each in rough)]


def _is_light(condition: Condition) -> bool:
    """Whether a condition is no more than a look at a column of the event."""
    match condition:
        case OneOf(member):
            return member in ("eventType", "action", "bizStep", "disposition")
        case Timed(member):
            return member in ("eventTime", "recordTime")
    return False


_DOWN = {"dir": "desc", "past": "<", "short": ">=", "within": ">="}
_UP = {"dir": "asc", "past": ">", "short": "<", "within": "<="}


def _event(row: tuple[Any, ...]) -> FoundEvent:
    at, key, _, event_id, recorded, doc, context = row
    return FoundEvent(key, event_id, recorded, at, doc, context)


def _single(rows: list[tuple[Any, ...]], limit: int) -> tuple[list[FoundEvent], Start | None]:
    """The events of one arm, each once though it may name an item in several roles."""
    found = {
        key: FoundEvent(key, event_id, recorded, at, doc, context)
        for at, key, _, there, event_id, recorded, doc, context in rows
        if there
    }
    cut = bool(rows) and (len(rows) == limit or rows[-1][2])
    return list(found.values()), (rows[-1][0], rows[-1][1]) if cut else None


def _found(row: tuple[Any, ...]) -> FoundEvent:
    _, _, at, key, event_id, recorded, doc, context = row
    return FoundEvent(key, event_id, recorded, at, doc, context)


def _cut(
    found: list[FoundEvent], want: int, reached: Start | None
) -> tuple[list[FoundEvent], Start | None]:
    """A page of what was found, and where the next one begins."""
    if len(found) <= want:
        return found, reached
    last = found[want - 1]
    return found[:want], (last.at, last.event_key)
