"""Reads of the resolver: what stands on the way up from a code, in as few questions as can be.

What is on record of a family (a GTIN, a place, a local class) changes seldom and is asked for
often: each process remembers it for two seconds. What is left of a request is one look-up by index
for the lot or serial number, and none for a stamp of ours: whether it was issued is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec
from django.db.models import Q, QuerySet
from psycopg import Cursor

from nguon.accounts.decisions import Actor
from nguon.eventstore.sql import query
from nguon.gs1 import level_of
from nguon.linksets import DEFAULT, Anchor, Level, Link, LinkSet
from nguon.parts.engine import borrow_pool
from nguon.parts.paths import page_path
from nguon.registry.queries import class_key
from nguon.resolver.issued import Judgement, judge
from nguon.resolver.models import Registration, Version
from nguon.resolver.reading import Asked
from nguon.resolver.remembering import Remembered

_PACKAGE = "nguon.resolver"
# Titles are data in the language of the installation, not texts of a page.
_PAGE_TITLE, _PRODUCT_TITLE = "Trang truy xuất nguồn gốc", "Trang sản phẩm"
_LANGUAGES = ("vi", "en")
_EVENTS_TITLE = "Sự kiện EPCIS"
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
families: Remembered[Family] = Remembered()
named: Remembered[bool] = Remembered()


def find_way(asked: Asked) -> Way:
    """What stands at each level above a code, the most granular first."""
    judgement = judge(asked.product, asked.serial) if asked.serial else "unmanaged"
    if judgement == "not_issued":
        return Way((), judgement)
    family = remember_family(asked.levels[-1])
    parts = asked.levels[:-1] if asked.levels[-1].wide else asked.levels
    registered = read_registered(part.key for part in parts) if parts and family.deeper else {}
    issued = asked.levels[0].key if judgement == "issued" else ""
    # Of a family that nothing is known of, no part is.
    unclear = [part.key for part in parts if part.key != issued] if family.own else []
    found = _find_named(unclear)
    levels = [
        Level(
            part,
            registered.get(part.key),
            _own_links(part.key) if part.key in found or part.key == issued else (),
            part.key == issued,
        )
        for part in parts
    ]
    if asked.levels[-1].wide:
        levels.append(Level(asked.levels[-1], family.registered, family.own))
    return Way(tuple(levels), judgement)


def remember_family(anchor: Anchor) -> Family:
    """What is on record of the family of an anchor, at most two seconds old."""
    known = families.get(anchor.family)
    return known or families.put(anchor.family, _read_family(anchor.family))


def forget_family(family: str) -> None:
    """After a change: this process need not wait to know it."""
    families.forget(family)


def _read_family(family: str) -> Family:
    with borrow_pool().connection() as connection:
        cursor = Cursor(connection)
        found = cursor.execute(
            query("family", _PACKAGE), {"family": family}, prepare=True
        ).fetchone()
        row = found or (False, False, None)
        known = row[0]
        if not known:
            asked = {"key": family, "low": family + "/", "high": family + "0"}
            known = cursor.execute(
                query("mentioned", _PACKAGE), asked, prepare=True
            ).fetchone() == (True,)
    known = known or (_is_class(family) and judge(family, "") != "unmanaged")
    registered = _read_body(family, row[2]) if row[2] else None
    own = _own_links(family) + (_product_links(family) if row[0] else ()) if known else ()
    return Family(row[1], registered, own)


def _read_body(anchor: str, text: str) -> LinkSet:
    body = _body.decode(text)
    return LinkSet(anchor, body.description, body.links)


def _find_named(keys: list[str]) -> set[str]:
    """Which of some keys events name; what is remembered is not asked for."""
    facts = {key: named.get(key) for key in keys}
    if missing := [key for key, fact in facts.items() if fact is None]:
        with borrow_pool().connection() as connection:
            rows = Cursor(connection).execute(
                query("named", _PACKAGE), {"keys": missing}, prepare=True
            )
            found = {row[0] for row in rows}
        facts |= {key: named.put(key, key in found) for key in missing}
    return {key for key, fact in facts.items() if fact}


def read_registered(anchors: Iterable[str]) -> dict[str, LinkSet]:
    """The links that are registered for some anchors, in one question."""
    with borrow_pool().connection() as connection:
        asked = {"anchors": list(anchors)}
        rows = Cursor(connection).execute(query("registered", _PACKAGE), asked, prepare=True)
        return {anchor: _read_body(anchor, text) for anchor, text in rows}


def _own_links(key: str) -> tuple[Link, ...]:
    path = page_path(key)
    return (
        Link(DEFAULT, path, _PAGE_TITLE),
        Link("gs1:traceability", path, _PAGE_TITLE, _LANGUAGES, _HTML),
        *_event_links(key),
    )


def _event_links(key: str) -> tuple[Link, ...]:
    """Where machines read the events of a thing (EPCIS 2.0 REST binding); none of a place."""
    level = level_of(key)
    if level not in ("instance", "class", "other"):
        return ()
    name = quote(key, safe="")
    product = level != "instance" and key == class_key(key)
    path = f"/epcis/events?MATCH_anyEPCClass={name}" if product else f"/epcis/epcs/{name}/events"
    return (Link("gs1:epcis", path, _EVENTS_TITLE, media_type="application/ld+json"),)


def _is_class(family: str) -> bool:
    return "/01/" in family or "/class/" in family


def _product_links(family: str) -> tuple[Link, ...]:
    if not _is_class(family):
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
