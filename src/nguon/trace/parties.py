"""Small readings of an event that custody, gaps and the history share: its parties, its role."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from nguon.epcis import event_key, subject, vocabulary
from nguon.epcis.model import AnyEvent, Place
from nguon.gs1 import canonical_key
from nguon.rules import NGUON_VOC
from nguon.trace.model import END, Recorded

PERFORMED_BY = f"{NGUON_VOC}performedBy"
_PARTIES = ("possessing_party", "owning_party")


def link_key(entry: Recorded) -> UUID:
    """The key under which an event's links stand: a declaration's are those of the wrong event."""
    event = entry.event
    if event.error_declaration is None:
        return entry.event_key
    return event_key(subject(event))


def counts(entry: Recorded, as_of: datetime | None) -> bool:
    """Whether an entry was known at an instant and not declared wrong by then (rule R6)."""
    now = END if as_of is None else as_of
    known = (entry.known_from or entry.event.event_time) <= now
    return known and (entry.declared_wrong_at is None or entry.declared_wrong_at > now)


def count_in(recorded: Iterable[Recorded], as_of: datetime | None = None) -> list[Recorded]:
    """The entries that count at an instant: known, not declared wrong, each event once (R6)."""
    chosen: dict[UUID, Recorded] = {}
    for entry in recorded:
        if counts(entry, as_of):
            chosen.setdefault(link_key(entry), entry)
    return list(chosen.values())


def find_source(event: AnyEvent, *, owner_first: bool = False) -> str | None:
    """The party that gave: the possessor, else the owner (or the owner first)."""
    pairs = [(pair.type, pair.source) for pair in event.source_list]
    return _party(pairs, owner_first=owner_first)


def find_destination(event: AnyEvent, *, owner_first: bool = False) -> str | None:
    """The party that takes: the possessor, else the owner (or the owner first)."""
    pairs = [(pair.type, pair.destination) for pair in event.destination_list]
    return _party(pairs, owner_first=owner_first)


def find_parties(event: AnyEvent) -> tuple[set[str], set[str]]:
    """All (giving, taking) parties an event names, owners and possessors alike."""
    gives = {canonical_key(p.source) for p in event.source_list if _word(p.type) in _PARTIES}
    takes = {
        canonical_key(p.destination) for p in event.destination_list if _word(p.type) in _PARTIES
    }
    return gives, takes


def _party(pairs: Sequence[tuple[str, str]], *, owner_first: bool) -> str | None:
    named = {_word(kind): value for kind, value in pairs}
    for kind in reversed(_PARTIES) if owner_first else _PARTIES:
        if kind in named:
            return canonical_key(named[kind])
    return None


def _word(kind: str) -> str:
    return vocabulary.normalise("sourceDestination", kind)


def find_performer(event: AnyEvent) -> str | None:
    """Who did what the event tells, where it says so (`nguon:performedBy`)."""
    value = event.extension_value(PERFORMED_BY)
    return canonical_key(value) if isinstance(value, str) and ":" in value else None


def place_key(place: Place | None) -> str | None:
    """The canonical key of a read point or business location."""
    return canonical_key(place.id) if place is not None else None
