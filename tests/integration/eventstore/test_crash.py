"""Acknowledged means durable and whole: `kill -9` of the server and of its client, fifty times.

One data directory through all rounds. After every kill the server recovers, and the store must
hold every acknowledged document, and of no document a part.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from nguon.epcis import event_key, read_document
from nguon.eventstore import Store, migrate, running
from nguon.eventstore.rows import prepare
from tests.integration.eventstore.crash_documents import (
    declared,
    first_lot,
    make_crash_document,
    mix_id,
)

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROUNDS = 50
ROOT = Path(__file__).resolve().parents[3]
_LONGEST = 0.25
_PATIENCE = 20.0


@dataclass(frozen=True)
class Expected:
    """What one document makes when it is stored whole: rows by the key they stand under."""

    events: frozenset[UUID]
    items: Counter[UUID]
    links: Counter[UUID]


@cache
def expect(number: int) -> Expected:
    """By the store's own derivation, from the document as it was sent."""
    document = read_document(json.dumps(make_crash_document(number)))
    items: Counter[UUID] = Counter()
    links: Counter[UUID] = Counter()
    events = [prepare(reading) for reading in document.events]
    for event in events:
        items[event.key] += len(dict.fromkeys(event.mentions))
        links[event.link_key] += len(event.links)
    return Expected(frozenset(event.key for event in events), +items, +links)


@dataclass
class Notes:
    """What the clients wrote down: the numbers tried, and the jobs of the acknowledged ones."""

    path: Path
    tried: set[int] = field(default_factory=set)
    acknowledged: dict[int, UUID] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def read(self) -> None:
        self.failures.clear()
        for line in self.path.read_text("utf-8").splitlines():
            word, *rest = line.split()
            assert word in ("ready", "try", "ack", "fail"), line
            if word == "try":
                self.tried.add(int(rest[0]))
            elif word == "ack":
                self.acknowledged[int(rest[0])] = UUID(rest[1])
            elif word == "fail":
                self.failures[rest[1]] += 1

    @property
    def pending(self) -> list[int]:
        return sorted(self.tried - self.acknowledged.keys())


# -- killing --------------------------------------------------------------------------------


class Clients:
    """Clients one after another; the next is loaded while the server recovers."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.log = notes.path.with_suffix(".log")
        self.waiting = self.load()

    def load(self) -> subprocess.Popen[bytes]:
        module = "tests.integration.eventstore.crash_sender"
        command = [sys.executable, "-m", module]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=log)

    def start(self, url: str) -> subprocess.Popen[bytes]:
        """A client at work: it has connected, and sends."""
        before = self.notes.path.stat().st_size
        first = max(self.notes.tried, default=-1) + 1
        client = self.waiting
        assert client.stdin is not None
        with client.stdin as line:
            line.write(json.dumps([url, str(self.notes.path), first, self.notes.pending]).encode())
        deadline = time.monotonic() + _PATIENCE
        while self.notes.path.stat().st_size == before:
            assert client.poll() is None, self.log.read_text("utf-8")[-800:]
            assert time.monotonic() < deadline, "the client does not start"
            time.sleep(0.005)
        return client

    def end(self, client: subprocess.Popen[bytes]) -> None:
        """kill -9, and the next one."""
        client.kill()
        client.wait()
        self.waiting = self.load()

    def close(self) -> None:
        assert self.waiting.stdin is not None
        self.waiting.stdin.close()
        self.waiting.kill()
        self.waiting.wait()


def server_processes(data: Path) -> list[int]:
    """The postmaster of a data directory, then its children; never anybody else's."""
    note = data / "postgresql" / "postmaster.pid"
    lines = note.read_text("utf-8").splitlines()
    assert Path(lines[1]) == note.parent, "this note speaks of another server"
    postmaster = int(lines[0])
    folder = os.readlink(f"/proc/{postmaster}/cwd")
    assert Path(folder) == note.parent, "this process is no server of ours"
    return [postmaster, *(pid for pid, parent, _ in iter_processes() if parent == postmaster)]


