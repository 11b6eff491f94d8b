"""Stamps on their way: printed, activated for a lot, shipped, sold, used, void, lost, recalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.labels.models import StampMove, StampRun, StampSpan
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.labels.services.sides import acts_as_authority
from nguon.labels.services.texts import KEY, check_text
from nguon.registry.queries import class_key, name_organisations
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What the history keeps of a move beside its stretch: who, why, and the lot it binds to."""

    by: str
    at: datetime
    authority: bool = False
    reason: str = ""
    lot: str = ""
    maker: str = ""


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
    run's organisation unless told). A recall is lifted by moving on from it: by whoever may
    recall, with a reason, keeping the lot; the authority's recall by the authority alone. Raises
    AccessError, LabelError, or StampError that names each stretch that cannot be moved and why.
    """
    run = lock_run(run_number)
    if to not in ACTIONS:
        raise refuse("state_unknown", to, known=", ".join(ACTIONS))
    touched = [span for span in _read_spans(run) if span.first <= last and span.last >= first]
    authority = _check_right(actor, run, to, touched)
    if not run.first <= first <= last <= run.last:
        raise refuse("range_outside", f"{first}–{last}", first=run.first, last=run.last)
    why = check_text(reason, field="reason")
    if not why and (to in _NEED_REASON or any(_is_recalled(span) for span in touched)):
        raise refuse("reason_missing")
    bound = _bind(actor, run, touched, lot, maker) if to == "activated" else ("", "")
    entry = Entry(actor.name, at or timezone.now(), authority, why, *bound)
    return carry_out(run, first, last, to, entry)


def carry_out(run: StampRun, first: int, last: int, to: str, entry: Entry) -> int:
    """The move itself, on a locked run: the spans it touches are rewritten, its history kept."""
    lot, maker = entry.lot, entry.maker
    spans, changes = move(_read_spans(run), first, last, to, entry.at, lot=lot, maker=maker)
    _write_spans(run, spans)
    StampMove.objects.bulk_create([_record(run, change, entry) for change in changes])
    return last - first + 1


def lock_run(number: int) -> StampRun:
    """The run, nobody else's until the transaction ends. Raises LabelError."""
    run = StampRun.objects.select_for_update().filter(pk=number).first()
    if run is None:
        raise refuse("run_unknown", number)
    return run


def _is_recalled(span: Span) -> bool:
    return span.state == "recalled"


def _check_right(actor: Actor, run: StampRun, to: str, touched: Sequence[Span]) -> bool:
    """Raise unless the actor may move these; whether it does so as the authority."""
    lifted = [span for span in touched if _is_recalled(span)]
    actions = ["stamps:recall"] if lifted else []
    if len(lifted) < len(touched) or not touched:
        actions.append(ACTIONS[to])
    for action in actions:
        require(actor, action, run.organisation, run.product)
    above = acts_as_authority(actor, actions[0])
    if lifted and not above and _is_authoritys(run, lifted):
        refusal = refuse("recall_of_authority", run.pk)
        refusal.status = 403
        raise refusal
    return above


def _is_authoritys(run: StampRun, recalled: Sequence[Span]) -> bool:
    """Whether the authority recalled any of these: the recall they stand under is their last."""
    made = StampMove.objects.filter(run=run, after="recalled", authority=True)
    return any(
        made.filter(first__lte=span.last, last__gte=span.first, at__gte=span.since).exists()
        for span in recalled
    )


def _bind(
    actor: Actor, run: StampRun, touched: Sequence[Span], lot: str, maker: str
) -> tuple[str, str]:
    """Lot and maker of an activation; a lifted recall keeps what it has, and may say it again."""
    named = check_text(maker, KEY, "maker")
    if not all(_is_recalled(span) for span in touched):
        return _read_lot(run, lot), _read_maker(actor, run, named)
    bound = _read_lot(run, lot) if lot.strip() else ""
    if all(bound in ("", span.lot) and named in ("", span.maker) for span in touched):
        return "", ""
    return bound or touched[0].lot, named or touched[0].maker


def _read_lot(run: StampRun, lot: str) -> str:
    if not lot.strip():
        raise refuse("lot_missing")
    found = read_class(lot)
    if not found.lot or class_key(found.key) != run.product:
        raise refuse("lot_of_other", lot, product=run.product)
    return found.key


def _read_maker(actor: Actor, run: StampRun, maker: str) -> str:
    """Who made the lot: the run's organisation, or another that the register knows."""
    if maker in ("", run.organisation):
        return run.organisation
    require(actor, "stamps:maker", run.organisation, maker)
    if maker not in name_organisations([maker]):
        raise refuse("maker_unknown", maker)
    return maker


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


def _record(run: StampRun, change: Change, entry: Entry) -> StampMove:
    return StampMove(
        run=run,
        first=change.after.first,
        last=change.after.last,
        before=change.before.state,
        after=change.after.state,
        lot=entry.lot,
        reason=entry.reason,
        by=entry.by,
        authority=entry.authority,
        at=entry.at,
    )
