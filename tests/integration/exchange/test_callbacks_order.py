"""Whatever a receiver does, however many serve: nothing is lost, and order is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.eventstore import Store
from nguon.exchange.subscriptions.dispatch import Dispatcher
from nguon.exchange.subscriptions.sending import Sender
from tests.integration.exchange.receiver import Call, Receiver
from tests.integration.exchange.serving import (
    LOOPBACK,
    House,
    house,
    receiver,
)

__all__ = ["house", "receiver"]
pytestmark = pytest.mark.database


# -- whatever happens -------------------------------------------------------------------------

_answers = st.lists(
    st.sampled_from([200, 200, 200, 204, 413, 500, 503, None, 429, 404]), max_size=40
)


@given(_answers, st.lists(st.integers(1, 9), min_size=1, max_size=12))
@settings(max_examples=60)
def test_whatever_a_receiver_does_nothing_is_lost_and_order_is_kept(
    server_url: str, migrated_template: str, answers: list[int | None], captures: list[int]
) -> None:
    house, receiver = _shared(server_url, migrated_template)
    script = iter(answers)
    receiver.calls.clear()
    receiver.behave = lambda call: next(script, 200)
    number = house.subscribe(receiver.url)
    told: list[str] = []
    part: dict[str, int] = {}
    for turn, count in enumerate(captures):
        events = house.capture(count)
        told += events
        part |= dict.fromkeys(events, turn)
        if len(told) % 2:
            house.serve(number)
    stands = house.serve_out(number)
    while stands.state == "paused":
        house.subscriptions.set_state(number, "active", house.clock())
        stands = house.serve_out(number)
    aside = {letter.event_key for letter in house.subscriptions.letters(number)}
    names = {e.event_id for e in house.subscriptions.events(list(aside))}
    taken = receiver.taken
    assert [part[each] for each in taken] == sorted(part[each] for each in taken), "in order"
    assert set(taken) | names == set(told), "taken, or set aside"
    assert len(taken) == len(set(taken)), "what was acknowledged is not told again"
    house.subscriptions.unsubscribe("all", number)


_houses: dict[str, tuple[House, Receiver]] = {}


def _shared(server_url: str, template: str) -> tuple[House, Receiver]:
    """One house for all examples: a database for each would take minutes."""
    from tests.conftest import make_database

    if server_url not in _houses:
        url = make_database(server_url, template)
        _houses[server_url] = House(url, Store.open(url)), Receiver()
    return _houses[server_url]


@pytest.fixture(scope="module", autouse=True)
def _put_away() -> Iterator[None]:
    yield
    for made, listening in _houses.values():
        listening.close()
        made.subscriptions.close()
        made.store.close()
    _houses.clear()


# -- several at once --------------------------------------------------------------------------


def _run(house: House, done: Callable[[], bool], dispatchers: int = 1) -> None:
    """Serve by the real loop until something is so."""
    stop = threading.Event()
    threads = []
    for _ in range(dispatchers):
        loop = Dispatcher(house.subscriptions, house.make_courier(), house.clock, threads=4)
        threads.append(threading.Thread(target=loop.run, args=(stop,)))
    for thread in threads:
        thread.start()
    for _ in range(600):
        if done():
            break
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()


def test_two_dispatchers_serve_each_subscription_one_at_a_time(
    house: House, receiver: Receiver
) -> None:
    under_way: dict[str, int] = {}
    crowded: list[str] = []
    lock = threading.Lock()

    def take(call: Call) -> int:
        number = call.results["subscriptionID"]
        with lock:
            under_way[number] = under_way.get(number, 0) + 1
            if under_way[number] > 1:
                crowded.append(number)
        threading.Event().wait(0.01)
        with lock:
            under_way[number] -= 1
        return 200

    receiver.behave = take
    numbers = [house.subscribe(receiver.url) for _ in range(3)]
    told = house.captures(40)

    def told_to(number: UUID) -> list[str]:
        calls = [c for c in list(receiver.calls) if c.results["subscriptionID"] == str(number)]
        return [each for call in calls for each in call.ids]

    _run(house, lambda: all(len(told_to(n)) >= len(told) for n in numbers), dispatchers=2)
    assert crowded == []
    assert [told_to(number) for number in numbers] == [told] * 3


def test_a_receiver_that_hangs_does_not_keep_others_waiting(
    house: House, receiver: Receiver
) -> None:
    house.sender = Sender(LOOPBACK, seconds=2.0)
    stuck = Receiver()
    stuck.behave = stuck.hang
    for _ in range(6):
        house.subscribe(stuck.url)
    number = house.subscribe(receiver.url)
    told = house.captures(3)
    _run(house, lambda: len(receiver.taken) == len(told))
    assert receiver.taken == told
    assert house.look(number).state == "active"
    stuck.close()
