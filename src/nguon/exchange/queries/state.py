"""What is known of an item now: where it was last, in which state, inside what, with whom.

An extension of ours to GET /epcs/{epc}, under the prefix `nguon`. It follows from the events that
concern the item, its own and those of the containers that it was in at the time; events that were
declared wrong are left out (docs/algorithms/trace.md). A class, a lot above all, can be in many
places and hands at once: of it only the last event is told, and the disposition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from nguon.epcis import subject
from nguon.epcis.model import AnyEvent
from nguon.epcis.vocabulary import normalise
from nguon.epcis.writing import format_time
from nguon.epcis.xml import EpcFormat, translate_id
from nguon.eventstore import StoredEvent, StoreReader
from nguon.gs1 import level_of
from nguon.parts.engine import get_store
from nguon.trace import History, Link, find_histories

MOST_EVENTS = 2000
STATE = "nguon:currentState"


class _TooManyError(Exception):
    """More events concern the item than one answer may read."""


class _ShortReader:
    """A reader that gives up before it reads too much."""

    def __init__(self, reader: StoreReader) -> None:
        self._reader = reader

    def links_from(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """As the reader."""
        return self._reader.links_from(items, kinds)

    def links_to(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """As the reader."""
        return self._reader.links_to(items, kinds)

    def events_of(self, items: Collection[str]) -> Sequence[StoredEvent]:
        """As the reader. Raises `_TooManyError`."""
        found = self._reader.events_of(items, MOST_EVENTS + 1)
        if len(found) > MOST_EVENTS:
            raise _TooManyError
        return found


def find_state(item: str, form: EpcFormat) -> dict[str, Any]:
    """The members that tell an item's state; none for one whose events were all declared wrong.

    Where too many events concern the item, that is all that is told.
    """
    reader = _ShortReader(get_store().reader())
    try:
        reader.events_of([item])
        history = find_histories(reader, [item]).get(item)
    except _TooManyError:
        return {STATE: {"nguon:tooManyEvents": True}}
    return {} if history is None else {STATE: _write(history, form)}


def _write(history: History, form: EpcFormat) -> dict[str, Any]:
    holder, last = history.holder, history.events[-1].event

    def say(name: str | None) -> str | None:
        return None if name is None else translate_id(name, form)

    told: dict[str, Any] = {
        "lastEvent": subject(last),
        "lastEventTime": _write_moment(last.event_time),
        "lastBizStep": last.step,
        "lastReadPoint": say(last.read_point.id if last.read_point else None),
        "disposition": holder.state,
    }
    is_single = level_of(holder.item) != "class"
    if is_single:
        told |= {
            "place": say(holder.place),
            "parent": say(holder.inside),
            "custodian": say(holder.party),
            "owner": say(find_owner(each.event for each in reversed(history.events))),
            "since": _write_moment(holder.since) if holder.since else None,
        }
    if is_single and holder.others:
        told["alsoClaimedBy"] = [translate_id(other, form) for other in holder.others]
    return {f"nguon:{name}": value for name, value in told.items() if value is not None}


def find_owner(events: Iterable[AnyEvent]) -> str | None:
    """The owner that the newest event to name one leaves the item with; newest first.

    While goods are on their way, whoever sent them owns them still.
    """
    for event in events:
        if event.step == "shipping":
            named = [(pair.type, pair.source) for pair in event.source_list]
        else:
            named = [(pair.type, pair.destination) for pair in event.destination_list]
        for kind, party in named:
            if normalise("sourceDestination", kind) == "owning_party":
                return party
    return None


def _write_moment(moment: datetime) -> str:
    return format_time(moment.astimezone(UTC))
