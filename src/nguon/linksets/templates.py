"""Targets with places to fill: `https://maker.example/p/{gtin}?lot={lot}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_PLACE = re.compile(r"\{([^{}]*)\}")
# Filled as they are: a path is encoded already.
_READY = frozenset({"path"})


def names_in(href: str) -> list[str]:
    """The names in braces, in order; braces that match nothing count as the name ``."""
    rest = _PLACE.sub("", href)
    found = _PLACE.findall(href)
    return [*found, ""] if "{" in rest or "}" in rest else found


def fill(href: str, names: Mapping[str, str]) -> str | None:
    """The target for a code, its values percent-encoded; None where one is not given."""
    if "{" not in href:
        return href
    wanted = _PLACE.findall(href)
    if any(name not in names for name in wanted):
        return None
    return _PLACE.sub(lambda found: _write(found[1], names[found[1]]), href)


def _write(name: str, value: str) -> str:
    return value if name in _READY else quote(value, safe="")
