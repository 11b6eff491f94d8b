"""Lists of what events speak of, against a slow oracle; and what they cost."""

from __future__ import annotations

from typing import Any, get_args

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.eventstore import Store
from nguon.eventstore.query import Named
from tests.integration.eventstore.documents import ID, make_object, read
from tests.integration.eventstore.table_counts import fetch

pytestmark = pytest.mark.database

ALL: tuple[Named, ...] = get_args(Named)
STEPS = [
    "shipping",
    "https://x.example/step/Ö",
    "https://x.example/step/a",
    "https://x.example/step",
]
STATES = ["active", "in_transit", "https://x.example/state/1", "urn:x:state:2"]
PLACES = [f"{ID}/414/9521101000023", f"{ID}/414/9521101000023/254/7", "urn:x:kho-1", None]
# The same in one statement that reads the whole table.
SLOW: dict[Named, str] = {
    "item": "select distinct item from eventstore.event_item",
    "biz_step": "select distinct biz_step from eventstore.event where biz_step is not null",
    "disposition": "select distinct disposition from eventstore.event"
    " where position(':' in disposition) > 0",
    "read_point": "select distinct read_point from eventstore.event where read_point is not null",
    "biz_location": "select distinct biz_location from eventstore.event"
    " where biz_location is not null",
}


def place(name: str | None) -> dict[str, str] | None:
    return None if name is None else {"id": name}


@pytest.fixture(scope="module")
def told(module_store: Store) -> Store:
    """Some events that speak of a few things many times."""
    events = [
        make_object(
            f"R{n % 23}",
            bizStep=STEPS[n % 4],
            disposition=STATES[n // 3 % 4],
            readPoint=place(PLACES[n % 4]),
            bizLocation=place(PLACES[n // 5 % 4]),
        )
        for n in range(300)
    ]
    assert module_store.capture(read(*events)).success
    return module_store


def look_up(url: str, named: Named) -> list[str]:
    return sorted(row[0] for row in fetch(url, SLOW[named]))


@pytest.mark.parametrize("named", ALL)
def test_everything_is_listed_once_in_the_order_of_bytes(
    told: Store, module_url: str, named: Named
) -> None:
    expected = look_up(module_url, named)
    assert len(expected) >= 2
    assert told.list_values(named, limit=1000) == expected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ALL), st.integers(1, 7), st.text("a/:0~\u00d6h", max_size=8))
def test_pages_join_up_to_the_whole(
    told: Store, module_url: str, named: Named, size: int, start: str
) -> None:
    pages: list[str] = []
    after = start
    while page := told.list_values(named, after, limit=size):
        assert len(page) <= size
        pages += page
        after = page[-1]
    assert pages == [each for each in look_up(module_url, named) if each > start]


@pytest.mark.parametrize("named", ALL)
def test_what_is_listed_is_known_and_nothing_else(told: Store, named: Named) -> None:
    listed = told.list_values(named, limit=5)
    assert all(told.has_value(named, each) for each in listed)
    for strange in ("", "~", listed[0][:-1], f"{listed[0]}x", "\u00d6" * 600):
        assert not told.has_value(named, strange)


@pytest.mark.parametrize("named", ALL)
def test_a_page_reads_as_many_rows_as_it_has_members(
    told: Store, module_url: str, named: Named
) -> None:
    """No table is read, and no index from end to end: each member costs a look-up."""
    with psycopg.connect(module_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    scanned, fetched = _count(told, module_url, named)
    assert scanned == 0
    assert fetched <= 3 * 4


def _count(store: Store, url: str, named: Named) -> tuple[int, int]:
    before = _read_counters(store, url)
    store.list_values(named, limit=2)
    after = _read_counters(store, url)
    return after[0] - before[0], after[1] - before[1]


def _read_counters(store: Store, url: str) -> Any:
    with store._pool.take() as own:  # its session has to tell what it read
        own.execute("select pg_stat_force_next_flush()")
        own.execute("select 1")
    return fetch(
        url,
        "select coalesce(sum(seq_tup_read), 0), coalesce(sum(idx_tup_fetch), 0)"
        " from pg_stat_user_tables where schemaname = 'eventstore'",
    )[0]


def test_a_value_too_long_for_an_index_is_not_listed(told: Store) -> None:
    long = "https://x.example/" + "s" * 600
    assert told.capture(read(make_object("R-long", bizStep=long, disposition=long))).success
    assert long not in told.list_values("biz_step", limit=1000)
    assert not told.has_value("disposition", long)
