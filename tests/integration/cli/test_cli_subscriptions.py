"""`nguon worker` tells subscribers, also after kill -9; `nguon subscriptions` shows and mends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from nguon.epcis.subscription import read_controls
from nguon.eventstore import Store
from nguon.eventstore.subscriptions import Subscriptions
from tests.conftest import drop_database, make_database
from tests.integration.cli.running import ROOT, make_environment, run
from tests.integration.eventstore.documents import make_object, read
from tests.integration.exchange.receiver import Call, Receiver

pytestmark = pytest.mark.database
ALLOWED = {"NGUON_CALLBACKS_ALLOWED": "127.0.0.0/8", "NGUON_CALLBACKS_TIMEOUT": "5"}


def wait_until(reached: Callable[[], bool]) -> None:
    for _ in range(1200):
        if reached():
            return
        time.sleep(0.05)
    raise AssertionError("not within a minute")


class Site:
    """A database with all tables, a receiver, and workers that may be killed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.store = Store.open(url)
        self.subscriptions = Subscriptions.open(url)
        self.receiver = Receiver()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.subscriptions.add_query("all", {}, {})

    def start(self) -> subprocess.Popen[bytes]:
        environment = make_environment(DATABASE_URL=self.url, **ALLOWED)
        command = [sys.executable, "-m", "nguon.cli", "worker"]
        # A group of its own: what it started goes with it.
        worker = subprocess.Popen(
            command, env=environment, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
        )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def subscribe(self, **members: Any) -> UUID:
        controls = read_controls({"dest": self.receiver.url, "stream": True, **members}, "UTC")
        made = self.subscriptions.subscribe("all", controls, datetime.now(UTC), batch=8)
        assert made is not None
        return made

    def capture(self, count: int = 1) -> list[str]:
        told = []
        for _ in range(count):
            event = make_object()
            assert self.store.capture(read(event)).stored == 1
            told.append(event["eventID"])
        return told

    def run(self, *arguments: object, language: str = "en") -> subprocess.CompletedProcess[bytes]:
        environment = {**ALLOWED, "NGUON_LANGUAGE": language}
        return run("subscriptions", *map(str, arguments), DATABASE_URL=self.url, **environment)

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                self.kill(worker)
        self.receiver.close()
        self.subscriptions.close()
        self.store.close()


