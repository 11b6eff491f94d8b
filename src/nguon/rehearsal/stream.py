"""A province's events in the order in which they were recorded, with memory that stays flat.

Each chain is a teller that is asked for more only when the stream has come to where it stands;
what is kept grows with the chains that run at a time, not with the length of the stream.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from nguon.rehearsal.chain import Chain
from nguon.rehearsal.clock import DAY, seconds_of
from nguon.rehearsal.dice import Dice
from nguon.rehearsal.faults import KINDS, Sown
from nguon.rehearsal.province import Province
from nguon.rehearsal.story import read_stories, read_weights
from nguon.rehearsal.telling import tell_chain
from nguon.rehearsal.truth import Truth

EVENTS_A_CHAIN = 36
"""About how many events a chain has."""

_FEWEST = 60
_EVENTS_AN_ORGANISATION = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What to generate. `events` is met within a few per cent: chains are told to their end.

    `rates`: so many of a hundred chains get a fault of a kind, where their story has a place for
    it. A chain has one at most, unless `overlap`. `sectors` empty: all.
    """

    seed: int = 1
    events: int = 1000
    organisations: int = 0
    since: date = date(2024, 1, 1)
    days: int = 700
    rates: Mapping[str, float] = field(default_factory=dict)
    overlap: bool = False
    sectors: Sequence[str] = ()
    truths: bool = False

    def __post_init__(self) -> None:
        unknown = set(self.rates) - set(KINDS)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")

    @property
    def size(self) -> int:
        """How many organisations there are."""
        return self.organisations or max(_FEWEST, self.events // _EVENTS_AN_ORGANISATION)

    @property
    def chains(self) -> int:
        """How many chains are told."""
        return max(1, round(self.events / EVENTS_A_CHAIN))


class Recorded(NamedTuple):
    """One event of the stream: its bytes, when it was recorded, of which chain."""

    data: bytes
    at: int
    chain: int


class Stream:
    """The events of a plan, to be walked once; `sown`, `truths` fill up on the way.

    `province` holds the parties; its vocabulary is whole when the stream has ended.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.province = Province(plan.seed, plan.size)
        self.sown: list[Sown] = []
        self.truths: dict[int, Truth] = {}
        self.sectors: Counter[str] = Counter()
        self.told = 0

    def __iter__(self) -> Iterator[Recorded]:
        heap: list[tuple[int, int, Chain, Iterator[int] | None]] = []
        starts = self._starts()
        upcoming = next(starts, None)
        while heap or upcoming is not None:
            if upcoming is not None and (not heap or upcoming[1] <= heap[0][0]):
                chain, teller = self._begin(*upcoming)
                self._push(heap, chain, teller)
                upcoming = next(starts, None)
                continue
            at, number, running, left = heapq.heappop(heap)
            _, _, data = heapq.heappop(running.waiting)
            self.told += 1
            yield Recorded(data, at, number)
            self._push(heap, running, left)

    def _starts(self) -> Iterator[tuple[int, int]]:
        """(number, instant) of every chain, in the order of time."""
        begin, count = seconds_of(self.plan.since), self.plan.chains
        for number in range(count):
            yield number, begin + self.plan.days * DAY * number // count

    def _begin(self, number: int, start: int) -> tuple[Chain, Iterator[int]]:
        dice = Dice(self.plan.seed, "plan", number)
        sector = dice.pick(self.plan.sectors or read_weights())
        self.sectors[sector] += 1
        chain = Chain(number, start, self.province, self._plan_faults(dice), _DAY)
        if self.plan.truths:
            chain.truth = self.truths[number] = Truth()
        return chain, tell_chain(chain, read_stories()[sector])

    def _plan_faults(self, dice: Dice) -> list[str]:
        chosen = [kind for kind, percent in self.plan.rates.items() if dice.happens(percent)]
        if len(chosen) > 1 and not self.plan.overlap:
            return [dice.pick(chosen)]
        return chosen

    def _push(
        self,
        heap: list[tuple[int, int, Chain, Iterator[int] | None]],
        chain: Chain,
        teller: Iterator[int] | None,
    ) -> None:
        """Put a chain back with its next event, once nothing earlier can come of it."""
        while teller is not None:
            reached = next(teller, None)
            if reached is None:
                teller = None
                self.sown.extend(chain.sown)
            elif chain.waiting and chain.waiting[0][0] <= reached:
                break
        if chain.waiting:
            heapq.heappush(heap, (chain.waiting[0][0], chain.number, chain, teller))


_DAY = date(2026, 11, 24)
