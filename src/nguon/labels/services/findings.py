"""Findings: the rules of `nguon.stamps` asked over the scan log, opened, renewed and closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.eventstore.sql import query
from nguon.labels.issued import ROOM, Stamp
from nguon.labels.models import Finding, ScanEntry, StampRun, Unissued
from nguon.labels.models.stamps import RunKind
from nguon.labels.services.error import refuse
from nguon.labels.services.texts import check_text
from nguon.parts.words import local
from nguon.stamps import findings as rules
from nguon.stamps.findings import Scan, Sighting, Step

_MOST_SCANS = 500
# Its number, when, by which device (a digest), in which province.
_Look = tuple[int, datetime, str, str]
_LOOKED_BACK = timedelta(hours=24)


def judge_stamp(stamp: Stamp) -> list[Finding]:
    """What the log of one stamp gives rise to; the open findings about it, new ones included."""
    entries, steps = _read_history(stamp)
    scans = [Scan(local(at), device, place) for _, at, device, place in entries]
    opened = (
        _open(
            one,
            stamp.run.organisation,
            stamp.product,
            [entries[index][0] for index in one.scans],
            serial=stamp.serial,
            run=stamp.run.pk,
        )
        for one in rules.find_odd(scans, steps)
    )
    return [finding for finding in opened if finding is not None]


def _read_history(stamp: Stamp) -> tuple[list[_Look], list[Step]]:
    """The looks at a stamp, oldest first, and its history from the making of its run."""
    asked = {
        "product": stamp.product,
        "serial": stamp.serial,
        "run": stamp.run.pk,
        "number": stamp.number,
        "most": _MOST_SCANS,
    }
    begun = "printed" if stamp.run.kind == RunKind.IMPORTED else "generated"
    looks: list[_Look] = []
    steps: list[Step] = []
    with connection.cursor() as cursor:
        cursor.execute(query("stamp_history", ROOM), asked)
        for kind, pk, at, told, place in cursor.fetchall():
            if kind == "look":
                looks.append((pk, at, told, place))
            else:
                steps.append(Step(begun if kind == "made" else told, local(at)))
    return looks, steps


def judge_recent(now: datetime | None = None) -> list[Finding]:
    """Bursts over stretches of runs, and products that are asked for numbers never issued.

    Looks at the last day; meant to be run every few minutes.
    """
    at = now or timezone.now()
    found = [*_judge_bursts(at), *_judge_unissued(at)]
    return [finding for finding in found if finding is not None]


def _judge_bursts(now: datetime) -> Iterable[Finding | None]:
    recent = ScanEntry.objects.filter(at__gt=now - _LOOKED_BACK, at__lte=now).order_by("run", "at")
    by_run: dict[int, list[tuple[int, Sighting]]] = {}
    for pk, run, number, at, device, place in recent.values_list(
        "pk", "run", "number", "at", "device", "place"
    ):
        sighting = Sighting(number, Scan(local(at), device, place))
        by_run.setdefault(run, []).append((pk, sighting))
    for run in StampRun.objects.filter(pk__in=by_run):
        entries = by_run[run.pk]
        for one in rules.find_bursts([sighting for _, sighting in entries]):
            scans = [entries[index][0] for index in one.scans]
            yield _open(one, run.organisation, run.product, scans, run=run.pk)


def _judge_unissued(now: datetime) -> Iterable[Finding | None]:
    since = now - _LOOKED_BACK
    rows = Unissued.objects.filter(hour__gt=since).values("product").annotate(sum=Sum("count"))
    for product, unknown in rows.values_list("product", "sum"):
        known = ScanEntry.objects.filter(product=product, at__gt=since).count()
        owner = StampRun.objects.filter(product=product).order_by("-pk").first()
        if owner is None:
            continue
        for one in rules.find_unknown(known + unknown, unknown, local(now).date()):
            yield _open(one, owner.organisation, product, [])


@transaction.atomic
def _open(
    found: rules.Finding,
    organisation: str,
    product: str,
    scans: list[int],
    *,
    serial: str = "",
    run: int | None = None,
) -> Finding | None:
    """One open finding for a rule and its subject: seen again, its figures are renewed.

    None where somebody closed it and nothing has come since.
    """
    now = timezone.now()
    subject = {"rule": found.code, "product": product, "serial": serial, "run": run}
    if _is_settled(subject, scans, now):
        return None
    known = {
        "organisation": organisation,
        "params": found.params,
        "scans": scans,
        "seen": now,
    }
    entry, _new = Finding.objects.update_or_create(
        **subject, closed=None, defaults=known, create_defaults={**known, "opened": now}
    )
    return entry


def _is_settled(subject: dict[str, object], scans: list[int], now: datetime) -> bool:
    """Whether the last closed finding of this subject rests on the same scans already."""
    last = Finding.objects.filter(**subject).exclude(closed=None).order_by("-closed").first()
    if last is None:
        return False
    return set(scans) <= set(last.scans) if scans else now - last.closed < _LOOKED_BACK


@transaction.atomic
def close_finding(actor: Actor, number: int, outcome: str) -> Finding:
    """Close a finding, saying what it turned out to be. Raises AccessError or LabelError."""
    entry = Finding.objects.select_for_update().filter(pk=number, closed=None).first()
    if entry is None:
        raise refuse("finding_unknown", number)
    require(actor, "findings.close", entry.organisation, entry.serial or entry.product)
    told = check_text(outcome, field="outcome")
    if not told:
        raise refuse("reason_missing")
    entry.closed = timezone.now()
    entry.closed_by = actor.name
    entry.outcome = told
    entry.save(update_fields=["closed", "closed_by", "outcome"])
    return entry
