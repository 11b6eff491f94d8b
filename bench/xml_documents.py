"""EPCIS in XML on one core: read and written, against the JSON of the same events."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bench.documents import Maker, encode
from bench.report import Report
from nguon.epcis import Limits, read_document, write_document
from nguon.epcis.xml import read_xml, write_xml

COUNT, ROUNDS = 5_000, 5
LIMITS = Limits(bytes=1 << 30, events=COUNT)


def run(_data: Path | None) -> Report:
    """One document of five thousand events, checks included, as every sender's is."""
    raw = encode(Maker().make_events(COUNT))
    document = read_document(raw, limits=LIMITS)
    events = [reading.event for reading in document.events if reading.event is not None]
    created = document.creation_date
    if created is None or len(events) != COUNT:
        raise RuntimeError("the events to measure with are not sound")
    new, old = write_xml(document), write_xml(document, version="1.2")
    json = rate(lambda: read_document(raw, limits=LIMITS))
    xml = rate(lambda: read_xml(new, limits=LIMITS))
    return Report(
        "xml",
        f"one core, {COUNT:,} events in a document, best of {ROUNDS}",
        [
            ("read JSON, /s", f"{json:,.0f}"),
            ("read XML 2.0, /s", f"{xml:,.0f}"),
            ("read XML 1.2, /s", f"{rate(lambda: read_xml(old, limits=LIMITS)):,.0f}"),
            (
                "write JSON, /s",
                f"{rate(lambda: write_document(events, creation_date=created)):,.0f}",
            ),
            ("write XML 2.0, /s", f"{rate(lambda: write_xml(document)):,.0f}"),
            ("write XML 1.2, /s", f"{rate(lambda: write_xml(document, version='1.2')):,.0f}"),
            ("read XML ÷ read JSON", f"{xml / json:.2f}"),
        ],
    )


def rate(task: Callable[[], object]) -> float:
    """Events a second, the best round's."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        task()
        best = max(best, COUNT / (time.perf_counter() - started))
    return best
