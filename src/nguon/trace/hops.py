"""Handing over: which receiving answers which shipping, item by item, quantity by quantity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from nguon.epcis.model import AggregationEvent
from nguon.gs1 import canonical_key, level_of
from nguon.trace.containment import Stay, find_stays
from nguon.trace.links import find_links, find_mentions
from nguon.trace.model import (
    COMMISSIONED,
    COMMISSIONED_CLASS,
    OBSERVED,
    OBSERVED_CLASS,
    Mention,
    Recorded,
)
from nguon.trace.parties import find_parties

_GOODS = (OBSERVED, OBSERVED_CLASS, COMMISSIONED, COMMISSIONED_CLASS)


@dataclass(slots=True, eq=False)
class Hop:
    """One shipping or receiving event: what it names, what that carried, who gave and took."""

    entry: Recorded
    named: Mapping[str, Mention]
    carried: frozenset[str]
    gives: set[str]
    takes: set[str]
    documents: frozenset[str]
    answered: dict[str, list[Hop]] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return self.entry.event.event_time

    def may_answer(self, shipping: Hop) -> bool:
        """Whether this receiving may be the other side of that shipping."""
        parties_agree = not self.takes or not shipping.takes or self.takes & shipping.takes
        return shipping.at <= self.at and bool(parties_agree)


class Packing:
    """What was inside what at any instant, from the packing events among some entries."""

    def __init__(self, entries: Iterable[Recorded]) -> None:
        facts = [
            link
            for entry in entries
            if isinstance(entry.event, AggregationEvent)
            for link in find_links(entry.event_key, entry.event, find_mentions(entry.event))
        ]
        self._inside: dict[str, list[Stay]] = {}
        self._around: dict[str, list[Stay]] = {}
        for stay in find_stays(facts):
            self._inside.setdefault(stay.parent, []).append(stay)
            self._around.setdefault(stay.child, []).append(stay)

    def carried(self, keys: Iterable[str], at: datetime) -> frozenset[str]:
        """The keys and everything inside them at an instant, at any depth."""
        found: dict[str, None] = {}
        level = list(keys)
        while level:
            found.update(dict.fromkeys(level))
            level = [
                stay.child
                for key in level
                for stay in self._inside.get(key, ())
                if stay.span.covers(at) and stay.child not in found
            ]
        return frozenset(found)

    def around(self, key: str) -> Sequence[Stay]:
        """The stays of a key inside others."""
        return self._around.get(key, ())

    def is_container(self, key: str) -> bool:
        return key in self._inside


def find_hops(entries: Iterable[Recorded], step: str, packing: Packing) -> list[Hop]:
    """The events of a step (`shipping`, `receiving`) as hops, by time."""
    hops = []
    for entry in entries:
        event = entry.event
        if event.step != step or event.type != "ObjectEvent":
            continue
        named = {
            mention.item: mention for mention in find_mentions(event) if mention.role in _GOODS
        }
        gives, takes = find_parties(event)
        documents = frozenset(canonical_key(d.biz_transaction) for d in event.biz_transaction_list)
        carried = packing.carried(named, event.event_time)
        hops.append(Hop(entry, named, carried, gives, takes, documents))
    return sorted(hops, key=lambda hop: (hop.at, hop.entry.event_key))


def match_hops(
    ships: Sequence[Hop], receives: Sequence[Hop], packing: Packing
) -> Mapping[Hop, list[str]]:
    """Tie receivings to shippings; what each receiving names and nobody shipped is returned.

    A receiving item is answered by the shipping that shares a document with it, else by the
    earliest one not answered yet, else by the latest. The ties stand in `Hop.answered`.
    """
    unshipped: dict[Hop, list[str]] = {}
    for receive in receives:
        for item in receive.named:
            inner = packing.carried([item], receive.at)
            fits = [
                ship for ship in ships if _shares(ship, item, inner) and receive.may_answer(ship)
            ]
            if not fits:
                unshipped.setdefault(receive, []).append(item)
                continue
            chosen = _choose(fits, receive, item)
            chosen.answered.setdefault(item, []).append(receive)
            for child in inner & chosen.named.keys():
                if child != item:
                    chosen.answered.setdefault(child, []).append(receive)
    return unshipped


def _shares(ship: Hop, item: str, inner: frozenset[str]) -> bool:
    """Whether a shipping holds what was received.

    A box is not answered by another box with goods of the same lot: only by itself, by a box
    around or inside it, or by the lot when that was sent loose.
    """
    shared = ship.carried & inner
    if level_of(item) != "instance":
        return bool(shared)
    return any(key in ship.named or level_of(key) == "instance" for key in shared)


def _choose(fits: Sequence[Hop], receive: Hop, item: str) -> Hop:
    same_paper = [ship for ship in fits if ship.documents & receive.documents]
    if same_paper:
        return same_paper[0]
    fresh = [ship for ship in fits if item not in ship.answered]
    return fresh[0] if fresh else fits[-1]


def is_answered(ship: Hop, item: str, packing: Packing) -> bool:
    """Whether an item of a shipping arrived: itself, what held it, or what it held."""
    if item in ship.answered:
        return True
    arrived = {key for key in ship.answered if key != item}
    return bool(packing.carried([item], ship.at) & arrived)


def compare_quantities(ship: Hop, item: str) -> tuple[Decimal, Decimal] | None:
    """(shipped, received) of one class where both sides counted it in the same unit."""
    sent = ship.named[item]
    got = [receive.named[item] for receive in ship.answered.get(item, ()) if item in receive.named]
    if sent.quantity is None or not got:
        return None
    received = Decimal(0)
    for mention in got:
        if mention.quantity is None or mention.uom != sent.uom:
            return None
        received += mention.quantity
    return sent.quantity, received
