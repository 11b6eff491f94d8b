"""Reads of the resolver: what stands on the way up from a code, in as few questions as can be.

What is on record of a family (a GTIN, a place, a local class) changes seldom and is asked for
often: each process remembers it for two seconds. What is left of a request is one look-up by index
for the lot or serial number, and none for a stamp of ours: whether it was issued is worked out.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import ref

import msgspec
from django.db.models import Q, QuerySet
from psycopg import Cursor

from nguon.accounts.decisions import Actor
from nguon.eventstore.sql import query
from nguon.linksets import DEFAULT, Anchor, Level, Link, LinkSet
from nguon.parts.engine import borrow_pool
from nguon.parts.paths import page_path
from nguon.resolver.issued import Judgement, judge
from nguon.resolver.models import Registration, Version
from nguon.resolver.reading import Asked

_PACKAGE = "nguon.resolver"
_KEPT_SECONDS = 2.0
_MOST_FAMILIES = 20_000
# Titles are data in the language of the installation, not texts of a page.
_PAGE_TITLE, _PRODUCT_TITLE = "Trang truy xuất nguồn gốc", "Trang sản phẩm"
_LANGUAGES = ("vi", "en")
_HTML = "text/html"


class Family(msgspec.Struct, frozen=True):
    """What is on record of a key without lot and serial number."""

    deeper: bool
    registered: LinkSet | None
    own: tuple[Link, ...]


class Way(msgspec.Struct, frozen=True):
    """The way up from a code: its levels, and what was made of its serial number."""

    levels: tuple[Level, ...]
    judgement: Judgement = "unmanaged"


class _Body(msgspec.Struct):
    description: str
    links: tuple[Link, ...]


_body = msgspec.json.Decoder(_Body)
_families: dict[str, tuple[float, Family]] = {}
_pool: list[ref[Any]] = []


def find_way(asked: Asked) -> Way:
    """What stands at each level above a code, the most granular first."""
    judgement = judge(asked.product, asked.serial) if asked.serial else "unmanaged"
    if judgement == "not_issued":
        return Way((), judgement)
    family = remember_family(asked.levels[-1])
    parts = asked.levels[:-1] if asked.levels[-1].wide else asked.levels
    registered = read_registered(part.key for part in parts) if parts and family.deeper else {}
    issued = asked.levels[0].key if judgement == "issued" else ""
    named = _read_named([part.key for part in parts if part.key != issued])
    levels = [
        Level(
            part,
            registered.get(part.key),
            _own_links(part.key) if part.key in named or part.key == issued else (),
            part.key == issued,
        )
        for part in parts
    ]
    if asked.levels[-1].wide:
        levels.append(Level(asked.levels[-1], family.registered, family.own))
    return Way(tuple(levels), judgement)


def remember_family(anchor: Anchor) -> Family:
    """What is on record of the family of an anchor, at most two seconds old."""
    _follow_pool()
    now = time.monotonic()
    known = _families.get(anchor.family)
    if known is not None and now - known[0] < _KEPT_SECONDS:
        return known[1]
    found = _read_family(anchor.family)
    if len(_families) >= _MOST_FAMILIES:
        _families.clear()
    _families[anchor.family] = (now, found)
    return found


def forget_family(family: str) -> None:
    """After a change: this process need not wait to know it."""
    _families.pop(family, None)


def _follow_pool() -> None:
    """What was remembered of one database says nothing of another."""
    pool = borrow_pool()
    if not _pool or _pool[0]() is not pool:
        _families.clear()
        _pool[:] = [ref(pool)]


def _read_family(family: str) -> Family:
    with borrow_pool().connection() as connection:
        cursor = Cursor(connection)
        found = cursor.execute(query("family", _PACKAGE), {"family": family}).fetchone()
        row = found or (False, False, None)
        known = row[0] or judge(family, "") != "unmanaged"
        if not known:
            asked = {"key": family, "low": family + "/", "high": family + "0"}
            known = cursor.execute(query("mentioned", _PACKAGE), asked).fetchone() == (True,)
    registered = _read_body(family, row[2]) if row[2] else None
    own = _own_links(family) + (_product_links(family) if row[0] else ()) if known else ()
    return Family(row[1], registered, own)


def _read_body(anchor: str, text: str) -> LinkSet:
    body = _body.decode(text)
    return LinkSet(anchor, body.description, body.links)


def _read_named(keys: list[str]) -> frozenset[str]:
    if not keys:
        return frozenset()
    with borrow_pool().connection() as connection:
        rows = Cursor(connection).execute(query("named", _PACKAGE), {"keys": keys})
        return frozenset(row[0] for row in rows)


def read_registered(anchors: Iterable[str]) -> dict[str, LinkSet]:
    """The links that are registered for some anchors, in one question."""
    with borrow_pool().connection() as connection:
        asked = {"anchors": list(anchors)}
        rows = Cursor(connection).execute(query("registered", _PACKAGE), asked)
        return {anchor: _read_body(anchor, text) for anchor, text in rows}


def _own_links(key: str) -> tuple[Link, ...]:
    path = page_path(key)
    return (
        Link(DEFAULT, path, _PAGE_TITLE),
        Link("gs1:traceability", path, _PAGE_TITLE, _LANGUAGES, _HTML),
    )


def _product_links(family: str) -> tuple[Link, ...]:
    if "/01/" not in family and "/class/" not in family:
        return ()
    return (Link("gs1:pip", page_path(family), _PRODUCT_TITLE, _LANGUAGES, _HTML),)


# -- registrations ------------------------------------------------------------------------------


def list_registrations(actor: Actor, text: str = "", after: str = "") -> QuerySet[Registration]:
    """Link sets that the actor may see, by anchor; `text` is found in anchor or description."""
    rows = Registration.objects.exclude(links=[]).order_by("anchor")
    if not actor.authority:
        rows = rows.filter(organisation__in=actor.organisations)
    if text:
        rows = rows.filter(Q(anchor__icontains=text) | Q(description__icontains=text))
    return rows.filter(anchor__gt=after) if after else rows


def find_registration(anchor: str) -> Registration | None:
    """The registration of an anchor, also one whose links were removed."""
    return Registration.objects.filter(anchor=anchor).first()


def list_versions(anchor: str) -> Sequence[Version]:
    """The versions of an anchor, the newest first."""
    return list(Version.objects.filter(anchor=anchor).order_by("-number")[:200])
