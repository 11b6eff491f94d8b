"""Who has an item, where and since when: folded from its own events and those of the containers
it was in at the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nguon.epcis import vocabulary
from nguon.epcis.model import AnyEvent
from nguon.trace.boxes import find_holders
from nguon.trace.containment import Span
from nguon.trace.hops import Packing
from nguon.trace.links import find_mentions
from nguon.trace.model import CHILD, CHILD_CLASS, END, Holder, Reader, Recorded
from nguon.trace.parties import count_in, find_destination, find_performer, find_source, place_key


@dataclass(slots=True)
class _Fold:
    """What is known of an item after the events so far."""

    party: str | None = None
    place: str | None = None
    since: datetime | None = None
    state: str | None = None
    last: Recorded | None = None
    shipped: bool = True
    others: list[str] = field(default_factory=list)
    lasting: dict[str, None] = field(default_factory=dict)

    def take(self, entry: Recorded) -> None:
        event = entry.event
        party, place = self._party(event), place_key(event.biz_location) or self.place
        if event.step == "shipping":
            place, self.shipped, self.others = None, True, []
        if (party, place) != (self.party, self.place) or self.since is None:
            self.since = event.event_time
        self.party, self.place, self.last = party, place, entry
        self._keep_state(event)

    def _party(self, event: AnyEvent) -> str | None:
        if event.step == "receiving":
            taker = find_destination(event)
            if taker is not None and not self.shipped and self.party not in (None, taker):
                self.others.append(self.party or "")
            self.shipped = False
            return taker or self.party
        if event.step == "shipping":
            return find_source(event) or self.party
        return self.party or find_performer(event)

    def _keep_state(self, event: AnyEvent) -> None:
        if event.disp is not None:
            self.state = event.disp
        lasting = event.persistent_disposition
        if lasting is not None:
            for word in lasting.set_:
                self.lasting[vocabulary.normalise("disposition", word)] = None
            for word in lasting.unset:
                self.lasting.pop(vocabulary.normalise("disposition", word), None)


@dataclass(frozen=True, slots=True)
class History:
    """Who holds an item, and the events that say so: its own and its containers', by time."""

    holder: Holder
    events: Sequence[Recorded]


def custody(
    reader: Reader, items: Collection[str], as_of: datetime | None = None
) -> Mapping[str, Holder]:
    """The holder of each item at an instant (now when not given), by canonical key.

    A persistent disposition (a recall) outlasts later ordinary ones. `others` names receivers
    that also claim the item without a shipping in between. Items never met are left out.
    """
    histories = find_histories(reader, items, as_of)
    return {item: history.holder for item, history in histories.items()}


def find_histories(
    reader: Reader, items: Collection[str], as_of: datetime | None = None
) -> Mapping[str, History]:
    """The same with the events that it follows from: those that count and concern the item."""
    entries = count_in(reader.events_of(set(items) | find_holders(reader, items)), as_of)
    entries = [entry for entry in entries if entry.event.event_time <= (as_of or END)]
    packing = Packing(entries)
    mentioned = _by_item(entries)
    return {
        item: history
        for item in items
        if (history := _hold(item, packing, mentioned, as_of or END)) is not None
    }


def _by_item(entries: Iterable[Recorded]) -> Mapping[str, list[tuple[Recorded, bool]]]:
    """Entries by the items they name, and whether it is named as a child being moved."""
    found: dict[str, list[tuple[Recorded, bool]]] = {}
    for entry in entries:
        for mention in find_mentions(entry.event):
            child = mention.role in (CHILD, CHILD_CLASS)
            found.setdefault(mention.item, []).append((entry, child))
    return found


def follow_boxes(item: str, packing: Packing) -> list[tuple[str, Span]]:
    """The item itself for all time, then every container around it with the time it was in."""
    found = [(item, Span())]
    for key, span in found:
        for stay in packing.around(key):
            met = stay.span.meet(span)
            if met is not None and (stay.parent, met) not in found:
                found.append((stay.parent, met))
    return found


def _hold(
    item: str,
    packing: Packing,
    mentioned: Mapping[str, Sequence[tuple[Recorded, bool]]],
    now: datetime,
) -> History | None:
    chain = follow_boxes(item, packing)
    concerned = {
        entry.event_key: entry
        for key, span in chain
        for entry, child in mentioned.get(key, ())
        # What was packed into or taken out of the container is not news of this item.
        if span.covers(entry.event.event_time) and (key == item or child or not _packs(entry))
    }
    fold = _Fold()
    ordered = sorted(concerned.values(), key=lambda e: (e.event.event_time, e.event_key))
    for entry in ordered:
        fold.take(entry)
    if fold.last is None:
        return None
    around = [stay for stay in packing.around(item) if stay.span.covers(now)]
    holder = Holder(
        item=item,
        party=fold.party,
        place=fold.place,
        since=fold.since,
        state=next(reversed(fold.lasting), fold.state),
        inside=max(around, key=lambda stay: stay.span.since).parent if around else None,
        event_key=fold.last.event_key,
        others=tuple(fold.others),
    )
    return History(holder, ordered)


def _packs(entry: Recorded) -> bool:
    return entry.event.type == "AggregationEvent"
