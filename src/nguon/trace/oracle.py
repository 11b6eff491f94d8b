"""A slow tracer, plain enough to be seen to be right: what the fast one is tested against.

It knows nothing of links, hubs, stays or batches. It reads all events again and again until
nothing new is found, and it answers "what was inside" by replaying the packing events up to an
instant. Use it on hundreds of events, never on a store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from nguon.epcis.model import AggregationEvent, AnyEvent, ObjectEvent, TransformationEvent
from nguon.gs1 import canonical_key
from nguon.trace.links import LOT_NUMBER, lot_key
from nguon.trace.model import BEGINNING, END, Recorded
from nguon.trace.parties import link_key

Sets = tuple[set[str], set[str]]
Moment = tuple[datetime, datetime, set[tuple[str, str]]]


class Oracle:
    """All events that count at an instant, and the two questions of a trace."""

    def __init__(self, recorded: Sequence[Recorded], as_of: datetime | None = None) -> None:
        seen: dict[UUID, AnyEvent] = {}
        for entry in recorded:
            now = END if as_of is None else as_of
            known = (entry.known_from or entry.event.event_time) <= now
            wrong = entry.declared_wrong_at is not None and entry.declared_wrong_at <= now
            if known and not wrong:
                seen.setdefault(link_key(entry), entry.event)
        self.events = list(seen.values())
        self.instants = sorted({event.event_time for event in self.events})

    # -- reading events ---------------------------------------------------------------------

    def _steps(self) -> Iterator[tuple[str, datetime, str, datetime, bool]]:
        """Every (input, time taken, output, time made, output is only a named lot)."""
        for taking in self._transformations():
            for making in self._transformations():
                if making is taking or (
                    taking.transformation_id is not None
                    and taking.transformation_id == making.transformation_id
                    and taking.event_time <= making.event_time
                ):
                    for source in _keys(taking.input_epc_list, taking.input_quantity_list):
                        for target in _keys(making.output_epc_list, making.output_quantity_list):
                            yield source, taking.event_time, target, making.event_time, False
                        for lot, _ in _named(making, making.output_epc_list):
                            yield source, taking.event_time, lot, making.event_time, True

    def _transformations(self) -> list[TransformationEvent]:
        return [event for event in self.events if isinstance(event, TransformationEvent)]

    def _members(self) -> Iterator[tuple[str, str, datetime, bool]]:
        """Every (lot, serial, time, the lot stands on its own)."""
        for event in self.events:
            if isinstance(event, TransformationEvent):
                for lot, serial in _named(event, event.output_epc_list):
                    yield lot, serial, event.event_time, False
            elif isinstance(event, ObjectEvent) and event.action == "ADD":
                for lot, serial in _named(event, event.epc_list):
                    yield lot, serial, event.event_time, True

    # -- containers -------------------------------------------------------------------------

    def _after(self, instant: datetime) -> set[tuple[str, str]]:
        """The (child, parent) pairs when everything up to and at the instant has happened."""
        inside: dict[tuple[str, str], Decimal | None] = {}
        packing = [event for event in self.events if isinstance(event, AggregationEvent)]
        past = [event for event in packing if event.event_time <= instant]
        for event in sorted(past, key=lambda e: (e.event_time, e.action != "DELETE")):
            parent = canonical_key(event.parent_id or "")
            if event.action == "DELETE":
                self._take_out(inside, parent, event)
            else:
                self._put_in(inside, parent, event)
        return set(inside)

    def _put_in(
        self, inside: dict[tuple[str, str], Decimal | None], parent: str, event: AggregationEvent
    ) -> None:
        for child in event.child_epcs:
            inside[canonical_key(child), parent] = Decimal(1)
        for element in event.child_quantity_list:
            pair = (canonical_key(element.epc_class), parent)
            held = inside.get(pair, Decimal(0))
            if pair in inside and event.action == "OBSERVE":
                continue
            uncounted = held is None or element.quantity is None
            inside[pair] = None if uncounted else (held or Decimal(0)) + (element.quantity or 0)

    def _take_out(
        self, inside: dict[tuple[str, str], Decimal | None], parent: str, event: AggregationEvent
    ) -> None:
        if not event.child_epcs and not event.child_quantity_list:
            for pair in [pair for pair in inside if pair[1] == parent]:
                del inside[pair]
        for child in event.child_epcs:
            inside.pop((canonical_key(child), parent), None)
        for element in event.child_quantity_list:
            pair = (canonical_key(element.epc_class), parent)
            if pair not in inside:
                continue
            held = inside[pair]
            if held is None or element.quantity is None:
                inside[pair] = None
            elif held - element.quantity <= 0:
                del inside[pair]
            else:
                inside[pair] = held - element.quantity

    def _moments(self, *others: datetime) -> list[Moment]:
        """(from, to, pairs inside) for every instant and every stretch between two of them.

        At an instant both what was inside just before and what is inside just after count.
        """
        edges = sorted({BEGINNING, END, *self.instants, *others})
        moments: list[Moment] = []
        before: set[tuple[str, str]] = set()
        for a, b in pairwise(edges):
            after = self._after(a)
            moments += [(a, a, before | after), (a, b, after)]
            before = after
        return moments

    # -- questions --------------------------------------------------------------------------

    def down(self, starts: Sequence[str], since: datetime = BEGINNING) -> Sets:
        """(items, containers) that the starts went into from `since` on."""
        moments = self._moments(since)
        whole = dict.fromkeys(starts, since)
        named: dict[str, datetime] = {}
        opened = self._opened(starts, since, END, moments)
        for key, at in opened[0].items():
            whole[key] = min(at, whole.get(key, END))
        lots = {lot for lot, serial, _, _ in self._members() if serial in opened[0]}
        holding: set[tuple[str, int]] = set(opened[1])
        while True:
            before = (dict(whole), dict(named), set(holding))
            self._spread(whole, named, holding, moments)
            if (whole, named, holding) == before:
                break
        items = (set(whole) | set(named) | lots) - set(starts)
        boxes = {box for box, _ in holding} - set(starts) - items
        return items, boxes

    def _spread(
        self,
        whole: dict[str, datetime],
        named: dict[str, datetime],
        holding: set[tuple[str, int]],
        moments: list[Moment],
    ) -> None:
        for source, taken, target, made, only_named in self._steps():
            reached = min(whole.get(source, END), named.get(source, END)) <= taken
            in_box = any(
                (source, index) in holding and a == taken == b
                for index, (a, b, _) in enumerate(moments)
            )
            if reached or in_box:
                bounds = named if only_named else whole
                bounds[target] = min(made, bounds.get(target, END))
        for lot, serial, at, _ in self._members():
            if whole.get(lot, END) <= at:
                whole[serial] = min(at, whole.get(serial, END))
        for index, (a, _, inside) in enumerate(moments):
            for child, parent in inside:
                affected = min(whole.get(child, END), named.get(child, END))
                if (affected <= a and affected != END) or (child, index) in holding:
                    holding.add((parent, index))

    def _opened(
        self,
        boxes: Sequence[str],
        since: datetime,
        until: datetime,
        moments: list[Moment],
    ) -> tuple[dict[str, datetime], set[tuple[str, int]]]:
        """Innermost items (with the first instant inside) and inner containers by moment."""
        parents = {parent for _, _, inside in moments for _, parent in inside}
        items: dict[str, datetime] = {}
        inner: set[tuple[str, int]] = set()
        for index, (a, b, inside) in enumerate(moments):
            if b < since or a > until:
                continue
            level = set(boxes)
            while level:
                held = {child for child, parent in inside if parent in level}
                for child in held - parents:
                    items[child] = min(max(a, since), items.get(child, END))
                level = (held & parents) - {box for box, i in inner if i == index}
                inner |= {(box, index) for box in level}
        return items, inner

    def inside(self, box: str, since: datetime = BEGINNING, until: datetime = END) -> Sets:
        """(items, containers) inside a container during a window (rule R4)."""
        items, inner = self._opened([box], since, until, self._moments(since, until))
        lots = {lot for lot, serial, _, _ in self._members() if serial in items}
        return set(items) | lots, {key for key, _ in inner}

    def up(self, starts: Sequence[str], until: datetime = END) -> Sets:
        """(items, containers) that the starts were made of up to `until`."""
        moments = self._moments(until)
        whole = dict.fromkeys(starts, until)
        named: set[str] = set()
        # Containers with the stretch in which their content matters.
        looked: set[tuple[str, datetime, datetime]] = {(key, BEGINNING, until) for key in starts}
        while True:
            before = (dict(whole), set(named), set(looked))
            for source, taken, target, made, _ in self._steps():
                if whole.get(target, BEGINNING) >= made:
                    whole[source] = max(taken, whole.get(source, BEGINNING))
                    looked.add((source, taken, taken))
            for lot, serial, at, own in self._members():
                if whole.get(serial, BEGINNING) >= at:
                    if own:
                        whole[lot] = max(at, whole.get(lot, BEGINNING))
                    else:
                        named.add(lot)
            for box, since, to in list(looked):
                for child, met_since, met_to in self._within(box, since, to, moments):
                    whole[child] = max(met_to, whole.get(child, BEGINNING))
                    looked.add((child, met_since, met_to))
            if (whole, named, looked) == before:
                break
        begun = {target for _, _, target, _, _ in self._steps()} | {
            serial for _, serial, _, _ in self._members()
        }
        parents = {parent for _, _, inside in moments for _, parent in inside}
        boxes = {key for key, _, _ in looked if key in parents} - set(starts)
        items = (set(whole) | named) - set(starts)
        return items - (boxes - begun), boxes - (items & begun)

    def _within(
        self,
        box: str,
        since: datetime,
        until: datetime,
        moments: list[Moment],
    ) -> Iterator[tuple[str, datetime, datetime]]:
        for a, b, inside in moments:
            if b < since or a > until:
                continue
            for child, parent in inside:
                if parent == box:
                    yield child, max(a, since), min(b, until)


def _keys(epcs: Sequence[str], quantities: Sequence[object]) -> list[str]:
    classes = [canonical_key(element.epc_class) for element in quantities]  # type: ignore[attr-defined]  # quantity elements
    return [canonical_key(epc) for epc in epcs] + classes


def _named(event: AnyEvent, serials: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(lot, serial) for every serial of an event whose ilmd names its lot (rule R2)."""
    number = event.ilmd_value(LOT_NUMBER)
    if isinstance(number, str) and number:
        for serial in serials:
            key = canonical_key(serial)
            lot = lot_key(key, number)
            if lot is not None:
                yield lot, key
