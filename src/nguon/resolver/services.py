"""Writes of the resolver: links set, removed, restored, imported. Each leaves a version behind.

Who may: the organisation that holds the key's prefix, and the authority for it. A key whose prefix
nobody is on record for takes no links from anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.db import transaction

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.errors import Fault, NguonError
from nguon.gs1 import Gs1Error
from nguon.linksets import (
    DEFAULT,
    DEFAULT_MULTI,
    Anchor,
    Link,
    LinkError,
    check_links,
    read_anchor,
    tidy,
)
from nguon.linksets.templates import fill
from nguon.registry.queries import find_owner
from nguon.registry.services import require_grant
from nguon.resolver.models import Registration, Verb, Version
from nguon.resolver.queries import forget_family

# Whatever version there is: for imports, whose files say what shall be.
ANY = -1
MOST_SETS = 5000
_LONGEST_TEXT = 300
_STATUS = {
    "resolver.set_unknown": 404,
    "resolver.version_unknown": 404,
    "resolver.version_changed": 412,
    "resolver.version_missing": 428,
}


class ResolverError(NguonError):
    """What the room refuses."""

    @property
    def status(self) -> int:
        """The HTTP status that goes with the first fault."""
        return _STATUS.get(self.code, 400)


@dataclass(frozen=True, slots=True)
class Draft:
    """The links that shall hold for a key; `lines` are their lines in a file, if any."""

    key: str
    links: tuple[Link, ...]
    description: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """What is written, by which verb, and why."""

    links: tuple[Link, ...]
    verb: Verb
    description: str = ""
    why: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a draft: new, changed, same or refused."""

    key: str
    outcome: str
    lines: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Report:
    """What became of an import. Nothing was written where it was a rehearsal or not whole."""

    written: bool = False
    results: list[Result] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many drafts were refused."""
        return sum(result.outcome == "refused" for result in self.results)


@transaction.atomic
def set_links(
    actor: Actor,
    key: str,
    links: Sequence[Link],
    *,
    version: int | None = None,
    description: str = "",
    why: str = "",
    verb: Verb = Verb.SET,
    sample: bool = False,
) -> Registration:
    """Make these the links of a key, in any syntax; safe to repeat.

    `version` is the one that was looked at, None for a key that has no links yet. Raises
    Gs1Error, LinkError, AccessError, RegistryError, ResolverError.
    """
    anchor = read_anchor(key)
    owner = _check_right(actor, anchor)
    tidied = tuple(tidy(link) for link in links)
    faults = check_links(anchor, tidied)
    if not tidied:
        faults.append(Fault("resolver.nothing_to_set", "/links", anchor.key))
    faults += [
        Fault("resolver.leads_back", f"/links/{index}/href", link.href)
        for index, link in enumerate(tidied)
        if link.link_type in (DEFAULT, DEFAULT_MULTI) and _leads_back(anchor, link.href)
    ]
    faults += _check_length("description", description) + _check_length("why", why)
    if faults:
        raise LinkError(*faults)
    change = _Change(tidied, verb, description.strip(), why.strip(), sample)
    return _write(actor, anchor, owner, change, version)


def _leads_back(anchor: Anchor, href: str) -> bool:
    """Whether what a scan opens is a code of the same key here: scans would go round."""
    names = {**anchor.names, "path": anchor.path.lstrip("/"), "key": anchor.key}
    filled = fill(href, names) or href
    path = urlsplit(filled.removeprefix(settings.NGUON_BASE_URL))
    if path.netloc or path.path.startswith("/scan/"):
        return False
    try:
        return read_anchor(settings.NGUON_BASE_URL + path.path).family == anchor.family
    except NguonError:
        return False


@transaction.atomic
def remove_links(
    actor: Actor, key: str, *, version: int | None = None, why: str = ""
) -> Registration:
    """Take all links of a key away; its history stays."""
    anchor = read_anchor(key)
    owner = _check_right(actor, anchor)
    if not Registration.objects.filter(anchor=anchor.key).exclude(links=[]).exists():
        raise ResolverError(Fault("resolver.set_unknown", value=anchor.key))
    return _write(actor, anchor, owner, _Change((), Verb.REMOVE, why=why.strip()), version)


@transaction.atomic
def restore_version(
    actor: Actor, key: str, number: int, *, version: int | None = None, why: str = ""
) -> Registration:
    """Make the links of an earlier version hold again, as a new version."""
    anchor = read_anchor(key)
    found = Version.objects.filter(anchor=anchor.key, number=number).first()
    if found is None:
        words = {"number": number}
        raise ResolverError(Fault("resolver.version_unknown", value=anchor.key, params=words))
    if not found.links:
        return remove_links(actor, key, version=version, why=why)
    return set_links(
        actor,
        key,
        read_links(found.links),
        version=version,
        description=found.description,
        why=why or f"← {number}",
        verb=Verb.RESTORE,
    )


def import_links(
    actor: Actor, drafts: Sequence[Draft], *, rehearsal: bool = False, why: str = ""
) -> Report:
    """Set the links of many keys: all of them, or none where any is refused.

    A rehearsal tells what would happen and writes nothing. The report names every fault.
    """
    if len(drafts) > MOST_SETS:
        words = {"most": MOST_SETS}
        raise ResolverError(Fault("resolver.too_many_sets", value=len(drafts), params=words))
    report = Report()
    seen: dict[str, int] = {}
    with transaction.atomic():
        for draft in drafts:
            report.results.append(_import_one(actor, draft, seen, why))
        report.written = not rehearsal and not report.refused
        transaction.set_rollback(not report.written)
    return report


def _import_one(actor: Actor, draft: Draft, seen: dict[str, int], why: str) -> Result:
    try:
        anchor = read_anchor(draft.key)
        if anchor.key in seen:
            raise ResolverError(Fault("resolver.anchor_twice", "/key", draft.key))
        seen[anchor.key] = 1
        before = _read_version(anchor.key)
        with transaction.atomic():
            made = set_links(
                actor,
                draft.key,
                draft.links,
                version=ANY,
                description=draft.description,
                why=why,
                verb=Verb.IMPORT,
            )
    except NguonError as error:
        pointer = "/key" if isinstance(error, Gs1Error) else ""
        faults = tuple(fault if fault.pointer else fault.at(pointer) for fault in error.faults)
        return Result(draft.key, "refused", draft.lines, faults)
    outcome = "same" if made.version == before else "changed" if before else "new"
    return Result(anchor.key, outcome, draft.lines)


def _read_version(anchor: str) -> int:
    return Registration.objects.filter(anchor=anchor).values_list("version", flat=True).first() or 0


def _check_right(actor: Actor, anchor: Anchor) -> str:
    """The holder of the key's prefix, once the actor may act for it."""
    owner = find_owner(anchor.key)
    require(actor, "links.edit", owner, anchor.key)
    if not owner:
        require_grant(next(iter(actor.organisations), actor.name), anchor.key)
    return owner


