"""A capture in blocks is the capture at once: the same rows, the same word on every event."""

from __future__ import annotations

import io
import json
import random
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from nguon.epcis import EpcisError, Limits, Reading, event_hash, read_document
from nguon.epcis.streaming import JsonStream
from nguon.epcis.xml import write_xml
from nguon.epcis.xml.parsing import cut
from nguon.epcis.xml.reading import XmlStream
from nguon.errors import Fault
from nguon.eventstore import CaptureJob, CaptureResult, Store, StoreError, streamed
from tests.conftest import drop_database, make_database
from tests.integration.eventstore.documents import (
    GTIN,
    declare_wrong,
    make_document,
    make_id,
    make_mix,
    make_object,
)
from tests.integration.eventstore.table_counts import count_rows, fetch

pytestmark = pytest.mark.database

DIFFERS = "eventstore.declaration_differs"
BAD = {"eventTime": "yesterday"}
LIMITS = Limits(bytes=1 << 30, events=1_000_000)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "BLOCK", 3)
    monkeypatch.setattr("nguon.eventstore.jobs.results.ROW", 2)


@pytest.fixture
def other(server_url: str, migrated_template: str) -> Iterator[Store]:
    """A second store, for the capture at once."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    yield store
    store.close()
    drop_database(server_url, url)


def opened(document: dict[str, Any]) -> Any:
    data = json.dumps(document).encode()
    return lambda: JsonStream(io.BytesIO(data), limits=LIMITS)


def stream(store: Store, *events: dict[str, Any], proceed: bool = False, **more: Any) -> CaptureJob:
    return store.capture_stream(opened(make_document(*events, **more)), proceed=proceed)


def told(store: Store, job: CaptureJob) -> list[str]:
    return [each.status for each in store.results(job.id, limit=10_000)]


ROWS = {
    "event": "event_key, event_id, digest, doc::text, context::text",
    "event_item": "item, event_time, event_key, role::text, quantity, uom",
    "link": "source, target, kind::text, at, event_key, quantity, uom",
    "link_back": "source, target, kind::text, at, event_key, quantity, uom",
    "declaration": "event_key, declaration_key, declared_at",
    "correction": "event_key, declaration_key, known_at",
    "vocabulary": "id, type, attributes::text, children",
}


def rows_of(url: str) -> dict[str, list[Any]]:
    return {
        table: sorted(map(repr, fetch(url, f"select {columns} from eventstore.{table}")))
        for table, columns in ROWS.items()
    }


# -- the same meaning -----------------------------------------------------------------------


class Maker:
    """Random documents out of a small stock of events, so that all of them meet again."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.stock = [self._make(number) for number in range(14)]

    def _make(self, number: int) -> dict[str, Any]:
        nameless = {} if number % 3 else {"eventID": None}
        if number % 2:
            return make_mix(f"A{number}", f"B{number}", **nameless)
        return make_object(f"L{number}", **nameless)

    def make(self) -> dict[str, Any]:
        events = [
            self._vary(self.chance.choice(self.stock)) for _ in range(self.chance.randint(0, 13))
        ]
        header = {
            "epcisMasterData": {
                "vocabularyList": [
                    {
                        "type": "urn:epcglobal:epcis:vtype:EPCClass",
                        "vocabularyElementList": [
                            {"id": GTIN, "attributes": [{"id": "ex:n", "attribute": self._lot()}]}
                        ],
                    }
                ]
            }
        }
        more: dict[str, Any] = {"epcisHeader": header} if self.chance.random() < 0.3 else {}
        if self.chance.random() < 0.1:
            more["creationDate"] = "soon"
        return make_document(*events, **more)

    def _lot(self) -> str:
        return f"{self.chance.randint(1, 3)}"

    def _vary(self, event: dict[str, Any]) -> dict[str, Any]:
        match self.chance.randint(0, 17):
            case 0:
                return {**event, "eventTime": "yesterday"}
            case 1:
                return {**event, "bizStep": "inspecting"}
            case 2 if event.get("eventID"):
                return declare_wrong(event, "2026-05-15T08:00:00Z", make_id("corrective"))
            case 3 if event.get("eventID"):
                return declare_wrong({**event, "bizStep": "inspecting"}, "2026-05-16T08:00:00Z")
            case 4 if not event.get("eventID"):
                read = read_document(json.dumps(make_document(event))).events[0].event
                assert read is not None
                return {**event, "eventID": event_hash(read)}
            case 5:
                return {**event, "readPoint": {"id": "urn:epc:id:sgln:bad"}}
            case 6:
                return {**event, "eventID": f"urn:uuid:{uuid4()}"}
            case _:
                return event