@pytest.fixture(scope="module")
def whole_url(server_url: str) -> Iterator[str]:
    """A database as `nguon migrate` leaves it, the tables of jobs among others."""
    url = make_database(server_url)
    done = run("migrate", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    yield url
    drop_database(server_url, url)


@pytest.fixture
def site(server_url: str, whole_url: str) -> Iterator[Site]:
    url = make_database(server_url, whole_url.rpartition("/")[2].partition("?")[0])
    made = Site(url)
    yield made
    made.close()
    drop_database(server_url, url)


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(site: Site) -> None:
    """Killed between a callback's arrival and its answer, again and again."""
    held, release = threading.Event(), threading.Event()
    kills = 3

    def hold_some(call: Call) -> int | None:
        if len(site.workers) <= kills and len(site.receiver.calls) % 4 == 3:
            held.set()
            release.wait(30)
            return None
        return 200

    site.receiver.behave = hold_some
    number = site.subscribe()
    told: list[str] = []
    for _ in range(kills):
        release.clear()
        worker = site.start()
        told += site.capture(40)
        assert held.wait(60)
        site.kill(worker)
        held.clear()
        release.set()
    site.start()
    told += site.capture(5)
    wait_until(lambda: set(site.receiver.taken) >= set(told))
    taken = site.receiver.taken
    assert list(dict.fromkeys(taken)) == told, "nothing lost, and in order"
    assert len(taken) == len(set(taken)), "what was acknowledged and noted is not told again"
    arrived = [each for call in site.receiver.calls for each in call.ids]
    assert len(arrived) - len(set(arrived)) <= kills * 100, "doubled is only what was under way"
    found = site.subscriptions.find(number)
    assert found is not None
    assert (found.state, found.failures) == ("active", 0)


def test_a_worker_killed_after_the_answer_but_before_noting_it_tells_again(site: Site) -> None:
    """At least once: the answer and the note are two steps, and the first may be the last."""
    workers: list[subprocess.Popen[bytes]] = []

    def take_and_kill(call: Call) -> int:
        if len(workers) == 1:
            # The receiver has it; whether it says so, nobody is left to hear.
            site.kill(workers[0])
            workers.append(site.start())
        return 200

    site.receiver.behave = take_and_kill
    site.subscribe()
    workers.append(site.start())
    told = site.capture()
    wait_until(lambda: len(site.receiver.calls) >= 2)
    told += site.capture(3)
    wait_until(lambda: set(site.receiver.taken) >= set(told))
    assert list(dict.fromkeys(site.receiver.taken)) == told
    assert site.receiver.taken[:2] == [told[0], told[0]]


def test_two_workers_share_the_work_and_one_takes_over_from_the_other(site: Site) -> None:
    number = site.subscribe()
    first, _second = site.start(), site.start()
    told = site.capture(10)
    wait_until(lambda: len(site.receiver.taken) >= 10)
    site.kill(first)
    told += site.capture(10)
    wait_until(lambda: len(site.receiver.taken) >= 20)
    assert site.receiver.taken == told
    assert site.subscriptions.find(number) is not None


def test_a_worker_told_to_end_ends(site: Site) -> None:
    site.subscribe()
    worker = site.start()
    told = site.capture(3)
    wait_until(lambda: len(site.receiver.taken) >= 3)
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    assert site.receiver.taken == told


def test_what_fails_is_shown_and_mended_by_command(site: Site) -> None:
    assert b"no subscriptions" in site.run("list").stdout
    number = site.subscribe(signatureToken="a-secret")
    site.receiver.behave = lambda call: 413
    site.start()
    told = site.capture(2)

    def letters() -> int:
        found = site.subscriptions.find(number)
        return 0 if found is None else found.letters

    wait_until(lambda: letters() == 2)
    listed = site.run("list").stdout.decode()
    assert str(number) in listed
    assert "2 events set aside" in listed
    assert "413" in listed
    assert "a-secret" not in listed
    (line,) = site.run("list", "--json").stdout.decode().splitlines()
    assert json.loads(line)["nguon:deadLetters"] == 2
    shown = site.run("letters", number).stdout.decode()
    assert [event in shown for event in told] == [True, True]
    refused = site.run("resend", number)
    assert refused.returncode == 1
    assert b"still not taken: 413" in refused.stdout
    site.receiver.behave = lambda call: 200
    assert site.run("resend", number).returncode == 0
    assert sorted(site.receiver.taken) == sorted(told)
    assert b"Nothing was set aside" in site.run("letters", number).stdout


def test_a_paused_subscription_waits_and_goes_on(site: Site) -> None:
    number = site.subscribe()
    assert site.run("pause", number).returncode == 0
    site.start()
    told = site.capture(3)
    watched = site.subscribe()
    told_other = site.capture(1)
    wait_until(lambda: len(site.receiver.taken) >= 1)
    assert site.receiver.taken == told_other
    assert "tạm dừng" in site.run("list", language="vi").stdout.decode()
    assert site.run("resume", number).returncode == 0
    wait_until(lambda: len(site.receiver.taken) >= 5)
    to_paused = [
        event
        for call in site.receiver.calls
        if call.results["subscriptionID"] == str(number)
        for event in call.ids
    ]
    assert to_paused == told + told_other
    assert watched != number


@pytest.mark.parametrize("command", ["letters", "pause", "resume", "resend"])
def test_an_unknown_subscription_is_told(site: Site, command: str, tmp_path: Path) -> None:
    answer = site.run(command, UUID(int=7))
    assert answer.returncode == 1
    assert b"no subscription" in answer.stderr
