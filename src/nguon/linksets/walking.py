"""The way up from a code: what holds at each level once times, templates and our own links are in.

Our own links (the scan page and the like) stand at every level that is known here. Our page is the
default only where neither the level nor one above it has a registered default, so that a template
at the GTIN serves all its lots; at a level that is `firm` (a stamp that was issued) it is the
default whatever the levels above say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from nguon.linksets.anchors import Anchor
from nguon.linksets.model import DEFAULT, Link, LinkSet
from nguon.linksets.templates import fill


class Level(msgspec.Struct, frozen=True):
    """One anchor on the way up, what is registered for it, and what we have to say of it."""

    anchor: Anchor
    registered: LinkSet | None = None
    own: tuple[Link, ...] = ()
    firm: bool = False


def walk_up(levels: Sequence[Level], names: Mapping[str, str], now: datetime) -> list[LinkSet]:
    """The link sets that hold now, the most granular first; levels without any are left out."""
    sets: list[LinkSet] = []
    claimed = False
    for level in reversed(levels):
        given = _filled(level.registered, names, now) if level.registered else []
        has_default = any(link.link_type == DEFAULT for link in given)
        ours = has_default or (claimed and not level.firm)
        types = {link.link_type for link in given}
        links = given + [
            link
            for link in level.own
            if (not ours if link.link_type == DEFAULT else link.link_type not in types)
        ]
        claimed = ours
        if links:
            description = level.registered.description if level.registered else ""
            sets.append(LinkSet(level.anchor.key, description, tuple(links)))
    sets.reverse()
    return sets


def _filled(found: LinkSet, names: Mapping[str, str], now: datetime) -> list[Link]:
    links = []
    for link in found.links:
        if not link.holds(now):
            continue
        href = fill(link.href, names)
        if href == link.href:
            links.append(link)
        elif href is not None:
            links.append(msgspec.structs.replace(link, href=href))
    return links
