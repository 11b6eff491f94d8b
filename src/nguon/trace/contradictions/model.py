"""A contradiction and its two sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from nguon.trace.model import Recorded
from nguon.trace.parties import find_performer, find_source, place_key

ContradictionKind = Literal[
    # Sent so much, came so much.
    "quantity_differs",
    # A transformation gave more weight than it took.
    "more_out_than_in",
    # More of a lot was used, packed or sent off by its maker than there ever was.
    "more_used_than_made",
    # Something was used, packed or moved before it came into being.
    "before_made",
    # One and the same single thing came into being twice.
    "made_twice",
    # One single thing at two places at one instant.
    "two_places",
    # One single thing taken over by one holder, and still handled by the one before.
    "two_holders",
    # One single thing inside two containers at a time.
    "two_boxes",
]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records: the event, when, who says so, and where."""

    event_key: UUID
    event_id: str | None
    at: datetime
    party: str | None = None
    place: str | None = None
    quantity: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two records that cannot both be true, the earlier said first.

    `figures` holds the amounts that it rests on, in `uom`.
    """

    kind: ContradictionKind
    items: tuple[str, ...]
    first: Side
    second: Side
    figures: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    uom: str | None = None


def tell_side(entry: Recorded, quantity: Decimal | None = None, uom: str | None = None) -> Side:
    """An event as a side of a contradiction."""
    event = entry.event
    return Side(
        event_key=entry.event_key,
        event_id=event.event_id,
        at=event.event_time,
        party=find_performer(event) or find_source(event),
        place=place_key(event.read_point) or place_key(event.biz_location),
        quantity=quantity,
        uom=uom,
    )
