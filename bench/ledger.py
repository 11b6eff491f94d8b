"""The ledger: closing a day against plain hashing of the same documents, and what a proof costs.

Plain: the same columns read in the same order over one connection, and SHA-256 of each. Ours: the
entries, tree, rows and CBV hashes, committed. A second day of the same size on top tells whether
closing is linear in the day. Proofs are made over trees of synthetic leaves, each with nothing
remembered from the one before.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg

from bench.documents import Maker, encode
from bench.report import Report, make_database
from nguon.epcis import read_document
from nguon.eventstore import Store, migrate
from nguon.eventstore.ledger.auditing import audit
from nguon.eventstore.ledger.nodes import STEP, Nodes
from nguon.eventstore.ledger.taking import hash_stored, make_stored, take_in
from nguon.ledger import Frontier
from nguon.ledger.tree import climb, inclusion_ranges, make_path, root

DAY, PROOFS = 20_000, 300
SIZES = (100_000, 1_000_000)
PLAIN = """
select event_key, record_time, coalesce(context::text, ''), doc::text, job, digest
  from eventstore.event where record_time >= %s order by record_time, event_key
"""


def run(data: Path | None) -> Report:
    """Two days closed, then proofs over two trees."""
    figures: list[tuple[str, str]] = []
    with make_database(data) as url:
        migrate(url)
        days, checked = close_days(url)
        figures += [
            ("events a day", f"{DAY:,}"),
            ("closing, events/s", f"{DAY / days[0][0]:,.0f}"),
            ("reading and SHA-256, events/s", f"{DAY / days[0][1]:,.0f}"),
            ("ratio, closing to plain hashing", f"{days[0][0] / days[0][1]:.1f}"),
            ("reading and CBV hash, events/s", f"{DAY / days[0][2]:,.0f}"),
            ("ratio, closing to CBV hashing", f"{days[0][0] / days[0][2]:.1f}"),
            ("check of everything, events/s", f"{2 * DAY / checked:,.0f}"),
            ("ratio, second day to first", f"{days[1][0] / days[0][0]:.2f}"),
        ]
    costs = []
    for size in SIZES:
        with make_database(data) as url:
            migrate(url)
            costs.append(time_proofs(url, size))
            figures.append((f"one proof over {size:,} leaves, ms", f"{costs[-1] * 1000:.2f}"))
    figures.append(("ratio, ten times the leaves", f"{costs[1] / costs[0]:.2f}"))
    return Report("ledger", "one connection, one core", figures)


def close_days(url: str) -> tuple[list[tuple[float, float, float]], float]:
    """Seconds to close each of two days, to read and hash the same documents, and by CBV;
    then to check all of it.
    """
    store, maker, times = Store.open(url), Maker(), []
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(2):
            began = one(connection, "select clock_timestamp()")
            load(store, maker)
            connection.execute("vacuum analyze")
            plain = min(clock(lambda began=began: hash_plainly(connection, began)) for _ in (1, 2))
            cbv = clock(lambda began=began: hash_by_cbv(connection, began))
            times.append((clock(lambda: take_in(connection)), plain, cbv))
        began = time.perf_counter()
        found = audit(connection)
        checked = time.perf_counter() - began
        if found.events != 2 * DAY or not found.sound:
            raise AssertionError("the ledger is not sound")
    store.close()
    return times, checked


def load(store: Store, maker: Maker) -> None:
    """A day's events, a thousand to a capture."""
    for _ in range(DAY // 1000):
        store.capture(read_document(encode(maker.make_events(1000))))


def hash_plainly(connection: psycopg.Connection[Any], began: Any) -> int:
    """The least that any such ledger does: read each document and hash it."""
    rows = connection.execute(PLAIN, [began])
    return sum(hashlib.sha256(row[3].encode()).digest()[0] for row in rows)


def hash_by_cbv(connection: psycopg.Connection[Any], began: Any) -> int:
    """The CBV hash of each, which an entry holds."""
    rows = connection.execute(PLAIN, [began])
    return sum(len(hash_stored(make_stored((*row, "")))) for row in rows)


def time_proofs(url: str, size: int) -> float:
    """Seconds for one inclusion proof, each read anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        fill(connection, size)
        connection.execute("vacuum analyze")
        whole, dice = root(size, Nodes(connection)), random.Random(7)
        places = [dice.randrange(size) for _ in range(PROOFS)]
        prove(connection, places[:20], size, whole)
        return clock(lambda: prove(connection, places, size, whole)) / PROOFS


def prove(
    connection: psycopg.Connection[Any], places: Iterable[int], size: int, whole: bytes
) -> None:
    """Proofs that are checked, so that a wrong one is not quick."""
    for place in places:
        path = make_path(inclusion_ranges(place, size), Nodes(connection))
        if climb(leaf(place), place, size, path) != whole:
            raise AssertionError("a proof does not hold")


def leaf(place: int) -> bytes:
    """A leaf of nothing."""
    return hashlib.sha256(place.to_bytes(8, "big")).digest()


def fill(connection: psycopg.Connection[Any], size: int) -> None:
    """The tables of a tree as closing leaves them."""
    frontier, nodes = Frontier(), []
    with (
        connection.cursor() as cursor,
        cursor.copy("copy eventstore.ledger_leaf from stdin") as copy,
    ):
        for place in range(size):
            copy.write_row((place, leaf(place)))
            nodes += [node for node in frontier.append(leaf(place)) if node[0] % STEP == 0]
    with (
        connection.cursor() as cursor,
        cursor.copy("copy eventstore.ledger_node from stdin") as copy,
    ):
        for node in nodes:
            copy.write_row(node)


def one(connection: psycopg.Connection[Any], question: str) -> Any:
    """The one value that a question answers."""
    row = connection.execute(question).fetchone()  # type: ignore[arg-type]  # our own
    return row[0] if row else None


def clock(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
