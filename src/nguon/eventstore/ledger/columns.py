"""What the columns of an event's row must say, read from its document again.

Columns are what queries find events by. They follow from the document, which its leaf commits to;
so a column that says something else was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from nguon.epcis import event_key, identity, subject
from nguon.epcis.model import AnyEvent, Place, TransformationEvent
from nguon.gs1 import canonical_key

NAMES: Final = (
    "event_id",
    "event_type",
    "event_time",
    "action",
    "biz_step",
    "disposition",
    "read_point",
    "biz_location",
    "transformation_id",
    "declaration_time",
)


def find_wrong(event: AnyEvent, row: Sequence[Any]) -> Iterator[str]:
    """The names of the columns that do not say what the event says; `row` in the order of NAMES."""
    declaration = event.error_declaration
    transformation = event.transformation_id if isinstance(event, TransformationEvent) else None
    expected = (
        subject(event),
        event.type,
        event.event_time,
        event.action,
        event.step or None,
        event.disp or None,
        _key(event.read_point),
        _key(event.biz_location),
        transformation or None,
        declaration.declaration_time if declaration else None,
    )
    for name, right, found in zip(NAMES, expected, row, strict=True):
        if right != found:
            yield name


def _key(place: Place | None) -> str | None:
    return None if place is None else canonical_key(place.id)


def is_key_of(event: AnyEvent, key: object) -> bool:
    """Whether the event is stored under its own key."""
    return event_key(identity(event)) == key
