"""What a query may cost: rows, time, answers. Strangers ask what they like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.query import QueryError, read_json, read_rest
from nguon.eventstore import Store, StoreError
from nguon.eventstore.query import Bounds, EventPage, run
from nguon.eventstore.query.fragments import Sql
from nguon.eventstore.query.turns import LONG
from tests.integration.eventstore.documents import GTIN, PLACE, make_object, read
from tests.integration.eventstore.query_corpus import NOW, TOKENS
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database

EXT = {"ext": "https://nguon.example/ext/"}
COUNT = 600
TIGHT = Bounds(examined=100, gathered=50)
WITHOUT_INDEX = [
    ("EQ_disposition", "stolen"),
    ("EQ_ext:none", "x"),
    ("EXISTS_INNER_ext:none", ""),
    ("EQ_ILMD_ext:none", "x"),
    ("GE_value_KEL", "1"),
    ("EQ_source_owning_party", "urn:x:nobody"),
    ("MATCH_anyEPC", "urn:epc:idpat:sgtin:*.*.*"),
    ("MATCH_anyEPCClass", "urn:epc:idpat:giai:*.*"),
    ("GE_quantity_GRM", "1e9"),
    ("EQ_type", "Pressure"),
    ("HASATTR_bizLocation", "city"),
]


@pytest.fixture(scope="module")
def many(module_store: Store) -> Store:
    """Many events, all alike."""
    events = [
        make_object(
            f"L{n}", eventTime=f"2026-05-{1 + n // 60:02}T04:{n % 60:02}:00Z", **{"ext:n": n}
        )
        for n in range(COUNT)
    ]  # fmt: skip
    assert module_store.capture(read(*events)).success
    return module_store


def ask(store: Store, *pairs: tuple[str, str], bounds: Bounds | None = None) -> EventPage:
    return store.query_events(read_rest(pairs, EXT), TOKENS, NOW, bounds or Bounds())


def read_rows(url: str) -> tuple[int, int]:
    """Rows that sequential scans read, and rows that indexes fetched, so far."""
    ((scanned, fetched),) = fetch(
        url,
        "select sum(seq_tup_read)::bigint, sum(idx_tup_fetch)::bigint from pg_stat_user_tables"
        " where relname in ('event', 'event_item')",
    )
    return scanned, fetched


@pytest.mark.parametrize("asked", WITHOUT_INDEX, ids=lambda pair: pair[0])
def test_without_an_index_a_page_looks_at_so_many_events_and_no_more(
    module_url: str, many: Store, asked: tuple[str, str]
) -> None:
    with many._pool.take() as connection:
        connection.execute("select pg_stat_force_next_flush()")
        connection.execute("select 1")
        before = read_rows(module_url)
    page = ask(many, asked, bounds=TIGHT)
    with many._pool.take() as connection:
        connection.execute("select pg_stat_force_next_flush()")
        connection.execute("select 1")
        after = read_rows(module_url)
    assert page.events == []
    assert after[0] == before[0], "a table was read from end to end"
    # Both tables may be asked for each event looked at, and a little for what was gathered.
    assert after[1] - before[1] <= 3 * (TIGHT.examined + TIGHT.gathered)


@pytest.mark.parametrize("asked", WITHOUT_INDEX, ids=lambda pair: pair[0])
def test_short_pages_lead_to_the_end_all_the_same(many: Store, asked: tuple[str, str]) -> None:
    found, pages, token = [], 0, ""
    while True:
        more = [("nextPageToken", token)] if token else []
        page = ask(many, asked, *more, bounds=TIGHT)
        found += page.events
        pages += 1
        token = page.next_page_token or ""
        if not token:
            break
    assert found == []
    assert pages <= COUNT / 40


def test_what_has_no_pages_is_refused_when_it_costs_too_much(many: Store) -> None:
    query = read_rest([("EQ_disposition", "stolen")]).query
    with pytest.raises(QueryError) as caught:
        many.query_all_events(query, bounds=TIGHT)
    assert caught.value.exception == "QueryTooComplexException"
    assert "GE_eventTime" in caught.value.fault.sentence("vi")
    narrow = [("EQ_disposition", "stolen"), ("GE_eventTime", "2026-05-10T04:00:00Z")]
    assert many.query_all_events(read_rest(narrow).query, bounds=TIGHT) == []


def test_a_whole_answer_is_no_larger_than_allowed(many: Store) -> None:
    with pytest.raises(QueryError) as caught:
        many.query_all_events(read_rest([]).query, most=50)
    assert caught.value.exception == "QueryTooLargeException"
    limited = [("eventCountLimit", "50"), ("orderBy", "eventTime")]
    assert len(many.query_all_events(read_rest(limited).query, most=50)) == 50


def test_a_count_that_cannot_be_told_is_refused(many: Store) -> None:
    asked = [("EQ_disposition", "stolen"), ("maxEventCount", "5")]
    with pytest.raises(QueryError) as caught:
        ask(many, *asked, bounds=TIGHT)
    assert caught.value.exception == "QueryTooComplexException"


def test_an_order_that_no_index_has_is_refused_for_too_many(many: Store) -> None:
    asked = [("orderBy", "ext:n"), ("orderDirection", "ASC")]
    with pytest.raises(QueryError) as caught:
        ask(many, *asked, bounds=TIGHT)
    assert caught.value.exception == "QueryTooComplexException"
    day = [("GE_eventTime", "2026-05-03T04:00:00Z"), ("LT_eventTime", "2026-05-03T04:20:00Z")]
    page = ask(many, *asked, *day, bounds=TIGHT)
    assert [e.event.extension_value("ext:n") for e in page.events] == list(range(120, 140))


def test_an_index_is_used_however_rare_the_value(module_url: str, many: Store) -> None:
    for asked in (("EQ_bizStep", "destroying"), ("EQ_readPoint", f"{PLACE[:-2]}30"),
                  ("EQ_transformationID", "urn:x:t"), ("EXISTS_errorDeclaration", "true"),
                  ("MATCH_epcClass", f"{GTIN}/10/NONE"), ("EQ_eventID", "urn:x:none")):  # fmt: skip
        page = ask(many, asked, bounds=Bounds(examined=100))
        assert page.events == []
        assert page.next_page_token is None, asked


def test_a_statement_that_takes_too_long_is_stopped(
    many: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Sql("(select true from pg_sleep(1))")
    monkeypatch.setattr("nguon.eventstore.query.search.compile_condition", lambda _: slow)
    with pytest.raises(QueryError) as caught:
        ask(many, ("EQ_disposition", "stolen"), bounds=Bounds(seconds=0.2))
    assert caught.value.code == "epcis.query_too_slow"
    assert caught.value.exception == "QueryTooComplexException"
    monkeypatch.undo()
    assert len(ask(many).events) == 30, "the connection is sound afterwards"


def test_a_hierarchy_without_end_ends(fresh_store: Store) -> None:
    listed = [
        {"id": f"urn:x:p{n}", "children": [f"urn:x:p{(n + 1) % 30}", f"urn:x:q{n}"]}
        for n in range(30)
    ]
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    header = {"epcisMasterData": {"vocabularyList": [
        {"type": kind, "vocabularyElementList": listed}]}}  # fmt: skip
    place = {"bizLocation": {"id": "urn:x:q7"}}
    assert fresh_store.capture(read(make_object("A", **place), epcisHeader=header)).success
    assert len(ask(fresh_store, ("WD_bizLocation", "urn:x:p3")).events) == 1
    with pytest.raises(QueryError) as caught:
        ask(fresh_store, ("WD_bizLocation", "urn:x:p3"), bounds=Bounds(places=40))
    assert caught.value.exception == "QueryTooComplexException"
    assert caught.value.fault.pointer == "/WD_bizLocation"


HOSTILE = [
    "'; drop table eventstore.event; --", '"', "\\", "%", "_", "${jndi:x}", "$1", "%(at)s", "{at}",
    "\u202e", "\ud83d\ude00", "a" * 2000, "NaN", "Infinity", "-1e99", "9" * 60, "1e-99",
    "9998-12-28T23:59:59Z", "0002-01-01T00:00:00Z", "2026-05-01T00:00:00.123456789123Z", "{}", "[]",
    "null", "*", "(", "\n", "\t", "ex:x", "::", "#", "https://id.gs1.org/01/", "urn:epc:idpat:",
]  # fmt: skip
NAMES = [
    "eventType", "EQ_bizStep", "EQ_disposition", "EQ_transformationID", "MATCH_epc", "WD_readPoint",
    "MATCH_anyEPCClass", "EQ_eventID", "EQ_errorReason", "EQ_correctiveEventID", "GE_eventTime",
    "LT_recordTime", "GE_time", "EQ_quantity", "GE_value_KEL", "LT_quantity_GRM", "EQ_source_x",
    "EQ_bizTransaction_'", "EQ_deviceID", "EQ_stringValue", "EQ_hexBinaryValue", "EQ_uriValue",
    "EQ_ext:x", "GE_ext:x", "EQ_INNER_ext:x", "EQ_ILMD_ext:'--", "EXISTS_ext:%(at)s",
    "EQ_SENSORREPORT_ext:{at}", "HASATTR_bizLocation", "EQATTR_readPoint_ext:x", "orderBy",
    "EQ_persistentDisposition_set", "EQ_ext:" + "x" * 400, "EQATTR_ext:x_%s", "EQ_INNER_#%s",
]  # fmt: skip


@contextmanager
def refused_by_name() -> Iterator[None]:
    """What is refused is refused with one of the standard's exceptions, and explained."""
    refusals: list[QueryError] = []
    try:
        yield
    except QueryError as error:
        refusals.append(error)
    for refusal in refusals:
        assert refusal.exception.startswith("Query")
        refusal.fault.as_dict()


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(HOSTILE)), max_size=3,
                unique_by=lambda pair: pair[0]))  # fmt: skip
