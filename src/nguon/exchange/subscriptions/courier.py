"""Serving one subscription: reading on, sending, judging the answer, noting how far it is.

A receiver is told everything at least once and in order. Its place moves only after it answered
2xx, or after an event that it would not take was kept in the list of those set aside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Protocol
from uuid import UUID

import structlog

from nguon.epcis.query import Query, QueryError
from nguon.epcis.subscription import DEFAULT_LIMITS, Answer, Attempt, DeliveryLimits, judge
from nguon.epcis.subscription.delivery import choose_size, grow
from nguon.eventstore.query import FoundEvent
from nguon.eventstore.subscriptions import Place, Subscription, Subscriptions, Turn
from nguon.exchange.problem import Problem
from nguon.exchange.subscriptions.rendering import Message, render_message, render_problem

# Steps of one turn, so that one who is told much does not keep others waiting.
_STEPS = 200
_FAR = timedelta(days=40 * 366)
_log = structlog.get_logger("nguon.exchange.subscriptions")


class Poster(Protocol):
    """Whoever sends (`sending.Sender`)."""

    def post(self, dest: str, body: bytes, headers: Mapping[str, str]) -> Answer: ...


class Courier:
    """Serves subscriptions, one step after another."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        poster: Poster,
        clock: Callable[[], datetime],
        limits: DeliveryLimits = DEFAULT_LIMITS,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._subscriptions = subscriptions
        self._poster = poster
        self._clock = clock
        self._limits = limits
        self._chance = chance

    def serve(self, subscription: UUID, stop: Event | None = None) -> None:
        """Go on with a subscription until nothing is left to do for now, or somebody else does."""
        with self._subscriptions.turn(subscription) as turn:
            if turn is None:
                return
            for _ in range(_STEPS):
                if (stop is not None and stop.is_set()) or not self._step(turn):
                    return
                if not turn.read_again():
                    return

    def _step(self, turn: Turn) -> bool:
        """One step; False where there is nothing more to do for now."""
        stands = turn.subscription
        now = self._clock()
        if stands.state != "active" or stands.next_at > now:
            return False
        if stands.run_until is None:
            return self._begin(turn, now)
        if stands.place >= Place(stands.run_until):
            return self._end(turn, stands.run_until)
        named = turn.query()
        if named is None:
            return False
        try:
            return self._go_on(turn, named.read().query, stands.run_until)
        except QueryError as error:
            return self._tell_broken(turn, error)

    def _begin(self, turn: Turn, now: datetime) -> bool:
        last = turn.last()
        if turn.subscription.controls.schedule is None and last <= turn.subscription.place.number:
            return False
        return turn.begin(last, now)

    def _go_on(self, turn: Turn, query: Query, until: int) -> bool:
        stands = turn.subscription
        size = choose_size(stands.batch, stands.failures, self._limits)
        stretch = turn.read(query, until, size)
        if not stretch.events:
            return turn.advance(stretch.reached, sent=0, batch=stands.batch, notified=None)
        events = _cut(stretch.events, self._limits.bytes)
        if len(events) == size:
            events = _leave_half_captures(events)
        whole = len(events) == len(stretch.events)
        return self._send(turn, events, stretch.reached if whole else events[-1][0])

    def _end(self, turn: Turn, until: int) -> bool:
        """A run is over: where it told nothing, that may have to be told too."""
        stands = turn.subscription
        if (
            stands.controls.report_if_empty
            and not stands.run_sent
            and not self._send(turn, [], stands.place)
        ):
            return False
        now = self._clock()
        when = stands.controls.schedule
        next_at = now if when is None else when.next(now) or now + _FAR
        return turn.end(until, next_at)

    # -- sending ----------------------------------------------------------------------------

    def _send(self, turn: Turn, events: Sequence[tuple[Place, FoundEvent]], reached: Place) -> bool:
        stands = turn.subscription
        try:
            message = self._render(stands, [event for _, event in events])
            answer = self._poster.post(stands.controls.dest, message.body, message.headers)
        except Problem as problem:
            # An event that the form cannot hold is one that cannot be taken.
            answer = Answer(status=422, reason=problem.fault.sentence("en"))
        now = self._clock()
        attempt = Attempt(
            len(events),
            stands.failures,
            stands.set_aside,
            (now - stands.failing_since).total_seconds() if stands.failing_since else 0.0,
        )
        verdict = judge(answer, attempt, self._chance(), self._limits)
        _log.info(
            "callback",
            subscription=str(stands.id),
            events=len(events),
            status=answer.status,
            verdict=verdict.kind,
        )
        match verdict.kind:
            case "delivered":
                full = len(events) >= stands.batch
                batch = grow(stands.batch, self._limits) if full else stands.batch
                return turn.advance(reached, sent=len(events), batch=batch, notified=now)
            case "smaller":
                turn.shrink(verdict.events)
                return True
            case "set_aside":
                return turn.set_aside(events[0][0], describe(answer), now)
            case "later":
                next_at = now + timedelta(seconds=verdict.wait)
                turn.fail(describe(answer), now, next_at=next_at, batch=stands.batch)
            case "stop":
                turn.fail(describe(answer), now, next_at=now, batch=stands.batch, state="paused")
        return False

    def _render(self, stands: Subscription, events: Sequence[FoundEvent]) -> Message:
        controls = stands.controls
        return render_message(
            events,
            controls,
            query_name=controls.query_name or stands.query_name,
            subscription_id=controls.subscription_id or str(stands.id),
            now=self._clock(),
        )

    def _tell_broken(self, turn: Turn, error: QueryError) -> bool:
        """The query itself fails: its subscriber is told once, and it is tried again later."""
        stands = turn.subscription
        now = self._clock()
        problem = Problem(error.status, *error.faults, name=error.exception)
        if not stands.failures:
            message = render_problem(problem, stands.controls, now)
            self._poster.post(stands.controls.dest, message.body, message.headers)
        passing = error.exception == "QueryTooComplexException"
        wait = min(60.0 * 2.0 ** min(stands.failures, 10), self._limits.longest_wait)
        turn.fail(
            {"status": 0, "reason": error.fault.sentence("en"), "code": error.code},
            now,
            next_at=now + timedelta(seconds=wait),
            batch=stands.batch,
            state="active" if passing else "paused",
        )
        return False

    # -- what was set aside -----------------------------------------------------------------

    def resend(self, stands: Subscription, events: Sequence[FoundEvent]) -> Answer:
        """Send some events once more, out of their turn."""
        message = self._render(stands, events)
        return self._poster.post(stands.controls.dest, message.body, message.headers)


def describe(answer: Answer) -> dict[str, Any]:
    """An answer as it is kept and shown."""
    return {"status": answer.status, "reason": answer.reason}


def _cut(
    events: Sequence[tuple[Place, FoundEvent]], most: int
) -> Sequence[tuple[Place, FoundEvent]]:
    """As many as fit into a body, and one in any case."""
    size = 0
    for number, (_, event) in enumerate(events):
        size += len(event.doc.encode())
        if size > most and number:
            return events[:number]
    return events


def _leave_half_captures(
    events: Sequence[tuple[Place, FoundEvent]],
) -> Sequence[tuple[Place, FoundEvent]]:
    """Without those of a capture that may not be whole, for the next callback to have it whole.

    Within a callback events stand by their time; of one capture that is cut they could not.
    """
    last = events[-1][0].number
    earlier = [pair for pair in events if pair[0].number != last]
    return earlier or events
