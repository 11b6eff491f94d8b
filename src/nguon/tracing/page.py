"""What the templates of this room show: context objects that carry ready words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nguon.parts.words import read_language, say_instant, say_number
from nguon.tracing.asking import DIRECTIONS, Question
from nguon.tracing.disagreeing import describe_contradiction
from nguon.tracing.drawing import draw
from nguon.tracing.queries import LIMITS, Recognised, Traced
from nguon.tracing.rows import GAPS_PER_PAGE, PER_PAGE, Rows
from nguon.tracing.words import GapLine, describe_gap, name_code, say_answer, shorten_key

_MOST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to look: a link, and whether it is the present one."""

    word: str
    href: str
    current: bool
    direction: str = ""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """What the register and a captured document say of one thing, where they disagree."""

    label: str
    code: str
    registered: str
    captured: str
    when: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form with what was typed and, where it cannot be read, why."""

    name: str
    label: str
    value: str
    error: str = ""
    placeholder: str = ""


def show_form(question: Question) -> dict[str, Any]:
    """The form: code, direction, the instant as known at, the window."""
    words = {"up": _("To source"), "both": _("Both ways"), "down": _("To receivers")}
    return {
        "question": question,
        "directions": [
            Choice(words[one], question.address(d=one), one == question.direction, one)
            for one in DIRECTIONS
        ],
        "asof": _field(question, "asof", _("As known at"), _("now")),
        "window": [
            _field(question, "from", _("From"), "11/05/2026"),
            _field(question, "to", _("Until"), "23/05/2026 09:41"),
        ],
        "windowed": bool(question.raw.get("from") or question.raw.get("to")),
    }


def _field(question: Question, name: str, label: str, placeholder: str) -> FormField:
    fault = question.faults.get(name)
    error = fault.sentence("en" if read_language() == "en" else "vi") if fault else ""
    return FormField(name, label, question.raw.get(name, ""), error, placeholder)


def show_choices(found: Recognised, question: Question) -> list[Choice]:
    """Several codes that the typed one may be."""
    return [
        Choice(shorten_key(key), question.address(key=key), current=False) for key in found.keys
    ]


def show_trace(traced: Traced, question: Question, page: int, gap_page: int = 1) -> dict[str, Any]:
    """The whole page of one trace."""
    gap_pages = max(-(-len(traced.gaps) // GAPS_PER_PAGE), 1)
    gap_page = min(max(gap_page, 1), gap_pages)
    rows = Rows(traced, question, gap_page)
    pages = -(-len(rows.keys) // PER_PAGE)
    page = min(max(page, 1), pages)
    shown = rows.page(page)
    return {
        **show_form(question),
        "answer": say_answer(traced),
        "code": shorten_key(traced.key),
        "name": name_code(traced, traced.key),
        "linked": bool(traced.roles) or bool(traced.gaps),
        "drawing": draw(traced, rows),
        "gaps": _show_gaps(traced, gap_page),
        "gap_count": len(traced.gaps),
        "gap_pages": _show_pages(question, gap_page, gap_pages, "gaps", "#h-gap"),
        "remarks": [describe_gap(traced, gap) for gap in traced.remarks],
        "contradictions": [
            describe_contradiction(traced, one) for one in traced.contradictions[:_MOST_DIFFERENCES]
        ],
        "contradiction_count": len(traced.contradictions),
        "goods": [row for row in shown if not row.container],
        "containers": [row for row in shown if row.container],
        "differences": _show_differences(traced),
        "counts": _say_counts(traced),
        "pages": _show_pages(question, page, pages),
        "limits": _say_limits(traced),
        "opened": _say_opened(traced),
        "as_of": say_instant(question.as_of) if question.as_of else "",
        "now_address": question.address(asof=""),
        "json_address": question.address(key=traced.key, format="json"),
        "proof_address": question.address(key=traced.key, format="proof")
        if traced.provable
        else "",
        "corrected": _say_corrected(traced),
        "sample": is_sample(traced),
    }


def _show_differences(traced: Traced) -> list[DifferenceLine]:
    words = {
        "name": pgettext("entry", "Name"),
        "brand": pgettext("entry", "Brand"),
        "description": pgettext("entry", "Description"),
        "origin": pgettext("entry", "Origin"),
        "address": pgettext("entry", "Address"),
    }
    return [
        DifferenceLine(
            words[one.field],
            shorten_key(one.key),
            one.registered,
            one.captured,
            say_instant(one.recorded) if one.recorded else "–",
        )
        for one in traced.directory.differences[:_MOST_DIFFERENCES]
    ]


def is_sample(traced: Traced) -> bool:
    """Whether the register marks the code's product as invented."""
    product = traced.directory.product(traced.key)
    return bool(product and product.values.get("sample"))


def _say_counts(traced: Traced) -> str:
    boxes = sum(traced.is_container(key) for key in (traced.key, *traced.roles))
    goods = len(traced.roles) + 1 - boxes
    parts = [
        ngettext("%(count)s code of goods", "%(count)s codes of goods", goods)
        % {"count": say_number(goods)}
    ]
    if boxes:
        parts.append(
            ngettext("%(count)s container", "%(count)s containers", boxes)
            % {"count": say_number(boxes)}
        )
    return ", ".join(parts)


def _show_gaps(traced: Traced, page: int) -> list[GapLine]:
    """One page of the gaps, each with its number among all of them."""
    start = (page - 1) * GAPS_PER_PAGE
    shown = traced.gaps[start : start + GAPS_PER_PAGE]
    return [describe_gap(traced, gap, number) for number, gap in enumerate(shown, start + 1)]


def _show_pages(
    question: Question, page: int, pages: int, name: str = "page", place: str = "#h-table"
) -> list[Choice]:
    if pages == 1:
        return []
    return [
        Choice(str(one), question.address(**{name: str(one)}) + place, one == page)
        for one in range(1, pages + 1)
    ]


def _say_limits(traced: Traced) -> list[str]:
    said = []
    if traced.truncated:
        said.append(
            _(
                "The trace was cut at %(count)s codes in one direction; there are more. "
                "Start from a code nearer to what matters, or set a window of time."
            )
            % {"count": say_number(LIMITS.items)}
        )
    if traced.withheld:
        said.append(
            ngettext(
                "%(count)s code is on record but may not be shown here.",
                "%(count)s codes are on record but may not be shown here.",
                traced.withheld,
            )
            % {"count": say_number(traced.withheld)}
        )
    return said


def _say_opened(traced: Traced) -> str:
    if not traced.opened or traced.down is None:
        return ""
    return _(
        "The code is a box: towards the receivers stands what it held. "
        "The rest of those lots is not part of this answer."
    )


def _say_corrected(traced: Traced) -> str:
    count = sum(bool(facts.corrected) for facts in traced.facts.values())
    if not count:
        return ""
    return ngettext(
        "%(count)s code has a corrected record: the wrong one no longer counts, and stays visible.",
        "%(count)s codes have corrected records: the wrong ones no longer count, and stay visible.",
        count,
    ) % {"count": say_number(count)}
