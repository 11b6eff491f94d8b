"""Reads of the room: the standing of a stamp, orders and runs, reconciliation, findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from nguon.accounts.decisions import Actor
from nguon.gs1 import Gs1Error
from nguon.labels.issued import Judgement, Stamp, find_stamp, judge_serial, runs_of
from nguon.labels.keys import read_ring_or_none
from nguon.labels.models import (
    Finding,
    ImportedSerial,
    PrintRun,
    ScanSummary,
    StampMove,
    StampOrder,
    StampQuota,
    StampRun,
    StampSpan,
)
from nguon.labels.models.stamps import RunKind
from nguon.labels.services.error import refuse
from nguon.labels.services.quotas import count_given
from nguon.parts.codes import read_any
from nguon.registry.queries import class_key
from nguon.stamps.serial import issue, issue_range, normalise
from nguon.stamps.spans import Reconciliation, Span, reconcile

_MOST_DIGITS, _MOST_TEXT = 12, 1000

__all__ = ["Judgement", "Stamp", "find_stamp", "judge_serial", "runs_of"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a stamp stands: its state, since when, the lot and maker it is bound to."""

    state: str
    since: datetime
    lot: str
    maker: str
    used_at: datetime | None = None


def read_standing(stamp: Stamp) -> Standing:
    """The span that holds a stamp."""
    row = (
        StampSpan.objects.filter(run=stamp.run.pk, first__lte=stamp.number)
        .order_by("-first")
        .values_list("state", "since", "lot", "maker")
        .first()
    )
    if row is None:
        raise LookupError(f"no span of run {stamp.run.pk} holds {stamp.number}")
    return Standing(*row)


def read_summary(stamp: Stamp) -> ScanSummary | None:
    """When the stamp was first seen and how often."""
    return ScanSummary.objects.filter(product=stamp.product, serial=stamp.serial).first()


def _of(actor: Actor) -> Q:
    """What an actor may see: everything for the authority, else what its organisations have."""
    return Q() if actor.authority else Q(organisation__in=actor.organisations)


def list_orders(actor: Actor) -> QuerySet[StampOrder]:
    """Orders that the actor may see, the newest first."""
    return StampOrder.objects.filter(_of(actor)).order_by("-pk")


def list_runs(actor: Actor) -> QuerySet[StampRun]:
    """Runs that the actor may see, the newest first."""
    return StampRun.objects.filter(_of(actor)).order_by("-pk")


def list_prints(actor: Actor) -> QuerySet[PrintRun]:
    """Print runs that the actor may see, the newest first."""
    return PrintRun.objects.filter(_of(actor)).order_by("-pk")


def list_findings(actor: Actor, *, closed: bool = False) -> QuerySet[Finding]:
    """Findings that the actor may see, the latest first."""
    return Finding.objects.filter(_of(actor), closed__isnull=not closed).order_by("-seen", "-pk")


def find_order(actor: Actor, number: int) -> StampOrder:
    """An order that the actor may see; raises LabelError as if it were not there otherwise."""
    return _find(list_orders(actor), number, "order_unknown")


def find_run(actor: Actor, number: int) -> StampRun:
    """A run that the actor may see."""
    return _find(list_runs(actor), number, "run_unknown")


def find_print(actor: Actor, number: int) -> PrintRun:
    """A print run that the actor may see."""
    return _find(list_prints(actor), number, "print_unknown")


def _find(rows: QuerySet, number: int, code: str):
    found = rows.filter(pk=number).first()
    if found is None:
        error = refuse(code, number)
        error.status = 404
        raise error
    return found


def list_spans(run: StampRun) -> list[Span]:
    """The spans of a run in order."""
    fields = ("first", "last", "state", "since", "lot", "maker")
    return [Span(*row) for row in run.spans.order_by("first").values_list(*fields)]


def list_moves(run: StampRun, most: int = 50) -> Sequence[StampMove]:
    """The latest changes of a run."""
    return list(run.moves.order_by("-at", "-pk")[:most])


def reconcile_run(run: StampRun) -> Reconciliation:
    """How many stamps of a run are in each state."""
    return reconcile(list_spans(run))


def reconcile_runs(runs: Iterable[StampRun]) -> dict[int, Reconciliation]:
    """The same for many runs, in one query."""
    fields = ("run_id", "first", "last", "state", "since", "lot", "maker")
    rows = StampSpan.objects.filter(run__in=list(runs)).order_by("run_id", "first")
    spans: dict[int, list[Span]] = {}
    for run, *row in rows.values_list(*fields):
        spans.setdefault(run, []).append(Span(*row))
    return {run: reconcile(found) for run, found in spans.items()}


def name_serial(run: StampRun, number: int) -> str:
    """The serial at a number of a run."""
    if run.kind == RunKind.IMPORTED:
        row = ImportedSerial.objects.filter(run=run, number=number).values_list("serial").first()
        return row[0] if row else ""
    key = read_ring_or_none().get(run.key_id)
    return issue(key, run.product, number) if key else ""


def name_serials(run: StampRun, first: int, last: int) -> list[str]:
    """The serials from one number of a run to another, in order."""
    if first > last:
        return []
    if run.kind == RunKind.IMPORTED:
        rows = ImportedSerial.objects.filter(run=run, number__range=(first, last))
        return list(rows.order_by("number").values_list("serial", flat=True))
    key = read_ring_or_none().get(run.key_id)
    return list(issue_range(key, run.product, first, last)) if key else []


def read_number(run: StampRun, text: str) -> int:
    """The counter that a person means: the place in the run, or a stamp scanned or typed.

    Raises LabelError for what is no stamp of the run.
    """
    given = text.strip()
    # Serials printed elsewhere may be numbers: what stands on a stamp goes before its place.
    imported = run.kind == RunKind.IMPORTED
    readers = (_read_serial, _read_place) if imported else (_read_place, _read_serial)
    for reader in readers:
        number = reader(run, given)
        if number is not None:
            return number
    raise refuse("not_of_run", text, first=1, last=run.size)


def _read_place(run: StampRun, given: str) -> int | None:
    if not (given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS):
        return None
    return run.first + int(given) - 1 if 1 <= int(given) <= run.size else None


def _read_serial(run: StampRun, given: str) -> int | None:
    if len(given) > _MOST_TEXT:
        return None
    for serial in _serials_in(run, given):
        stamp = find_stamp(run.product, serial)
        if stamp is not None and stamp.run.pk == run.pk:
            return stamp.number
    return None


def _serials_in(run: StampRun, text: str) -> Iterable[str]:
    yield text
    yield normalise(text)
    if not run.product.startswith("https://id.gs1.org/"):
        yield text.lower()
    try:
        found = read_any(text)
    except Gs1Error:
        return
    for code in found:
        if class_key(code.key) == run.product and code.serial:
            yield code.serial


@dataclass(frozen=True, slots=True)
class QuotaView:
    """A quota and how much of it was given."""

    quota: StampQuota
    given: int

    @property
    def left(self) -> int:
        """What may still be given."""
        return max(0, self.quota.most - self.given)


def list_quotas(organisation: str) -> list[QuotaView]:
    """The quotas of an organisation, the latest first."""
    rows = StampQuota.objects.filter(organisation=organisation).order_by("-valid_until", "-pk")
    return [QuotaView(row, count_given(row)) for row in rows[:20]]
