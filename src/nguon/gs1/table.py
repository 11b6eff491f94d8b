"""The application identifiers and their formats (GS1 General Specifications, section 3).

The facts are in `ai.toml` beside this module; here they become values that can be asked.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_COMPONENT = re.compile(r"([NXYZ])(\d+)(?:\.\.(\d+))?((?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Component:
    """One stretch of a value: a character set, a length in characters, checks of the content."""

    charset: str
    shortest: int
    longest: int
    optional: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """What one AI carries, whether FNC1 follows, and what it may be combined with.

    `qualifiers` is None except on Digital Link primary keys: there, the alternative sequences
    of AIs that may follow in the path, each in its order.
    """

    ai: str
    title: str
    components: tuple[Component, ...]
    fixed: bool
    attribute: bool
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None

    @property
    def shortest(self) -> int:
        return sum(part.shortest for part in self.components if not part.optional)

    @property
    def longest(self) -> int:
        return sum(part.longest for part in self.components)


@cache
def table() -> Mapping[str, ApplicationIdentifier]:
    """Every application identifier, by its two to four digits."""
    text = resources.files("nguon.gs1").joinpath("ai.toml").read_text("utf-8")
    entries = tomllib.loads(text).items()
    return MappingProxyType(
        {ai: _entry(ai, facts) for key, facts in entries for ai in each_number(key)}
    )


def each_number(key: str) -> Iterator[str]:
    """Every application identifier that a key of a table stands for: `a-b` from a to b."""
    first, _, last = key.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield f"{number:0{len(first)}}"


def _entry(ai: str, facts: Mapping[str, Any]) -> ApplicationIdentifier:
    sequences = facts.get("qualifiers")
    return ApplicationIdentifier(
        ai,
        facts["title"],
        tuple(_component(word) for word in facts["format"].split()),
        facts.get("fixed", False),
        facts.get("attribute", False),
        tuple(facts.get("requires", ())),
        tuple(facts.get("excludes", ())),
        None if sequences is None else tuple(_sequence(one) for one in sequences.split("|")),
    )


def _sequence(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _component(word: str) -> Component:
    found = _COMPONENT.fullmatch(word.strip("[]"))
    if found is None:
        raise ValueError(f"ai.toml: {word!r} is no component")
    charset, shortest, longest, checks = found.groups()
    names = tuple(checks.split(",")[1:])
    return Component(charset, int(shortest), int(longest or shortest), word.startswith("["), names)
