"""Capture on a real PostgreSQL: whole or not at all, a repeat is harmless, nothing is rewritten."""

from __future__ import annotations

import json
import uuid

import psycopg
import pytest
from psycopg import errors

from nguon.epcis import read_document
from nguon.eventstore import Store, StoreError
from tests.integration.eventstore.documents import (
    GTIN,
    ID,
    PRODUCT,
    make_document,
    make_id,
    make_mix,
    make_object,
    make_pack,
    read,
)
from tests.integration.eventstore.table_counts import count_rows, fetch

pytestmark = pytest.mark.database

BAD = {"eventTime": "yesterday"}


def statuses(result) -> list[str]:
    return [each.status for each in result.results]


# -- all or nothing -------------------------------------------------------------------------


def test_one_bad_event_keeps_the_whole_document_out(store_url: str, fresh_store: Store) -> None:
    document = read(make_object("A"), make_object("B", **BAD), make_mix("A", "C"))
    result = fresh_store.capture(document)
    assert statuses(result) == ["withheld", "refused", "withheld"]
    assert not result.success
    assert set(count_rows(store_url, jobs=False).values()) == {0}
    for index in (0, 2):
        assert [f.code for f in result.results[index].faults] == ["eventstore.withheld"]


def test_asked_to_proceed_exactly_the_good_events_are_stored(
    store_url: str, fresh_store: Store
) -> None:
    good, other = make_object("A"), make_mix("A", "C")
    result = fresh_store.capture(read(good, make_object("B", **BAD), other), proceed=True)
    assert statuses(result) == ["stored", "refused", "stored"]
    assert (result.stored, result.refused, result.duplicates) == (2, 1, 0)
    ids = fetch(store_url, "select event_id from eventstore.event order by event_time")
    assert [row[0] for row in ids] == [good["eventID"], other["eventID"]]
    keys = fetch(
        store_url,
        "select event_key from eventstore.event_item union select event_key from eventstore.link",
    )
    assert {row[0] for row in keys} == {result.results[0].event_key, result.results[2].event_key}


def test_a_fault_of_the_document_itself_keeps_it_out_even_when_asked_to_proceed(
    store_url: str, fresh_store: Store
) -> None:
    whole = make_document(make_object())
    del whole["schemaVersion"]
    document = read_document(json.dumps(whole))
    assert any(fault.level == "error" for fault in document.faults)
    for proceed in (False, True):
        result = fresh_store.capture(document, proceed=proceed)
        assert statuses(result) == ["withheld"]
        assert not result.success
    assert count_rows(store_url)["event"] == 0


def test_each_result_names_its_place_in_the_document(fresh_store: Store) -> None:
    result = fresh_store.capture(read(make_object("A"), make_object("B", **BAD)), proceed=True)
    assert [each.pointer for each in result.results] == [
        "/epcisBody/eventList/0",
        "/epcisBody/eventList/1",
    ]
    assert [each.index for each in result.results] == [0, 1]


def test_a_document_without_events_makes_a_job_and_nothing_else(
    store_url: str, fresh_store: Store
) -> None:
    result = fresh_store.capture(read())
    assert result.success
    assert count_rows(store_url) == {**dict.fromkeys(count_rows(store_url), 0), "capture_job": 1}


