"""What becomes of a request: for the middleware, which is fast, and the view, which has pages.

Resolving reads and never writes: it is no scan (HEAD, link sets, crawlers). Only the page that it
leads to may count one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from nguon.errors import Fault
from nguon.gs1 import Gs1Error
from nguon.linksets import LinkSet, Outcome, choose, read_asked_type, read_preferences, walk_up
from nguon.linksets.anchors import all_names
from nguon.linksets.preferences import Weighted, names_type, read_weighted
from nguon.linksets.writing import LINKSET_TYPE
from nguon.resolver.queries import Way, find_way
from nguon.resolver.reading import Asked, read_address

Why = Literal["", "wrong", "unknown", "not_issued", "no_such_link"]
WHOLE = ("linkset", "all")
_BODIES = (LINKSET_TYPE, "application/json", "application/ld+json")


class Resolution(msgspec.Struct, frozen=True):
    """The decision. `why` is empty where there is something to show or to go to."""

    status: int
    why: Why = ""
    asked: Asked | None = None
    outcome: Outcome = Outcome("none")
    faults: tuple[Fault, ...] = ()

    @property
    def sets(self) -> tuple[LinkSet, ...]:
        """The link sets that a body shows."""
        return self.outcome.sets


def resolve(path: str, environ: Mapping[str, Any], now: datetime) -> Resolution:
    """The decision for a request to a code's path; raises only what the database raises."""
    try:
        readings = read_address(path, environ)
    except Gs1Error as error:
        return Resolution(400, "wrong", faults=tuple(error.faults))
    asked, way = readings[0], Way(())
    for reading in readings:
        asked, way = reading, find_way(reading)
        if way.judgement != "unmanaged" or any(one.registered or one.own for one in way.levels):
            break
    else:
        asked = readings[0]
    if way.judgement == "not_issued":
        return _refuse("not_issued", asked)
    names = {**all_names(asked.levels), "path": asked.path[1:], "key": asked.key}
    sets = walk_up(way.levels, names, now)
    return _choose(asked, sets, environ) if sets else _refuse("unknown", asked)


def _refuse(why: Why, asked: Asked, **words: object) -> Resolution:
    fault = Fault(f"resolver.{why}", value=asked.path, params=words)
    return Resolution(404, why, asked, faults=(fault,))


def _choose(asked: Asked, sets: list[LinkSet], environ: Mapping[str, Any]) -> Resolution:
    accept = environ.get("HTTP_ACCEPT", "")
    language = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    preferences = read_preferences(accept, language, asked.context)
    types = read_asked_type(asked.link_type) if asked.link_type else ()
    whole = wants_set(preferences.types, asked.link_type)
    outcome = choose(sets, types, preferences, whole=whole)
    if outcome.kind == "none":
        return _refuse("no_such_link", asked, link_type=asked.link_type or "gs1:defaultLink")
    status = {"redirect": 307, "choices": 300, "linkset": 200}[outcome.kind]
    return Resolution(status, "", asked, outcome)


def wants_set(types: Weighted, link_type: str) -> bool:
    """Whether the link set itself is asked for (2.9): by `linkType`, or by what is accepted.

    `application/linkset+json` before everything else means just that. Other JSON does where no
    link type is named: with one it tells which variant is wanted.
    """
    if link_type in WHOLE:
        return True
    html = names_type(types, "text/html")
    if link_type:
        weight = names_type(types, LINKSET_TYPE)
        return weight > 0 and weight >= max(weight for _name, weight in types) and weight > html
    best = max((names_type(types, name) for name in _BODIES), default=0.0)
    return best > 0 and best >= html


def choose_body(accept: str) -> str:
    """The media type to write a link set in: the best accepted, its own for want of any."""
    types = read_weighted(accept)
    offered = [*_BODIES, "text/html"]
    return max(offered, key=lambda name: (_weight(types, name), -offered.index(name)))


def _weight(types: Weighted, name: str) -> float:
    """Browsers take anything, so only what is named counts above the link set's own type."""
    named = names_type(types, name)
    return named if named or name != LINKSET_TYPE else 0.0001


def wants_page(accept: str) -> bool:
    """Whether a person asks: HTML is named, and no JSON is liked better."""
    types = read_weighted(accept)
    html = max(names_type(types, "text/html"), names_type(types, "application/xhtml+xml"))
    json = max(names_type(types, name) for name in (*_BODIES, "application/problem+json"))
    return html > 0 and html >= json
