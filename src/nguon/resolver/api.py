"""Links for machines: one set by its key, lists, versions, many at once, CSV.

The key is a parameter, in any syntax: `?key=(01)09521234000129`. The version of a set is its ETag;
who changes a set says in If-Match which one was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from nguon.accounts.queries import read_actor
from nguon.accounts.services import require
from nguon.errors import Fault
from nguon.linksets import Link, link_types, read_anchor
from nguon.registry.queries import find_owner
from nguon.resolver import queries, services
from nguon.resolver.models import Registration, Version
from nguon.resolver.services import Draft, Report, ResolverError
from nguon.resolver.tables import read_csv, write_csv

router = Router()
_MOST = 200
_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


class LinkBody(Schema):
    """One link. Times are instants with their zone; the end is not included."""

    link_type: str = Field(max_length=2000)
    href: str = Field(max_length=4000)
    title: str = Field(max_length=1000)
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def value(self) -> Link:
        """The link as the ground floor knows it."""
        return msgspec.convert(self.model_dump(), Link)


class SetIn(Schema):
    """The links that shall hold for a key, and why."""

    links: list[LinkBody]
    description: str = ""
    why: str = ""


class SetOut(Schema):
    """The links of a key."""

    key: str
    organisation: str
    description: str
    links: list[LinkBody]
    version: int
    changed: datetime
    sample: bool


class SetPage(Schema):
    """A page of link sets; `next` is the `after` of the page that follows, empty at the end."""

    items: list[SetOut]
    next: str


class VersionOut(Schema):
    """A version, who made it, and why."""

    number: int
    verb: str
    description: str
    links: list[LinkBody]
    who: str
    why: str
    at: datetime


class RestoreIn(Schema):
    """The version that shall hold again."""

    number: int
    why: str = ""


class ManyIn(Schema):
    """Links of many keys: all of them are set, or none where one is refused."""

    sets: list[OneOfMany]
    rehearsal: bool = False
    why: str = ""


class OneOfMany(Schema):
    """The links of one key among many."""

    key: str
    links: list[LinkBody]
    description: str = ""


class ResultOut(Schema):
    """What became of one key: new, changed, same or refused."""

    key: str
    outcome: str
    lines: list[int]
    faults: list[dict[str, Any]]


class ReportOut(Schema):
    """What became of many keys."""

    written: bool
    refused: int
    results: list[ResultOut]


class TypeOut(Schema):
    """A link type and its titles."""

    name: str
    vi: str
    en: str


ManyIn.model_rebuild()


def _tell(row: Registration) -> dict[str, Any]:
    names = ("organisation", "description", "links", "version", "changed", "sample")
    return {"key": row.anchor, **{name: getattr(row, name) for name in names}}


def _tell_version(row: Version) -> dict[str, Any]:
    return {name: getattr(row, name) for name in VersionOut.model_fields}


def _tell_report(report: Report) -> dict[str, Any]:
    return {
        "written": report.written,
        "refused": report.refused,
        "results": [
            {
                "key": result.key,
                "outcome": result.outcome,
                "lines": list(result.lines),
                "faults": [fault.as_dict() for fault in result.faults],
            }
            for result in report.results
        ],
    }


def _find(request: HttpRequest, key: str) -> Registration:
    """The set of a key, once the caller may read it; raises ResolverError where there is none."""
    anchor = read_anchor(key)
    require(read_actor(request), "links.read", find_owner(anchor.key), anchor.key)
    row = queries.find_registration(anchor.key)
    if row is None or not row.links:
        raise ResolverError(Fault("resolver.set_unknown", value=anchor.key))
    return row


def _read_match(request: HttpRequest) -> int | None:
    """The version in If-Match; None where it is not there, ANY for `*`."""
    given = request.headers.get("If-Match", "").strip()
    if given == "*":
        return services.ANY
    found = _TAG.fullmatch(given)
    return int(found[1]) if found else None


def _tag(response: HttpResponse, row: Registration) -> None:
    response["ETag"] = f'"{row.version}"'


def _links(bodies: Sequence[LinkBody]) -> tuple[Link, ...]:
    return tuple(body.value() for body in bodies)


@router.get("/links", response=SetPage)
def list_links(request: HttpRequest, q: str = "", after: str = "", most: int = 50):
    """Link sets that the caller may see, in the order of their keys."""
    size = min(max(most, 1), _MOST)
    rows = list(queries.list_registrations(read_actor(request), q, after)[: size + 1])
    more = rows[size - 1].anchor if len(rows) > size else ""
    return {"items": [_tell(row) for row in rows[:size]], "next": more}


@router.get("/links/types", response=list[TypeOut])
def list_types(request: HttpRequest):
    """The link types that have a short name."""
    del request
    return [{"name": name, **titles} for name, titles in link_types().items()]


@router.get("/links/set", response=SetOut)
def show_links(request: HttpRequest, response: HttpResponse, key: str):
    """The links that are registered for a key. Its own pages, which need no registration, are in
    the resolver's link set."""
    row = _find(request, key)
    _tag(response, row)
    return _tell(row)


@router.put("/links/set", response={200: SetOut, 201: SetOut})
def set_links(request: HttpRequest, response: HttpResponse, key: str, body: SetIn):
    """Make these the links of a key. If-Match carries the version that they replace."""
    row = services.set_links(
        read_actor(request),
        key,
        _links(body.links),
        version=_read_match(request),
        description=body.description,
        why=body.why,
    )
    _tag(response, row)
    return Status(201 if row.version == 1 else 200, _tell(row))


@router.delete("/links/set", response={204: None})
def remove_links(request: HttpRequest, key: str, why: str = ""):
    """Take all links of a key away. Its history stays."""
    services.remove_links(read_actor(request), key, version=_read_match(request), why=why)
    return Status(204, None)


@router.get("/links/versions", response=list[VersionOut])
def list_versions(request: HttpRequest, key: str):
    """The history of a key's links, the newest first."""
    anchor = read_anchor(key)
    require(read_actor(request), "links.read", find_owner(anchor.key), anchor.key)
    return [_tell_version(row) for row in queries.list_versions(anchor.key)]


@router.post("/links/restore", response=SetOut)
def restore_links(request: HttpRequest, response: HttpResponse, key: str, body: RestoreIn):
    """Make an earlier version hold again."""
    row = services.restore_version(
        read_actor(request), key, body.number, version=_read_match(request), why=body.why
    )
    _tag(response, row)
    return _tell(row)


@router.put("/links/many", response=ReportOut)
def set_many(request: HttpRequest, body: ManyIn):
    """Set the links of many keys, or rehearse it."""
    drafts = [Draft(one.key, _links(one.links), one.description) for one in body.sets]
    report = services.import_links(
        read_actor(request), drafts, rehearsal=body.rehearsal, why=body.why
    )
    return _tell_report(report)


@router.get("/links/csv")
def export_csv(request: HttpRequest, q: str = "") -> HttpResponse:
    """Link sets that the caller may see, one line a link."""
    rows = queries.list_registrations(read_actor(request), q)
    answer = HttpResponse(write_csv(rows.iterator()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="links.csv"'
    return answer


@router.post("/links/csv", response=ReportOut)
def import_csv(request: HttpRequest, rehearsal: bool = False, why: str = ""):  # noqa: FBT001
    """Set links from CSV in the body, or rehearse it; every refused line with its reason."""
    report = services.import_links(
        read_actor(request), read_csv(request.body), rehearsal=rehearsal, why=why
    )
    return _tell_report(report)
