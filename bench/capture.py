"""Capture against a bare COPY of the same rows into the same tables.

Ours: bytes of EPCIS documents in, acknowledged and durable events out: reading, validation,
identity, digest, links, look-up of repeats, COPY, commit. Bare: the very lines we would COPY,
made beforehand, into the same tables with the same indexes, one transaction a document.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import psycopg

from bench.documents import Maker, encode
from bench.report import Report, make_database
from nguon.epcis import read_document
from nguon.eventstore import Store, migrate
from nguon.eventstore.rows import event_line, item_lines, link_lines, prepare
from nguon.eventstore.sql import query

DOCUMENTS, EVENTS, ROUNDS = 20, 1000, 5
JOB = "00000000-0000-0000-0000-000000000000"


def run(data: Path) -> Report:
    """Alternate both sides and compare their medians."""
    maker = Maker()
    ours: list[float] = []
    bare: list[float] = []
    split: list[float] = []
    with make_database(data) as url:
        migrate(url)
        store = Store.open(url)
        for _ in range(ROUNDS):
            documents = [encode(maker.make_events(EVENTS)) for _ in range(DOCUMENTS)]
            bare.append(_copy_bare(url, [encode(maker.make_events(EVENTS)) for _ in documents]))
            started = time.perf_counter()
            for document in documents:
                result = store.capture(read_document(document))
                assert result.stored == EVENTS
            ours.append(time.perf_counter() - started)
            split.append(_prepare_only(documents))
        store.close()
    count = DOCUMENTS * EVENTS
    rates = [count / statistics.median(side) for side in (ours, bare, split)]
    return Report(
        "capture",
        f"{DOCUMENTS} documents of {EVENTS} events a round, {ROUNDS} rounds, medians",
        [
            ("capture, events/s", f"{rates[0]:,.0f}"),
            ("bare COPY of the same rows, events/s", f"{rates[1]:,.0f}"),
            ("of it reading, checking, deriving rows alone, events/s", f"{rates[2]:,.0f}"),
            ("capture ÷ bare COPY", f"{rates[0] / rates[1]:.0%}"),
        ],
    )


def _lines(document: bytes) -> list[tuple[str, bytes]]:
    prepared = [prepare(reading) for reading in read_document(document).events]
    links = "".join([link_lines(each.links) for each in prepared]).encode()
    return [
        ("copy_event", b"".join([event_line(each, JOB) for each in prepared])),
        ("copy_event_item", "".join([item_lines(each) for each in prepared]).encode()),
        ("copy_link", links),
        ("copy_link_back", links),
    ]


def _copy_bare(url: str, documents: list[bytes]) -> float:
    made = [_lines(document) for document in documents]
    with psycopg.connect(url, autocommit=True) as connection:
        started = time.perf_counter()
        for lines in made:
            with connection.transaction(), connection.cursor() as cursor:
                for name, text in lines:
                    with cursor.copy(query(name)) as copy:
                        copy.write(text)
        return time.perf_counter() - started


def _prepare_only(documents: list[bytes]) -> float:
    started = time.perf_counter()
    for document in documents:
        _lines(document)
    return time.perf_counter() - started
