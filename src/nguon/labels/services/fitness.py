"""What must hold of stamps before they are drawn, and before their file is handed out.

A number stands on one piece of paper. So a stretch is free only while nobody printed it, asked
for it, voided it or lost it, and this is asked again at every step that may come later.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from nguon.carriers import LAYOUTS, read_design
from nguon.errors import LANGUAGES
from nguon.labels.keys import read_ring
from nguon.labels.models import PrintRun, StampRun, StampSpan
from nguon.labels.models.printing import PrintState
from nguon.labels.services.error import refuse
from nguon.stamps import StampError
from nguon.stamps.states import state_of

MOST = 100_000


def check_layout(layout: str) -> None:
    """Raise LabelError for a layout that nothing is laid out in."""
    if layout not in LAYOUTS:
        raise refuse("layout_unknown", layout, known=", ".join(LAYOUTS))


def check_design(
    data: Mapping[str, Any], *, stamp: bool, covered: bool = False, signed: bool = False
) -> None:
    """Raise LabelError unless a design has just what the labels carry."""
    design = read_design(data)
    if (design.stamp, design.covered, design.signed) != (stamp, covered, signed):
        raise refuse("design_unfit", design.name)


def check_key(stamps: StampRun) -> None:
    """Raise LabelError where others may know the key: what is not printed stays unprinted."""
    key = read_ring().get(stamps.key_id)
    if key is not None and key.revoked is not None:
        raise refuse("key_revoked", key.id, day=f"{key.revoked:%d/%m/%Y}")


def check_free(stamps: StampRun, first: int, last: int, own: PrintRun | None = None) -> None:
    """Raise LabelError where a stamp is printed, or asked for by a print run other than `own`."""
    printed = _spans(stamps, first, last).exclude(state__in=_states_of(own)).first()
    asked = PrintRun.objects.filter(stamps=stamps, first__lte=last, first__gt=first - MOST).exclude(
        state=PrintState.CANCELLED
    )
    if own is not None:
        asked = asked.exclude(pk=own.pk)
    twice = next((one for one in asked if one.first + one.total > first), None)
    if printed or twice:
        begun = printed.first if printed else twice.first
        ended = printed.last if printed else twice.first + twice.total - 1
        raise refuse(
            "printed_twice",
            f"{first - stamps.first + 1}–{last - stamps.first + 1}",
            first=max(begun, first) - stamps.first + 1,
            last=min(ended, last) - stamps.first + 1,
        )


def check_file(run: PrintRun) -> None:
    """Raise LabelError unless the file of a run may still become paper, or already is its own.

    Its stamps must be as they were when it was asked for, or printed by this very run.
    """
    stamps = run.stamps
    if stamps is None:
        return
    last = run.first + run.total - 1
    other = _spans(stamps, run.first, last).exclude(state__in=_states_of(run)).first()
    if other is not None:
        state = state_of(other.state)
        raise refuse(
            "print_stale",
            run.pk,
            first=max(other.first, run.first) - stamps.first + 1,
            last=min(other.last, last) - stamps.first + 1,
            **{f"state_{language}": state.say(language) for language in LANGUAGES},
        )
    if run.printed is None:
        # Without a key file nothing can be said of the key; the file is made all the same.
        with suppress(StampError):
            check_key(stamps)


def _spans(stamps: StampRun, first: int, last: int):
    return StampSpan.objects.filter(run=stamps, first__lte=last, last__gte=first).order_by("first")


def _states_of(run: PrintRun | None) -> tuple[str, ...]:
    return ("generated", "printed") if run is not None and run.printed else ("generated",)
