"""What the store answers: jobs, master data, lots, events by item, as known and as recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from nguon.eventstore import CaptureJob, Store
from nguon.trace.model import DERIVES, HOLDS
from tests.integration.eventstore.documents import (
    GTIN,
    ID,
    PRODUCT,
    make_mix,
    make_object,
    make_pack,
    read,
)
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database

EVER = DERIVES + HOLDS


def make_header(name: str, **attributes: str) -> dict[str, Any]:
    """A document's header with master data of one id."""
    listed = [{"id": f"urn:epcglobal:cbv:mda#{k}", "attribute": v} for k, v in attributes.items()]
    vocabulary = {
        "type": "urn:epcglobal:epcis:vtype:EPCClass",
        "vocabularyElementList": [{"id": name, "attributes": listed}],
    }
    return {"epcisMasterData": {"vocabularyList": [vocabulary]}}


# -- jobs -----------------------------------------------------------------------------------


def test_a_job_keeps_what_became_of_a_capture(fresh_store: Store) -> None:
    good, bad = make_object("A"), make_object("B", eventTime="yesterday")
    fresh_store.capture(read(good))
    result = fresh_store.capture(read(good, make_object("C"), bad), proceed=True, sender="HTX")
    job = fresh_store.job(result.job)
    assert isinstance(job, CaptureJob)
    assert (job.stored, job.duplicates, job.refused) == (1, 1, 1)
    assert (job.success, job.proceed, job.sender) == (False, True, "HTX")
    assert not job.running
    (error,) = job.errors
    assert error["pointer"] == "/epcisBody/eventList/2/eventTime"
    assert error["vi"] != error["en"]
    assert job.created_at <= job.finished_at <= datetime.now(UTC) + timedelta(seconds=5)


def test_a_job_that_never_was_is_none(fresh_store: Store) -> None:
    assert fresh_store.job(uuid4()) is None
    assert fresh_store.jobs() == []


def test_jobs_are_listed_newest_first_page_after_page(fresh_store: Store) -> None:
    made = [fresh_store.capture(read(), sender=str(n)).job for n in range(7)]
    seen: list[CaptureJob] = []
    before = None
    while page := fresh_store.jobs(3, before):
        seen += page
        before = (page[-1].created_at, page[-1].id)
    assert [job.id for job in seen] == made[::-1]


def test_a_refused_capture_leaves_its_job_too(fresh_store: Store) -> None:
    result = fresh_store.capture(read(make_object("B", eventTime="yesterday")))
    job = fresh_store.job(result.job)
    assert job is not None
    assert (job.success, job.stored, job.refused) == (False, 0, 1)


# -- master data ----------------------------------------------------------------------------


def test_the_newest_master_data_speaks_and_the_older_is_kept(
    store_url: str, fresh_store: Store
) -> None:
    for name in ("Mực mai", "Mực mai tươi", "Mực mai tươi"):
        header = make_header(GTIN, descriptionShort=name, countryOfOrigin="VN")
        fresh_store.capture(read(epcisHeader=header))
    found = fresh_store.vocabulary([GTIN, PRODUCT])
    assert found.keys() == {GTIN}
    assert found[GTIN].attributes == {"descriptionShort": "Mực mai tươi", "countryOfOrigin": "VN"}
    assert fetch(store_url, "select count(*) from eventstore.vocabulary") == [(2,)]


def test_what_was_true_before_may_be_true_again(store_url: str, fresh_store: Store) -> None:
    for name in ("A", "B", "A"):
        fresh_store.capture(read(epcisHeader=make_header(GTIN, descriptionShort=name)))
    assert fresh_store.vocabulary([GTIN])[GTIN].attributes["descriptionShort"] == "A"
    assert fetch(store_url, "select count(*) from eventstore.vocabulary") == [(3,)]


def test_master_data_is_found_by_the_canonical_key_of_any_syntax(fresh_store: Store) -> None:
    header = make_header("urn:epc:idpat:sgtin:952110100001.0.*", descriptionShort="Mực")
    fresh_store.capture(read(epcisHeader=header))
    assert fresh_store.vocabulary([GTIN]).keys() == {GTIN}


def test_master_data_of_a_refused_document_is_not_kept(fresh_store: Store) -> None:
    bad = make_object("B", eventTime="yesterday")
    fresh_store.capture(read(bad, epcisHeader=make_header(GTIN, descriptionShort="x")))
    assert fresh_store.vocabulary([GTIN]) == {}
    assert fresh_store.vocabulary([]) == {}


# -- lots -----------------------------------------------------------------------------------


@pytest.fixture
def lots(fresh_store: Store) -> Store:
    """A store that knows some lots, serials and a box."""
    fresh_store.capture(
        read(
            make_object("L2"),
            make_object("L10"),
            make_object("L1"),
            make_object("l1"),
            make_mix("L1", "L1"),
            make_pack(f"{ID}/8004/9521101BOX", f"{PRODUCT}/21/77"),
            make_object(quantityList=None, epcList=[f"{PRODUCT}/21/77"]),
            make_object("SEEN", action="OBSERVE"),
        )
    )
    return fresh_store


