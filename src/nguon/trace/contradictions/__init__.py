"""Where two records cannot both be true, with the two side by side.

A contradiction says nothing of who is right. It is told apart from a gap, where a record is missing
(`nguon.trace.gaps`), and from a breach of a rule (`nguon.trace.findings`). What is lawful raises
none: a lot may be added to, shipped in parts, repacked; a corrected event is out (rule R6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nguon.trace.contradictions.amounts import Tolerances, find_amounts
from nguon.trace.contradictions.model import Contradiction, ContradictionKind, Side
from nguon.trace.contradictions.places import find_places
from nguon.trace.contradictions.times import find_times
from nguon.trace.hops import Packing
from nguon.trace.model import Recorded
from nguon.trace.parties import count_in

__all__ = ["Contradiction", "ContradictionKind", "Side", "Tolerances", "find_contradictions"]


def find_contradictions(
    entries: Iterable[Recorded],
    as_of: datetime | None = None,
    tolerances: Tolerances | None = None,
) -> list[Contradiction]:
    """The contradictions among some events, as known on an instant, in the order of time.

    The events must be all that name the items to be judged (`Reader.events_of`) and the
    containers around them: of what is half seen, half the truth is found.
    """
    counted = sorted(
        count_in(entries, as_of), key=lambda entry: (entry.event.event_time, entry.event_key)
    )
    packing = Packing(counted)
    found = [
        *find_amounts(counted, packing, tolerances or Tolerances()),
        *find_times(counted),
        *find_places(counted, packing),
    ]
    return sorted(found, key=lambda one: (one.second.at, one.kind, one.items))