def _check_length(name: str, text: str) -> list[Fault]:
    if len(text) <= _LONGEST_TEXT:
        return []
    return [Fault("linksets.too_long", f"/{name}", text, params={"longest": _LONGEST_TEXT})]


def _write(
    actor: Actor, anchor: Anchor, owner: str, change: _Change, version: int | None
) -> Registration:
    defaults = {"family": anchor.family, "organisation": owner}
    Registration.objects.get_or_create(anchor=anchor.key, defaults=defaults)
    row = Registration.objects.select_for_update().get(anchor=anchor.key)
    _check_version(row, version)
    content = msgspec.json.decode(msgspec.json.encode(change.links))
    if row.links == content and row.description == change.description:
        return row
    row.links, row.description, row.organisation = content, change.description, owner
    row.version += 1
    row.sample = row.sample or change.sample
    row.save()
    Version.objects.create(
        anchor=anchor.key,
        number=row.version,
        verb=change.verb,
        description=change.description,
        links=content,
        who=actor.name,
        why=change.why,
        organisation=next(iter(actor.organisations), ""),
    )
    transaction.on_commit(lambda: forget_family(anchor.family))
    return row


def _check_version(row: Registration, given: int | None) -> None:
    if given == ANY or (given or 0) == row.version:
        return
    if given is None and not row.links:
        return
    code = "version_missing" if given is None else "version_changed"
    words = {"current": row.version, "given": given}
    raise ResolverError(Fault(f"resolver.{code}", "/version", row.anchor, params=words))


def read_links(rows: Sequence[object]) -> tuple[Link, ...]:
    """Links as they are kept in JSON, as values."""
    return msgspec.convert(rows, tuple[Link, ...])
