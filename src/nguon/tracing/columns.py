"""Which column of the picture a code stands in: time runs from left to right.

Guarantee 4 of the design (links are followed in the order of time) is made visible here: a
column never holds anything earlier than the column on its left, and both ends of a link never
share a column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

Pairs = Sequence[tuple[str, str]]


def _neighbours(pairs: Pairs) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    after: dict[str, list[str]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        if source != target:
            after[source].append(target)
            before[target].append(source)
    return after, before


def sort_by_links(times: Mapping[str, float | None], pairs: Pairs) -> list[str]:
    """Keys so that the source of a link stands before its target; ties go by time, then by key.

    Links may run in a circle (a lot poured back into its own tank): the circle is then opened
    at its earliest code.
    """
    after, before = _neighbours(pairs)
    waiting = {key: len(before[key]) for key in times}
    late = float("inf")
    everyone = [(late if at is None else at, key) for key, at in times.items()]
    ready = [entry for entry in everyone if not waiting[entry[1]]]
    heapify(everyone)
    heapify(ready)
    done: dict[str, None] = {}
    while len(done) < len(times):
        _, key = heappop(ready) if ready else heappop(everyone)
        if key in done:
            continue
        done[key] = None
        for follower in after[key]:
            waiting[follower] -= 1
            if not waiting[follower] and follower not in done:
                at = times[follower]
                heappush(ready, (late if at is None else at, follower))
    return list(done)


def settle_times(times: Mapping[str, float | None], pairs: Pairs) -> dict[str, float]:
    """A time for every key, never earlier than what it came from.

    A code without a time of its own takes that of what was made of it, or of what it was made
    of, or the earliest of all. The answer's order is the order of `sort_by_links`.
    """
    order = sort_by_links(times, pairs)
    after, before = _neighbours(pairs)
    known = {key: at for key, at in times.items() if at is not None}
    first = min(known.values(), default=0.0)
    for key in reversed(order):
        if key not in known:
            later = [known[follower] for follower in after[key] if follower in known]
            if later:
                known[key] = min(later)
    settled: dict[str, float] = {}
    for key in order:
        earlier = [settled[source] for source in before[key] if source in settled]
        settled[key] = max([known.get(key, first), *earlier])
    return settled


def assign_columns(times: Mapping[str, float | None], pairs: Pairs) -> dict[str, int]:
    """The column of every key, from 0; keys come back in the order of time.

    Keys are taken in the order of time; a new column opens when something the key came from
    stands in the open one. Only a link that closes a circle may run to the left.
    """
    settled = settle_times(times, pairs)
    rank = {key: index for index, key in enumerate(settled)}
    _, before = _neighbours(pairs)
    columns: dict[str, int] = {}
    current = 0
    for key in sorted(settled, key=lambda one: (settled[one], rank[one])):
        if any(columns.get(source) == current for source in before[key]):
            current += 1
        columns[key] = current
    return columns


def squeeze(columns: Iterable[int]) -> dict[int, int]:
    """New numbers without holes for the columns in use."""
    return {column: index for index, column in enumerate(sorted(set(columns)))}