@pytest.mark.parametrize("seed", range(12))
def test_blocks_and_the_whole_come_to_the_same(
    seed: int, store_url: str, fresh_store: Store, other: Store
) -> None:
    maker = Maker(seed)
    for _ in range(12):
        document, proceed = maker.make(), maker.chance.random() < 0.5
        job = fresh_store.capture_stream(opened(document), proceed=proceed)
        result = other.capture(read_document(json.dumps(document)), proceed=proceed)
        compare(fresh_store, job, other, result)
        assert rows_of(store_url) == rows_of(url_of(other))


def url_of(store: Store) -> str:
    return store._pool.pool.conninfo  # type: ignore[attr-defined, no-any-return]  # the tests' own


def compare(store: Store, job: CaptureJob, other: Store, result: CaptureResult) -> None:
    twin = other.job(result.job)
    assert twin is not None
    assert not job.running
    for name in ("success", "proceed", "stored", "duplicates", "refused", "withheld"):
        assert getattr(job, name) == getattr(twin, name), name
    assert [e["code"] for e in job.errors] == [e["code"] for e in twin.errors]
    found = store.results(job.id, limit=1000)
    assert [
        (e.position, e.status, e.event_id, e.event_key, _codes(e.status, e.faults)) for e in found
    ] == [
        (e.index, e.status, e.event_id, e.event_key, [f.code for f in e.faults])
        for e in result.results
    ]
    # What each capture kept of itself is what it answered.
    assert [(e.position, e.status, e.event_id) for e in other.results(result.job, limit=1000)] == [
        (e.index, e.status, e.event_id) for e in result.results
    ]


def _codes(status: str, faults: list[dict[str, Any]]) -> list[str]:
    """What was written before it was rolled back may have been flagged in the writing."""
    codes = [fault["code"] for fault in faults]
    return [code for code in codes if status == "stored" or code != DIFFERS]


def test_xml_is_captured_in_blocks_too(store_url: str, fresh_store: Store) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(8)]
    data = write_xml(read_document(json.dumps(make_document(*events))))
    job = fresh_store.capture_stream(lambda: XmlStream(cut(data), limits=LIMITS), sender="x")
    assert (job.stored, job.success, job.sender) == (8, True, "x")
    again = fresh_store.capture(read_document(json.dumps(make_document(*events))))
    assert again.duplicates == 8


def test_xml_that_breaks_off_leaves_nothing_but_a_failed_job(
    store_url: str, fresh_store: Store
) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(8)]
    data = write_xml(read_document(json.dumps(make_document(*events))))[:-200]
    job = fresh_store.capture_stream(lambda: XmlStream(cut(data), limits=LIMITS), proceed=True)
    assert (job.running, job.success, job.stored) == (False, False, 0)
    assert job.errors[0]["code"] == "epcis.xml_truncated"
    assert set(told(fresh_store, job)) == {"withheld"}
    assert set(count_rows(store_url, jobs=False).values()) == {0}


def test_nothing_can_be_made_of_it_and_there_is_no_job(store_url: str, fresh_store: Store) -> None:
    with pytest.raises(EpcisError):
        fresh_store.capture_stream(lambda: JsonStream(io.BytesIO(b"{")))
    assert fresh_store.jobs() == []