def test_hostile_parameters_are_answered_or_refused_by_name(
    many: Store, pairs: list[tuple[str, str]]
) -> None:
    with refused_by_name():
        request = read_rest(pairs, EXT)
        many.query_events(request, TOKENS, NOW)
        many.query_all_events(request.query)


_json: st.SearchStrategy[Any] = (
    st.sampled_from(HOSTILE) | st.integers() | st.floats() | st.none() | st.booleans()
    | st.lists(st.sampled_from(HOSTILE) | st.floats(), max_size=3)
)  # fmt: skip


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(NAMES), _json, max_size=3))
def test_hostile_objects_are_answered_or_refused_by_name(
    many: Store, query: dict[str, Any]
) -> None:
    with refused_by_name():
        many.query_events(read_json(query, EXT), TOKENS, NOW)


def test_the_store_is_still_whole(module_url: str, many: Store) -> None:
    assert fetch(module_url, "select count(*) from eventstore.event") == [(COUNT,)]
    with psycopg.connect(module_url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


@contextmanager
def all_turns_taken() -> Iterator[None]:
    """Other searches are long at this moment."""
    taken = 0
    while LONG.acquire(blocking=False):
        taken += 1
    try:
        yield
    finally:
        for _ in range(taken):
            LONG.release()


LIGHT = Bounds(light=100)


def test_a_long_search_without_a_turn_ends_its_page_early_and_loses_nothing(many: Store) -> None:
    assert ask(many, ("EQ_disposition", "stolen"), bounds=LIGHT).next_page_token is None
    asked, seen, token = ("EQ_ext:n", "3"), [], ""
    whole = [event.event_id for event in ask(many, asked).events]
    with all_turns_taken():
        assert ask(many, ("perPage", "5"), bounds=LIGHT).events, "a light one needs no turn"
        for pages in range(COUNT):  # noqa: B007  counted
            more = [("nextPageToken", token)] if token else []
            page = ask(many, asked, *more, bounds=LIGHT)
            seen += [event.event_id for event in page.events]
            token = page.next_page_token or ""
            if not token:
                break
    assert (seen, token) == (whole, "")
    assert pages > 0
    assert LONG.acquire(blocking=False), "turns are given back"
    LONG.release()


def test_what_must_be_answered_whole_is_asked_to_come_again(
    many: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_PATIENCE", 0.01)
    query = read_rest([("EQ_disposition", "stolen")]).query
    counted = ("maxEventCount", "5"), ("EQ_disposition", "stolen")
    with all_turns_taken():
        with pytest.raises(StoreError) as caught:
            many.query_all_events(query, bounds=LIGHT)
        assert (caught.value.code, caught.value.status) == ("eventstore.searches_busy", 503)
        with pytest.raises(StoreError):
            ask(many, *counted, bounds=LIGHT)
    assert many.query_all_events(query, bounds=LIGHT) == []
    assert ask(many, *counted, bounds=LIGHT).events == []
