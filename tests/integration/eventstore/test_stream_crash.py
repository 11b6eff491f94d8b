"""`kill -9` in the middle of a streamed capture: nothing of it is there, and its job is ended."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from nguon.eventstore import CaptureJob, Store
from tests.integration.eventstore.documents import make_document, make_mix, make_object
from tests.integration.eventstore.table_counts import count_rows, fetch

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
EVENTS = 1200
_PATIENCE = 30.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A document with one event that is refused, near its end."""
    events = [make_mix(f"A{n}", f"B{n}") for n in range(EVENTS)]
    events.insert(EVENTS - 100, make_object("X", eventTime="yesterday"))
    path = tmp_path / "long.json"
    path.write_text(json.dumps(make_document(*events)), "utf-8")
    return path


def start(url: str, path: Path, job: UUID | None) -> subprocess.Popen[str]:
    module = "tests.integration.eventstore.stream_sender"
    sender = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert sender.stdin is not None
    with sender.stdin as line:
        line.write(json.dumps([url, str(path), str(job) if job else None, True]))
    return sender


def end(sender: subprocess.Popen[str], *, kill: bool = False) -> str:
    """Wait for the sender, or kill it; what it said."""
    if kill:
        sender.kill()
    sender.wait(_PATIENCE)
    assert sender.stdout is not None
    with sender.stdout as out:
        return out.read()


def wait_for(store: Store, sender: subprocess.Popen[str], stored: int) -> CaptureJob:
    """The job once others see that it has come so far; it runs, and all is well until then."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert sender.poll() is None, "the sender ended by itself"
        jobs = [job for job in store.jobs() if job.running and job.stored >= stored]
        if jobs:
            assert jobs[0].success
            return jobs[0]
        time.sleep(0.01)
    raise AssertionError("the capture does not get on")


def settle(store: Store, job: UUID) -> CaptureJob:
    """The job once the server has noticed that its session is gone."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = store.job(job)
        assert found is not None
        if not found.running:
            return found
        time.sleep(0.02)
    raise AssertionError("nobody noticed")


def test_a_process_that_dies_leaves_no_event_and_a_failed_job(
    store_url: str, fresh_store: Store, file: Path
) -> None:
    chance = random.Random(4)
    for _ in range(4):
        sender = start(store_url, file, None)
        job = wait_for(fresh_store, sender, chance.randint(40, EVENTS - 300))
        end(sender, kill=True)
        dead = settle(fresh_store, job.id)
        assert (dead.running, dead.success, dead.stored) == (False, False, 0)
        assert dead.withheld >= job.stored
        assert [error["code"] for error in dead.errors] == ["eventstore.interrupted"]
        assert {each.status for each in fresh_store.results(job.id, limit=50)} == {"withheld"}
        assert set(count_rows(store_url, jobs=False).values()) == {0}
    sender = start(store_url, file, None)
    out = end(sender)
    assert sender.returncode == 0
    assert out.split()[1] == str(EVENTS)
    assert count_rows(store_url)["event"] == EVENTS


def test_what_waits_in_a_file_survives_two_workers(
    store_url: str, fresh_store: Store, file: Path
) -> None:
    job = uuid4()
    fresh_store.enqueue(job, file.name, proceed=True, sender="s")
    for _ in range(2):
        sender = start(store_url, file, job)
        wait_for(fresh_store, sender, 200)
        end(sender, kill=True)
        found = fresh_store.job(job)
        assert found is not None
        assert (found.running, found.waiting) == (True, True)
        assert count_rows(store_url)["event"] == 0
    # The dead session's lock goes once the server notices.
    deadline = time.monotonic() + _PATIENCE
    while (found := fresh_store.job(job)) is not None and found.running:
        sender = start(store_url, file, job)
        end(sender)
        assert time.monotonic() < deadline
    assert found is not None
    assert (found.success, found.stored, found.refused) == (False, EVENTS, 1)
    (refused,) = fresh_store.results(job, status="refused")
    assert refused.position == EVENTS - 100
    rows = fetch(store_url, "select count(*), count(distinct event_key) from eventstore.event")
    assert rows == [(EVENTS, EVENTS)]
