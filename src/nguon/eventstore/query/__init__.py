"""Queries of EPCIS 2.0 over the store: compiled to SQL, bounded, page by page.

The language and its meaning are in `nguon.epcis.query`; docs/explanation/queries.md tells which
index answers what, and what a query may cost.
"""

from __future__ import annotations

from nguon.eventstore.query.master import (
    Place,
    find_master_data,
    find_master_page,
    read_history,
    read_vocabularies,
)
from nguon.eventstore.query.model import Bounds, EventPage, FoundEvent, MasterElement
from nguon.eventstore.query.resources import Named, has_value, list_values
from nguon.eventstore.query.run import find_all, find_page
from nguon.eventstore.query.search import Search, bounded, refine

__all__ = [
    "Bounds",
    "EventPage",
    "FoundEvent",
    "MasterElement",
    "Named",
    "Place",
    "Search",
    "bounded",
    "find_all",
    "find_master_data",
    "find_master_page",
    "find_page",
    "has_value",
    "list_values",
    "read_history",
    "read_vocabularies",
    "refine",
]
