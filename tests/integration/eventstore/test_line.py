"""The line of events: whoever follows it misses nothing, though commits come out of order."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from nguon.epcis.query import Query, read_json
from nguon.epcis.subscription import Controls
from nguon.eventstore import Store
from nguon.eventstore.capture import capture
from nguon.eventstore.subscriptions import LAST_KEY, Place, Subscriptions, read_line
from nguon.eventstore.subscriptions.line import last_place, number_arrivals
from tests.integration.eventstore.documents import make_object, read

pytestmark = pytest.mark.database
ALL = Query(())


@pytest.fixture
def line(store_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(store_url, autocommit=True) as connection:
        yield connection


class Follower:
    """Reads the line from its beginning, a few events at a time."""

    def __init__(self, connection: psycopg.Connection, query: Query = ALL, most: int = 3) -> None:
        self._connection, self._query, self._most = connection, query, most
        self.place = Place(0)
        self.told: list[str] = []

    def follow(self) -> list[str]:
        """What is new, to the end of the line."""
        before = len(self.told)
        number_arrivals(self._connection)
        until = last_place(self._connection)
        while self.place < Place(until):
            stretch = read_line(self._connection, self._query, self.place, until, most=self._most)
            assert stretch.reached > self.place
            self.told += [event.event_id for _, event in stretch.events]
            self.place = stretch.reached
        return self.told[before:]


def _ids(store: Store, *lots: str) -> list[str]:
    result = store.capture(read(*[make_object(lot) for lot in lots]))
    return [one.event_id for one in result.results]


def test_a_capture_that_commits_late_is_told_late_and_not_lost(
    store_url: str, fresh_store: Store, line: psycopg.Connection
) -> None:
    follower = Follower(line)
    with psycopg.connect(store_url) as slow:
        slow.autocommit = True
        slow.execute("begin")
        slow.execute("select 1")
        early = make_object("EARLY")
        # A savepoint inside: the capture's own transaction is not the outermost one here.
        capture(slow, read(early))
        quick = _ids(fresh_store, "QUICK")
        assert follower.follow() == quick
        slow.execute("commit")
    assert follower.follow() == [early["eventID"]]
    times = line.execute("select event_id, record_time from eventstore.event").fetchall()
    assert dict(times)[early["eventID"]] < dict(times)[quick[0]], "recorded first, seen last"


def test_many_senders_that_overlap_are_all_told_once_in_each_ones_order(
    store_url: str, line: psycopg.Connection
) -> None:
    sent: dict[int, list[str]] = {}

    def send(sender: int) -> None:
        dice = random.Random(sender)
        with psycopg.connect(store_url, autocommit=True) as connection:
            for _ in range(25):
                document = read(*[make_object("L") for _ in range(dice.randint(1, 5))])
                result = capture(connection, document)
                sent.setdefault(sender, []).append(result.results[0].event_id)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    follower = Follower(line, most=4)
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        follower.follow()
    follower.follow()
    stored = {row[0] for row in line.execute("select event_id from eventstore.event")}
    assert len(follower.told) == len(set(follower.told)), "nothing twice"
    assert set(follower.told) == stored, "nothing lost"
    where = {event_id: place for place, event_id in enumerate(follower.told)}
    for firsts in sent.values():
        assert sorted(firsts, key=where.__getitem__) == firsts


def test_following_by_time_would_have_lost_the_late_one(
    store_url: str, fresh_store: Store, line: psycopg.Connection
) -> None:
    """The reason for all this: what a cursor by record time does with the same two captures."""
    newest = "select event_id, record_time from eventstore.event where record_time > %s"
    with psycopg.connect(store_url, autocommit=True) as slow:
        slow.execute("begin")
        slow.execute("select 1")
        capture(slow, read(make_object("EARLY")))
        _ids(fresh_store, "QUICK")
        ((_, seen),) = line.execute(newest, [datetime(2000, 1, 1, tzinfo=UTC)]).fetchall()
        slow.execute("commit")
    assert line.execute(newest, [seen]).fetchall() == []


def test_two_who_give_places_at_once_give_each_once(
    store_url: str, fresh_store: Store, line: psycopg.Connection
) -> None:
    for _ in range(30):
        _ids(fresh_store, "L")

    def number() -> None:
        with psycopg.connect(store_url, autocommit=True) as connection:
            number_arrivals(connection)

    threads = [threading.Thread(target=number) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    number_arrivals(line)
    places = [row[0] for row in line.execute("select place from eventstore.arrival")]
    assert sorted(places) == list(range(1, 31))


def test_only_what_answers_is_told(fresh_store: Store, line: psycopg.Connection) -> None:
    wanted = []
    for number in range(40):
        step = "shipping" if number % 7 == 0 else "receiving"
        event = make_object(f"L{number}", bizStep=step, action="OBSERVE")
        fresh_store.capture(read(event))
        wanted += [event["eventID"]] if step == "shipping" else []
    query = read_json({"EQ_bizStep": ["shipping"]}).query
    assert Follower(line, query).follow() == wanted


def test_what_sql_cannot_tell_sharply_is_told_apart_all_the_same(
    fresh_store: Store, line: psycopg.Connection
) -> None:
    device = "https://id.gs1.org/8004/9521101000023D1"
    reading = {
        "sensorMetadata": {"deviceID": device, "time": "2026-05-11T04:00:00Z"},
        "sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}],
    }
    hit = make_object("A", sensorElementList=[reading])
    miss = make_object("B")
    fresh_store.capture(read(hit, miss))
    query = read_json({"EQ_deviceID": ["https://example.com/8004/9521101000023D1"]}).query
    assert Follower(line, query).follow() == [hit["eventID"]]


def test_a_large_capture_is_read_in_stretches(fresh_store: Store, line: psycopg.Connection) -> None:
    ids = _ids(fresh_store, *[f"L{number}" for number in range(2500)])
    follower = Follower(line, most=400)
    assert sorted(follower.follow()) == sorted(ids)
    nothing = Follower(line, read_json({"EQ_bizStep": ["shipping"]}).query)
    assert nothing.follow() == []


def test_a_subscription_begins_now_or_with_an_instant(store_url: str, fresh_store: Store) -> None:
    subscriptions = Subscriptions.open(store_url)
    try:
        assert subscriptions.add_query("all", {}, {})
        first = _ids(fresh_store, "A")
        between = fresh_store.events_by_id(first[0])[0].record_time
        second = _ids(fresh_store, "B")
        assert between is not None
        since = between + timedelta(microseconds=1)
        for initial, expected in ((None, []), (since, second), (between, first + second)):
            number = subscriptions.subscribe(
                "all", Controls(initial_record_time=initial), datetime.now(UTC), batch=10
            )
            assert number is not None
            with subscriptions.turn(number) as turn:
                assert turn is not None
                events = turn.read(ALL, turn.last(), 10).events
            assert [event.event_id for _, event in events] == expected
    finally:
        subscriptions.close()


def test_only_one_serves_a_subscription_and_a_lost_connection_moves_nothing(
    store_url: str, fresh_store: Store
) -> None:
    mine, others = Subscriptions.open(store_url), Subscriptions.open(store_url)
    try:
        mine.add_query("all", {}, {})
        number = mine.subscribe("all", Controls(), datetime.now(UTC), batch=10)
        assert number is not None
        with mine.turn(number) as turn:
            assert turn is not None
            with others.turn(number) as second:
                assert second is None
        with others.turn(number) as second:
            assert second is not None
            now = datetime.now(UTC)
            assert second.advance(Place(5, UUID(int=1)), sent=0, batch=10, notified=now)
            # The same step from where it stood before: somebody else has moved on.
            assert not second.advance(Place(9), sent=0, batch=10, notified=now)
        found = mine.find(number)
        assert found is not None
        assert found.place == Place(5, UUID(int=1))
    finally:
        mine.close()
        others.close()


def test_the_plan_of_a_stretch_reads_by_indexes(
    fresh_store: Store, line: psycopg.Connection
) -> None:
    """A capture of many events in a store of few: only the events looked at are read."""
    _ids(fresh_store, *[f"L{number}" for number in range(2000)])
    for _ in range(20):
        _ids(fresh_store, "M")
    number_arrivals(line)
    line.execute("analyze eventstore.event")
    line.execute("select pg_stat_force_next_flush()")
    before = _read_rows(line)
    read_line(line, ALL, Place(1, LAST_KEY), last_place(line), most=10)
    line.execute("select pg_stat_force_next_flush()")
    assert _read_rows(line) - before <= 100


def _read_rows(line: psycopg.Connection) -> int:
    row = line.execute(
        "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables"
        " where relid = 'eventstore.event'::regclass"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_what_was_stored_before_the_migration_is_in_line(server_url: str) -> None:
    """A store of version 5 with events gets its line by the migration, in order of recording."""
    from nguon.eventstore.migrate import find_migrations
    from tests.conftest import drop_database, make_database

    url = make_database(server_url)
    steps = find_migrations()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for step in steps:
                if step.name == "subscriptions":
                    for _ in range(3):
                        capture(connection, read(make_object("A"), make_object("B")))
                connection.execute(step.text.encode())
            rows = connection.execute(
                "select place, record_time from eventstore.arrival order by place"
            ).fetchall()
            follower = Follower(connection)
            assert len(follower.follow()) == 6
        assert [row[0] for row in rows] == [1, 2, 3]
        assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    finally:
        drop_database(server_url, url)
