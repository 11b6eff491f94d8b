"""The order of time broken: used before it was made, made twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from nguon.gs1 import level_of
from nguon.trace.contradictions.model import Contradiction, tell_side
from nguon.trace.links import find_mentions
from nguon.trace.model import (
    COMMISSIONED,
    COMMISSIONED_CLASS,
    LOT,
    OUTPUT,
    OUTPUT_CLASS,
    PARENT,
    Recorded,
)

_MADE = (OUTPUT, OUTPUT_CLASS, COMMISSIONED, COMMISSIONED_CLASS)


def find_times(counted: Sequence[Recorded]) -> Iterator[Contradiction]:
    """The contradictions of time among events that count, given by time."""
    made: dict[str, list[Recorded]] = {}
    first: dict[str, Recorded] = {}
    for entry in counted:
        # Fixing a device to a plot says nothing of when either came into being.
        if entry.event.type == "AssociationEvent":
            continue
        for item, role in dict.fromkeys((m.item, m.role) for m in find_mentions(entry.event)):
            if role in _MADE:
                made.setdefault(item, []).append(entry)
            elif role not in (LOT, PARENT):
                first.setdefault(item, entry)
    for item, makers in made.items():
        use = first.get(item)
        if use is not None and use.event.event_time < makers[0].event.event_time:
            yield Contradiction("before_made", (item,), tell_side(use), tell_side(makers[0]))
        if level_of(item) == "instance":
            yield from _find_doubles(item, makers)


def _find_doubles(item: str, makers: Sequence[Recorded]) -> Iterator[Contradiction]:
    """A box or pallet may begin again after it was emptied: only what is no container counts."""
    for earlier, later in pairwise(makers):
        if earlier.event_key != later.event_key and not _is_reusable(item):
            yield Contradiction("made_twice", (item,), tell_side(earlier), tell_side(later))


def _is_reusable(item: str) -> bool:
    # GRAI and GIAI: crates and assets go round.
    return "/8003/" in item or "/8004/" in item
