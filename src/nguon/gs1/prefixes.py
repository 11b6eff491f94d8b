"""How long the GS1 company prefix at the start of a key is.

GS1 General Specifications 1.4.4. No number tells by itself; the list of issued ranges, as
`biip` carries it, does for most.
"""

from __future__ import annotations

from functools import lru_cache

_SHORTEST = 6


@lru_cache(maxsize=4096)
def company_prefix_length(digits: str) -> int | None:
    """Digits of the company prefix that `digits` start with, 6 to 12; None where not issued.

    Prefixes of 4 and 5 digits count as 6, the shortest that an EPC URN has.
    """
    # The list takes longer to unpack than all the rest of the package: only who asks pays.
    from biip.gs1_prefixes import GS1CompanyPrefix

    leading = digits[: _run(digits)]
    found = GS1CompanyPrefix.extract(leading) if leading else None
    return None if found is None else max(len(found.value), _SHORTEST)


def _run(text: str) -> int:
    """How many ASCII digits `text` starts with."""
    return next((at for at, sign in enumerate(text) if not "0" <= sign <= "9"), len(text))
