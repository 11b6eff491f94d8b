"""Makes docs/reference/sectors.md from the sector templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from nguon.rules import Expectation, Kde, Step, Template, templates_on
from nguon.rules.templates import find_step

_DAY = date(2026, 11, 24)
_HEAD = """# Sector templates

This page is made from the templates in `src/nguon/rules/editions` by `./dev docs`, as they
apply on {day}. A stage (critical tracking event) is written in events as `nguon:cte` =
`<sector>.<stage>`. What a law asks for counts from the day the law took effect; earlier history
is judged without it. *Owed* lists the facts that a law (**bold**) or a standard asks for.
A law named here asks for the fact; it does not follow that it fixes our field or unit. Deadlines
and yields marked *proposal* wait for the word of the sector's department.
"""


def sectors_page() -> str:
    """Every sector: its stages with event form, owed facts, deadlines and yields."""
    known = templates_on(_DAY)
    parts = [_HEAD.format(day=_DAY.isoformat())]
    for template in known.values():
        parts.extend(_sector(template))
    parts.append("## Stages that all sectors share\n")
    for step in next(iter(known.values())).common:
        shared = find_step(step.cte, _DAY)
        assert shared is not None
        parts.extend(_step(shared))
    return "\n".join(parts)


def _sector(template: Template) -> Iterator[str]:
    yield f"## {template.name.vi} (`{template.id}`)\n"
    yield f"{template.name.en}. Chain: {' → '.join(template.completeness.chain)}."
    proof = ", ".join(template.completeness.must_for_public_proof)
    yield f"Without {proof} the public page says *information*, not *traceability*. Records are"
    kept = (f"{rule.months} months from {rule.starts}" for rule in template.retention.values())
    yield f"kept the longest of: {'; '.join(kept)}.\n"
    for step in template.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    form = step.epcis
    action = f" {form.action}" if form.action else ""
    yield f"### `{step.cte}`: {step.label.vi}, {step.label.en}\n"
    yield f"- {form.type}{action}, `{form.biz_step}`, {'/'.join(form.disposition)}"
    owed = [_fact(kde) for kde in step.kdes if kde.is_owed]
    if owed:
        yield f"- Owed: {', '.join(owed)}"
    if step.next:
        yield f"- Next: {', '.join(_next(each) for each in step.next)}"
    if step.yields:
        source = ", ".join(src.partition(":")[0] for src in step.yields.src)
        yield f"- Yield: {step.yields.kind} {step.yields.min} to {step.yields.max} ({source})"
    if step.owed_by != "holder":
        yield f"- Owed by the {step.owed_by}"
    yield ""


def _fact(kde: Kde) -> str:
    since = f" (since {kde.since})" if kde.since else ""
    return f"**{kde.code}**{since}" if kde.need == "law" else kde.code


def _next(each: Expectation) -> str:
    return f"{each.cte} within {_span(each.max_delay)} ({each.expect.replace('_', ' ')})"


def _span(delay: timedelta) -> str:
    return (
        f"{delay.days} d"
        if delay % timedelta(days=1) == timedelta()
        else f"{delay / timedelta(hours=1):g} h"
    )
