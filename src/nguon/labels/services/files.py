"""Files of print runs: gone on with, stopped, handed out and noted, confirmed as printed.

A file with covered codes is deleted once somebody says that it was printed.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.labels.models import PrintPart, PrintRun, PrintTaking, StampRun
from nguon.labels.models.printing import PrintState
from nguon.labels.services.error import LabelError, refuse
from nguon.labels.services.fitness import check_file, check_free, check_key
from nguon.labels.services.moves import move_stamps
from nguon.labels.services.printing import queue
from nguon.parts.files import path_of

_STOPPED = (PrintState.FAILED, PrintState.CANCELLED, PrintState.RUNNING)


@transaction.atomic
def resume_print(actor: Actor, number: int) -> PrintRun:
    """Go on with a run that stopped, or make a file that is gone from the disk again.

    Its stamps may have been printed otherwise, voided or lost meanwhile: that is refused.
    """
    run = _lock(actor, number)
    _check_unsealed(run)
    lost = run.state == PrintState.READY and not _is_there(run)
    if run.state not in _STOPPED and not lost:
        raise _wrong_state(run)
    if run.stamps is not None:
        check_key(run.stamps)
        check_free(run.stamps, run.first, run.first + run.total - 1, own=run)
    run.state = PrintState.WAITING
    run.fault = None
    run.save(update_fields=["state", "fault"])
    queue(run)
    return run


@transaction.atomic
def cancel_print(actor: Actor, number: int) -> PrintRun:
    """Stop a run that waits or is being made; what is made stays and can be gone on with."""
    run = _lock(actor, number)
    if run.state not in (PrintState.WAITING, PrintState.RUNNING):
        raise _wrong_state(run)
    run.state = PrintState.CANCELLED
    run.save(update_fields=["state"])
    return run


@transaction.atomic
def confirm_print(actor: Actor, number: int) -> int:
    """The stamps of a run came out of the printer: from now on they are printed.

    Its file is deleted where it holds covered codes: whoever reads them later could use them up.
    """
    run = _lock(actor, number)
    if run.stamps is None or run.state != PrintState.READY:
        raise _wrong_state(run)
    last = run.first + run.total - 1
    moved = move_stamps(actor, run.stamps.pk, run.first, last, "printed")
    run.printed = timezone.now()
    if run.stamps.covered:
        parts = PrintPart.objects.filter(run=run).values_list("file", flat=True)
        _delete_later([run.file, *parts])
        run.file = ""
    run.save(update_fields=["printed", "file"])
    return moved


def _delete_later(names: list[str]) -> None:
    """Delete files once it is sure that the transaction stands."""
    paths = [path_of(name) for name in names if name]

    def delete() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(delete)


@transaction.atomic
def take_file(actor: Actor, number: int) -> Path:
    """Where the file of a finished run lies, for somebody who may print; who took it is kept.

    Raises AccessError, or LabelError where there is no file, or none that may still be printed.
    """
    run = PrintRun.objects.select_related("stamps").filter(pk=number).first()
    if run is None or (actor.known and not _sees(actor, run)):
        raise _not_found("print_unknown", number)
    action = "labels:print" if run.stamps is None else "stamps:print"
    require(actor, action, run.organisation, run.subject)
    _check_unsealed(run)
    if run.state != PrintState.READY or not _is_there(run):
        raise _not_found("print_lost", number)
    check_file(run)
    PrintTaking.objects.create(run=run, by=actor.name, at=timezone.now())
    return path_of(run.file)


def _sees(actor: Actor, run: PrintRun) -> bool:
    return actor.authority or run.organisation in actor.organisations


def _is_there(run: PrintRun) -> bool:
    return bool(run.file) and path_of(run.file).is_file()


def _check_unsealed(run: PrintRun) -> None:
    """Raise where the covered codes of a run are on paper: they are handed out no more."""
    if run.printed is not None and run.stamps is not None and run.stamps.covered:
        raise refuse("print_confirmed", run.pk)


def _wrong_state(run: PrintRun) -> LabelError:
    return refuse("print_state", run.pk, state=str(PrintState(run.state).label))


def _not_found(code: str, number: int) -> LabelError:
    error = refuse(code, number)
    error.status = 404
    return error


def _lock(actor: Actor, number: int) -> PrintRun:
    """A print run and, before it, its run of stamps: in the order in which printing locks them."""
    of = PrintRun.objects.filter(pk=number).values_list("stamps", flat=True).first()
    if of is not None:
        StampRun.objects.select_for_update().filter(pk=of).first()
    run = PrintRun.objects.select_for_update().filter(pk=number).first()
    if run is None:
        raise refuse("print_unknown", number)
    require(actor, "labels:print", run.organisation, run.subject)
    return run
