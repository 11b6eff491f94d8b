"""Places inside places: what a WD_ parameter unfolds to, by master data and by GLN extension."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from nguon.epcis.query import query_error
from nguon.epcis.query.model import AtPlace, Condition
from nguon.epcis.query.spelling import plain_name
from nguon.eventstore.query.conditions import COLUMNS
from nguon.eventstore.query.fragments import fragment
from nguon.eventstore.query.model import Bounds

_GLN = "https://id.gs1.org/414/"
_GLN_END = len(_GLN) + 13


def resolve_places(
    connection: Connection[Any], conditions: Iterable[Condition], bounds: Bounds
) -> list[Condition]:
    """The conditions, each hierarchy of places replaced by the places that are in it."""
    return [
        AtPlace(each.member, tuple(find_within(connection, each, bounds)))
        if isinstance(each, AtPlace) and each.descendants
        else each
        for each in conditions
    ]


def find_within(connection: Connection[Any], condition: AtPlace, bounds: Bounds) -> list[str]:
    """The places asked for and all inside them that master data or events name."""
    found = unfold(connection, condition.places, bounds, f"WD_{condition.member}")
    glns = [place for place in found if _is_gln(place)]
    if glns:
        column = COLUMNS[condition.member]
        found |= _ask(connection, fragment("parts", column=column), glns=glns, limit=bounds.places)
    _check(found, bounds, f"WD_{condition.member}")
    return sorted(found)


def unfold(
    connection: Connection[Any], names: Iterable[str], bounds: Bounds, parameter: str
) -> set[str]:
    """Some names and, level by level, what master data places inside them."""
    found: set[str] = set(names)
    level = list(found)
    while level:
        below = _ask(connection, fragment("children"), ids=level, limit=bounds.places)
        glns = [place for place in level if _is_gln(place)]
        if glns:
            below |= _ask(connection, fragment("known_parts"), glns=glns, limit=bounds.places)
        level = sorted(below - found)
        found |= below
        _check(found, bounds, parameter)
    return found


def _ask(connection: Connection[Any], text: str, *, limit: int, **values: list[str]) -> set[str]:
    rows = connection.execute(text.encode(), {**values, "limit": limit + 1})
    return {plain_name(row[0]) for row in rows}


def _check(found: set[str], bounds: Bounds, parameter: str) -> None:
    if len(found) > bounds.places:
        raise query_error("query_too_many", parameter, len(found), limit=bounds.places)


def _is_gln(place: str) -> bool:
    return len(place) == _GLN_END and place.startswith(_GLN)
