"""Capture against bare writes of the same rows into the same tables.

Documents: bytes of EPCIS documents in, acknowledged and durable events out: reading, validation,
identity, digest, links, look-up of repeats, COPY, job, results, commit. Bare: the very lines we
would COPY, made beforehand, into the same tables with the same indexes, one transaction a
document. One event: the same of events sent alone, against a row a commit in the table of events.
Senders: four processes at once against one, over the same number of documents.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import orjson
import psycopg
from psycopg_pool import ConnectionPool

from bench.documents import CONTEXT, Maker, encode
from bench.report import Report, make_database
from nguon.epcis import event_hash, read_document
from nguon.eventstore import Store, migrate
from nguon.eventstore.rows import Prepared, event_line, item_lines, link_lines, prepare
from nguon.eventstore.sql import query

DOCUMENTS, EVENTS = 60, 1000
ALONE, SENDERS, SHARE = 300, 4, 20
JOB = "00000000-0000-0000-0000-000000000000"


def run(data: Path | None) -> Report:
    """Alternate all sides and compare their medians."""
    maker = Maker()
    taken: dict[str, list[float]] = {}

    def measure(name: str, act: Callable[[], object]) -> None:
        started = time.perf_counter()
        act()
        taken.setdefault(name, []).append(time.perf_counter() - started)

    with make_database(data) as url:
        migrate(url)
        # Connections as the server of pages has them: not asked whether they live at each use.
        pool: ConnectionPool[psycopg.Connection] = ConnectionPool(
            url, min_size=1, max_size=4, open=True, kwargs={"autocommit": True}
        )
        store = Store(pool)
        for _ in range(DOCUMENTS):
            document = encode(maker.make_events(EVENTS))
            bare = [_lines(_read(encode(maker.make_events(EVENTS))))]
            # Turn by turn, since machines and disks have moods.
            measure("bare", lambda bare=bare: _copy_bare(url, bare))  # type: ignore[misc]
            measure("ours", lambda own=document: _capture(store, [own]))  # type: ignore[misc]
            measure("read", lambda own=document: read_document(own))  # type: ignore[misc]
            measure("rows", lambda own=document: _lines(_read(own)))  # type: ignore[misc]
            events = [each.event for each in read_document(document).events if each.event]
            measure("hash", lambda own=events: [event_hash(event) for event in own])  # type: ignore[misc]
        single = _compare_single(url, store, maker)
        store.close()
        one, four = _compare_senders(url, maker)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    return Report(
        "capture",
        f"{DOCUMENTS} documents of {EVENTS} events, turn by turn, medians",
        [*_tell_rates(middle), *_tell_senders(single, one, four)],
    )


def _tell_rates(middle: dict[str, float]) -> list[tuple[str, str]]:
    rate = {name: EVENTS / seconds for name, seconds in middle.items()}
    ours, read, rows = middle["ours"], middle["read"], middle["rows"]
    return [
        ("capture, events/s", f"{rate['ours']:,.0f}"),
        ("bare COPY of the same rows, events/s", f"{rate['bare']:,.0f}"),
        ("capture ÷ bare COPY", f"{rate['ours'] / rate['bare']:.0%}"),
        ("of a capture: reading and checking", f"{read / ours:.0%}"),
        ("of a capture: identity, digest, links, lines", f"{(rows - read) / ours:.0%}"),
        ("of a capture: database", f"{(ours - rows) / ours:.0%}"),
        ("event hash, events/s on one core", f"{rate['hash']:,.0f}"),
    ]


def _tell_senders(single: tuple[float, float], one: float, four: float) -> list[tuple[str, str]]:
    return [
        ("one event alone, median ms", f"{1000 * single[0]:.2f}"),
        ("bare one-row commit, median ms", f"{1000 * single[1]:.2f}"),
        ("one event alone ÷ bare one-row commit", f"{single[1] / single[0]:.0%}"),
        ("one sender, events/s", f"{one:,.0f}"),
        (f"{SENDERS} senders at once, events/s in sum", f"{four:,.0f}"),
        (f"{SENDERS} senders ÷ one", f"{four / one:.2f}"),
    ]


def _read(document: bytes) -> list[Prepared]:
    return [prepare(reading) for reading in read_document(document).events]


def _capture(store: Store, documents: list[bytes]) -> None:
    for document in documents:
        if store.capture(read_document(document)).stored != EVENTS:
            raise RuntimeError("the events to measure with are not sound")


def _lines(prepared: list[Prepared]) -> list[tuple[str, bytes]]:
    links = "".join([link_lines(each.links) for each in prepared]).encode()
    return [
        ("copy_event", b"".join([event_line(each, JOB) for each in prepared])),
        ("copy_event_item", "".join([item_lines(each) for each in prepared]).encode()),
        ("copy_link", links),
        ("copy_link_back", links),
    ]


def _copy_bare(url: str, made: list[list[tuple[str, bytes]]]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for lines in made:
            with connection.transaction(), connection.cursor() as cursor:
                for name, text in lines:
                    with cursor.copy(query(name)) as copy:
                        copy.write(text)


def _compare_single(url: str, store: Store, maker: Maker) -> tuple[float, float]:
    """Seconds of one event alone, ours and bare: turn by turn, the disk being what it is."""
    ours, bare = [], []
    alone = [orjson.dumps({"@context": CONTEXT, **each}) for each in maker.make_events(2 * ALONE)]
    with psycopg.connect(url, autocommit=True) as connection:
        for mine, theirs in zip(alone[::2], alone[1::2], strict=True):
            started = time.perf_counter()
            store.capture(read_document(mine))
            ours.append(time.perf_counter() - started)
            line = event_line(_read(theirs)[0], JOB)
            started = time.perf_counter()
            with connection.cursor() as cursor, cursor.copy(query("copy_event")) as copy:
                copy.write(line)
            bare.append(time.perf_counter() - started)
    return statistics.median(ours), statistics.median(bare)


def _compare_senders(url: str, maker: Maker) -> tuple[float, float]:
    """Events a second of one process, and of four at once in sum."""
    rates = []
    for senders in (1, SENDERS, 1, SENDERS):
        shares = [
            [encode(maker.make_events(EVENTS)) for _ in range(SHARE // senders)]
            for _ in range(senders)
        ]
        context = get_context("spawn")
        gate = context.Barrier(senders + 1)
        processes = [context.Process(target=_send, args=(url, own, gate)) for own in shares]
        for process in processes:
            process.start()
        gate.wait(60)
        started = time.perf_counter()
        for process in processes:
            process.join()
        rates.append(SHARE * EVENTS / (time.perf_counter() - started))
    return statistics.mean(rates[::2]), statistics.mean(rates[1::2])


def _send(url: str, documents: list[bytes], gate: object) -> None:
    store = Store.open(url, size=1)
    gate.wait(60)  # type: ignore[attr-defined]  # a barrier of another context
    _capture(store, documents)
    store.close()
