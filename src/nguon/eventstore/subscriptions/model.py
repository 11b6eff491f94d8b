"""Named queries and subscriptions as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from nguon.epcis.query import Request, read_json
from nguon.epcis.subscription import Controls
from nguon.eventstore.query import FoundEvent

State = Literal["active", "paused"]
# Behind every event of a place.
LAST_KEY: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query under a name: the parameters as they were given, the prefixes in force then."""

    name: str
    query: Mapping[str, Any]
    namespaces: Mapping[str, str]
    owner: str
    created_at: datetime

    def read(self) -> Request:
        """What it asks. Raises `QueryError` where this version reads it no longer."""
        return read_json(dict(self.query), self.namespaces)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """How far the line of events was followed: all of earlier arrivals, and keys up to this."""

    number: int
    key: UUID = LAST_KEY


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of what, how far, and how it goes."""

    id: UUID
    query_name: str
    controls: Controls
    signature_token: str | None
    owner: str
    created_at: datetime
    initial_record_time: datetime | None
    min_record_time: datetime
    last_notified_at: datetime | None
    place: Place
    run_until: int | None
    run_sent: int
    next_at: datetime
    state: State
    batch: int
    failures: int
    failing_since: datetime | None
    set_aside: int
    last_error: Mapping[str, Any] | None
    last_error_at: datetime | None
    letters: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a receiver would not take, and what it said."""

    number: int
    subscription: UUID
    event_key: UUID
    error: Mapping[str, Any]
    created_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the line: the events that answer, each with its place, and how far it goes."""

    events: list[tuple[Place, FoundEvent]]
    reached: Place
