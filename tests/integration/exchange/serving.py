"""A store, its subscriptions, and one who serves them, on a clock of the test's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from nguon.epcis.subscription import Controls, DeliveryLimits, read_controls
from nguon.eventstore import Store
from nguon.eventstore.subscriptions import Subscription, Subscriptions
from nguon.exchange.subscriptions.addresses import read_networks
from nguon.exchange.subscriptions.courier import Courier
from nguon.exchange.subscriptions.sending import Sender
from tests.integration.eventstore.documents import make_object, read
from tests.integration.exchange.receiver import Receiver

LOOPBACK = read_networks(["127.0.0.0/8"])
LIMITS = DeliveryLimits(events=16, wait=1.0, longest_wait=64.0)
ZONE = "Asia/Ho_Chi_Minh"


class Clock:
    """A clock that goes on by itself, and leaps where a test says so."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def leap(self, **span: float) -> None:
        self.ahead += timedelta(**span)


class House:
    """A store, its subscriptions, and one who serves them, on a clock of the test's."""

    def __init__(self, url: str, store: Store) -> None:
        self.url, self.store = url, store
        self.subscriptions = Subscriptions.open(url)
        self.clock = Clock()
        # Longer than any machine under load: a callback cut off would be told again, rightly.
        self.sender = Sender(LOOPBACK, seconds=30.0)
        self.dice = random.Random(7)
        self.courier = self.make_courier()
        self.subscriptions.add_query("all", {}, {})

    def make_courier(self, poster: Any = None, limits: DeliveryLimits = LIMITS) -> Courier:
        return Courier(
            self.subscriptions, poster or self.sender, self.clock, limits, self.dice.random
        )

    def capture(self, count: int = 1, **changes: Any) -> list[str]:
        """Some events in one capture, in the order in which they happened."""
        begun = datetime(2026, 5, 11, 8, tzinfo=UTC)
        events = [
            make_object(
                f"L{number}",
                eventTime=(begun + timedelta(minutes=number)).isoformat(),
                eventTimeZoneOffset="+00:00",
                **changes,
            )
            for number in range(count)
        ]
        assert self.store.capture(read(*events)).stored == count
        return [event["eventID"] for event in events]

    def captures(self, count: int) -> list[str]:
        """Some captures of an event each."""
        return [event for _ in range(count) for event in self.capture()]

    def subscribe(self, dest: str, query: str = "all", **members: Any) -> UUID:
        asked = members if "schedule" in members else {"stream": True, **members}
        controls = read_controls({"dest": dest, **asked}, ZONE)
        return self.subscribe_to(query, controls)

    def subscribe_to(self, query: str, controls: Controls) -> UUID:
        made = self.subscriptions.subscribe(query, controls, self.clock(), batch=LIMITS.events)
        assert made is not None
        return made

    def serve(self, number: UUID) -> Subscription:
        self.courier.serve(number)
        return self.look(number)

    def look(self, number: UUID) -> Subscription:
        found = self.subscriptions.find(number)
        assert found is not None
        return found

    def serve_out(self, number: UUID) -> Subscription:
        """Until nothing is left to send, time leaping to each next try."""
        for _ in range(400):
            stands = self.serve(number)
            done = stands.run_until is None and not stands.failures
            if done or stands.state == "paused":
                return stands
            self.clock.ahead = max(
                self.clock.ahead, stands.next_at - datetime.now(UTC) + timedelta(milliseconds=5)
            )
        raise AssertionError("it never ends")


@pytest.fixture
def house(store_url: str, fresh_store: Store) -> Iterator[House]:
    made = House(store_url, fresh_store)
    yield made
    made.subscriptions.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def first_of_each(told: list[str]) -> list[str]:
    return list(dict.fromkeys(told))
