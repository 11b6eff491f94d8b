"""A reader over events held in memory: for tests, for files without a database, for users'
own tests. It keeps the same contract as the store's reader (`tests/contract`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from nguon.epcis import event_key, identity, subject
from nguon.epcis.model import AnyEvent
from nguon.trace.links import find_links, find_mentions
from nguon.trace.model import BEGINNING, END, Link, Recorded
from nguon.trace.parties import counts, link_key


def record(events: Iterable[AnyEvent], record_time: datetime | None = None) -> list[Recorded]:
    """Events as a store would know them: duplicates dropped, declarations applied.

    A declaration marks the event of the same id as wrong from its declaration time, and lets
    the corrective events it names be known from then only (rule R6).
    """
    first: dict[UUID, AnyEvent] = {}
    wrong: dict[str, datetime] = {}
    known: dict[str, datetime] = {}
    for event in events:
        first.setdefault(event_key(identity(event)), event)
        declaration = event.error_declaration
        if declaration is not None:
            at, own = declaration.declaration_time, subject(event)
            wrong[own] = min(at, wrong.get(own, END))
            for corrective in declaration.corrective_event_ids:
                known[corrective] = min(at, known.get(corrective, END))
    return [
        Recorded(
            event_key=key,
            event=event,
            record_time=record_time,
            known_from=max(event.event_time, known.get(subject(event), BEGINNING)),
            declared_wrong_at=wrong.get(subject(event)) if wrong else None,
        )
        for key, event in first.items()
    ]


class MemoryReader:
    """Events in a list, indexed by item. `as_of` shows them as known on an instant."""

    def __init__(self, recorded: Sequence[Recorded], as_of: datetime | None = None) -> None:
        self._from: dict[str, list[Link]] = {}
        self._to: dict[str, list[Link]] = {}
        self._events: dict[str, dict[UUID, Recorded]] = {}
        for entry in recorded:
            self._index(entry, as_of)

    @classmethod
    def of(cls, events: Iterable[AnyEvent], as_of: datetime | None = None) -> MemoryReader:
        """A reader over plain events."""
        return cls(record(events), as_of)

    def _index(self, entry: Recorded, as_of: datetime | None) -> None:
        mentions = find_mentions(entry.event)
        for mention in mentions:
            self._events.setdefault(mention.item, {})[entry.event_key] = entry
        if not counts(entry, as_of):
            return  # rule R6: it makes no links, but its mention stays visible
        for link in find_links(link_key(entry), entry.event, mentions):
            self._from.setdefault(link.source, []).append(link)
            self._to.setdefault(link.target, []).append(link)

    def links_from(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose source is one of the items."""
        return [link for key in items for link in self._from.get(key, ()) if link.kind in kinds]

    def links_to(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose target is one of the items."""
        return [link for key in items for link in self._to.get(key, ()) if link.kind in kinds]

    def events_of(self, items: Collection[str]) -> Sequence[Recorded]:
        """Every event that names one of the items, by event time."""
        found: dict[UUID, Recorded] = {}
        for key in items:
            found.update(self._events.get(key, {}))
        return sorted(found.values(), key=lambda entry: (entry.event.event_time, entry.event_key))
