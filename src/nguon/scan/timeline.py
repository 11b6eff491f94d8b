"""The chain as steps from source to hand, with the missing ones in their place.

Events of one kind, at one place, on one day are one step: four cartons packed in four minutes
are one thing to a reader. A long chain shows its first, last, missing and alarming steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.parts.words import Grade, local, read_language, say_date, say_instant, say_number
from nguon.registry.queries import Directory
from nguon.scan.facts import grade_fact
from nguon.scan.gaps import merge_gaps, say_gap
from nguon.scan.gathering import Fact, Gathered
from nguon.scan.telling import tell
from nguon.trace import Gap
from nguon.trace.parties import find_performer, place_key

_MOST = 10
_FIRST, _LAST = 2, 4
_MOST_TOLD = 30
_MOST_COLUMNS = 60
_START = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain, its words ready.

    `css` is the class of the list entry: the grade, or `g0` for a missing step. `kind` is
    `step`, `gap`, `fold` (steps left out here) or `now` (the reader).
    """

    kind: str
    css: str
    icon: str
    title: str
    when: str = ""
    lines: tuple[str, ...] = ()
    grade: Grade | None = None
    owed_by: str = ""
    corrected: str = ""
    alert: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps to show, and the numbers that stand over them."""

    steps: Sequence[Step]
    columns: Sequence[str]
    recorded: int
    expected: int
    folded: bool
    summary: str


def draw_timeline(
    gathered: Gathered, directory: Directory, now: datetime, *, whole: bool
) -> Timeline:
    """The timeline of an item; `whole` shows every step."""
    steps = [
        step for _at, step in sorted(_all_steps(gathered, directory), key=lambda pair: pair[0])
    ]
    shown = steps if whole else _fold(steps)
    here = Step("now", "now", "scan", _("You scan the code"), _("Today, %(day)s") % _today(now))
    recorded = sum(step.kind == "step" for step in steps)
    return Timeline(
        steps=_lead_to_gaps([*shown, here]),
        columns=[step.css.split()[0] for step in steps] if len(steps) <= _MOST_COLUMNS else [],
        recorded=recorded,
        expected=len(steps),
        folded=len(shown) < len(steps),
        summary=_summarise(steps),
    )


def _today(now: datetime) -> dict[str, str]:
    return {"day": say_date(local(now))}


def _all_steps(gathered: Gathered, directory: Directory) -> Iterable[tuple[datetime, Step]]:
    for group in _group(gathered.facts):
        yield group[0].recorded.event.event_time, _make_step(group, gathered, directory)
    for gap in merge_gaps(gathered.upstream.gaps):
        if gap.kind != "quantity_difference":
            yield _place(gap), _make_gap(gap, directory)


def _place(gap: Gap) -> datetime:
    return gap.at or _START


def _group(facts: Sequence[Fact]) -> list[list[Fact]]:
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in facts:
        event = fact.recorded.event
        where = place_key(event.read_point) or place_key(event.biz_location)
        key = (
            fact.words.code,
            event.action,
            local(event.event_time).date(),
            where or find_performer(event),
            event.disp,
        )
        groups.setdefault(key, []).append(fact)
    return list(groups.values())


def _make_step(group: list[Fact], gathered: Gathered, directory: Directory) -> Step:
    words, told = group[0].words, tell(group, gathered.key, directory)
    grade = min((grade_fact(fact) for fact in group), key=lambda grade: grade.level)
    return Step(
        kind="step",
        css=f"g{grade.level}",
        icon=words.icon,
        title=words.word(read_language()),
        when=_say_when(group),
        lines=told.lines,
        grade=grade,
        corrected=_say_correction(group, gathered),
        alert=told.alert or words.kind == "alert",
    )


def _say_when(group: list[Fact]) -> str:
    first, last = (local(group[i].recorded.event.event_time) for i in (0, -1))
    if first.strftime("%H:%M") == last.strftime("%H:%M"):
        return say_instant(first)
    return f"{say_instant(first)}–{last.strftime('%H:%M')}"


def _say_correction(group: list[Fact], gathered: Gathered) -> str:
    for fact in group:
        declaration = gathered.corrected.get(fact.recorded.event.event_id or "")
        if declaration is not None and declaration.event.error_declaration is not None:
            at = declaration.event.error_declaration.declaration_time
            return _("Corrected %(when)s; the earlier record was wrong and is kept.") % {
                "when": say_instant(at)
            }
    return ""


def _make_gap(gap: Gap, directory: Directory) -> Step:
    said = say_gap(gap, directory)
    return Step("gap", "g0", said.icon, said.title, lines=(said.text,), owed_by=said.owed_by)


def _fold(steps: list[Step]) -> list[Step]:
    if len(steps) <= _MOST:
        return steps
    last = len(steps) - _LAST
    shown: list[Step] = []
    hidden = 0
    for place, step in enumerate(steps):
        telling = step.kind == "gap" or step.alert
        if place < _FIRST or place >= last or (telling and len(shown) < _MOST_TOLD):
            if hidden:
                shown.append(_make_fold(hidden))
            hidden = 0
            shown.append(step)
        else:
            hidden += 1
    return shown


def _make_fold(count: int) -> Step:
    title = ngettext("%(count)s step here", "%(count)s steps here", count)
    return Step("fold", "g1", "dots", title % {"count": say_number(count)}, count=count)


def _lead_to_gaps(steps: list[Step]) -> list[Step]:
    """The line breaks before a gap, not after it has begun."""
    following = [*steps[1:], None]
    return [
        replace(step, css=f"{step.css} togap")
        if after is not None and after.kind == "gap" and step.kind != "gap"
        else step
        for step, after in zip(steps, following, strict=True)
    ]


def _summarise(steps: list[Step]) -> str:
    missing = sum(step.kind == "gap" for step in steps)
    grades: dict[str, int] = {}
    for step in steps:
        if step.grade is not None:
            grades[step.grade.word] = grades.get(step.grade.word, 0) + 1
    parts = [f"{say_number(count)} {word}" for word, count in grades.items()]
    if missing:
        parts.append(_("%(count)s not recorded") % {"count": say_number(missing)})
    total = ngettext("%(count)s step", "%(count)s steps", len(steps)) % {
        "count": say_number(len(steps))
    }
    return f"{total}: {', '.join(parts)}"
