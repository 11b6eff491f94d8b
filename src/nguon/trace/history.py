"""The story of an item: every event of it, of what it was made of, and of the containers it
travelled in, in the order of time. Declared-wrong events stay in it, marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nguon.trace.boxes import find_holders
from nguon.trace.custody import follow_boxes
from nguon.trace.hops import Packing
from nguon.trace.links import find_mentions
from nguon.trace.model import Answer, Reader, Recorded
from nguon.trace.parties import count_in
from nguon.trace.walk import trace


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a story: the items of the story it names, and how far from the start.

    Depth 0 is the item itself or a container around it. `counts` is False for an event that
    was declared wrong, and for the declaration.
    """

    entry: Recorded
    items: tuple[str, ...]
    depth: int
    counts: bool


@dataclass(frozen=True, slots=True)
class History:
    """The steps of an item by time, and the upstream answer they were found with."""

    item: str
    steps: Sequence[Step]
    answer: Answer


def history(reader: Reader, item: str, as_of: datetime | None = None) -> History:
    """Every event that a reader of this item's story needs, oldest first.

    Events of an input count up to the instant at which it was last taken in: what happened to
    the rest of it later is another story.
    """
    answer = trace(reader, [item], "up", until=as_of)
    bounds = {key: found.at for key, found in answer.items.items()}
    own = {item, *find_holders(reader, [item])}
    entries = reader.events_of(own | set(answer.items) | set(answer.containers))
    counted = count_in(entries, as_of)
    keys = {entry.event_key for entry in counted}
    spans = follow_boxes(item, Packing(counted))
    depths = {key: found.depth for key, found in answer.items.items()}
    depths |= {key: found.depth for key, found in answer.containers.items()}
    steps = []
    for entry in entries:
        at = entry.event.event_time
        named = {mention.item for mention in find_mentions(entry.event)}
        touched = [key for key, span in spans if key in named and span.covers(at)]
        touched += [key for key in depths if key in named and at <= bounds.get(key, at)]
        if touched and (as_of is None or at <= as_of):
            depth = min(depths.get(key, 0) for key in touched)
            chosen = tuple(dict.fromkeys(touched))
            steps.append(Step(entry, chosen, depth, entry.event_key in keys))
    return History(item, steps, answer)
