"""Bringing a database to this version: repeatable, by many at once, never over a newer one."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator

import psycopg
import pytest

from nguon.eventstore import Store, StoreError, migrate
from nguon.eventstore.migrate import Migration, find_migrations, newest
from tests.conftest import drop_database, make_database
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database


@pytest.fixture
def empty(server_url: str) -> Iterator[str]:
    """A database without any table."""
    url = make_database(server_url)
    yield url
    drop_database(server_url, url)


def change(url: str, query: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(query)  # type: ignore[arg-type]  # tests' own


def test_the_second_time_there_is_nothing_to_do(empty: str) -> None:
    assert [step.number for step in migrate(empty)] == [s.number for s in find_migrations()]
    assert migrate(empty) == []


def test_four_at_once_apply_each_step_once(empty: str) -> None:
    applied: list[int] = []
    failures: list[BaseException] = []
    gate = threading.Barrier(4)

    def run() -> None:
        try:
            gate.wait()
            applied.extend(step.number for step in migrate(empty))
        except BaseException as error:  # noqa: BLE001  told to the test below
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(applied) == [step.number for step in find_migrations()]
    rows = fetch(empty, "select number from eventstore.migration order by number")
    assert [row[0] for row in rows] == sorted(applied)


def test_a_step_whose_text_changed_is_refused_and_nothing_is_applied(empty: str) -> None:
    migrate(empty)
    change(empty, "update eventstore.migration set checksum = 'other' where number = 1")
    with pytest.raises(StoreError) as caught:
        migrate(empty)
    assert caught.value.code == "eventstore.migration_changed"
    assert "1" in caught.value.fault.sentence("vi")


def test_a_newer_database_is_refused(empty: str) -> None:
    migrate(empty)
    change(empty, "insert into eventstore.migration values (9999, 'later', 'x')")
    with pytest.raises(StoreError) as caught:
        migrate(empty)
    assert caught.value.code == "eventstore.newer_database"
    assert "9999" in caught.value.fault.sentence("en")


def test_a_step_that_fails_leaves_nothing_and_the_lock_is_given_back(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("nguon.eventstore.migrate")
    sound = find_migrations()
    broken = Migration(newest() + 1, "broken", "create table eventstore.half (); select 1/0")
    with monkeypatch.context() as patch:
        patch.setattr(module, "find_migrations", lambda: [*sound, broken])
        with pytest.raises(psycopg.errors.DivisionByZero):
            migrate(empty)
    assert fetch(empty, "select to_regclass('eventstore.half')") == [(None,)]
    assert migrate(empty) == []


def test_a_store_over_a_database_without_tables_says_what_to_run(empty: str) -> None:
    store = Store.open(empty)
    try:
        with pytest.raises(StoreError) as caught:
            store.ready()
        assert caught.value.code == "eventstore.not_migrated"
        assert caught.value.status == 503
        assert "nguon migrate" in caught.value.fault.sentence("vi")
    finally:
        store.close()


def test_a_store_over_an_older_database_is_not_ready(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(empty)
    monkeypatch.setattr("nguon.eventstore.store.newest", lambda: 9999)
    store = Store.open(empty)
    try:
        with pytest.raises(StoreError) as caught:
            store.ready()
        assert caught.value.code == "eventstore.not_migrated"
    finally:
        store.close()


def test_migrating_a_database_that_is_not_there_says_so(server_url: str) -> None:
    with pytest.raises(StoreError) as caught:
        migrate("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    assert caught.value.code == "eventstore.unreachable"