@pytest.mark.parametrize("step", ["_write_job", "write_master_data", "_declare"])
def test_a_failure_at_any_step_leaves_nothing(
    store_url: str, fresh_store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise errors.DiskFull("could not extend file")

    document = read(make_object("A"), make_mix("A", "C"))
    with monkeypatch.context() as patch:
        patch.setattr(f"nguon.eventstore.capture.{step}", fail)
        with pytest.raises(StoreError) as caught:
            fresh_store.capture(document)
    assert caught.value.status == 507
    assert set(count_rows(store_url).values()) == {0}
    assert fresh_store.capture(document).stored == 2


# -- the same again -------------------------------------------------------------------------


def test_the_same_document_again_adds_nothing(store_url: str, fresh_store: Store) -> None:
    document = read(
        make_object("A"), make_mix("A", "C"), make_pack(f"{ID}/8004/9521101X", f"{PRODUCT}/21/1")
    )
    assert statuses(fresh_store.capture(document)) == ["stored"] * 3
    before = count_rows(store_url, jobs=False)
    again = fresh_store.capture(document)
    assert statuses(again) == ["duplicate"] * 3
    assert again.success
    assert count_rows(store_url, jobs=False) == before


def test_an_event_without_id_twice_in_a_document_is_stored_once(
    store_url: str, fresh_store: Store
) -> None:
    event = make_object("A", eventID=None)
    result = fresh_store.capture(read(event, make_object("B"), event))
    assert statuses(result) == ["stored", "stored", "duplicate"]
    assert count_rows(store_url)["event"] == 2
    assert result.results[0].event_id.startswith("ni:///sha-256;")
    assert result.results[0].event_key == result.results[2].event_key


def test_an_id_twice_in_a_document_is_refused(store_url: str, fresh_store: Store) -> None:
    event = make_object("A")
    assert statuses(fresh_store.capture(read(event, event))) == ["withheld", "refused"]
    assert count_rows(store_url)["event"] == 0


def test_an_event_named_by_its_own_hash_is_the_event_without_a_name(fresh_store: Store) -> None:
    bare = make_object("A", eventID=None)
    first = fresh_store.capture(read(bare))
    named = fresh_store.capture(read({**bare, "eventID": first.results[0].event_id}))
    assert statuses(named) == ["duplicate"]


def in_urns(event: dict) -> dict:
    """The same lots and places in the syntax of EPC URNs."""
    text = json.dumps(event)
    text = text.replace(f"{GTIN}/10/", "urn:epc:class:lgtin:952110100001.0.")
    text = text.replace(f"{ID}/414/9521101000023", "urn:epc:id:sgln:952110100002..0")
    changed: dict = json.loads(text)
    return changed


SAME = {
    "white space": lambda event: json.dumps(make_document(event), indent=7),
    "line ends": lambda event: json.dumps(make_document(event), indent=1).replace("\n", "\r\n\t"),
    "order of members": lambda event: json.dumps(make_document(dict(reversed(event.items())))),
    "escapes": lambda event: json.dumps(make_document(event)).replace("/", "\\/"),
    "recordTime": lambda event: json.dumps(
        make_document({**event, "recordTime": "2026-05-19T00:00:00Z"})
    ),
    "number form": lambda event: json.dumps(make_document(event)).replace("12.5,", "1.250E+1,"),
    "time form": lambda event: json.dumps(
        make_document({**event, "eventTime": "2026-05-10T21:30:00.000Z"})
    ),
    "word as URI": lambda event: json.dumps(
        make_document({**event, "bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning"})
    ),
    "EPC URNs": lambda event: json.dumps(make_document(in_urns(event))),
    "another domain": lambda event: json.dumps(make_document(event)).replace(
        f"{ID}/01/", "https://nguon.example/truy-xuat/01/"
    ),
}


@pytest.mark.parametrize("way", SAME)
@pytest.mark.parametrize("named", [True, False], ids=["with eventID", "by hash"])
def test_the_same_event_in_other_clothes_is_a_duplicate(
    module_url: str, module_store: Store, way: str, named: bool
) -> None:
    lot = uuid.uuid4().hex[:20]
    event = make_object(lot, eventID=make_id() if named else None)
    assert statuses(module_store.capture(read(event))) == ["stored"]
    before = count_rows(module_url, jobs=False)
    document = read_document(SAME[way](event))
    assert statuses(module_store.capture(document)) == ["duplicate"], document.all_faults
    assert count_rows(module_url, jobs=False) == before


# -- conflicts ------------------------------------------------------------------------------


def test_another_event_under_a_known_id_is_a_conflict_that_says_so(
    store_url: str, fresh_store: Store
) -> None:
    event = make_object("A")
    fresh_store.capture(read(event))
    changed = {**event, "bizStep": "inspecting"}
    result = fresh_store.capture(read(make_object("B"), changed))
    assert statuses(result) == ["withheld", "conflict"]
    (fault,) = result.results[1].faults
    assert fault.code == "eventstore.event_conflict"
    assert fault.pointer == "/epcisBody/eventList/1/eventID"
    assert event["eventID"] in fault.sentence("vi")
    assert count_rows(store_url)["event"] == 1
    assert fresh_store.events_by_id(event["eventID"])[0].event.step == "commissioning"


def test_asked_to_proceed_a_conflict_keeps_only_itself_out(
    store_url: str, fresh_store: Store
) -> None:
    event = make_object("A")
    fresh_store.capture(read(event))
    changed = {**event, "bizStep": "inspecting"}
    result = fresh_store.capture(read(make_object("B"), changed), proceed=True)
    assert statuses(result) == ["stored", "conflict"]
    assert result.refused == 1
    assert not result.success
    assert count_rows(store_url)["event"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-05-11T04:30:00.000001+07:00"},
        {"eventTimeZoneOffset": "+08:00"},
        {"quantityList": [{"epcClass": f"{GTIN}/10/A", "quantity": 12.500001, "uom": "KGM"}]},
        {"ext:note": "x"},
        {"action": "OBSERVE"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_smallest_difference_is_a_conflict(module_store: Store, change: dict) -> None:
    event = make_object("A")
    module_store.capture(read(event))
    assert statuses(module_store.capture(read({**event, **change}))) == ["conflict"]


# -- nothing is rewritten -------------------------------------------------------------------

REWRITES = [
    "update eventstore.event set biz_step = 'x'",
    "update eventstore.event_item set item = 'x'",
    "update eventstore.declaration set declared_at = now()",
    "delete from eventstore.event",
    "delete from eventstore.event_item",
    "delete from eventstore.declaration",
    "truncate eventstore.event",
    "truncate eventstore.event_item",
    "truncate eventstore.declaration",
    "delete from eventstore.event where false",
]


@pytest.mark.parametrize("rewrite", REWRITES)
def test_the_tables_of_events_refuse_rewriting(
    module_url: str, module_store: Store, rewrite: str
) -> None:
    module_store.capture(read(make_object("A")))
    before = count_rows(module_url)
    with (
        psycopg.connect(module_url) as connection,
        pytest.raises(errors.RestrictViolation, match="append-only"),
    ):
        connection.execute(rewrite)  # type: ignore[arg-type]  # from the list above
    assert count_rows(module_url) == before
