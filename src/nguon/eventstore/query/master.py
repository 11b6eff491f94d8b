"""Master data out of the store: what the newest capture says of each id, or said on an instant.

Vocabularies come in the order of their names, elements in the order of their ids. A page begins
after an element, so nothing comes twice and nothing is lost while captures arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from msgspec import structs
from psycopg import Connection

from nguon.epcis.decoding import load_fast
from nguon.epcis.query import (
    NOTHING,
    MasterQuery,
    matches_master,
    query_error,
    shown_attributes,
)
from nguon.epcis.query.spelling import plain_name
from nguon.eventstore.query.fragments import fragment
from nguon.eventstore.query.model import Bounds, MasterElement
from nguon.eventstore.query.places import unfold
from nguon.eventstore.rows import decode_context

EVER = datetime(9999, 12, 30, tzinfo=UTC)
_CHUNK = 500
_MOST = 10_000
_VOCABULARIES = 1_000
# Vocabulary and id of the last element of a page.
Place = tuple[str, str]


def find_master_data(
    connection: Connection[Any],
    query: MasterQuery,
    bounds: Bounds,
    recorded_by: datetime | None = None,
) -> list[MasterElement]:
    """Every element that answers.

    Raises `epcis.query_too_large` past maxElementCount, or past what one answer may hold,
    `epcis.query_too_costly` where finding out would cost too much.
    """
    most = _MOST if query.max_element_count is None else query.max_element_count
    search = _Search(connection, query, bounds, recorded_by or EVER)
    found = list(search.read(None, most + 1))
    if len(found) > most:
        raise query_error("query_too_large", "maxElementCount", most, limit=most)
    if search.reached is not None:
        raise query_error("query_too_costly", "EQ_name", limit=bounds.examined)
    return found


def find_master_page(
    connection: Connection[Any],
    query: MasterQuery,
    bounds: Bounds,
    *,
    want: int,
    after: Place | None = None,
    recorded_by: datetime | None = None,
) -> tuple[list[MasterElement], Place | None]:
    """At most `want` elements after a place, and the place of the next page, None on the last.

    A page that costs too much ends early. Raises `epcis.query_too_large` past maxElementCount.
    """
    if after is None and query.max_element_count is not None:
        find_master_data(connection, query, bounds, recorded_by)
    search = _Search(connection, query, bounds, recorded_by or EVER)
    found = list(search.read(after, want + 1))
    if len(found) <= want:
        return found, search.reached
    return found[:want], (found[want - 1].type, found[want - 1].id)


@dataclass(slots=True)
class _Search:
    """One walk over master data; `reached` is where it gave up."""

    connection: Connection[Any]
    query: MasterQuery
    bounds: Bounds
    recorded_by: datetime
    reached: Place | None = field(default=None, init=False)

    def read(self, after: Place | None, most: int) -> Iterator[MasterElement]:
        """What answers, after a place, at most so many."""
        asked = structs.replace(self.query, names=None, within=None)
        for row in self._rows(after or ("", "")):
            if most <= 0:
                return
            element = make_element(row)
            if matches_master(asked, element.type, element.id, element.attributes, NOTHING):
                most -= 1
                yield self._show(element)

    def _show(self, element: MasterElement) -> MasterElement:
        shown = shown_attributes(self.query, element.attributes)
        return replace(
            element,
            attributes=shown,
            children=element.children if self.query.include_children else [],
            listed=[pair for pair in element.listed if pair[0] in shown],
            extensions=element.extensions if self.query.include_attributes else {},
        )

    def _names(self) -> list[str] | None:
        names = None if self.query.names is None else set(self.query.names)
        if self.query.within is not None:
            inside = unfold(self.connection, self.query.within, self.bounds, "WD_name")
            names = inside if names is None else names & inside
        return None if names is None else sorted(names)

    def _rows(self, after: Place) -> Iterator[tuple[Any, ...]]:
        names = self._names()
        if names is None:
            yield from self._rows_of_all(after)
            return
        values = {"names": names, "recorded_by": self.recorded_by}
        rows = self.connection.execute(_statement("master_data_named"), values).fetchall()
        yield from sorted((row for row in rows if (row[0], row[1]) > after), key=_place)

    def _rows_of_all(self, after: Place) -> Iterator[tuple[Any, ...]]:
        wanted = self.query.vocabularies
        kinds = read_vocabularies(self.connection) if wanted is None else sorted(wanted)
        seen = 0
        for kind in (kind for kind in kinds if kind >= after[0]):
            position = after[1] if kind == after[0] else ""
            while True:
                rows = self._chunk(kind, position)
                yield from rows
                seen += len(rows)
                if len(rows) < _CHUNK:
                    break
                position = rows[-1][1]
                if seen >= self.bounds.examined:
                    self.reached = (kind, position)
                    return

    def _chunk(self, kind: str, position: str) -> list[tuple[Any, ...]]:
        values = {"type": kind, "id": position, "recorded_by": self.recorded_by, "chunk": _CHUNK}
        return self.connection.execute(_statement("master_data_of"), values).fetchall()


def _place(row: tuple[Any, ...]) -> Place:
    return row[0], row[1]


def _statement(name: str) -> bytes:
    return fragment(name, columns=fragment("master_columns")).encode()


def make_element(row: tuple[Any, ...]) -> MasterElement:
    """An element out of its row, whole."""
    kind, name, encoded, children, recorded, whole, context = row
    attributes = load_fast(encoded.encode())
    if whole is None:
        # From before entries were kept as they came.
        pairs = list(attributes.items())
        return MasterElement(kind, name, attributes, children, recorded, name, pairs)
    extensions = load_fast(whole.encode())
    written = extensions.pop("id")
    listed = [(each["id"], each["attribute"]) for each in extensions.pop("attributes")]
    namespaces = decode_context(context)
    known = (kind, name, attributes, children, recorded)
    return MasterElement(*known, written, listed, extensions, namespaces)


def read_vocabularies(connection: Connection[Any]) -> list[str]:
    """The names of all vocabularies, in order."""
    rows = connection.execute(fragment("vocabulary_names").encode(), {"limit": _VOCABULARIES})
    return [row[0] for row in rows]


def read_history(
    connection: Connection[Any],
    name: str,
    kind: str | None,
    limit: int,
    recorded_by: datetime | None = None,
) -> list[MasterElement]:
    """All that was ever captured of an id, newest first."""
    values = {
        "id": plain_name(name),
        "type": kind,
        "limit": limit,
        "recorded_by": recorded_by or EVER,
    }
    rows = connection.execute(_statement("history"), values).fetchall()
    return [make_element(row) for row in rows]
