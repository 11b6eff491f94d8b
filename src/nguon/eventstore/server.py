"""The PostgreSQL server that comes along: for the demo, the tests and a small cooperative.

It lives in a directory the user can name, listens on a socket only, and belongs to all our
processes at once: each holds a shared lock while it uses the server, the last one to leave
stops it. A process that was killed leaves no lock behind, because the kernel drops it; a server
that was killed is started again and recovers by itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from nguon.errors import Fault
from nguon.eventstore.binaries import Programs, find_programs
from nguon.eventstore.error import StoreError

DATABASE = "nguon"
# The longest path of a socket that every system takes, less the name PostgreSQL puts behind it.
_LONGEST_SOCKET = 90
_STARTS, _PAUSE_SECONDS = 20, 0.5
_SETTINGS = """\
# Written anew at every start. Put own settings into postgresql.conf.
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
wal_compression = on
fsync = on
synchronous_commit = on
timezone = 'UTC'
log_timezone = 'UTC'
"""


class Server:
    """One data directory with its server. Use `running` rather than this."""

    def __init__(self, data: Path) -> None:
        self.data = data.expanduser().absolute()
        self.cluster = self.data / "postgresql"
        self.log = self.data / "postgresql.log"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: the data directory, or a short one for long paths."""
        if len(os.fsencode(self.data)) <= _LONGEST_SOCKET:
            return self.data / "socket"
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"nguon-{os.geteuid()}-{digest}"

    @property
    def url(self) -> str:
        """How to connect: over the socket, which only our own user may open."""
        return f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(self.socket), safe='')}"

    def is_running(self) -> bool:
        """Whether a server answers on the socket."""
        try:
            with psycopg.connect(self._admin_url(), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> None:
        """Make the cluster when there is none, and start its server when it does not answer."""
        if self.is_running():
            return
        programs = self._prepare()
        if not (self.cluster / "PG_VERSION").exists():
            self._initialise(programs)
        self._forget_stale_process()
        settings = self.cluster / "nguon.conf"
        settings.write_text(_SETTINGS.format(socket=self.socket), "utf-8")
        programs.give(settings)
        self._launch(programs)
        self._create_database()

    def _launch(self, programs: Programs) -> None:
        """Start the server; after a crash, wait for what the killed one left behind to end.

        Its processes hold the shared memory until they notice, and a new server is refused
        as long as they do.
        """
        for _ in range(_STARTS):
            programs.start("-D", str(self.cluster), "-w", "-t", "120", "start", log=self.log)
            if self.is_running():
                return
            time.sleep(_PAUSE_SECONDS)
        raise StoreError(Fault("eventstore.server_failed", value=self._last_words()))

    def stop(self) -> None:
        """Stop the server, letting running transactions be rolled back."""
        programs = find_programs(self.data)
        programs.run("pg_ctl", "-D", str(self.cluster), "-m", "fast", "-w", "-t", "60", "stop")

    def _prepare(self) -> Programs:
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            programs = find_programs(self.data)
            for folder in (self.cluster, self.socket):
                folder.mkdir(mode=0o700, exist_ok=True)
                if folder.stat().st_uid not in (os.geteuid(), getattr(programs.user, "pw_uid", 0)):
                    raise PermissionError(f"{folder} belongs to somebody else")
                programs.give(folder)
            self.log.touch()
            programs.give(self.log)
        except OSError as error:
            raise StoreError(Fault("eventstore.server_failed", value=error)) from error
        return programs

    def _initialise(self, programs: Programs) -> None:
        # One locale on every machine; Vietnamese order comes from a sort key of our own.
        made = programs.run(
            "initdb", "-D", str(self.cluster), "-U", DATABASE, "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        if made.returncode != 0:
            raise StoreError(Fault("eventstore.server_failed", value=made.stdout))
        with (self.cluster / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\ninclude 'nguon.conf'\n")

    def _forget_stale_process(self) -> None:
        """Remove the note of a killed server: PostgreSQL would take whoever has its number now,
        or the dead process that nobody has waited for, for the server.
        """
        note = self.cluster / "postmaster.pid"
        if not Path("/proc/self").exists() or not note.exists():
            return
        # An empty note is what a power cut in the midst of a start leaves.
        first = note.read_text("utf-8", "replace").partition("\n")[0].strip()
        if not first.isdigit() or not self._works_here(int(first)):
            note.unlink(missing_ok=True)

    def _works_here(self, number: int) -> bool:
        """Whether a process lives in our cluster's folder, as every server of it does."""
        try:
            return (Path("/proc") / str(number) / "cwd").samefile(self.cluster)
        except PermissionError:
            return True  # somebody else's: leave the judgement to PostgreSQL
        except OSError:
            return False

    def _create_database(self) -> None:
        with psycopg.connect(self._admin_url(), autocommit=True) as connection:
            query = "select from pg_database where datname = %s"
            if connection.execute(query, [DATABASE]).fetchone() is None:
                connection.execute(f"create database {DATABASE}")

    def _admin_url(self) -> str:
        return self.url.replace(f"/{DATABASE}?", "/postgres?")

    def _last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return f"{' '.join(lines[-3:])} ({self.log})"


@contextlib.contextmanager
def running(data: Path) -> Iterator[str]:
    """The URL of a running server over `data`, started when nobody uses it yet.

    The server is stopped at the end unless another process uses it.
    """
    server = Server(data)
    with _open_lock(server, "users.lock") as users:
        with _open_lock(server, "start.lock") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            server.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield server.url
        finally:
            _leave(server, users)


@contextlib.contextmanager
def _open_lock(server: Server, name: str) -> Iterator[IO[str]]:
    try:
        server.data.mkdir(parents=True, exist_ok=True)
        file = (server.data / name).open("a")
    except OSError as error:
        raise StoreError(Fault("eventstore.server_failed", value=error)) from error
    with file:
        yield file


def _leave(server: Server, users: IO[str]) -> None:
    with _open_lock(server, "start.lock") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with contextlib.suppress(BlockingIOError):  # somebody else still uses it
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            server.stop()
