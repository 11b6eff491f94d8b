"""Print runs: asked for, made in parts by a worker, read back, joined, handed out, resumed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.errors import NguonError
from nguon.labels import drawing
from nguon.labels.designs import find_design, save_own
from nguon.labels.models import LabelDesign, PrintPart, PrintRun, StampRun, StampSpan
from nguon.labels.models.printing import PrintState
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.labels.services.moves import move_stamps
from nguon.parts.files import keep, keep_file, new_file, path_of
from nguon.registry.queries import class_key
from nguon.registry.services import require_grant

MOST = 100_000
_SHEETS_A_PART = 20


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
    chosen = find_design(organisation, design)
    _check_count(count)
    drawing.check(chosen, drawing.label_of(found.key, values), values)
    return _ask(actor, organisation, found.key, chosen, layout, dict(values), count)


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
    _check_not_printed(run, first, last)
    chosen = find_design(run.organisation, design)
    count = last - first + 1
    _check_count(count)
    drawing.check(chosen, next(iter(drawing.stamps_of(run, first, first, values))), values)
    return _ask(
        actor, run.organisation, run.product, chosen, layout, dict(values), count, run, first
    )


def _check_count(count: int) -> None:
    if not 1 <= count <= MOST:
        raise refuse("print_size", count, most=MOST)


def _check_not_printed(run: StampRun, first: int, last: int) -> None:
    done = StampSpan.objects.filter(run=run, first__lte=last, last__gte=first)
    printed = done.exclude(state="generated").order_by("first").first()
    asked = PrintRun.objects.filter(stamps=run, first__lte=last, first__gt=first - MOST).exclude(
        state__in=[PrintState.CANCELLED]
    )
    twice = next((one for one in asked if one.first + one.total > first), None)
    if printed or twice:
        begun = printed.first if printed else twice.first
        ended = printed.last if printed else twice.first + twice.total - 1
        raise refuse(
            "printed_twice",
            f"{first - run.first + 1}–{last - run.first + 1}",
            first=max(begun, first) - run.first + 1,
            last=min(ended, last) - run.first + 1,
        )


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
    _queue(run)
    return run


def _queue(run: PrintRun) -> None:
    """The job stands in the same transaction as the run that it is for."""
    from nguon.labels.tasks import make_print as job

    job.configure(lock=f"print-{run.pk}").defer(number=run.pk)


def make_print(number: int) -> None:
    """Make what is left of a print run: its parts, each read back, then the file of all.

    Runs in a worker. A fault stops the run and stands on it; nothing is handed out then.
    """
    run = PrintRun.objects.filter(pk=number).first()
    if run is None or run.state not in (PrintState.WAITING, PrintState.RUNNING):
        return
    PrintRun.objects.filter(pk=number).update(
        state=PrintState.RUNNING, started=run.started or timezone.now(), fault=None
    )
    try:
        for part in range(_count_parts(run)):
            if not _goes_on(number):
                return
            _make_part(run, part)
        name = _join(run)
    except NguonError as error:
        faults = [fault.as_dict() for fault in error.faults]
        PrintRun.objects.filter(pk=number).update(state=PrintState.FAILED, fault=faults)
        return
    PrintRun.objects.filter(pk=number, state=PrintState.RUNNING).update(
        state=PrintState.READY, file=name, done=run.total, finished=timezone.now()
    )


def _goes_on(number: int) -> bool:
    """Whether nobody cancelled the run meanwhile."""
    return PrintRun.objects.filter(pk=number, state=PrintState.RUNNING).exists()


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
def resume_print(actor: Actor, number: int) -> PrintRun:
    """Go on with a run that stopped, or make a file that is gone from the disk again."""
    run = _lock(actor, number)
    lost = run.state == PrintState.READY and not path_of(run.file).exists()
    if run.state not in (PrintState.FAILED, PrintState.CANCELLED, PrintState.RUNNING) and not lost:
        raise refuse("print_state", number, state=str(PrintState(run.state).label))
    run.state = PrintState.WAITING
    run.fault = None
    run.save(update_fields=["state", "fault"])
    _queue(run)
    return run


@transaction.atomic
def cancel_print(actor: Actor, number: int) -> PrintRun:
    """Stop a run that waits or is being made; what is made stays and can be gone on with."""
    run = _lock(actor, number)
    if run.state not in (PrintState.WAITING, PrintState.RUNNING):
        raise refuse("print_state", number, state=str(PrintState(run.state).label))
    run.state = PrintState.CANCELLED
    run.save(update_fields=["state"])
    return run


@transaction.atomic
def confirm_print(actor: Actor, number: int) -> int:
    """The stamps of a run came out of the printer: from now on they are printed."""
    run = _lock(actor, number)
    if run.stamps is None or run.state != PrintState.READY:
        raise refuse("print_state", number, state=str(PrintState(run.state).label))
    last = run.first + run.total - 1
    return move_stamps(actor, run.stamps.pk, run.first, last, "printed")


def _lock(actor: Actor, number: int) -> PrintRun:
    run = PrintRun.objects.select_for_update().filter(pk=number).first()
    if run is None:
        raise refuse("print_unknown", number)
    require(actor, "labels:print", run.organisation, run.subject)
    return run


@transaction.atomic
def save_design(actor: Actor, organisation: str, name: str, data: Mapping[str, Any]) -> LabelDesign:
    """Keep a design of one's own as its next version. Raises AccessError or CarrierError."""
    require(actor, "labels:design", organisation, name)
    return save_own(organisation, name, data, actor.name)


def list_faults(run: PrintRun) -> Sequence[Mapping[str, Any]]:
    """The faults that stopped a run."""
    return run.fault or []