# -- while it runs --------------------------------------------------------------------------


class Paused:
    """A document that stops before each of some positions until told to go on."""

    def __init__(self, document: dict[str, Any], *stops: int) -> None:
        self.inner = opened(document)()
        self.stops = {stop: (threading.Event(), threading.Event()) for stop in stops}

    @property
    def document(self) -> Any:
        return self.inner.document

    def __iter__(self) -> Iterator[Reading]:
        for reading in self.inner:
            if reading.index in self.stops:
                reached, go_on = self.stops[reading.index]
                reached.set()
                assert go_on.wait(20)
            yield reading


def watch(store: Store, paused: Paused, *, proceed: bool) -> tuple[list[CaptureJob], CaptureJob]:
    """The job as others see it at every stop, and at the end."""
    end: list[CaptureJob] = []
    run = threading.Thread(
        target=lambda: end.append(store.capture_stream(lambda: paused, proceed=proceed))
    )
    run.start()
    seen = []
    for reached, go_on in paused.stops.values():
        assert reached.wait(20)
        (job,) = store.jobs()
        seen.append(job)
        go_on.set()
    run.join()
    return seen, end[0]


@pytest.mark.parametrize(
    ("proceed", "bad", "states", "end"),
    [
        (False, False, [(True, True), (True, True)], (False, True)),
        (False, True, [(True, True), (True, False)], (False, False)),
        (True, False, [(True, True), (True, True)], (False, True)),
        (True, True, [(True, True), (True, False)], (False, False)),
    ],
)
def test_the_states_of_a_job_are_those_of_the_standard(
    store_url: str,
    fresh_store: Store,
    proceed: bool,
    bad: bool,
    states: list[tuple[bool, bool]],
    end: tuple[bool, bool],
) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(12)]
    if bad:
        events[4]["eventTime"] = "yesterday"
    seen, last = watch(fresh_store, Paused(make_document(*events), 3, 9), proceed=proceed)
    assert [(job.running, job.success) for job in seen] == states
    assert (last.running, last.success) == end
    assert seen[0].finished_at is None
    assert last.finished_at is not None
    # The block before the one that is being read may still be on its way.
    assert seen[1].stored in ((0,) if bad and not proceed else (5, 8) if bad else (6, 9))
    stored = 12 if not bad else 11 if proceed else 0
    assert (last.stored, count_rows(store_url)["event"]) == (stored, stored)


def test_a_race_in_the_middle_ends_with_each_event_once(store_url: str, fresh_store: Store) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(12)]
    rivals = [events[5], {**events[10], "bizStep": "inspecting"}]
    paused = Paused(make_document(*events), 4)
    calls: list[int] = []

    def source() -> Any:
        calls.append(1)
        return paused if len(calls) == 1 else opened(make_document(*events))()

    job: list[CaptureJob] = []
    run = threading.Thread(
        target=lambda: job.append(fresh_store.capture_stream(source, proceed=True))
    )
    run.start()
    reached, go_on = paused.stops[4]
    assert reached.wait(20)
    for rival in rivals:
        fresh_store.capture(read_document(json.dumps(make_document(rival))))
    go_on.set()
    run.join()
    statuses = told(fresh_store, job[0])
    assert statuses[5] == "duplicate"
    assert statuses[10] == "conflict"
    assert statuses.count("stored") == 10
    assert fetch(store_url, "select count(*), count(distinct event_key) from eventstore.event") == [
        (12, 12)
    ]


