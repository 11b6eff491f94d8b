"""Queries by item against the bare SQL over the same index, and what index-less ones may cost.

Ours: parameters of a URL in, a page of events out: parsed, planned, compiled, read inside a
transaction with a time-out. Bare: one prepared statement that joins the item's mentions to the
events, the same 31 rows in the same order, over a connection of the same pool, and once more over
one that is simply kept. Over HTTP the same items are asked of a server of one worker, in turns with
its empty view: `GET /epcis/events` is held against that view and the bare SQL together.
Index-less queries are asked for one page each; what PostgreSQL counted as read is held against the
bound.
"""

from __future__ import annotations

import gc
import http.client
import random
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import psycopg

from bench.documents import ID, Maker, encode, make_gtin, make_place
from bench.report import Report, make_database
from bench.resolve import serving
from nguon.cli.database import migrate_all, release_django
from nguon.epcis import read_document
from nguon.epcis.query import Tokens, read_rest
from nguon.eventstore import Store
from nguon.eventstore.query import Bounds, Named

EVENTS, ITEMS, ROUNDS = 200_000, 400, 3
NAMESPACES = {"nguon": "https://nguon.example/voc/"}
BARE = """
select e.event_key, e.event_id, e.record_time, e.doc::text, e.context::text
  from (select distinct event_time, event_key from eventstore.event_item
         where item = %(item)s and role = any('{e,a,c,p,i,o}')) named
  join eventstore.event e using (event_key)
 order by named.event_time desc, named.event_key desc limit 31
"""
WITHOUT_INDEX = {
    "a disposition nobody used": [("EQ_disposition", "stolen")],
    "an extension field that matches nothing": [("EQ_nguon:cte", "common.NONE")],
    "a field deep inside that is nowhere": [("EXISTS_INNER_nguon:none", "")],
    "a lot number in ilmd, the oldest": [("EQ_ILMD_cbvmda:lotNumber", "L3")],
    "a party that is in no event": [("EQ_source_owning_party", f"{ID}/417/{make_place(77)}")],
    "a sensor reading": [("GE_value_KEL", "1")],
    "every key of a company": [("MATCH_anyEPC", "urn:epc:idpat:sgtin:9520000.*.*")],
    "a quantity": [("GE_quantity_GRM", "1e9")],
}
_COUNTERS = """
select coalesce(sum(seq_tup_read), 0), coalesce(sum(idx_tup_fetch), 0)
  from pg_stat_user_tables where schemaname = 'eventstore'
"""


def run(data: Path | None) -> Report:
    """Load once, then alternate both sides; then the queries that no index helps."""
    with make_database(data) as url:
        migrate_all(url)
        release_django()
        store = Store.open(url)
        load(store)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            items = choose_items()
            ours, bare, kept = compare(store, connection, items)
            empty, answered = ask_over_http(url, items)
            costs = [cost(store, connection, asked) for asked in WITHOUT_INDEX.values()]
            lists = [time_list(store, named) for named in get_args(Named)]
        store.close()
    ratio = statistics.median(ours) / statistics.median(bare)
    kept_ratio = statistics.median(ours) / statistics.median(kept)
    figures = [
        ("by item, ms (median)", f"{statistics.median(ours) * 1000:.2f}"),
        ("by item, ms (p95)", f"{sorted(ours)[int(len(ours) * 0.95)] * 1000:.2f}"),
        ("bare SQL, ms (median)", f"{statistics.median(bare) * 1000:.2f}"),
        ("bare SQL over a kept connection, ms (median)", f"{statistics.median(kept) * 1000:.2f}"),
        ("by item ÷ bare SQL, time", f"{ratio:.2f}"),
        ("by item ÷ bare SQL over a kept connection, time", f"{kept_ratio:.2f}"),
        ("empty view over HTTP, ms (median)", f"{empty * 1000:.2f}"),
        ("by item over HTTP, ms (median)", f"{answered * 1000:.2f}"),
        (
            "by item over HTTP ÷ (empty view + bare SQL), time",
            f"{answered / (empty + statistics.median(bare)):.2f}",
        ),
    ]
    for name, (seconds, scanned, fetched) in zip(WITHOUT_INDEX, costs, strict=True):
        assert scanned == 0, f"{name} scanned {scanned} rows of a table"
        figures.append((f"{name}, ms", f"{seconds * 1000:.0f}"))
        figures.append((f"{name}, rows fetched", f"{fetched:,}"))
    for named, seconds in zip(get_args(Named), lists, strict=True):
        figures.append((f"a page of 30 of the list of {named}, ms", f"{seconds * 1000:.2f}"))
    what = f"{EVENTS:,} events, {ITEMS} items, {ROUNDS} rounds; bound {Bounds().examined:,}"
    return Report("query", what, figures)


