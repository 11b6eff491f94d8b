"""Master data as queries use it: places inside places, and attributes by canonical key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

_GLN = "https://id.gs1.org/414/"
_GLN_END = len(_GLN) + 13


class Knowledge(Struct, frozen=True):
    """What is known of places and things beside the events.

    - `children`: canonical keys of what a place holds directly.
    - `attributes`: for each key its newest attributes, one mapping for each vocabulary.
    """

    children: Mapping[str, Sequence[str]] = field(default_factory=dict)
    attributes: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def is_within(self, place: str, wanted: str) -> bool:
        """Whether a place is `wanted`, or directly or indirectly inside it (section 6.5)."""
        seen: set[str] = set()
        waiting = [wanted]
        while waiting:
            here = waiting.pop()
            if place == here or is_part(place, here):
                return True
            if here not in seen:
                seen.add(here)
                waiting += self.children.get(here, ())
                waiting += [other for other in self.children if is_part(other, here)]
        return False


def is_part(place: str, gln: str) -> bool:
    """Whether a place is a GLN with an extension, and the other that GLN."""
    whole = len(gln) == _GLN_END and gln.startswith(_GLN)
    return whole and place.startswith(f"{gln}/254/")


NOTHING = Knowledge()
