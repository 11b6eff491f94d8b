"""Print runs: asked for, made in parts by a worker, each symbol read back, and joined."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.errors import Fault, NguonError
from nguon.labels import drawing
from nguon.labels.designs import find_design, save_own
from nguon.labels.models import LabelDesign, PrintPart, PrintRun, StampRun
from nguon.labels.models.printing import PrintState
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.labels.services.fitness import (
    MOST,
    check_design,
    check_file,
    check_free,
    check_key,
    check_layout,
)
from nguon.labels.services.texts import NAME, check_text, check_values
from nguon.parts.files import keep, keep_file, new_file, path_of
from nguon.registry.queries import class_key
from nguon.registry.services import require_grant

_SHEETS_A_PART = 20
_log = structlog.get_logger("nguon.labels")


@transaction.atomic
def print_labels(
    actor: Actor,
    organisation: str,
    lot: str,
    count: int,
    *,
    design: str,
    layout: str,
    values: Mapping[str, str],
) -> PrintRun:
    """Ask for labels of one lot, all alike. `values`: what stands on them beside the code.

    One label is drawn and read back at once, so that what cannot be printed is refused here.
    Raises AccessError, RegistryError, LabelError or CarrierError.
    """
    found = read_class(lot)
    require(actor, "labels:print", organisation, found.key)
    if not found.lot:
        raise refuse("lot_product", lot)
    require_grant(organisation, class_key(found.key))
    check_layout(layout)
    chosen = find_design(organisation, check_text(design, NAME, "design"))
    check_design(chosen, stamp=False)
    _check_count(count)
    told = check_values(values)
    drawing.check(chosen, drawing.label_of(found.key, told), told)
    return _ask(actor, organisation, found.key, chosen, layout, told, count)


@transaction.atomic
def print_stamps(
    actor: Actor,
    run_number: int,
    first: int,
    last: int,
    *,
    design: str,
    layout: str,
    values: Mapping[str, str],
) -> PrintRun:
    """Ask for the stamps `first` to `last` of a run; each number is printed once.

    Raises AccessError, LabelError or CarrierError.
    """
    run = StampRun.objects.select_for_update().filter(pk=run_number).first()
    if run is None:
        raise refuse("run_unknown", run_number)
    require(actor, "stamps:print", run.organisation, run.product)
    if not run.first <= first <= last <= run.last:
        raise refuse("range_outside", f"{first}–{last}", first=run.first, last=run.last)
    check_free(run, first, last)
    check_key(run)
    check_layout(layout)
    chosen = find_design(run.organisation, check_text(design, NAME, "design"))
    check_design(chosen, stamp=True, covered=run.covered, signed=run.signed)
    count = last - first + 1
    _check_count(count)
    told = check_values(values)
    drawing.check(chosen, next(iter(drawing.stamps_of(run, first, first, told))), told)
    return _ask(actor, run.organisation, run.product, chosen, layout, told, count, run, first)


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST:
        raise refuse("print_size", count, most=MOST)


def _ask(
    actor: Actor,
    organisation: str,
    subject: str,
    design: Mapping[str, Any],
    layout: str,
    values: dict[str, str],
    count: int,
    stamps: StampRun | None = None,
    first: int = 0,
) -> PrintRun:
    run = PrintRun.objects.create(
        organisation=organisation,
        subject=subject,
        design=dict(design),
        layout=layout,
        values=values,
        stamps=stamps,
        first=first,
        total=count,
        by=actor.name,
    )
    queue(run)
    return run


def queue(run: PrintRun) -> None:
    """The job stands in the same transaction as the run that it is for."""
    from nguon.labels.tasks import make_print as job

    job.configure(lock=f"print-{run.pk}").defer(number=run.pk)


def make_print(number: int) -> None:
    """Make what is left of a print run: its parts, each read back, then the file of all.

    Runs in a worker. A fault stops the run and stands on it; nothing is handed out then.
    """
    run = PrintRun.objects.select_related("stamps").filter(pk=number).first()
    if run is None or not _begin(run):
        return
    try:
        name = _make(run)
    except NguonError as error:
        _stop(number, error.faults)
    except Exception:  # noqa: BLE001 - logged with its trace, and told on the run
        # A full disk, a broken library: the page must say that it stopped and offer to go on.
        _log.exception("print_broken", run=number)
        _stop(number, [Fault("labels.print_broken", value=number)])
    else:
        if name:
            _running(number).update(
                state=PrintState.READY, file=name, done=run.total, finished=timezone.now()
            )


def _running(number: int) -> QuerySet[PrintRun]:
    return PrintRun.objects.filter(pk=number, state=PrintState.RUNNING)


def _begin(run: PrintRun) -> bool:
    """Take the run on, unless it was cancelled meanwhile."""
    open_ = PrintRun.objects.filter(pk=run.pk, state__in=[PrintState.WAITING, PrintState.RUNNING])
    started = run.started or timezone.now()
    return bool(open_.update(state=PrintState.RUNNING, started=started, fault=None))


def _make(run: PrintRun) -> str:
    """The parts and the file of all; the file's name, or nothing where somebody cancelled it."""
    if run.stamps is not None:
        check_key(run.stamps)
    for part in range(_count_parts(run)):
        if not _running(run.pk).exists():
            return ""
        _make_part(run, part)
    # The stamps may have been voided or lost while they were drawn.
    check_file(run)
    return _join(run)


def _stop(number: int, faults: Sequence[Fault]) -> None:
    told = [fault.as_dict() for fault in faults]
    _running(number).update(state=PrintState.FAILED, fault=told)


def _count_parts(run: PrintRun) -> int:
    return math.ceil(run.total / _size_of_part(run))


def _size_of_part(run: PrintRun) -> int:
    return drawing.count_on_sheet(run.design, run.layout) * _SHEETS_A_PART


def _make_part(run: PrintRun, number: int) -> None:
    """One part, unless it is there: an interrupted run goes on with the first that is missing."""
    known = PrintPart.objects.filter(run=run, number=number).first()
    if known is not None and path_of(known.file).exists():
        return
    size = _size_of_part(run)
    begin = number * size
    count = min(size, run.total - begin)
    content = drawing.draw_part(run, begin, count, first_sheet=number * _SHEETS_A_PART + 1)
    name = keep(content, ".pdf")
    PrintPart.objects.update_or_create(
        run=run, number=number, defaults={"file": name, "labels": count}
    )
    PrintRun.objects.filter(pk=run.pk).update(done=begin + count)


def _join(run: PrintRun) -> str:
    parts = PrintPart.objects.filter(run=run).order_by("number")
    paths = [path_of(name) for name in parts.values_list("file", flat=True)]
    out = new_file()
    try:
        drawing.join(run, paths, out)
        return keep_file(out, ".pdf")
    finally:
        out.unlink(missing_ok=True)


@transaction.atomic
def save_design(actor: Actor, organisation: str, name: str, data: Mapping[str, Any]) -> LabelDesign:
    """Keep a design of one's own as its next version. Raises AccessError or CarrierError."""
    called = check_text(name, NAME, "name")
    require(actor, "labels:design", organisation, called)
    if not called or "\\u0000" in json.dumps(data):
        raise refuse("text_nul" if called else "design_unknown", called)
    return save_own(organisation, called, data, actor.name)


def list_faults(run: PrintRun) -> Sequence[Mapping[str, Any]]:
    """The faults that stopped a run."""
    return run.fault or []
