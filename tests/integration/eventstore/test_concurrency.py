"""Many senders at once: each event exactly once, every sender acknowledged, nobody deadlocked."""

from __future__ import annotations

import json
import random
import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest

from nguon.epcis import read_document
from nguon.eventstore import Store, StoreError
from tests.integration.eventstore.documents import (
    GTIN,
    PRODUCT,
    declare_wrong,
    make_document,
    make_mix,
    make_object,
    read,
)
from tests.integration.eventstore.table_counts import empty, fetch

pytestmark = pytest.mark.database

SENDERS = 8
_ROWS = ("event", "event_item", "link", "link_back")


def run_together(*calls: Any) -> list[Any]:
    """Run at once; the outcomes or the errors, in the order of the calls."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        gate.wait()
        try:
            outcomes[place] = calls[place]()
        except Exception as error:  # noqa: BLE001  judged by the test
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_overlapping_documents_of_eight_senders(store_url: str) -> None:
    chance = random.Random(7)
    events = [make_mix(f"A{n}", f"B{n}") for n in range(60)]
    events += [make_object(f"N{n}", eventID=None) for n in range(20)]
    header = {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:EPCClass",
                    "vocabularyElementList": [{"id": GTIN, "attributes": []}],
                }
            ]
        }
    }
    batches = [
        [
            read_document(json.dumps(make_document(*chance.sample(events, 40), epcisHeader=header)))
            for _ in range(4)
        ]
        for _ in range(SENDERS)
    ]
    store = Store.open(store_url, size=SENDERS)
    try:
        outcomes = run_together(
            *(lambda own=own: [store.capture(each) for each in own] for own in batches)
        )
    finally:
        store.close()
    for outcome in outcomes:
        assert isinstance(outcome, list), outcome
        assert all(result.success for result in outcome)
    sent = {r.event_key for own in outcomes for result in own for r in result.results}
    rows = fetch(store_url, "select event_key from eventstore.event")
    assert sorted(row[0] for row in rows) == sorted(sent)
    assert sum(result.stored for own in outcomes for result in own) == len(sent)
    check_rows_once(store_url, sent)
    jobs = fetch(store_url, "select count(*), bool_and(success) from eventstore.capture_job")
    assert jobs == [(SENDERS * 4, True)]


def check_rows_once(url: str, keys: set[UUID]) -> None:
    """A recipe makes two mentions and one link, a lot one mention, each once."""
    items = dict(fetch(url, "select event_key, count(*) from eventstore.event_item group by 1"))
    assert items.keys() == keys
    assert set(items.values()) == {1, 2}
    for table in ("link", "link_back"):
        rows = dict(fetch(url, f"select event_key, count(*) from eventstore.{table} group by 1"))
        assert set(rows.values()) == {1}
        assert len(rows) == sum(count == 2 for count in items.values())


def test_eight_senders_of_one_document_store_it_once(store_url: str) -> None:
    document = read(*(make_mix(f"A{n}", f"B{n}") for n in range(30)))
    store = Store.open(store_url, size=SENDERS)
    try:
        results = run_together(*([lambda: store.capture(document)] * SENDERS))
    finally:
        store.close()
    assert sorted(result.stored for result in results) == [0] * (SENDERS - 1) + [30]
    assert sorted(result.duplicates for result in results) == [0] + [30] * (SENDERS - 1)


def test_of_two_contents_under_one_id_one_is_stored_and_one_refused(store_url: str) -> None:
    store = Store.open(store_url, size=2)
    try:
        for number in range(10):
            event = make_object(f"A{number}")
            other = {**event, "bizStep": "inspecting"}
            calls = [lambda e=e: store.capture(read(e)) for e in (event, other)]
            results = run_together(*calls)
            assert sorted(r.results[0].status for r in results) == ["conflict", "stored"]
    finally:
        store.close()


def test_declarations_of_the_same_events_by_several_senders(store_url: str) -> None:
    wrong = [make_mix(f"A{n}", f"B{n}") for n in range(12)]
    store = Store.open(store_url, size=SENDERS)
    try:
        store.capture(read(*wrong))
        documents = [
            read(*(declare_wrong(e, f"2026-05-15T08:00:0{n}Z") for e in own))
            for n, own in enumerate([wrong, wrong[::-1], wrong[3:] + wrong[:3], wrong[6:]])
        ]
        results = run_together(*(lambda d=d: store.capture(d) for d in documents))
        assert all(getattr(result, "success", result) is True for result in results), results
        keys = [f"{PRODUCT}/10/B{n}" for n in range(12)]
        assert store.reader().links_to(keys, "T") == []
    finally:
        store.close()


@pytest.mark.parametrize("first", ["original", "declaration"])
def test_an_event_and_its_declaration_at_the_same_moment(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Two captures overlap wholly: each has looked before the other has committed."""
    wrong = make_mix("A", "C")
    # Two events, for one alone takes a road on which there is no halfway.
    pair = [read(wrong, make_object("Z")), read(declare_wrong(wrong))]
    if first == "declaration":
        pair.reverse()
    halfway, go_on = threading.Event(), threading.Event()
    original = _write_job_of_the_store()

    def write_slowly(connection: Any, batch: Any, result: Any) -> None:
        if batch.sender == "slow":
            halfway.set()
            go_on.wait(3)
        original(connection, batch, result)

    monkeypatch.setattr("nguon.eventstore.capture._write_job", write_slowly)
    slow = threading.Thread(target=fresh_store.capture, args=(pair[0],), kwargs={"sender": "slow"})
    slow.start()
    assert halfway.wait(10)
    quick = threading.Thread(target=fresh_store.capture, args=(pair[1],))
    quick.start()
    quick.join(1)
    go_on.set()
    slow.join()
    quick.join()
    assert fresh_store.reader().links_to([f"{PRODUCT}/10/C"], "T") == []


