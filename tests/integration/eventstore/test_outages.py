"""The database away, overloaded, full or read-only: said plainly, nothing half stored, and the
same store works again afterwards.
"""

from __future__ import annotations

import os
import random
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from string import ascii_letters

import psycopg
import pytest

from nguon.eventstore import Server, Store, StoreError, migrate, running
from nguon.eventstore.pool import Pool
from tests.integration.eventstore.documents import make_object, read
from tests.integration.eventstore.table_counts import count_rows

pytestmark = pytest.mark.database


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests need not wait as long as people may."""
    monkeypatch.setattr("nguon.eventstore.pool.WAIT_SECONDS", 0.4)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server that a test may stop."""
    with running(tmp_path / "server") as url:
        migrate(url)
        yield Server(tmp_path / "server")


def refusal(call) -> StoreError:
    with pytest.raises(StoreError) as caught:
        call()
    return caught.value


@pytest.mark.usefixtures("short_waits")
def test_a_server_that_stops_is_missed_and_found_again(own_server: Server) -> None:
    store = Store.open(own_server.url)
    document = read(make_object("A"))
    try:
        store.ready()
        own_server.stop()
        for call in (lambda: store.capture(document), store.ready, lambda: store.knows("x")):
            error = refusal(call)
            assert (error.code, error.status) == ("eventstore.unreachable", 503)
        own_server.start()
        assert store.capture(document).stored == 1
        assert store.capture(document).duplicates == 1
    finally:
        store.close()


@pytest.mark.usefixtures("short_waits")
def test_a_connection_that_is_cut_is_replaced(store_url: str) -> None:
    store = Store.open(store_url, size=1)
    try:
        store.ready()
        with psycopg.connect(store_url, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert store.capture(read(make_object("A"))).stored == 1
    finally:
        store.close()


def test_a_capture_cut_in_the_middle_leaves_nothing(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(connection: psycopg.Connection, *_: object) -> None:
        with psycopg.connect(store_url, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
        connection.execute("select 1")

    document = read(make_object("A"), make_object("B"))
    with monkeypatch.context() as patch:
        patch.setattr("nguon.eventstore.capture._write_job", cut)
        error = refusal(lambda: fresh_store.capture(document))
    assert error.status == 503
    assert set(count_rows(store_url).values()) == {0}
    assert fresh_store.capture(document).stored == 2


@pytest.mark.usefixtures("short_waits")
def test_a_pool_with_no_connection_left_says_so(store_url: str) -> None:
    store = Store.open(store_url, size=1)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with Pool(store._pool.pool).take():
            taken.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert taken.wait(5)
        error = refusal(lambda: store.capture(read(make_object("A"))))
        assert error.status == 503
        assert error.code in ("eventstore.busy", "eventstore.unreachable")
        done.set()
        holder.join()
        assert store.capture(read(make_object("A"))).stored == 1
    finally:
        done.set()
        holder.join()
        store.close()


def test_a_closed_store_says_so(store_url: str) -> None:
    store = Store.open(store_url)
    store.close()
    assert refusal(lambda: store.capture(read(make_object("A")))).status == 503


@pytest.mark.usefixtures("short_waits")
def test_a_closed_port_says_so() -> None:
    store = Store.open("postgresql://nobody@127.0.0.1:1/none")
    try:
        assert refusal(store.ready).code == "eventstore.unreachable"
    finally:
        store.close()


def test_a_database_that_may_only_be_read_says_so(store_url: str) -> None:
    separator = "&" if "?" in store_url else "?"
    store = Store.open(f"{store_url}{separator}options=-cdefault_transaction_read_only%3Don")
    try:
        error = refusal(lambda: store.capture(read(make_object("A"))))
        assert (error.code, error.status) == ("eventstore.read_only", 503)
        assert store.jobs() == []
    finally:
        store.close()


def test_a_name_longer_than_an_index_can_hold_is_told_as_such(
    store_url: str, fresh_store: Store
) -> None:
    # Signs without repetition, so that PostgreSQL cannot shorten them.
    name = "https://nguon.example/" + "".join(random.Random(1).choices(ascii_letters, k=9000))
    element = {"id": name, "attributes": []}
    vocabulary = {"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [element]}
    header = {"epcisMasterData": {"vocabularyList": [vocabulary]}}
    document = read(make_object("A"), epcisHeader=header)
    error = refusal(lambda: fresh_store.capture(document))
    assert (error.code, error.status) == ("eventstore.too_large", 413)
    assert set(count_rows(store_url).values()) == {0}


@pytest.fixture
def tiny_disk(tmp_path: Path, server_url: str) -> Iterator[Path]:
    """A file system of a few megabytes, writable by the server."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m,mode=0777", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.decode().strip()}")
    with psycopg.connect(server_url) as connection:
        owner = Path(connection.execute("show data_directory").fetchone()[0])  # type: ignore[index]  # one row
    if owner.exists():
        os.chown(folder, owner.stat().st_uid, owner.stat().st_gid)
    tmp_path.chmod(0o711)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def tight_store(server_url: str, store_url: str, tiny_disk: Path) -> Iterator[str]:
    """A database whose events lie on the small disk."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        try:
            connection.execute(f"create tablespace tiny location '{tiny_disk}'")  # type: ignore[arg-type]  # our own path
        except psycopg.Error as error:
            pytest.skip(f"the server cannot use the small file system: {error}")
    move_events(store_url, "tiny")
    yield store_url
    move_events(store_url, "pg_default")
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("checkpoint")
        connection.execute("drop tablespace tiny")


def move_events(url: str, disk: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"alter table eventstore.event set tablespace {disk}")  # type: ignore[arg-type]  # two names


def test_a_full_disk_is_told_as_such_and_leaves_nothing(
    tight_store: str, fresh_store: Store
) -> None:
    signs = "".join(random.Random(1).choices(ascii_letters, k=5000))
    events = [make_object(f"L{n}", **{"ext:text": signs[n:]}) for n in range(2500)]
    error = refusal(lambda: fresh_store.capture(read(*events)))
    assert (error.code, error.status) == ("eventstore.disk_full", 507)
    assert set(count_rows(tight_store).values()) == {0}
    move_events(tight_store, "pg_default")
    assert fresh_store.capture(read(*events)).stored == len(events)