def test_the_lots_of_a_product_come_in_order_each_once(lots: Store) -> None:
    assert lots.lots_of(GTIN) == [f"{GTIN}/10/{lot}" for lot in ("L1", "L10", "L2", "SEEN", "l1")]
    assert lots.lots_of(GTIN, limit=2) == [f"{GTIN}/10/L1", f"{GTIN}/10/L10"]
    assert lots.lots_of(PRODUCT) == [f"{PRODUCT}/10/L1"]
    assert lots.lots_of(f"{ID}/01/09521999000017") == []


def test_a_bare_number_finds_the_lots_and_serials_it_may_stand_for(lots: Store) -> None:
    assert lots.find_lots("L1") == [f"{GTIN}/10/L1", f"{PRODUCT}/10/L1"]
    assert lots.find_lots("L1", limit=1) == [f"{GTIN}/10/L1"]
    assert lots.find_lots("77") == [f"{PRODUCT}/21/77"]
    for unknown in ("L", "l2", "", "%", "L1/", "1", "x" * 91):
        assert lots.find_lots(unknown) == []


def test_a_number_that_was_only_seen_stands_for_nothing(lots: Store) -> None:
    assert lots.find_lots("SEEN") == []
    assert lots.knows(f"{GTIN}/10/SEEN")


def test_a_bare_number_is_found_by_its_index(store_url: str, lots: Store) -> None:
    from nguon.eventstore.sql import query

    text = query("items_numbered").replace("%(numbers)b", "'{L1,L2}'").replace("%(limit)s", "20")
    with psycopg.connect(store_url) as connection:
        connection.execute("set enable_seqscan = off")
        plan = connection.execute(f"explain {text}").fetchall()  # type: ignore[arg-type]  # our own
    assert "event_item_number" in str(plan)


# -- events and readers ---------------------------------------------------------------------


def test_events_come_by_time_with_the_json_that_was_received(fresh_store: Store) -> None:
    late = make_mix("A", "B", eventTime="2026-05-20T00:00:00Z", eventTimeZoneOffset="+00:00")
    early = make_object("A")
    fresh_store.capture(read(late))
    fresh_store.capture(read(early))
    found = fresh_store.events_of([f"{GTIN}/10/A"])
    assert [entry.event.event_id for entry in found] == [early["eventID"], late["eventID"]]
    assert json.loads(found[0].raw) == early  # type: ignore[attr-defined]  # StoredEvent
    assert fresh_store.events_of([f"{GTIN}/10/A"], limit=1)[0].event.event_id == early["eventID"]
    assert fresh_store.events_of([]) == []


def test_an_unknown_item_or_id_has_nothing(fresh_store: Store) -> None:
    key = f"{GTIN}/10/NONE"
    reader = fresh_store.reader()
    assert fresh_store.events_by_id("urn:uuid:none") == []
    assert reader.events_of([key]) == []
    assert reader.links_from([key], EVER) == reader.links_to([key], EVER) == []
    assert reader.links_from([], EVER) == []


def test_only_links_of_the_kinds_asked_for_are_told(fresh_store: Store) -> None:
    box = f"{ID}/8004/9521101BOX"
    fresh_store.capture(read(make_mix("A", "B"), make_pack(box, f"{PRODUCT}/21/1")))
    reader = fresh_store.reader()
    keys = [f"{GTIN}/10/A", box]
    assert {link.kind for link in reader.links_from(keys, "T")} == {"T"}
    assert {link.kind for link in reader.links_from(keys, "J")} == {"J"}
    assert {link.kind for link in reader.links_from(keys, "TJ")} == {"T", "J"}
    assert reader.links_from(keys, "L") == []


def test_a_link_comes_with_its_amount_exact(fresh_store: Store) -> None:
    fresh_store.capture(read(make_mix("A", "B")))
    (link,) = fresh_store.reader().links_from([f"{GTIN}/10/A"], "T")
    assert (str(link.quantity), link.uom) == ("5", "KGM")
    assert link.at == datetime(2026, 5, 11, 21, 30, tzinfo=UTC)


def test_as_known_on_an_instant_later_events_are_not_there(fresh_store: Store) -> None:
    fresh_store.capture(read(make_mix("A", "B")))
    at = datetime(2026, 5, 11, 21, 30, tzinfo=UTC)
    for instant, count in ((at - timedelta(microseconds=1), 0), (at, 1)):
        reader = fresh_store.reader(as_of=instant)
        assert len(reader.links_from([f"{GTIN}/10/A"], "T")) == count
        assert len(reader.links_to([f"{PRODUCT}/10/B"], "T")) == count


def test_as_recorded_by_an_instant_what_came_later_is_not_there(
    store_url: str, fresh_store: Store
) -> None:
    fresh_store.capture(read(make_mix("A", "B")))
    ((between,),) = fetch(store_url, "select clock_timestamp()")
    fresh_store.capture(read(make_mix("A", "C")))
    reader = fresh_store.reader(recorded_by=between)
    assert {link.target for link in reader.links_from([f"{GTIN}/10/A"], "T")} == {f"{PRODUCT}/10/B"}
    assert len(reader.events_of([f"{GTIN}/10/A"])) == 1
    assert len(fresh_store.reader().events_of([f"{GTIN}/10/A"])) == 2


def test_a_lot_number_is_found_as_printed(fresh_store: Store) -> None:
    fresh_store.capture(read(make_object("A%2FB")))
    (found,) = fresh_store.find_lots("A/B")
    assert found.endswith("/10/A%2FB")
    assert fresh_store.find_lots("A%2FB") == [found]
