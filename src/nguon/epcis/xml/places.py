"""From a JSON pointer to the line of XML that it speaks of.

Faults point into the JSON form, which has one catalogue for both syntaxes; whoever wrote XML
looks for a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from nguon.epcis.xml.scope import SHELLS
from nguon.errors import Fault

_MOST: Final = 10_000
_OTHERWISE = {"attributes": "attribute"}


def with_lines(faults: list[Fault], element: Any, pointer: str) -> list[Fault]:
    """The faults with the line that each speaks of among their params."""
    places = _Places(element)
    return [places.mark(fault, len(pointer)) for fault in faults]


class _Places:
    """The lines below one element; what was looked up once is not looked for again."""

    def __init__(self, element: Any) -> None:
        self._element = element
        self._inside: dict[Any, dict[str, list[Any]]] = {}

    def mark(self, fault: Fault, skipped: int) -> Fault:
        if "line" in fault.params:
            return fault
        params = {**fault.params, "line": self.line_of(fault.pointer[skipped:])}
        return Fault(fault.code, fault.pointer, fault.value, fault.position, params)

    def line_of(self, pointer: str) -> int:
        """The line of what a pointer, from the element's own root, leads to: as far as it leads."""
        found = self._element
        repeated: list[Any] = []
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            if name.isdecimal():
                among = repeated if len(repeated) > 1 else found
                if int(name) >= len(among):
                    break
                found, repeated = among[int(name)], []
                continue
            repeated = self._named(found).get(_plain(name), [])
            if not repeated:
                break
            found = repeated[0]
        return int(found.sourceline or 0)

    def _named(self, element: Any) -> dict[str, list[Any]]:
        known = self._inside.get(element)
        if known is None:
            known = self._inside[element] = {}
            for inner in islice(_open(element), _MOST):
                known.setdefault(_plain(inner.tag), []).append(inner)
        return known


def _open(element: Any) -> Iterator[Any]:
    """An element's children, those of its shells among them."""
    for inner in element:
        if inner.tag.rpartition("}")[2] in SHELLS:
            yield from _open(inner)
        else:
            yield inner


def _plain(name: str) -> str:
    """A name as JSON and XML have it alike: no prefix, no capitals."""
    return _OTHERWISE.get(name, name).rpartition("}")[2].rpartition(":")[2].lower()