def load(store: Store) -> None:
    """A store of events, every one of them told by the same teller."""
    maker = Maker()
    for _ in range(EVENTS // 1000):
        result = store.capture(read_document(encode(maker.make_events(1000))))
        assert result.stored == 1000


def choose_items() -> list[str]:
    """Serials that events name, at random and the same every time."""
    chance = random.Random(7)
    numbers = [chance.randrange(5, EVENTS) for _ in range(ITEMS)]
    return [f"{ID}/01/{make_gtin(n % 20000)}/21/{n:x}1" for n in numbers]


def compare(
    store: Store, connection: psycopg.Connection[Any], items: list[str]
) -> tuple[list[float], list[float], list[float]]:
    """The same items asked of all sides in turns."""
    ours: list[float] = []
    bare: list[float] = []
    kept: list[float] = []
    tokens, now = Tokens(b"a secret of the bench"), datetime.now(UTC)
    gc.collect()
    for _ in range(ROUNDS):
        for item in items:
            started = time.perf_counter()
            rows = connection.execute(BARE, {"item": item}).fetchall()
            kept.append(time.perf_counter() - started)
            started = time.perf_counter()
            with store._pool.take() as own:  # noqa: SLF001  the pool that ours is served by
                own.execute(BARE, {"item": item}).fetchall()
            bare.append(time.perf_counter() - started)
            started = time.perf_counter()
            request = read_rest([("MATCH_anyEPC", item)], NAMESPACES)
            page = store.query_events(request, tokens, now)
            ours.append(time.perf_counter() - started)
            assert [row[0] for row in rows] == [each.event_key for each in page.events]
    return ours, bare, kept


def ask_over_http(url: str, items: list[str]) -> tuple[float, float]:
    """Seconds of the server's empty view, and of a page of an item's events: medians."""
    empty: list[float] = []
    answered: list[float] = []
    with serving(url) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for item in items * ROUNDS:
            path = f"/epcis/events?MATCH_anyEPC={quote(item, safe='')}"
            for times, asked in ((empty, "/healthz"), (answered, path)):
                started = time.perf_counter()
                connection.request("GET", asked)
                answer = connection.getresponse()
                body = answer.read()
                times.append(time.perf_counter() - started)
                assert answer.status == 200, body
        connection.close()
    return statistics.median(empty), statistics.median(answered)


def cost(
    store: Store, connection: psycopg.Connection[Any], asked: list[tuple[str, str]]
) -> tuple[float, int, int]:
    """Seconds of one page, rows of tables scanned, rows fetched by indexes."""
    tokens, now = Tokens(b"a secret of the bench"), datetime.now(UTC)
    before = counted(store, connection)
    started = time.perf_counter()
    store.query_events(read_rest(asked, NAMESPACES), tokens, now)
    seconds = time.perf_counter() - started
    after = counted(store, connection)
    return seconds, after[0] - before[0], after[1] - before[1]


def time_list(store: Store, named: Named) -> float:
    """Seconds of a page of what events speak of, from the middle of the list: the median."""
    times: list[float] = []
    for _ in range(20):
        started = time.perf_counter()
        store.list_values(named, "https://id.gs1.org/01/09521", limit=31)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def counted(store: Store, connection: psycopg.Connection[Any]) -> tuple[int, int]:
    """What PostgreSQL has counted, once its own bookkeeping is done."""
    with store._pool.take() as own:  # noqa: SLF001  its session has to tell what it read
        own.execute("select pg_stat_force_next_flush()")
        own.execute("select 1")
    connection.execute("select pg_stat_clear_snapshot()")
    row = connection.execute(_COUNTERS).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])
