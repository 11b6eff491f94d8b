"""Where a key data element stands in an event: its `maps` read as places.

`ilmd.cbvmda:harvestStartDate+cbvmda:harvestEndDate` is two places; `a|b` one of two;
`master.…` is in the register and in no event.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

Part = Literal[
    "field", "quantity", "ilmd", "extension", "document", "certificate", "party", "master"
]
_LISTS = {"bizTransactionList": "document", "sourceList": "party", "destinationList": "party"}
_BRACKETED = re.compile(r"([A-Za-z]+)\[([^\]]+)\]")
_REMARK = re.compile(r"\s*\([^)]*\)")


class Target(NamedTuple):
    """One place: the part of the event, the name there, and for parties the list it is in.

    `ilmd`: the qualified name, with `.member` for what stands inside it. `document`: the type of
    business transaction. `party`: the type of source or destination. `field`: the event's member.
    """

    part: Part
    name: str
    owner: str = ""


@lru_cache(maxsize=4096)
def read_targets(maps: str) -> tuple[tuple[Target, ...], ...]:
    """Alternatives, each the places that hold the value together."""
    plain = _REMARK.sub("", maps)
    return tuple(tuple(_read_all(one)) for one in plain.split("|"))


def _read_all(maps: str) -> list[Target]:
    found: list[Target] = []
    for each in maps.split("+"):
        after_ilmd = bool(found) and found[-1].part == "ilmd" and ":" in each
        bare = after_ilmd and not each.startswith(("ilmd.", "nguon:"))
        found.extend(_read_one(f"ilmd.{each}" if bare else each))
    return found


def _read_one(each: str) -> list[Target]:
    match = _BRACKETED.fullmatch(each)
    if match and match[1] in _LISTS:
        return [Target(_LISTS[match[1]], match[2], match[1])]  # type: ignore[arg-type]  # of _LISTS
    if each.startswith("certificationInfo"):
        return [Target("certificate", match[2] if match else "")]
    if each.startswith("ilmd."):
        name, _, members = each.removeprefix("ilmd.").partition(".")
        inner = name.partition("[")
        if inner[1]:
            return [Target("ilmd", inner[0], inner[2].rstrip("]"))]
        return [Target("ilmd", f"{name}.{m}" if m else name) for m in members.split(",")]
    if each.startswith("master."):
        return [Target("master", each.removeprefix("master."))]
    if each in ("what", "what.quantity"):
        return [Target("quantity" if each.endswith("quantity") else "field", each)]
    return [Target("extension" if ":" in each else "field", each)]
