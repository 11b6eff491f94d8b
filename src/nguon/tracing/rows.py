"""The table of a trace: the same codes as the picture, every one of them, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.parts.paths import page_path
from nguon.parts.words import Grade, grade_evidence, say_instant, say_number
from nguon.trace import Holder
from nguon.tracing.asking import Question
from nguon.tracing.facts import CTE, CodeFacts
from nguon.tracing.queries import Traced
from nguon.tracing.words import name_code, name_event, name_place, name_who, shorten_key

PER_PAGE = 400
GAPS_PER_PAGE = 100
_SIDES = {"up": 0, "both": 1, "": 2, "down": 3}
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """One code in words. `anchor` is its id in the page, `address` where it is found."""

    key: str
    anchor: str
    address: str
    code: str
    name: str
    kind: str
    container: bool
    focus: bool
    side: str
    when: str
    step: str
    who: str
    where: str
    held: str
    grade: Grade | None
    events: str
    corrected: str
    page: str
    trace: str
    pins: Sequence[tuple[int, str]] = ()


class Rows:
    """All codes in their order, goods before containers, from the source to the receivers.

    A row is put into words only when it is asked for: a page shows some hundreds of codes, a
    trace may hold thousands.
    """

    def __init__(self, traced: Traced, question: Question, gap_page: int = 1) -> None:
        self._traced = traced
        self._gap_page = gap_page
        self._question = question
        self.keys = sorted(
            [traced.key, *traced.roles],
            key=lambda key: (traced.is_container(key), *_place_in_order(traced, key)),
        )
        self._index = {key: index for index, key in enumerate(self.keys)}
        self._pins: dict[str, list[int]] = {}
        for number, gap in enumerate(traced.gaps, 1):
            for key in gap.items:
                self._pins.setdefault(key, []).append(number)

    def __getitem__(self, key: str) -> Row:
        pins = [(number, self.gap_address(number)) for number in self._pins.get(key, ())]
        return _row(self._traced, self._question, key, self._index[key], pins)

    def gap_address(self, number: int) -> str:
        """Where a gap is told: further down on this page, or on another page of the list."""
        page = (number - 1) // GAPS_PER_PAGE + 1
        there = "" if page == self._gap_page else self._question.address(gaps=str(page))
        return f"{there}#g{number}"

    def page(self, number: int) -> list[Row]:
        """The rows of one page of the table, from 1."""
        return [self[key] for key in self.keys[(number - 1) * PER_PAGE : number * PER_PAGE]]


def _place_in_order(traced: Traced, key: str) -> tuple[int, int, datetime, str]:
    side, depth, _container = traced.roles.get(key, ("", 0, False))
    when = traced.facts[key].when or _EARLIEST
    return _SIDES[side], -depth if side == "up" else depth, when, key


def _row(
    traced: Traced,
    question: Question,
    key: str,
    index: int,
    pins: Sequence[tuple[int, str]],
) -> Row:
    facts = traced.facts[key]
    side, depth, _container = traced.roles.get(key, ("", 0, False))
    container = traced.is_container(key)
    page = index // PER_PAGE + 1
    anchor = f"r{index + 1}"
    return Row(
        key=key,
        anchor=anchor,
        address=f"#{anchor}" if page == 1 else f"{question.address(page=str(page))}#{anchor}",
        code=shorten_key(key),
        name=name_code(traced, key),
        kind=_("Container") if container else _("Goods"),
        container=container,
        focus=key == traced.key,
        side=_say_side(side, depth),
        when=_say_when(facts),
        step=_say_step(facts),
        who=name_who(traced, facts.party),
        where=name_place(traced, facts.place),
        held=_say_held(traced, traced.holders.get(key)),
        grade=grade_evidence(facts.evidence) if facts.made else None,
        events=say_number(facts.events),
        corrected=_say_corrected(facts.corrected),
        page=page_path(key),
        trace=question.address(key=key),
        pins=pins,
    )


def _say_side(side: str, depth: int) -> str:
    if not side:
        return _("This code")
    words = {
        "up": _("To source, step %(depth)s"),
        "down": _("To receivers, step %(depth)s"),
        "both": _("Inside, step %(depth)s"),
    }
    return words[side] % {"depth": depth}


def _say_when(facts: CodeFacts) -> str:
    if facts.when is not None:
        return say_instant(facts.when)
    if facts.first is None:
        return ""
    return _("first seen %(time)s") % {"time": say_instant(facts.first.event.event_time)}


def _say_step(facts: CodeFacts) -> str:
    event = facts.made.event if facts.made else None
    if event is None:
        return _("Beginning not recorded")
    return name_event(event.extension_value(CTE), event.step)


def _say_held(traced: Traced, holder: Holder | None) -> str:
    if holder is None or holder.party is None:
        return ""
    values = {"who": name_who(traced, holder.party)}
    if holder.since is None:
        return values["who"]
    return _("%(who)s, since %(time)s") % {**values, "time": say_instant(holder.since)}


def _say_corrected(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s record corrected", "%(count)s records corrected", count) % {
        "count": say_number(count)
    }
