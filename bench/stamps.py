"""Stamps on one core: numbering, reading back, covered codes, signing, checking, spans.

No database and no network. The ratio compares reading a forged serial with reading a right one:
forgeries must not be the dearer ones, as they come in crowds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from bench.report import Report
from nguon.stamps import KeyRing, Span, attach, cover_code, issue_range, move, read, read_jwks
from nguon.stamps import verify as check

CLASS = "https://id.gs1.org/01/09521301000052"
SERIALS, SIGNED, MOVES = 100_000, 3_000, 2_000


def run(data: Path | None) -> Report:
    """Each figure is the best of three rounds, in calls a second."""
    del data
    ring = KeyRing("bench").rotate(date(2026, 1, 5), master=b"m" * 32, signing=b"s" * 32)
    key, public = ring.active_key, read_jwks(ring.publish())
    made = list(issue_range(key, CLASS, 0, SERIALS - 1))
    forged = [serial[:-1] + ("0" if serial[-1] != "0" else "1") for serial in made]
    links = [f"https://trace.example/01/09521301000052/21/{serial}" for serial in made[:SIGNED]]
    signed = [attach(key, link) for link in links]
    right = rate(lambda: (read(ring, CLASS, serial) for serial in made), SERIALS)
    wrong = rate(lambda: (read(ring, CLASS, serial) for serial in forged), SERIALS)
    figures = [
        ("serials issued/s", rate(lambda: issue_range(key, CLASS, 0, SERIALS - 1), SERIALS)),
        ("serials read back/s", right),
        ("forged serials refused/s", wrong),
        (
            "covered codes/s",
            rate(lambda: (cover_code(key, CLASS, n) for n in range(SERIALS)), SERIALS),
        ),
        ("codes signed/s", rate(lambda: (attach(key, link) for link in links), SIGNED)),
        ("signatures checked/s", rate(lambda: (check(code, public) for code in signed), SIGNED)),
        ("moves over 1,000 spans/s", rate(move_about, MOVES)),
    ]
    shown = [(label, f"{figure:,.0f}") for label, figure in figures]
    shown.append(("ratio, refusing to reading", f"{wrong / right:.2f}"))
    return Report("stamps", "one core, no database", shown)


def rate(work: Callable[[], Iterable[object]], count: int) -> float:
    """Calls a second of the best round."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        for _each in work():
            pass
        times.append(time.perf_counter() - started)
    return count / min(times)


def move_about() -> Iterable[object]:
    """Activate every second stamp of a roll, one by one, so that the run is in pieces."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    spans = [Span(0, 9_999, "printed", at)]
    for number in range(0, 1_000, 2):
        spans, _ = move(spans, number, number, "activated", at, lot="L", maker="M")
    for number in range(MOVES):
        yield move(spans, 1_000 + number, 1_000 + number, "void", at)
