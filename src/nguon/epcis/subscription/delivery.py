"""What follows from a receiver's answer: go on, send less, wait, set aside, stop.

The states 200, 401, 403, 413 and 415 are those of the callback in the REST binding; what any other
answer means is HTTP's (RFC 9110): Retry-After, redirects, Gone.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal["delivered", "smaller", "later", "set_aside", "stop"]
_TOO_LARGE = 413
# The receiver is at odds with what it was sent, not with who sends or where to.
_CONTENT = frozenset({400, _TOO_LARGE, 422})
# Answers that pass by themselves: too early, too many, or a time-out before the request was whole.
_PASSING = frozenset({408, 421, 425, 429})
_GONE = 410


class DeliveryLimits(Struct, frozen=True):
    """How patient the sender is.

    - `events`, `bytes`: most of one callback; a single larger event goes alone.
    - `wait`, `longest_wait`: seconds of the first and of the longest pause after failures, which
      double from one to the other.
    - `refusals`: answers like 401 or 404 in a row after which a subscription is paused.
    - `set_aside`: events in a row that the receiver would not take before it is paused.
    - `patience`: seconds of nothing but failures after which it is paused.
    - `trips`: failures in a row after which a single event is sent to see whether it works again.
    """

    events: int = 100
    bytes: int = 1024 * 1024
    wait: float = 2.0
    longest_wait: float = 3600.0
    refusals: int = 5
    set_aside: int = 10
    patience: float = 7 * 86400.0
    trips: int = 3


DEFAULT_LIMITS = DeliveryLimits()


class Answer(Struct, frozen=True):
    """What came back: a status, or 0 and why there is none. `retry_after` in seconds."""

    status: int = 0
    reason: str = ""
    retry_after: float | None = None
    forbidden: bool = False


class Attempt(Struct, frozen=True):
    """What was tried: events of the body, failures in a row before, and for how long."""

    events: int
    failures: int = 0
    set_aside: int = 0
    failing_seconds: float = 0.0


class Verdict(Struct, frozen=True):
    """What to do: `wait` in seconds for "later", `events` of the next try for "smaller"."""

    kind: Kind
    wait: float = 0.0
    events: int = 0


def judge(
    answer: Answer, attempt: Attempt, chance: float, limits: DeliveryLimits = DEFAULT_LIMITS
) -> Verdict:
    """The verdict on an answer. `chance` in [0, 1) spreads the pauses of many subscriptions."""
    status = answer.status
    if 200 <= status < 300:
        return Verdict("delivered")
    if status in _CONTENT and attempt.events > 1:
        return Verdict("smaller", events=attempt.events // 2)
    if status in _CONTENT and attempt.events == 1:
        return Verdict("stop" if attempt.set_aside >= limits.set_aside else "set_aside")
    if _is_refusal(answer) and (status == _GONE or attempt.failures + 1 >= limits.refusals):
        return Verdict("stop")
    if attempt.failing_seconds >= limits.patience:
        return Verdict("stop")
    return Verdict("later", wait=_pause(answer, attempt, chance, limits))


def choose_size(batch: int, failures: int, limits: DeliveryLimits = DEFAULT_LIMITS) -> int:
    """How many events to send: one while it is not known whether the receiver is well again."""
    return 1 if failures >= limits.trips else max(1, min(batch, limits.events))


def grow(batch: int, limits: DeliveryLimits = DEFAULT_LIMITS) -> int:
    """The size of the next callback after one that was taken: an eighth more, up to the most."""
    return min(limits.events, batch + max(1, batch // 8))


def _is_refusal(answer: Answer) -> bool:
    """Whether somebody has to do something before it can work."""
    return answer.forbidden or (300 <= answer.status < 500 and answer.status not in _PASSING)


def _pause(answer: Answer, attempt: Attempt, chance: float, limits: DeliveryLimits) -> float:
    # Half of the pause is certain, the other half by chance: so that receivers that come back are
    # not met by all their subscriptions at once.
    doubled = limits.wait * 2.0 ** min(attempt.failures, 40)
    pause = min(doubled, limits.longest_wait) * (0.5 + chance / 2)
    return max(pause, min(answer.retry_after or 0.0, 86400.0))
