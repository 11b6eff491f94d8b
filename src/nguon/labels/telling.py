"""Findings in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nguon.labels.models import Finding, ScanEntry
from nguon.parts.words import read_language, say_instant
from nguon.stamps.findings import Finding as Odd
from nguon.stamps.places import name_place

_SHOWN_SCANS = 6


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with its sentence and the scans that it rests on."""

    number: int
    sentence: str
    kind: str
    product: str
    serial: str
    run: int | None
    seen: str
    scans: list[dict[str, Any]]
    more: int
    closed: str
    closed_by: str
    outcome: str


def tell_finding(finding: Finding, product: str) -> FindingView:
    """A finding as people read it."""
    odd = Odd(finding.rule, finding.params, tuple(finding.scans))
    return FindingView(
        finding.pk,
        odd.sentence(read_language()),
        odd.kind,
        product,
        finding.serial,
        finding.run,
        say_instant(finding.seen),
        [_tell_scan(entry) for entry in _find_scans(finding)],
        max(0, len(finding.scans) - _SHOWN_SCANS),
        say_instant(finding.closed) if finding.closed else "",
        finding.closed_by,
        finding.outcome,
    )


def _find_scans(finding: Finding) -> list[ScanEntry]:
    if not finding.scans:
        return []
    return list(ScanEntry.objects.filter(pk__in=finding.scans).order_by("-at")[:_SHOWN_SCANS])


def _tell_scan(entry: ScanEntry) -> dict[str, Any]:
    place = name_place(entry.place, read_language()) if entry.place else ""
    return {"at": say_instant(entry.at), "place": place, "device": entry.device[:6]}
