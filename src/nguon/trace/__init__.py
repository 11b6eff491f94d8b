"""Tracing: back to the source, forward to every receiver, in the order of time.

The algorithms and their guarantees are described in docs/algorithms/trace.md.
"""

from __future__ import annotations

from nguon.trace.custody import History, custody, find_histories
from nguon.trace.findings import Finding, find_findings
from nguon.trace.gaps import explain, find_gaps
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
from nguon.trace.quantities import Balance, Weighing, find_balances, find_shares, weigh
from nguon.trace.walk import contents, trace

__all__ = [
    "Answer",
    "Balance",
    "Direction",
    "Edge",
    "Finding",
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
    "Weighing",
    "contents",
    "custody",
    "explain",
    "find_balances",
    "find_findings",
    "find_gaps",
    "find_histories",
    "find_links",
    "find_mentions",
    "find_shares",
    "record",
    "trace",
    "weigh",
]
