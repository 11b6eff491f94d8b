"""Serials taken over, kept in memory as fingerprints, so that the resolver need not ask for each.

A serial printed elsewhere says nothing of itself: whether it was issued is a look-up, and a round
trip to the database costs more than all the rest of a redirect. What a process is asked for often
it therefore learns once: 8 bytes a serial, hashed with a key that only this process has. A false
yes has a chance of 1 in 10^12 among a million serials; it leads to the stamp's page, which asks
the database.
"""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog

MOST_SERIALS = 6_000_000
ASKED_BEFORE = 200
KEPT_SECONDS = 600.0
_BITS = 0xFFFF_FFFF_FFFF_FFFF
_log = structlog.get_logger("nguon.labels")

# The serials of a product that stand in these runs.
Load = Callable[[str, Sequence[int]], Iterable[str]]


def _start_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True, name="fingerprints").start()


@dataclass(frozen=True, slots=True)
class _Known:
    runs: frozenset[int]
    prints: array[int]
    since: float


class Fingerprints:
    """What this process has learnt of serials taken over; safe to ask from several threads."""

    def __init__(
        self,
        load: Load,
        *,
        most: int = MOST_SERIALS,
        asked_before: int = ASKED_BEFORE,
        start: Callable[[Callable[[], None]], None] = _start_thread,
    ) -> None:
        self._load, self._most, self._asked_before, self._start = load, most, asked_before, start
        self._known: dict[str, _Known] = {}
        self._asked: Counter[str] = Counter()
        self._loading = threading.Lock()

    def knows(self, product: str, runs: dict[int, int], serial: str) -> bool | None:
        """Whether the serial stands in one of the runs (id → size); None where that is not learnt.

        Asked often enough, a product is learnt beside the requests that go on meanwhile.
        """
        known = self._known.get(product)
        if known is not None and known.runs == runs.keys():
            mark = hash(serial) & _BITS
            place = bisect_left(known.prints, mark)
            return place < len(known.prints) and known.prints[place] == mark
        self._asked[product] += 1
        if self._asked[product] >= self._asked_before:
            self._asked[product] = 0
            if self._make_room(product, sum(runs.values())) and self._loading.acquire(False):
                self._start(lambda: self._learn(product, tuple(runs)))
        if len(self._asked) > self._asked_before:
            self._asked = Counter()
        return None

    def forget(self) -> None:
        """Nothing is learnt any more: another database, for one."""
        self._known, self._asked = {}, Counter()

    def _make_room(self, product: str, size: int) -> bool:
        """Whether so many may be kept; what was learnt long ago goes for what is asked for now."""
        if size > self._most:
            return False
        kept = {name: known for name, known in self._known.items() if name != product}
        old = time.monotonic() - KEPT_SECONDS
        for name, known in sorted(kept.items(), key=lambda item: item[1].since):
            if sum(len(one.prints) for one in kept.values()) + size <= self._most:
                break
            if known.since > old:
                return False
            del kept[name]
        self._known = kept
        return True

    def _learn(self, product: str, runs: tuple[int, ...]) -> None:
        try:
            prints = array("Q", (hash(one) & _BITS for one in self._load(product, runs)))
            ordered = array("Q", sorted(prints))
            known = _Known(frozenset(runs), ordered, time.monotonic())
            self._known = {**self._known, product: known}
        except Exception:  # noqa: BLE001  not learnt is no failure: the database is asked, as before
            _log.warning("serials not learnt", product=product, exc_info=True)
        finally:
            self._loading.release()