def _write_job_of_the_store() -> Any:
    from nguon.eventstore.capture import _write_job

    return _write_job


def test_a_clash_that_never_ends_is_told_as_busy(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def clash(*_args: object) -> None:
        tries.append(1)
        raise psycopg.errors.SerializationFailure("could not serialize")

    monkeypatch.setattr("nguon.eventstore.capture._write_job", clash)
    with pytest.raises(StoreError) as caught:
        fresh_store.capture(read(make_object("A"), make_object("B")))
    assert caught.value.code == "eventstore.busy"
    assert caught.value.status == 503
    assert 1 < len(tries) < 100
    assert fetch(store_url, "select count(*) from eventstore.event") == [(0,)]


def test_eight_senders_of_one_event_alone_store_it_once(store_url: str) -> None:
    document = read(make_mix("A", "B"))
    store = Store.open(store_url, size=SENDERS)
    try:
        results = run_together(*([lambda: store.capture(document)] * SENDERS))
    finally:
        store.close()
    statuses = sorted(result.results[0].status for result in results)
    assert statuses == ["duplicate"] * (SENDERS - 1) + ["stored"]
    counts = [fetch(store_url, f"select count(*) from eventstore.{t}")[0][0] for t in _ROWS]
    assert counts == [1, 2, 1, 1]
    assert fetch(store_url, "select count(*) from eventstore.capture_job") == [(SENDERS,)]


def test_an_event_alone_makes_the_rows_it_makes_among_others(store_url: str) -> None:
    events = [make_mix("A", "B"), make_object("C", eventID=None)]
    events.append(make_object("D", **{"ext:a": {"ext:b": [1.50, "x\\\ty"]}}))
    store = Store.open(store_url)
    tables = {
        "event": "event_key, event_id, digest, event_type, event_time, action, biz_step,"
        " disposition, read_point, biz_location, transformation_id, declaration_time,"
        " context::text, doc::text",
        "event_item": "item, event_time, event_key, role::text, quantity, uom",
        "link": "source, target, kind::text, at, event_key, quantity, uom",
        "link_back": "source, target, kind::text, at, event_key, quantity, uom",
    }

    def rows() -> list[list[str]]:
        return [
            sorted(map(repr, fetch(store_url, f"select {columns} from eventstore.{table}")))
            for table, columns in tables.items()
        ]

    try:
        for event in events:
            assert store.capture(read(event)).stored == 1
        alone = rows()
        empty(store_url)
        assert store.capture(read(*events)).stored == len(events)
        assert rows() == alone
    finally:
        store.close()
