"""Events over a WebSocket: a client that others wrote, at a running server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from nguon.eventstore import Store
from nguon.eventstore.subscriptions import Subscriptions
from tests.integration.cli.running import ROOT, make_environment
from tests.integration.eventstore.documents import make_object, read

pytestmark = pytest.mark.database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Streams:
    """A running `nguon stream`, and the store behind it."""

    def __init__(self, url: str, store: Store, port: int) -> None:
        self.base, self.store = f"127.0.0.1:{port}", store
        self.subscriptions = Subscriptions.open(url)

    def add_query(self, name: str, query: dict[str, Any] | None = None) -> None:
        assert self.subscriptions.add_query(name, query or {}, {})

    def connect(self, name: str, query: str) -> connect:
        return connect(f"ws://{self.base}/epcis/queries/{quote(name)}/events?{query}")

    def capture(self, count: int = 1, **changes: Any) -> list[str]:
        events = [make_object(f"L{number}", **changes) for number in range(count)]
        assert self.store.capture(read(*events)).stored == count
        return [event["eventID"] for event in events]


def wait_until(reached: Callable[[], bool]) -> None:
    for _ in range(600):
        if reached():
            return
        time.sleep(0.05)
    raise AssertionError("not within half a minute")


def answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{base}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def streams(server_url: str, migrated_template: str) -> Iterator[Streams]:
    from tests.conftest import drop_database, make_database

    url = make_database(server_url, migrated_template)
    port = free_port()
    command = [sys.executable, "-m", "nguon.cli", "stream", "--port", str(port)]
    process = subprocess.Popen(command, env=make_environment(DATABASE_URL=url), cwd=ROOT)
    store = Store.open(url)
    made = Streams(url, store, port)
    try:
        wait_until(lambda: answers(made.base))
        yield made
    finally:
        process.terminate()
        process.wait(20)
        made.subscriptions.close()
        store.close()
        drop_database(server_url, url)


def ids(message: str | bytes) -> list[str]:
    document = json.loads(message)
    assert document["type"] == "EPCISQueryDocument"
    events = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return [event["eventID"] for event in events]


def take(listening: ClientConnection, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        found += ids(listening.recv(timeout=30))
    return found


def test_events_are_told_as_they_come(streams: Streams) -> None:
    streams.add_query("shipped", {"EQ_bizStep": ["shipping"]})
    streams.capture(bizStep="shipping", action="OBSERVE")
    with streams.connect("shipped", "stream=true") as listening:
        streams.capture(3)
        told = streams.capture(bizStep="shipping", action="OBSERVE")
        told += streams.capture(bizStep="shipping", action="OBSERVE")
        assert take(listening, 2) == told
        told = streams.capture(2, bizStep="shipping", action="OBSERVE")
        message = listening.recv(timeout=30)
        assert sorted(ids(message)) == sorted(told)
        results = json.loads(message)["epcisBody"]["queryResults"]
        assert results["queryName"] == "shipped"
        assert results["subscriptionID"]


def test_who_comes_back_says_from_where_on(streams: Streams) -> None:
    streams.add_query("from", {})
    with streams.connect("from", "stream=true") as listening:
        first = streams.capture()
        assert take(listening, 1) == first
    missed = streams.capture()
    recorded = streams.store.events_by_id(missed[0])[0].record_time
    assert recorded is not None
    since = quote(recorded.isoformat())
    with streams.connect("from", f"stream=true&initialRecordTime={since}") as listening:
        assert take(listening, 1) == missed


def test_many_listeners_are_all_told(streams: Streams) -> None:
    streams.add_query("many", {})
    with ExitStack() as stack:
        listening = [stack.enter_context(streams.connect("many", "stream=true")) for _ in range(10)]
        told = [streams.capture()[0] for _ in range(5)]
        assert [take(each, 5) for each in listening] == [told] * 10


def test_a_schedule_reports_at_its_times_even_nothing(streams: Streams) -> None:
    streams.add_query("timed", {})
    with streams.connect("timed", f"second={quote('*')}&reportIfEmpty=true") as listening:
        assert ids(listening.recv(timeout=30)) == []
        told = streams.capture(2)
        found: list[str] = []
        while not found:
            found = ids(listening.recv(timeout=30))
        assert sorted(found) == sorted(told)


def test_a_deleted_query_ends_its_connections(streams: Streams) -> None:
    streams.add_query("brief", {})
    with streams.connect("brief", "stream=true") as listening:
        assert streams.subscriptions.delete_query("brief")
        with pytest.raises(ConnectionClosedOK) as told:
            listening.recv(timeout=30)
        assert told.value.rcvd is not None
        assert told.value.rcvd.reason == "the query was deleted"


@pytest.mark.parametrize(
    ("name", "query", "exception"),
    [
        ("none", "stream=true", "NoSuchNameException"),
        ("odd", "", "SubscriptionControlsException"),
        ("odd", "stream=perhaps", "SubscriptionControlsException"),
        ("odd", "stream=true&hour=1", "SubscriptionControlsException"),
        ("odd", "hour=25", "SubscriptionControlsException"),
        ("odd", "stream=true&x=1", "ValidationException"),
        ("limited", "stream=true", "SubscriptionControlsException"),
    ],
)
def test_what_is_refused_is_told_before_the_connection_ends(
    streams: Streams, name: str, query: str, exception: str
) -> None:
    streams.subscriptions.add_query("odd", {}, {})
    streams.subscriptions.add_query("limited", {"orderBy": "eventTime", "eventCountLimit": 1}, {})
    with streams.connect(name, query) as listening:
        problem = json.loads(listening.recv(timeout=30))
        assert problem["type"] == f"epcisException:{exception}"
        with pytest.raises(ConnectionClosed) as told:
            listening.recv(timeout=30)
        assert told.value.rcvd is not None
        assert told.value.rcvd.code == 1008


def test_a_plain_request_is_told_that_this_is_for_websockets(streams: Streams) -> None:
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(f"http://{streams.base}/epcis/queries", timeout=10)
    assert told.value.code == 426
    assert told.value.headers["Upgrade"] == "websocket"
    assert json.loads(told.value.read())["type"] == "epcisException:ImplementationException"
    told.value.close()


def test_what_a_client_says_is_passed_over(streams: Streams) -> None:
    streams.add_query("talkative", {})
    with streams.connect("talkative", "stream=true") as listening:
        listening.send("hello")
        listening.send(b"\x00" * 1000)
        listening.ping().wait(10)
        told = streams.capture()
        assert take(listening, 1) == told