def iter_processes() -> Iterator[tuple[int, int, str]]:
    """(number, parent, state) of every process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                yield int(entry.name), int(fields[1]), fields[0]


def kill_server(data: Path) -> None:
    """kill -9 of the postmaster and all its children, and wait until they are gone."""
    processes = server_processes(data)
    for number in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + _PATIENCE
    while any(n in processes and state not in "ZX" for n, _, state in iter_processes()):
        assert time.monotonic() < deadline, "killed processes are still there"
        time.sleep(0.005)


# -- judging --------------------------------------------------------------------------------


def check(url: str, notes: Notes) -> None:
    """Every acknowledged document is there; every document is there whole or not at all."""
    notes.read()
    with psycopg.connect(url) as connection:
        stored = {row[0] for row in connection.execute("select event_key from eventstore.event")}
        whole = [number for number in notes.tried if is_whole(number, stored)]
        lost = notes.acknowledged.keys() - set(whole)
        assert not lost, f"acknowledged and lost: {sorted(lost)}"
        assert stored == frozenset().union(*(expect(number).events for number in whole))
        check_rows(connection, whole)
        check_declarations(connection, url, whole)
        check_jobs(connection, notes)


def is_whole(number: int, stored: set[UUID]) -> bool:
    """Whether a document is there; half of one is never right."""
    events = expect(number).events
    there = len(events & stored)
    assert there in (0, len(events)), f"document {number}: {there} of {len(events)} events"
    return there > 0


def check_rows(connection: psycopg.Connection, whole: Iterable[int]) -> None:
    items: Counter[UUID] = Counter()
    links: Counter[UUID] = Counter()
    for number in whole:
        items += expect(number).items
        links += expect(number).links
    for table, wanted in (("event_item", items), ("link", links), ("link_back", links)):
        query = f"select event_key, count(*) from eventstore.{table} group by event_key"
        found = Counter(dict(connection.execute(query).fetchall()))  # type: ignore[arg-type]  # our own
        assert found == wanted, table


def check_declarations(connection: psycopg.Connection, url: str, whole: Iterable[int]) -> None:
    """What was declared wrong is so in the table, and in no walk; all else is walked."""
    wrong = {event_key(name) for number in whole if (name := declared(number)) is not None}
    rows = connection.execute("select event_key from eventstore.declaration").fetchall()
    assert {row[0] for row in rows} == wrong
    store = Store.open(url, size=1)
    links = store.reader().links_from([first_lot(number) for number in whole], "T")
    store.close()
    mixes = {event_key(mix_id(number)) for number in whole}
    assert {link.event_key for link in links} == mixes - wrong


def check_jobs(connection: psycopg.Connection, notes: Notes) -> None:
    rows = connection.execute("select job, sender, stored + duplicates from eventstore.capture_job")
    jobs = {job: (int(sender), count) for job, sender, count in rows}
    for number, job in notes.acknowledged.items():
        assert jobs[job] == (number, len(expect(number).events))


# -- the test -------------------------------------------------------------------------------


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    notes = Notes(tmp_path / "notes")
    notes.path.touch()
    started = Clients(notes)
    yield started
    started.close()


def test_what_was_acknowledged_survives_every_kill(tmp_path: Path, clients: Clients) -> None:
    notes, data = clients.notes, tmp_path / "server"
    with running(data) as url:
        migrate(url)
    for _ in range(ROUNDS // 2):
        with running(data) as url:
            check(url, notes)
            kill_client(url, clients)
            check(url, notes)
            kill_server_under_client(url, clients, data)
    with running(data) as url:
        check(url, notes)
    print(f"{len(notes.tried)} tried, {len(notes.acknowledged)} acknowledged", notes.failures)  # noqa: T201  a figure to quote
    assert len(notes.acknowledged) >= ROUNDS, "hardly anything was sent: this shows nothing"
    assert notes.failures, "no capture was ever under way at a kill: this shows nothing"


def kill_client(url: str, clients: Clients) -> None:
    client = clients.start(url)
    time.sleep(random.uniform(0, _LONGEST))
    clients.end(client)
    wait_for_rollback(url)


def kill_server_under_client(url: str, clients: Clients, data: Path) -> None:
    client = clients.start(url)
    time.sleep(random.uniform(0, _LONGEST))
    kill_server(data)
    # What it still says of its last capture must not be cut off: it ends by itself.
    with contextlib.suppress(subprocess.TimeoutExpired):
        client.wait(_PATIENCE)
    clients.end(client)


def wait_for_rollback(url: str) -> None:
    """The server notices a dead client when it next writes to it."""
    deadline = time.monotonic() + _PATIENCE
    query = "select 1 from pg_stat_activity where datname = current_database() and pid <> %s"
    with psycopg.connect(url, autocommit=True) as connection:
        own = connection.info.backend_pid
        while connection.execute(query, [own]).fetchone() is not None:
            assert time.monotonic() < deadline, "the dead client's session goes on"
            time.sleep(0.01)
