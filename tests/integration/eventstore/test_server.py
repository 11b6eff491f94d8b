"""The built-in server finds its feet again: stale notes, several users, a log that is told."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from nguon.eventstore import Server, running

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A data directory whose server ran once."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    with running(data):
        pass
    return Server(data)


@pytest.fixture(params=["dead and not waited for", "alive elsewhere"])
def stranger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """A process that calls itself postgres and is no server of this folder."""
    program, argument = ("sleep", "60") if "alive" in request.param else ("true", "")
    name = tmp_path / "postgres"
    name.symlink_to(f"/bin/{program}")
    process = subprocess.Popen([str(name), argument])
    if program == "true":
        state = Path(f"/proc/{process.pid}/stat")
        while state.read_text("utf-8").rpartition(")")[2].split()[0] != "Z":
            pass
    yield process.pid
    process.kill()
    process.wait()


def write_note(server: Server, number: int) -> None:
    lines = (number, server.cluster, 1, 5432, server.socket, "", "  1  1", "ready")
    text = "".join(f"{line}\n" for line in lines)
    (server.cluster / "postmaster.pid").write_text(text, "utf-8")


def test_the_note_of_a_killed_server_stops_nobody(stopped: Server, stranger: int) -> None:
    write_note(stopped, stranger)
    with running(stopped.data) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("text", ["", "no number\n", "999999999\n"])
def test_nor_does_a_note_of_nobody_or_of_nothing(stopped: Server, text: str) -> None:
    (stopped.cluster / "postmaster.pid").write_text(text, "utf-8")
    with running(stopped.data) as url, psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_last_to_leave_stops_the_server(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    with running(server.data) as first:
        with running(server.data) as second:
            assert first == second
        assert server.is_running()
    assert not server.is_running()


def test_only_our_own_user_may_reach_the_server(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    with running(server.data) as url, psycopg.connect(url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        assert connection.execute("show fsync").fetchone() == ("on",)
        assert connection.execute("show synchronous_commit").fetchone() == ("on",)
    assert server.socket.stat().st_mode & 0o077 == 0
