"""What a request prefers: languages, media types, a context (RFC 9110 12.5, RFC 4647).

Headers come from anywhere, so nothing here raises: what cannot be read is as if it were not said.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec

Weighted = tuple[tuple[str, float], ...]
_MOST_PARTS = 40


class Preferences(msgspec.Struct, frozen=True):
    """Language and media ranges with their weights, the best first; the context asked for."""

    languages: Weighted = ()
    types: Weighted = ()
    context: str = ""


@lru_cache(maxsize=2048)
def read_weighted(header: str) -> Weighted:
    """The parts of a header with quality values, the best first, equals in their order."""
    found = []
    for part in header.split(",")[:_MOST_PARTS]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            found.append((name.lower(), _read_quality(parameters)))
    return tuple(sorted(found, key=lambda each: -each[1]))


def _read_quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return 0.0 if math.isnan(weight) else min(max(weight, 0.0), 1.0)
    return 1.0


def read_preferences(accept: str, accept_language: str, context: str = "") -> Preferences:
    """The preferences that headers and the parameter `context` tell."""
    return Preferences(read_weighted(accept_language), read_weighted(accept), context)


def weigh_type(types: Weighted, media_type: str) -> float:
    """How welcome a media type is, by the most specific range that speaks of it; 0: not at all."""
    best = (0, 0.0)
    main = media_type.partition("/")[0]
    for name, weight in types:
        rank = 3 if name == media_type else 2 if name == f"{main}/*" else 1 if name == "*/*" else 0
        if rank > best[0]:
            best = (rank, weight)
    return best[1]


def names_type(types: Weighted, media_type: str) -> float:
    """The weight that a media type is given by its own name; 0 where only a range covers it."""
    return next((weight for name, weight in types if name == media_type), 0.0)
