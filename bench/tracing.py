"""Tracing against one recursive CTE over the same links.

The chain: one lot split into ten, each of these into ten, four levels deep, 11,110 items, with
other events around it. Ours walks level by level and respects time, containers and lots named
for serials; the CTE does the least that could be called the same: follow targets, each once.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from bench.documents import BEGIN, ID, Maker, encode, make_gtin
from bench.report import Report, make_database
from nguon.epcis import read_document
from nguon.eventstore import Store, migrate
from nguon.trace import trace

FAN, DEPTH, AROUND, ROUNDS = 10, 4, 20_000, 15
START = f"{ID}/01/{make_gtin(77)}/10/0"
CTE = """
with recursive walk(item) as (
    select %(start)s::text collate "C"
    union
    select l.target from eventstore.link l join walk on l.source = walk.item
     where l.kind = any('{T,N,S,M}')
       and not exists (select from eventstore.declaration d where d.event_key = l.event_key)
)
select item from walk
"""


def make_split(parent: int, at: int) -> tuple[dict[str, Any], list[int]]:
    """An event that splits one lot into `FAN` others."""
    children = [parent * FAN + index + 1 for index in range(FAN)]
    lot = f"{ID}/01/{make_gtin(77)}/10/"
    event = {
        "type": "TransformationEvent",
        "eventID": f"urn:uuid:{UUID(int=parent + (1 << 100))}",
        "eventTime": (BEGIN + timedelta(hours=at)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "bizStep": "commissioning",
        "inputQuantityList": [{"epcClass": f"{lot}{parent}", "quantity": 10, "uom": "KGM"}],
        "outputQuantityList": [
            {"epcClass": f"{lot}{child}", "quantity": 1, "uom": "KGM"} for child in children
        ],
    }
    return event, children


def make_tree() -> list[dict[str, Any]]:
    """The events of the whole chain, level by level."""
    events: list[dict[str, Any]] = []
    level = [0]
    for depth in range(DEPTH):
        following: list[int] = []
        for parent in level:
            event, children = make_split(parent, depth)
            events.append(event)
            following += children
        level = following
    return events


def run(data: Path | None) -> Report:
    """Load once, then alternate both sides."""
    ours: list[float] = []
    bare: list[float] = []
    with make_database(data) as url:
        migrate(url)
        store = Store.open(url)
        maker = Maker()
        for _ in range(AROUND // 1000):
            store.capture(read_document(encode(maker.make_events(1000))))
        store.capture(read_document(encode(make_tree())))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
            for _ in range(ROUNDS):
                started = time.perf_counter()
                found = connection.execute(CTE, {"start": START}).fetchall()
                bare.append(time.perf_counter() - started)
                started = time.perf_counter()
                answer = trace(store.reader(), [START], "down")
                ours.append(time.perf_counter() - started)
                assert len(answer.items) == len(found) - 1 == sum(FAN**n for n in (1, 2, 3, 4))
        store.close()
    middle = statistics.median(ours), statistics.median(bare)
    return Report(
        "trace",
        f"{len(answer.items):,} linked items among {AROUND:,} other events, {ROUNDS} rounds",
        [
            ("trace downstream, ms (median)", f"{middle[0] * 1000:.1f}"),
            ("trace downstream, ms (p95)", f"{sorted(ours)[int(len(ours) * 0.95)] * 1000:.1f}"),
            ("one recursive CTE, ms (median)", f"{middle[1] * 1000:.1f}"),
            ("trace ÷ recursive CTE, time", f"{middle[0] / middle[1]:.2f}"),
        ],
    )
