"""A document of a million events: captured as one, in flat memory, against the same in pieces.

NGUON_BENCH_EVENTS sets another number than a million. Each capture runs in a process of its own,
whose largest size in memory is what is told.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson

from bench.documents import CONTEXT, Maker, encode
from bench.report import Report, make_database
from nguon.epcis import Limits, read_document
from nguon.epcis.streaming import JsonStream
from nguon.eventstore import Store, migrate

LARGE = int(os.environ.get("NGUON_BENCH_EVENTS", "1000000"))
SMALL = LARGE // 10
PIECE = 1000
LIMITS = Limits(bytes=1 << 40, events=LARGE)


def run(data: Path | None) -> Report:
    """First a tenth, then the whole, then a tenth in documents of a thousand events."""
    maker = Maker()
    with make_database(data) as url, tempfile.TemporaryDirectory() as folder:
        migrate(url)
        small, large = (
            _apart(_stream, url, str(_write(Path(folder) / f"{count}.json", maker, count)))
            for count in (SMALL, LARGE)
        )
        pieces = _apart(_pieces, url, SMALL)
    return Report(
        "streaming",
        f"{LARGE:,} events in a document of {large['bytes'] / 1e6:,.0f} MB",
        [
            ("first look, events/s", f"{LARGE / large['look']:,.0f}"),
            ("captured as one document, events/s", f"{LARGE / large['capture']:,.0f}"),
            (f"in documents of {PIECE:,}, events/s", f"{SMALL / pieces['capture']:,.0f}"),
            (f"memory at {SMALL:,} events, MB", f"{small['memory']:,.0f}"),
            (f"memory at {LARGE:,} events, MB", f"{large['memory']:,.0f}"),
            ("memory for ten times as much", f"{large['memory'] / small['memory']:.2f}"),
            (
                "one document ÷ many",
                f"{(LARGE / large['capture']) / (SMALL / pieces['capture']):.0%}",
            ),
        ],
    )


def _write(path: Path, maker: Maker, count: int) -> Path:
    with path.open("wb") as file:
        head = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0",
                "creationDate": "2026-01-01T00:00:00Z"}  # fmt: skip
        file.write(orjson.dumps(head)[:-1] + b',"epcisBody":{"eventList":[')
        for start in range(0, count, PIECE):
            events = maker.make_events(min(PIECE, count - start))
            file.write((b",\n" if start else b"") + b",\n".join(map(orjson.dumps, events)))
        file.write(b"]}}")
    return path


def _apart(act: Any, *arguments: object) -> dict[str, float]:
    """What an act tells, run in a new process."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        told: dict[str, float] = pool.apply(act, arguments)
        return told


def _stream(url: str, name: str) -> dict[str, float]:
    store, path = Store.open(url), Path(name)
    with path.open("rb") as file:
        started = time.perf_counter()
        stream = JsonStream(file, limits=LIMITS)
        looked = time.perf_counter() - started
        job = store.capture_stream(lambda: stream)
        taken = time.perf_counter() - started
    store.close()
    if job.stored != stream.size or not job.success:
        raise RuntimeError(f"the events to measure with are not sound: {job}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = path.stat().st_size
    return {"look": looked, "capture": taken, "memory": memory, "bytes": size}


def _pieces(url: str, count: int) -> dict[str, float]:
    store, maker = Store.open(url), Maker(seed=2)
    taken = 0.0
    for _ in range(0, count, PIECE):
        document = encode(maker.make_events(PIECE))
        started = time.perf_counter()
        store.capture(read_document(document))
        taken += time.perf_counter() - started
    store.close()
    return {"capture": taken}
