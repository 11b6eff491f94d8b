"""Tracing: back to the source, forward to every receiver, in the order of time.

The algorithms and their guarantees are described in docs/algorithms/trace.md.
"""

from __future__ import annotations

from nguon.trace.custody import custody
from nguon.trace.gaps import explain, find_gaps
from nguon.trace.history import History, Step, history
from nguon.trace.links import find_links, find_mentions
from nguon.trace.memory import MemoryReader, record
from nguon.trace.model import (
    Answer,
    Direction,
    Edge,
    Found,
    Gap,
    Holder,
    Limits,
    Link,
    Mention,
    Reader,
    Recorded,
)
from nguon.trace.walk import contents, trace

__all__ = [
    "Answer",
    "Direction",
    "Edge",
    "Found",
    "Gap",
    "History",
    "Holder",
    "Limits",
    "Link",
    "MemoryReader",
    "Mention",
    "Reader",
    "Recorded",
    "Step",
    "contents",
    "custody",
    "explain",
    "find_gaps",
    "find_links",
    "find_mentions",
    "history",
    "record",
    "trace",
]
