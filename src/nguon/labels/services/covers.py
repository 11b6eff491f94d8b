"""Covered codes: tried, counted, used up once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from nguon.labels.issued import Stamp, find_stamp
from nguon.labels.keys import read_ring
from nguon.labels.models import CoverUse, StampSpan
from nguon.labels.services.error import refuse
from nguon.labels.services.moves import Entry, carry_out, lock_run
from nguon.parts.words import say_instant
from nguon.stamps.cover import is_cover_code

_MOST_TRIES, _LOCKED = 5, timedelta(minutes=30)


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
    run = lock_run(stamp.run.pk)
    if _is_recalled(stamp):
        # A shopper's code lifts nobody's recall.
        return refuse("cover_recalled", stamp.serial)
    carry_out(run, stamp.number, stamp.number, "consumed", Entry("", at))
    use.at = at
    use.save(update_fields=["at"])
    return None


def _is_recalled(stamp: Stamp) -> bool:
    return StampSpan.objects.filter(
        run=stamp.run.pk, first__lte=stamp.number, last__gte=stamp.number, state="recalled"
    ).exists()
