"""`nguon migrate`, `db`, `serve` and `demo`: the built-in server shared, left tidy, and found
again after the worst.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nguon.eventstore import Server
from tests.integration.cli.running import ROOT, invoke, make_environment, run
from tests.integration.eventstore.documents import make_document, make_object

pytestmark = pytest.mark.database

_PATIENCE = 40.0


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory; its server is stopped at the end whatever happened."""
    folder = tmp_path / "data"
    yield folder
    server = Server(folder)
    if server.is_running():
        server.stop()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(make_document(make_object("A"))), "utf-8")
    return path


def postgres_of(data: Path) -> list[int]:
    """The PostgreSQL processes that live in a data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(f"{data}/"):
                state = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
                if state not in "ZX":
                    found.append(int(entry.name))
    return found


def wait_until(condition, what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


# -- migrate and db -------------------------------------------------------------------------


def test_migrate_twice_does_nothing_the_second_time(data: Path) -> None:
    first = run("migrate", "--data", data)
    assert first.returncode == 0, first.stderr
    assert b"eventstore 0001 event_store" in first.stdout
    assert b"registry 0001_initial" in first.stdout
    second = run("migrate", "--data", data)
    assert (second.returncode, second.stdout) == (0, b"nothing to do\n")
    assert postgres_of(data) == []


def test_migrate_over_a_closed_port_ends_with_3() -> None:
    done = run("migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 3
    assert done.stderr.startswith(b"eventstore.unreachable: ")


def test_status_and_stop_tell_what_is_and_what_was_done(data: Path) -> None:
    stopped = invoke("db", "status", "--data", data)
    assert (stopped.exit_code, stopped.stdout) == (1, f"stopped {data}\n")
    assert not data.exists(), "asking made a folder"
    server = Server(data)
    server.start()
    status = invoke("db", "status", "--data", data)
    assert status.exit_code == 0
    assert status.stdout.startswith("running postgresql://")
    for _ in range(2):
        stop = invoke("db", "stop", "--data", data)
        assert (stop.exit_code, stop.stdout) == (0, f"stopped {data}\n")
        assert postgres_of(data) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, document: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = run("capture", document, "--data", tmp_path / "file" / "data")
    assert done.returncode == 3
    assert done.stderr.startswith(b"eventstore.server_failed: ")
    assert b"Traceback" not in done.stderr


def test_the_built_in_database_works_in_a_path_too_long_for_a_socket(
    tmp_path: Path, document: Path
) -> None:
    data = tmp_path / ("d" * 120) / "data"
    first = run("capture", document, "--data", data)
    assert (first.returncode, first.stderr) == (0, b"")
    assert postgres_of(data) == []
    second = run("capture", document, NGUON_DATA=str(data))
    assert b"there already 1" in second.stdout


# -- serve and demo -------------------------------------------------------------------------


class Served:
    """`nguon serve` or `demo` in a process group of its own."""

    def __init__(self, command: str, data: Path, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nguon.cli", command, "--port", str(self.port),
                 "--data", str(data)],
                env=make_environment(), cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait_ready(self) -> Served:
        wait_until(lambda: self.answers() or self.process.poll() is not None, "no page")
        assert self.process.poll() is None, self.log.read_text("utf-8")
        return self

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def end(self) -> None:
        """What a test left running is taken away."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def start(tmp_path: Path, data: Path) -> Iterator:
    started: list[Served] = []

    def begin(command: str) -> Served:
        started.append(Served(command, data, tmp_path / f"{len(started)}.log"))
        return started[-1]

    yield begin
    for served in started:
        served.end()


def test_a_demo_is_shared_by_other_commands_and_leaves_nothing_behind(
    start, data: Path, document: Path
) -> None:
    demo = start("demo").wait_ready()
    before = postmaster_of(data)
    traced = run("trace", "L260512B", "--data", data)
    assert traced.returncode == 0, traced.stderr
    assert postmaster_of(data) == before
    assert demo.answers(), "a short command stopped the server under a long one"
    end_by(demo, data, signal.SIGINT)
    log = demo.log.read_text("utf-8")
    assert f"http://localhost:{demo.port}/" in log


def test_a_worker_has_a_pool_that_grows(start) -> None:
    """A pool inherited from the command that prepared the data cannot: its threads are gone."""
    demo = start("demo").wait_ready()
    lot = "https://nguon.example/class/h009/mat-ong/lot/1"
    event = make_object("A", quantityList=[{"epcClass": lot, "quantity": 3}])
    body = json.dumps(make_document(event))

    def ask(method: str, path: str, **sent: Any) -> int:
        with contextlib.closing(
            http.client.HTTPConnection("127.0.0.1", demo.port, timeout=20)
        ) as connection:
            connection.request(method, path, **sent)
            answer = connection.getresponse()
            answer.read()
            return answer.status

    headers = {"Content-Type": "application/json"}
    assert ask("POST", "/epcis/capture", body=body, headers=headers) == 202
    path = f"/trace/?key={quote(lot)}"
    with ThreadPoolExecutor(8) as pool:
        assert {*pool.map(lambda _: ask("GET", path), range(16))} == {200}


def test_a_server_told_to_end_leaves_nothing_behind(start, data: Path) -> None:
    end_by(start("serve").wait_ready(), data, signal.SIGTERM)


def end_by(served: Served, data: Path, number: int) -> None:
    assert postgres_of(data)
    served.process.send_signal(number)
    served.process.wait(_PATIENCE)
    wait_until(lambda: postgres_of(data) == [], "PostgreSQL goes on")
    assert not served.answers()
    assert "Traceback" not in served.log.read_text("utf-8")


def postmaster_of(data: Path) -> str:
    return (data / "postgresql" / "postmaster.pid").read_text("utf-8").splitlines()[0]


def test_after_kill_9_of_serve_the_next_start_works(start, data: Path, document: Path) -> None:
    served = start("serve").wait_ready()
    served.process.kill()
    served.process.wait()
    captured = run("capture", document, "--data", data)
    assert captured.returncode == 0, captured.stderr
    again = start("serve").wait_ready()
    kill_everything(again, data)
    captured = run("capture", document, "--data", data)
    assert captured.returncode == 0, captured.stderr
    assert b"there already 1" in captured.stdout


def kill_everything(served: Served, data: Path) -> None:
    """kill -9 of the web server, its workers and PostgreSQL; its note of itself is left."""
    processes = postgres_of(data)
    assert processes
    served.end()
    for number in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    wait_until(lambda: not postgres_of(data), "killed and still there")
    assert (data / "postgresql" / "postmaster.pid").exists()


def test_a_port_in_use_is_told_with_a_free_one(start, data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            done = run(command, "--port", str(port), "--data", data, NGUON_LANGUAGE="vi")
            assert done.returncode == 1
            assert f"Cổng {port} đang bận" in done.stderr.decode()
            assert "--port" in done.stderr.decode()
    assert not data.exists()


def test_serving_over_a_closed_port_ends_with_3() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = run("serve", "--port", str(port), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 3
    assert b"eventstore.unreachable: " in done.stderr
    assert b"Traceback" not in done.stderr