def test_a_key_taken_between_look_up_and_copy_goes_through_staging(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(9)]
    original = streamed.settle_known
    rival = [events[4], {**events[8], "bizStep": "inspecting"}]

    def overtaken(connection: Any, batch: Any, waiting: Any, job: Any) -> Any:
        new = original(connection, batch, waiting, job)
        while rival:
            fresh_store.capture(read_document(json.dumps(make_document(rival.pop()))))
        return new

    monkeypatch.setattr(streamed, "settle_known", overtaken)
    job = stream(fresh_store, *events, proceed=True)
    assert (job.stored, job.duplicates, job.refused) == (7, 1, 1)
    assert count_rows(store_url)["event"] == 9
    kept = fetch(store_url, "select count(*) from eventstore.capture_result where job = %s", job.id)
    assert sum(len(told(fresh_store, job)) for _ in kept) == 9


def test_two_streams_of_the_same_events_in_opposite_order(
    store_url: str, fresh_store: Store
) -> None:
    events = [make_mix(f"A{n}", f"B{n}") for n in range(40)]
    jobs: list[Any] = []

    def run(order: list[dict[str, Any]]) -> None:
        try:
            jobs.append(stream(fresh_store, *order))
        except StoreError as error:
            jobs.append(error)

    threads = [threading.Thread(target=run, args=(order,)) for order in (events, events[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(job, CaptureJob) and job.success for job in jobs), jobs
    assert sorted(job.stored for job in jobs) == [0, 40]
    assert count_rows(store_url)["event"] == 40


# -- jobs that wait, jobs that died ---------------------------------------------------------


def test_a_waiting_job_is_seen_running_and_taken_up(fresh_store: Store) -> None:
    job = uuid4()
    fresh_store.enqueue(job, "a.json", proceed=True, sender="s")
    found = fresh_store.job(job)
    assert found is not None
    assert (found.running, found.success, found.waiting, found.proceed) == (True, True, True, True)
    assert fresh_store.running_jobs() == [(job, "a.json")]
    done = fresh_store.capture_stream(opened(make_document(make_object("A"))), job=job)
    assert (done.id, done.stored, done.waiting, done.sender) == (job, 1, False, "s")
    again = fresh_store.capture_stream(opened(make_document(make_object("B"))), job=job)
    assert again == done


def test_a_waiting_job_that_cannot_be_read_fails(fresh_store: Store) -> None:
    job = uuid4()
    fresh_store.enqueue(job, "a.json")
    with pytest.raises(EpcisError):
        fresh_store.capture_stream(lambda: JsonStream(io.BytesIO(b"[")), job=job)
    found = fresh_store.job(job)
    assert found is not None
    assert (found.running, found.success) == (False, False)
    assert found.errors[0]["code"] == "epcis.json_truncated"


def test_a_job_that_kills_its_workers_is_given_up(store_url: str, fresh_store: Store) -> None:
    job = uuid4()
    fresh_store.enqueue(job, "a.json")
    with psycopg.connect(store_url, autocommit=True) as connection:
        connection.execute("update eventstore.capture_job set tries = 3")
    found = fresh_store.capture_stream(opened(make_document(make_object("A"))), job=job)
    assert (found.running, found.success, found.stored) == (False, False, 0)
    assert found.errors[0]["code"] == "eventstore.interrupted"


def test_a_dead_job_is_noticed_by_whoever_looks(store_url: str, fresh_store: Store) -> None:
    with psycopg.connect(store_url, autocommit=True) as connection:
        for _ in range(3):
            connection.execute(
                "insert into eventstore.capture_job (job, finished_at, running, success, proceed,"
                " stored, duplicates, refused) values (%s, null, true, true, false, 5, 0, 0)",
                [uuid4()],
            )
    one, two, three = (
        job for job, _ in fetch(store_url, "select job, 1 from eventstore.capture_job")
    )
    found = fresh_store.job(one)
    assert found is not None
    assert (found.running, found.success, found.stored, found.withheld) == (False, False, 0, 5)
    assert found.errors[0]["code"] == "eventstore.interrupted"
    assert fresh_store.running_jobs() == []
    assert not any(job.running for job in fresh_store.jobs())
    assert {two, three} <= {job.id for job in fresh_store.jobs()}


def test_a_failure_in_the_middle_leaves_nothing(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    original = streamed.write_events

    def fail(*args: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise psycopg.errors.DiskFull("could not extend file")
        original(*args, **named)

    events = [make_mix(f"A{n}", f"B{n}") for n in range(12)]
    with monkeypatch.context() as patch:
        patch.setattr(streamed, "write_events", fail)
        with pytest.raises(StoreError) as caught:
            stream(fresh_store, *events)
    assert caught.value.status == 507
    assert set(count_rows(store_url, jobs=False).values()) == {0}
    (job,) = fresh_store.jobs()
    assert (job.running, job.success, job.stored, job.withheld) == (False, False, 0, 6)
    assert stream(fresh_store, *events).stored == 12


# -- results --------------------------------------------------------------------------------


def test_results_come_in_pages_and_by_status(fresh_store: Store) -> None:
    events = [make_object(f"L{n}", **(BAD if n % 4 == 1 else {})) for n in range(11)]
    job = stream(fresh_store, *events, proceed=True)
    whole = fresh_store.results(job.id, limit=100)
    assert [each.position for each in whole] == list(range(11))
    paged, after = [], -1
    while page := fresh_store.results(job.id, after, 3):
        assert len(page) <= 3
        paged += page
        after = page[-1].position
    assert paged == whole
    refused = fresh_store.results(job.id, status="refused")
    assert [each.position for each in refused] == [1, 5, 9]
    assert [each.position for each in fresh_store.results(job.id, 1, 1, "refused")] == [5]
    both = fresh_store.results(job.id, 3, 3, ("refused", "stored"))
    assert [each.position for each in both] == [4, 5, 6]
    assert fresh_store.results(uuid4()) == []


def test_a_result_tells_hash_place_and_words(fresh_store: Store) -> None:
    events = [make_object("A"), make_object("B", eventID=None), make_object("C", bizStep="nowhere")]
    read = read_document(json.dumps(make_document(*events)))
    hashes = [event_hash(reading.event) for reading in read.events if reading.event]
    first = stream(fresh_store, *events, proceed=True)
    again = stream(fresh_store, *events, proceed=True)
    for job, statuses in ((first, ["stored", "stored"]), (again, ["duplicate", "duplicate"])):
        found = fresh_store.results(job.id)
        assert [each.status for each in found] == [*statuses, "refused"]
        assert [each.hash for each in found] == hashes
        (fault,) = found[2].faults
        assert fault["pointer"] == "/epcisBody/eventList/2/bizStep"
        assert fault["line"] == 1
        assert '"nowhere"' in fault["excerpt"]


def test_of_many_errors_a_job_keeps_the_first_thousand(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "BLOCK", 400)
    events = [make_object(f"L{n}", **BAD) for n in range(1100)]
    for job in (
        stream(fresh_store, *events),
        fresh_store.job(fresh_store.capture(read_document(json.dumps(make_document(*events)))).job),
    ):
        assert job is not None
        assert len(job.errors) == 1000
        assert job.refused == 1100
        assert len(fresh_store.results(job.id, 1095, 100, "refused")) == 4


def test_jobs_of_a_sender(fresh_store: Store) -> None:
    for sender in ("a", "b", "a", ""):
        fresh_store.capture_stream(opened(make_document(make_object())), sender=sender)
    assert len(fresh_store.jobs()) == 4
    mine = fresh_store.jobs(sender="a")
    assert [job.sender for job in mine] == ["a", "a"]
    rest = fresh_store.jobs(5, (mine[0].created_at, mine[0].id), "a")
    assert [job.id for job in rest] == [mine[1].id]
    assert fresh_store.jobs(sender="") == []


def test_a_job_can_be_failed_once(fresh_store: Store) -> None:
    job = uuid4()
    fresh_store.enqueue(job, "gone.json")
    assert fresh_store.fail(job, Fault("eventstore.spool_lost", value="gone.json"))
    assert not fresh_store.fail(job, Fault("eventstore.spool_lost", value="gone.json"))
