"""What events speak of, as lists: items, business steps, dispositions, places.

Each value once, in the order of bytes, from a value on: the index is leapt through from one value
to the next, so a page costs as many look-ups as it has members, however many events there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from psycopg import Connection

from nguon.eventstore.query.fragments import encode, fragment

Named = Literal["item", "biz_step", "disposition", "read_point", "biz_location"]

# Where each stands: table, column as its index has it, and what the index leaves out.
_HOMES: Mapping[Named, Mapping[str, str]] = {
    "item": {"table": "event_item", "column": "e.item", "indexed": "true"},
    "biz_step": {
        "table": "event",
        "column": 'e.biz_step collate "C"',
        "indexed": "octet_length(e.biz_step) <= 500",
    },
    # Only those that are no standard words.
    "disposition": {
        "table": "event",
        "column": 'e.disposition collate "C"',
        "indexed": "position(':' in e.disposition) > 0 and octet_length(e.disposition) <= 500",
    },
    "read_point": {
        "table": "event",
        "column": 'e.read_point collate "C"',
        "indexed": "e.read_point is not null",
    },
    "biz_location": {
        "table": "event",
        "column": 'e.biz_location collate "C"',
        "indexed": "e.biz_location is not null",
    },
}


def list_values(connection: Connection[Any], named: Named, after: str, limit: int) -> list[str]:
    """The values behind `after`, at most so many."""
    text = fragment("values_after", **_HOMES[named])
    rows = connection.execute(encode(text), {"after": after, "limit": limit})
    return [row[0] for row in rows]


def has_value(connection: Connection[Any], named: Named, value: str) -> bool:
    """Whether any event has the value."""
    text = fragment("value_from", **_HOMES[named])
    row = connection.execute(encode(text), {"value": value}).fetchone()
    return row is not None and row[0] == value
