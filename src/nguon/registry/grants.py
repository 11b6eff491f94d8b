"""Which prefixes a key may fall under: what a grant is looked up by.

The GS1 company prefix stands at a known place in every GS1 key (GS1 General Specifications 1.4.4);
a local code names its namespace.
"""

from __future__ import annotations

import re

from nguon.gs1 import identify

_SHORTEST, _LONGEST = 4, 12
# Before the company prefix: an indicator or extension digit, or the filler of a GRAI.
_LEAD = {"00": 1, "01": 1, "8006": 1, "8003": 1}
_DIGITS = re.compile(r"[0-9]*")
_LOCAL = re.compile(r"https?://[^/]+/(?:class|place|org|item)/(?P<owner>[A-Za-z0-9][A-Za-z0-9\-]*)")
_GTIN_8 = "000000"


def list_prefixes(key: str) -> list[str]:
    """What a grant for this canonical key may be written under, the longest first."""
    found = identify(key)
    if not found.ais:
        return _list_namespaces(key)
    ai, value = found.ais[0]
    digits = _DIGITS.match(value)
    text = digits[0] if digits else ""
    if ai == "01" and value.startswith(_GTIN_8):
        return ["=" + value[len(_GTIN_8) :], *_cut(value[len(_GTIN_8) :])]
    return _cut(text[_LEAD.get(ai, 0) :])


def _cut(digits: str) -> list[str]:
    longest = min(_LONGEST, len(digits))
    return [digits[:length] for length in range(longest, _SHORTEST - 1, -1)]


def _list_namespaces(key: str) -> list[str]:
    """`qn-06978-h003-v1` may belong to `qn-06978-h003`, to `qn-06978` or to `qn`."""
    found = _LOCAL.match(key)
    if found is None:
        return []
    parts = found["owner"].lower().split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
