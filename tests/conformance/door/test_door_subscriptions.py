"""Where other EPCIS servers were seen to fail at subscriptions, at a running server and worker:
triggers before the commit, a token that signs nothing, duplicates, deletion that forgets no one.
"""

from __future__ import annotations

import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conformance.door.calling import Door
from tests.integration.eventstore.documents import GTIN
from tests.integration.exchange.receiver import Call, Receiver
from tests.integration.exchange.samples import make_document, make_event

pytestmark = pytest.mark.database

TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A subscriber on the loopback address, where this door may call."""
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def lot() -> str:
    """A lot that no other test speaks of."""
    return f"{GTIN}/10/{uuid.uuid4().hex[:14]}"


@pytest.fixture
def query(door: Door, lot: str) -> str:
    """The address of a named query for the lot's events."""
    name = f"lot {uuid.uuid4().hex[:8]} – thử"
    answer = door.post("/queries", {"name": name, "query": {"MATCH_anyEPCClass": [lot]}})
    assert answer.status == 201, answer.body
    return answer.headers["location"]


def subscribe(door: Door, query: str, receiver: Receiver, **more: Any) -> str:
    wanted = {"dest": receiver.url, "signatureToken": TOKEN, "stream": True, **more}
    answer = door.post(f"{query}/subscriptions", wanted)
    assert answer.status == 201, answer.body
    assert TOKEN not in answer.body.decode()
    return answer.headers["location"]


def of_lot(lot: str, **members: Any) -> dict[str, Any]:
    quantities = [{"epcClass": lot, "quantity": 1, "uom": "KGM"}]
    return make_event(quantityList=quantities, **members)


def wait_until(held: Callable[[], bool], seconds: float = 45) -> None:
    """Return once it holds: the worker is a process of its own and comes round by itself."""
    end = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_a_trigger_fired_before_the_commit_a_callback_tells_what_can_be_read(
    door: Door, query: str, receiver: Receiver, lot: str
) -> None:
    readable: list[int] = []

    def look(call: Call) -> int:
        asking = Door(door.base)
        readable.extend(asking.get(f"/events/{name}").status for name in call.ids)
        asking.close()
        return 200

    receiver.behave = look
    subscribe(door, query, receiver)
    rolled_back = [of_lot(lot) for _ in range(5)]
    job = door.capture(make_document(*rolled_back, of_lot(lot, eventTime="yesterday")))
    assert not job["success"]
    kept = [of_lot(lot) for _ in range(5)]
    assert door.capture(make_document(*kept))["success"]
    wait_until(lambda: len(receiver.taken) >= len(kept))
    assert sorted(receiver.taken) == sorted(event["eventID"] for event in kept)
    assert readable == [200] * len(readable)


def test_the_token_signed_nothing_every_callback_is_signed_with_it(
    door: Door, query: str, receiver: Receiver, lot: str
) -> None:
    subscribe(door, query, receiver)
    assert door.capture(make_document(of_lot(lot)))["success"]
    wait_until(lambda: bool(receiver.taken))
    call = receiver.calls[-1]
    # As docs/how-to/subscribe.md tells a receiver to check it, and with nothing of ours.
    parts = dict(part.split("=") for part in call.headers["GS1-Signature"].split(","))
    signed = parts["t"].encode() + b"." + call.body
    assert hmac.new(TOKEN.encode(), signed, "sha256").hexdigest() == parts["v1"]


def test_a_duplicate_was_told_again_only_what_is_new_is_told(
    door: Door, query: str, receiver: Receiver, lot: str
) -> None:
    subscribe(door, query, receiver)
    first, second = of_lot(lot), of_lot(lot)
    assert door.capture(make_document(first))["success"]
    assert door.capture(make_document(first))["success"]
    assert door.capture(make_document(first, second))["success"]
    wait_until(lambda: len(receiver.taken) >= 2)
    time.sleep(1.0)
    assert receiver.taken == [first["eventID"], second["eventID"]]


def test_a_query_that_is_deleted_takes_its_subscribers_along(
    door: Door, query: str, receiver: Receiver, lot: str
) -> None:
    place = subscribe(door, query, receiver)
    assert door.get(place).status == 200
    assert door.ask("DELETE", query).status == 204
    for address in (query, f"{query}/events", f"{query}/subscriptions", place):
        assert door.get(address).status == 404, address
    assert door.capture(make_document(of_lot(lot)))["success"]
    time.sleep(2.0)
    assert receiver.calls == []


def test_a_name_taken_twice_is_409_and_the_first_query_stays(
    door: Door, query: str, lot: str
) -> None:
    name = door.get(query).json["name"]
    again = door.post("/queries", {"name": name, "query": {"eventType": ["ObjectEvent"]}})
    assert (again.status, again.json["type"]) == (
        409,
        "epcisException:ResourceAlreadyExistsException",
    )
    assert door.get(query).json["query"] == {"MATCH_anyEPCClass": [lot]}


def test_a_named_query_answers_as_the_same_question_in_a_url(
    door: Door, query: str, lot: str
) -> None:
    events = [of_lot(lot) for _ in range(3)]
    assert door.capture(make_document(*events))["success"]
    asked = door.get(f"{query}/events").events
    assert asked == door.events({"MATCH_anyEPCClass": lot})
    assert len(asked) == 3


@pytest.mark.parametrize(
    "dest",
    [
        "http://10.0.0.1/x", "http://169.254.169.254/latest/meta-data", "http://[::1]:9999/",
        "file:///etc/passwd", "ftp://example.com/", "http://user:pw@example.com/", "nowhere", "",
    ],
)  # fmt: skip
def test_the_server_called_whatever_it_was_told_it_calls_no_neighbour(
    door: Door, query: str, dest: str
) -> None:
    answer = door.post(f"{query}/subscriptions", {"dest": dest, "stream": True})
    assert (answer.status, answer.kind) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "controls",
    [
        {}, {"stream": False}, {"stream": True, "schedule": {"hour": "1"}}, {"schedule": {}},
        {"schedule": {"hour": "24"}}, {"schedule": {"minute": "[5-1]"}}, {"schedule": {"x": "1"}},
        {"schedule": {"dayOfWeek": "0"}}, {"schedule": "every day"}, {"stream": "yes"},
        {"stream": True, "initialRecordTime": "yesterday"},
    ],
)  # fmt: skip
def test_controls_that_say_nothing_sound_are_refused_by_name(
    door: Door, query: str, receiver: Receiver, controls: dict[str, Any]
) -> None:
    answer = door.post(f"{query}/subscriptions", {"dest": receiver.url, **controls})
    assert answer.status == 400, answer.body
    assert answer.json["type"] in (
        "epcisException:SubscriptionControlsException",
        "epcisException:ValidationException",
    )
