"""Stamps on their way: printed, activated for a lot, shipped, sold, used, void, lost, recalled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.labels.issued import Stamp, find_stamp
from nguon.labels.keys import read_ring
from nguon.labels.models import CoverUse, StampMove, StampRun, StampSpan
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.parts.words import say_instant
from nguon.registry.queries import class_key
from nguon.stamps.cover import is_cover_code
from nguon.stamps.spans import Change, Span, move

ACTIONS = {
    "printed": "stamps:print",
    "activated": "stamps:activate",
    "shipped": "stamps:activate",
    "sold": "stamps:activate",
    "consumed": "stamps:activate",
    "void": "stamps:void",
    "lost": "stamps:void",
    "recalled": "stamps:recall",
}
_NEED_REASON = ("void", "lost", "recalled")
_MOST_TRIES, _LOCKED = 5, timedelta(minutes=30)


@transaction.atomic
def move_stamps(
    actor: Actor,
    run_number: int,
    first: int,
    last: int,
    to: str,
    *,
    lot: str = "",
    maker: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """Move the stamps `first` to `last` of a run to a state; how many moved: all or none.

    Activation binds them to `lot` (its canonical key, of the run's product) and its maker (the
    run's organisation unless told). Raises AccessError, LabelError, or StampError that names
    each stretch that cannot be moved and why.
    """
    run = _lock(run_number)
    require(actor, ACTIONS[to], run.organisation, run.product)
    if not run.first <= first <= last <= run.last:
        raise refuse("range_outside", f"{first}–{last}", first=run.first, last=run.last)
    if to in _NEED_REASON and not reason.strip():
        raise refuse("reason_missing")
    bound, by = ("", "")
    if to == "activated":
        bound, by = _read_lot(run, lot), maker or run.organisation
    return _move(run, first, last, to, actor.name, bound, by, reason.strip()[:300], at)


def _move(
    run: StampRun,
    first: int,
    last: int,
    to: str,
    by: str,
    lot: str = "",
    maker: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """The move itself, on a locked run: the spans it touches are rewritten, its history kept."""
    now = at or timezone.now()
    spans, changes = move(_read_spans(run), first, last, to, now, lot=lot, maker=maker)
    _write_spans(run, spans)
    StampMove.objects.bulk_create(
        [_record(run, change, lot=lot, reason=reason, by=by, at=now) for change in changes]
    )
    return last - first + 1


def _lock(number: int) -> StampRun:
    run = StampRun.objects.select_for_update().filter(pk=number).first()
    if run is None:
        raise refuse("run_unknown", number)
    return run


def _read_lot(run: StampRun, lot: str) -> str:
    if not lot.strip():
        raise refuse("lot_missing")
    found = read_class(lot)
    if not found.lot or class_key(found.key) != run.product:
        raise refuse("lot_of_other", lot, product=run.product)
    return found.key


def _read_spans(run: StampRun) -> list[Span]:
    fields = ("first", "last", "state", "since", "lot", "maker")
    rows = StampSpan.objects.filter(run=run).order_by("first").values_list(*fields)
    return [Span(*row) for row in rows]


def _write_spans(run: StampRun, spans: Sequence[Span]) -> None:
    """Only what differs is written: a run may be in thousands of pieces."""
    wanted = {(s.first, s.last, s.state, s.since, s.lot, s.maker) for s in spans}
    fields = ("pk", "first", "last", "state", "since", "lot", "maker")
    gone = []
    for pk, *row in StampSpan.objects.filter(run=run).values_list(*fields):
        if tuple(row) in wanted:
            wanted.remove(tuple(row))
        else:
            gone.append(pk)
    StampSpan.objects.filter(pk__in=gone).delete()
    StampSpan.objects.bulk_create(
        StampSpan(run=run, first=first, last=last, state=state, since=since, lot=lot, maker=maker)
        for first, last, state, since, lot, maker in sorted(wanted)
    )


def _record(
    run: StampRun, change: Change, *, lot: str, reason: str, by: str, at: datetime
) -> StampMove:
    return StampMove(
        run=run,
        first=change.after.first,
        last=change.after.last,
        before=change.before.state,
        after=change.after.state,
        lot=lot,
        reason=reason,
        by=by,
        at=at,
    )


def use_cover(product: str, serial: str, typed: str, at: datetime) -> None:
    """Use the covered code of a stamp up: right, and for the first time.

    The stamp is consumed by it. Wrong tries are counted and end in a pause. Raises LabelError.
    """
    stamp = find_stamp(product, serial)
    if stamp is None or not stamp.run.covered:
        raise refuse("cover_none", serial)
    # A wrong try must count although it is refused: its count is committed before the refusal.
    refusal = _try_cover(stamp, typed, at)
    if refusal is not None:
        raise refusal


@transaction.atomic
def _try_cover(stamp: Stamp, typed: str, at: datetime) -> Exception | None:
    CoverUse.objects.get_or_create(run=stamp.run.pk, number=stamp.number)
    use = CoverUse.objects.select_for_update().get(run=stamp.run.pk, number=stamp.number)
    if use.tries >= _MOST_TRIES and use.tried_at and at - use.tried_at < _LOCKED:
        return refuse("cover_locked", stamp.serial, minutes=int(_LOCKED.total_seconds() // 60))
    if use.tries >= _MOST_TRIES:
        use.tries = 0
    key = read_ring().get(stamp.run.key_id)
    if key is None or not is_cover_code(key, stamp.product, stamp.number, typed):
        use.tries += 1
        use.tried_at = at
        use.save(update_fields=["tries", "tried_at"])
        return refuse("cover_wrong", stamp.serial, left=_MOST_TRIES - use.tries)
    if use.at is not None:
        return refuse("cover_used", stamp.serial, when=say_instant(use.at))
    run = _lock(stamp.run.pk)
    _move(run, stamp.number, stamp.number, "consumed", "", at=at)
    use.at = at
    use.save(update_fields=["at"])
    return None
