"""One single thing where it cannot be: two places, two holders, two containers at a time.

Lots are left out: parts of a lot may be anywhere (rule R7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nguon.epcis.model import AggregationEvent
from nguon.gs1 import level_of
from nguon.trace.contradictions.model import Contradiction, tell_side
from nguon.trace.hops import Hop, Packing, find_hops
from nguon.trace.links import find_mentions
from nguon.trace.model import CHILD, Recorded
from nguon.trace.parties import place_key


def find_places(counted: Sequence[Recorded], packing: Packing) -> Iterator[Contradiction]:
    """The contradictions of place among events that count, given by time."""
    yield from _find_two_places(counted)
    yield from _find_two_holders(counted, packing)
    yield from _find_two_boxes(counted, packing)


def _find_two_places(counted: Sequence[Recorded]) -> Iterator[Contradiction]:
    seen: dict[tuple[str, datetime], tuple[str, Recorded]] = {}
    told: set[tuple[str, str]] = set()
    for entry in counted:
        place = place_key(entry.event.read_point)
        if place is None or entry.event.type == "AssociationEvent":
            continue
        for item in dict.fromkeys(mention.item for mention in find_mentions(entry.event)):
            if level_of(item) != "instance":
                continue
            there, other = seen.setdefault((item, entry.event.event_time), (place, entry))
            if not _within(place, there) and (there, place) not in told:
                told.add((there, place))
                yield Contradiction("two_places", (item,), tell_side(other), tell_side(entry))


def _within(place: str, other: str) -> bool:
    """Whether one is the other or a part of it: a GLN and its extension (254)."""
    return place == other or place.startswith(f"{other}/254/") or other.startswith(f"{place}/254/")


@dataclass(slots=True)
class _Held:
    """Who took a thing last, whether it was sent on since, and who it is not to be found at."""

    hop: Hop
    sent: bool = False
    elsewhere: Hop | None = None


def _find_two_holders(counted: Sequence[Recorded], packing: Packing) -> Iterator[Contradiction]:
    """Handled where it was taken over, after somebody else had taken it over unsent.

    That a shipping is missing is a gap; that the first holder goes on handling the thing is more.
    """
    hops = {
        hop.entry.event_key: (kind, hop)
        for kind in ("shipping", "receiving")
        for hop in find_hops(counted, kind, packing)
    }
    held: dict[str, _Held] = {}
    for entry in counted:
        kind, hop = hops.get(entry.event_key, ("", None))
        named = _keep_single(hop.carried if hop is not None else _find_named(entry))
        told: dict[Hop, list[str]] = {}
        for item in sorted(named):
            known = held.get(item)
            if kind == "receiving" and hop is not None:
                astray = known is not None and not known.sent and _strangers(known.hop, hop)
                held[item] = _Held(hop, elsewhere=known.hop if astray and known else None)
            elif known is not None and known.elsewhere is not None:
                if _happens_at(entry, known.elsewhere):
                    told.setdefault(known.hop, []).append(item)
                    known.elsewhere = None
                known.sent = known.sent or kind == "shipping"
            elif known is not None and kind == "shipping":
                known.sent = True
        for taken, items in told.items():
            sides = tell_side(taken.entry), tell_side(entry)
            yield Contradiction("two_holders", tuple(items), *sides)


def _find_named(entry: Recorded) -> Iterator[str]:
    return (mention.item for mention in find_mentions(entry.event))


def _keep_single(items: Iterable[str]) -> set[str]:
    """Of some items those that are single things."""
    return {item for item in items if level_of(item) == "instance"}


def _happens_at(entry: Recorded, hop: Hop) -> bool:
    """Whether an event took place where that receiving did."""
    own = hop.entry.event
    places = {place_key(own.read_point), place_key(own.biz_location)} - {None}
    event = entry.event
    return bool(places & {place_key(event.read_point), place_key(event.biz_location)})


def _strangers(first: Hop, second: Hop) -> bool:
    return bool(first.takes and second.takes) and first.takes.isdisjoint(second.takes)


def _find_two_boxes(counted: Sequence[Recorded], packing: Packing) -> Iterator[Contradiction]:
    joins = _find_joins(counted)
    for item in dict.fromkeys(child for _, child, _ in joins):
        if level_of(item) != "instance":
            continue
        stays = sorted(packing.around(item), key=lambda stay: (stay.span.since, stay.parent))
        for index, stay in enumerate(stays):
            for other in stays[index + 1 :]:
                met = stay.span.meet(other.span)
                nested = _is_inside(packing, stay.parent, other.parent, other.span.since)
                if other.parent == stay.parent or met is None or met.since == met.until or nested:
                    continue
                first = joins.get((stay.parent, item, stay.span.since))
                second = joins.get((other.parent, item, other.span.since))
                if first is not None and second is not None:
                    yield Contradiction("two_boxes", (item,), tell_side(first), tell_side(second))


def _is_inside(packing: Packing, one: str, other: str, at: datetime) -> bool:
    """Whether one container is inside the other: a carton's content listed with its pallet's."""
    return one in packing.carried([other], at) or other in packing.carried([one], at)


def _find_joins(counted: Sequence[Recorded]) -> Mapping[tuple[str, str, datetime], Recorded]:
    """The events that put single things into containers: by container, thing and instant."""
    joins: dict[tuple[str, str, datetime], Recorded] = {}
    for entry in counted:
        event = entry.event
        if not isinstance(event, AggregationEvent) or event.parent_id is None:
            continue
        mentions = find_mentions(event)
        parent = next(mention.item for mention in mentions if mention.role != CHILD)
        for mention in mentions:
            if mention.role == CHILD:
                joins.setdefault((parent, mention.item, event.event_time), entry)
    return joins
