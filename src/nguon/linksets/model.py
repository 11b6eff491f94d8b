"""A link and a link set as they are kept and chosen from (GS1-Conformant Resolver 1.2, 2.5).

Times of a link are ours: the standard's link sets say nothing of them, so a link out of its time is
simply not there.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

DEFAULT = "gs1:defaultLink"
DEFAULT_MULTI = "gs1:defaultLinkMulti"


class Link(msgspec.Struct, frozen=True, omit_defaults=True):
    """One link.

    - `link_type`: `gs1:pip`, a relation of IANA's register, or a full URI.
    - `href`: an absolute http(s) URI, or a path of this installation; `{gtin}` and the like are
      filled from the code that was asked for.
    - `hreflang`: languages of the target, `vi` or `vi-VN`; `media_type`: its IANA media type;
      `context`: free words that a request may name in `context=`.
    - `valid_from` (included) and `valid_until` (excluded); None is open.
    """

    link_type: str
    href: str
    title: str
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the link is there at an instant."""
        if self.valid_from is not None and now < self.valid_from:
            return False
        return self.valid_until is None or now < self.valid_until


class LinkSet(msgspec.Struct, frozen=True):
    """The links of one anchor: the canonical key of a thing, a lot, a class, a place."""

    anchor: str
    description: str = ""
    links: tuple[Link, ...] = ()

    @property
    def default(self) -> Link | None:
        """Where a plain scan goes."""
        return next((link for link in self.links if link.link_type == DEFAULT), None)
