"""A run of stamps as spans of one state each, and the arithmetic of moving, counting, quotas.

A million stamps that all were activated for one lot are one row. Spans are sorted, without holes
or overlaps; a move splits them where it must and joins equal neighbours again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import msgspec

from nguon.errors import Fault
from nguon.stamps.error import StampError, stamp_error
from nguon.stamps.states import may_follow, refuse, state_of, states


class Span(msgspec.Struct, frozen=True):
    """Counters from `first` to `last`, both included, that share everything else."""

    first: int
    last: int
    state: str
    since: datetime
    lot: str = ""
    maker: str = ""

    @property
    def size(self) -> int:
        return self.last - self.first + 1


class Change(NamedTuple):
    """What a move did to one stretch: the span as it was (cut to the stretch), and as it is."""

    before: Span
    after: Span


def move(
    spans: Sequence[Span],
    first: int,
    last: int,
    to: str,
    at: datetime,
    *,
    lot: str = "",
    maker: str = "",
) -> tuple[list[Span], list[Change]]:
    """The run after the stamps from `first` to `last` went to state `to`, and what changed.

    All or nothing. Raises `stamps.range` outside the run, `stamps.move_refused` with one fault
    for each stretch whose state does not allow the move, `stamps.lot_needed` when stamps are
    activated without lot and maker, `stamps.lot_bound` when another move names them.
    """
    _check_range(spans, first, last)
    _check_binding(to, lot, maker)
    cut = [_cut(span, first, last) for span in spans if span.first <= last and span.last >= first]
    refused = [span for span in cut if not may_follow(span.state, to)]
    if refused:
        raise StampError(*(_explain(span, to) for span in _joined(refused, by_state=True)))
    changes = [Change(span, _moved(span, to, at, lot, maker)) for span in cut]
    before = [_cut(span, span.first, first - 1) for span in spans if span.first < first]
    after = [_cut(span, last + 1, span.last) for span in spans if span.last > last]
    return _joined([*before, *(change.after for change in changes), *after]), changes


def _check_range(spans: Sequence[Span], first: int, last: int) -> None:
    if any(one.last + 1 != other.first for one, other in pairwise(spans)):
        raise stamp_error("run_broken")
    if not spans or not spans[0].first <= first <= last <= spans[-1].last:
        run = f"{spans[0].first}–{spans[-1].last}" if spans else "–"
        raise stamp_error("range", f"{first}–{last}", run=run)


def _check_binding(to: str, lot: str, maker: str) -> None:
    state_of(to)
    if to == "activated":
        # Lifting a recall names no lot: the stamps keep the one that they are bound to.
        if bool(lot) != bool(maker):
            raise stamp_error("lot_needed", lot or maker)
    elif lot or maker:
        raise stamp_error("lot_bound", lot or maker)


def _cut(span: Span, first: int, last: int) -> Span:
    return msgspec.structs.replace(span, first=max(span.first, first), last=min(span.last, last))


def _moved(span: Span, to: str, at: datetime, lot: str, maker: str) -> Span:
    if to == "activated" and not (lot or span.lot):
        raise stamp_error("lot_needed", f"{span.first}–{span.last}")
    if lot and span.lot:
        raise stamp_error("lot_bound", span.lot)
    bound = {"lot": lot or span.lot, "maker": maker or span.maker}
    return msgspec.structs.replace(span, state=to, since=at, **bound)


def _explain(span: Span, to: str) -> Fault:
    """The fault of one stretch, with its reason and way out in both languages."""
    vi, en = refuse(span.state, to, "vi"), refuse(span.state, to, "en")
    words = {
        "first": span.first,
        "last": span.last,
        "state": span.state,
        "to": to,
        "why_vi": vi.why,
        "why_en": en.why,
        "now_vi": vi.now,
        "now_en": en.now,
    }
    return Fault("stamps.move_refused", value=f"{span.first}–{span.last}", params=words)


def _joined(spans: Sequence[Span], *, by_state: bool = False) -> list[Span]:
    """The spans with equal neighbours made one; equal in all, or in state alone."""
    found: list[Span] = []
    for span in spans:
        if found and found[-1].last + 1 == span.first and _alike(found[-1], span, by_state):
            found[-1] = msgspec.structs.replace(found[-1], last=span.last)
        else:
            found.append(span)
    return found


def _alike(one: Span, other: Span, by_state: bool) -> bool:  # noqa: FBT001 - passed on
    if by_state:
        return one.state == other.state
    return msgspec.structs.replace(one, first=other.first, last=other.last) == other


class Reconciliation(msgspec.Struct, frozen=True):
    """A run's stamps by state. Every stamp is in one state, so the counts add up to `size`."""

    size: int
    counts: dict[str, int]

    def __getitem__(self, state: str) -> int:
        return self.counts[state]

    def _sum(self, group: str) -> int:
        return sum(self.counts[name] for name, state in states().items() if state.group == group)

    @property
    def left(self) -> int:
        """Not on goods yet, and still good to use."""
        return self._sum("left")

    @property
    def used(self) -> int:
        """Bound to a lot, whatever became of the goods."""
        return self._sum("used")

    @property
    def spoilt(self) -> int:
        """Void or lost."""
        return self._sum("spoilt")


def reconcile(spans: Sequence[Span]) -> Reconciliation:
    """How many stamps of the run are in each state; `left + used + spoilt` is the run."""
    counted: Counter[str] = Counter()
    for span in spans:
        counted[span.state] += span.size
    counts = {name: counted.pop(name, 0) for name in states()}
    if counted:
        raise stamp_error("state_unknown", min(counted), known=", ".join(counts))
    return Reconciliation(sum(counts.values()), counts)


class Quota(msgspec.Struct, frozen=True):
    """How many stamps somebody may have made: allowed, taken, and given back unprinted."""

    allowed: int
    taken: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.taken + self.returned)

    def take(self, count: int) -> Quota:
        """The quota after `count` more. Raises `stamps.count`, `stamps.quota`."""
        if count < 1:
            raise stamp_error("count", count)
        if count > self.left:
            raise stamp_error("quota", count, left=self.left, allowed=self.allowed)
        return msgspec.structs.replace(self, taken=self.taken + count)

    def give_back(self, count: int) -> Quota:
        """The quota after numbers that were never printed are void. Raises `stamps.count`.

        Printed ones do not come back: paper with a number on it exists.
        """
        if not 1 <= count <= self.taken - self.returned:
            raise stamp_error("count", count)
        return msgspec.structs.replace(self, returned=self.returned + count)


def ranges_of(spans: Sequence[Span], state: str) -> Iterator[tuple[int, int]]:
    """First and last counter of every stretch in a state, whatever lot it is bound to."""
    chosen = [span for span in spans if span.state == state]
    return ((span.first, span.last) for span in _joined(chosen, by_state=True))
