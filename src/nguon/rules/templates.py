"""The sector templates in force on a day.

An edition is a folder of data below `editions/`; `common.json` there holds what the sectors
share and, as `since`, the first day the edition applies (none: since always). What a law asks
for counts from the day the law took effect: on an earlier day the element is judged by the next
source it names, so that history is never measured against a rule that was not there yet.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from nguon.errors import Fault
from nguon.rules.error import RulesError
from nguon.rules.resolving import find_tail, resolve_common, resolve_sector
from nguon.rules.template import Kde, Need, RuleSource, Step, Template

_COMMON = "common"
_TEMPLATE_FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(Template))


def templates_on(day: date) -> Mapping[str, Template]:
    """Every sector's template as it applied on a day, by sector; `Kde.need` is that day's."""
    edition = _edition_on(day)
    return _judged(edition, bisect_right(_turning_days(edition), day))


def template_for(name: str, day: date) -> Template:
    """The template of a sector, named by itself (`produce`) or by a stage (`produce.HARVEST`).

    Raises `rules.unknown_sector`.
    """
    known = templates_on(day)
    sector = name.partition(".")[0]
    if sector not in known:
        raise RulesError(
            Fault("rules.unknown_sector", value=name, params={"known": ", ".join(known)})
        )
    return known[sector]


def find_step(cte: str, day: date) -> Step | None:
    """The step that an event's `nguon:cte` names; None where no template knows it."""
    edition = _edition_on(day)
    return _steps(edition, bisect_right(_turning_days(edition), day)).get(cte)


# -- editions -------------------------------------------------------------------------------


@cache
def _editions() -> list[tuple[date, str]]:
    """(first day, name) of every edition, by day."""
    folder = resources.files("nguon.rules").joinpath("editions")
    found = []
    for each in folder.iterdir():
        if each.is_dir() and each.joinpath("common.json").is_file():
            since = msgspec.json.decode(each.joinpath("common.json").read_bytes()).get("since")
            found.append((date.fromisoformat(since) if since else date.min, each.name))
    return sorted(found)


def _edition_on(day: date) -> str:
    known = _editions()
    return known[max(0, bisect_right([since for since, _ in known], day) - 1)][1]


@cache
def _raw(edition: str) -> dict[str, Any]:
    folder = resources.files("nguon.rules").joinpath("editions", edition)
    return {
        each.name.removesuffix(".json"): msgspec.json.decode(each.read_bytes())
        for each in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if each.name.endswith(".json")
    }


@cache
def _loaded(edition: str) -> dict[str, Template]:
    raw = _raw(edition)
    return {
        name: load_template(sector, raw[_COMMON]) for name, sector in raw.items() if name != _COMMON
    }


@cache
def _turning_days(edition: str) -> list[date]:
    """The days on which some source of an edition took effect, in order."""
    sources = next(iter(_loaded(edition).values())).sources.values()
    return sorted({source.effective for source in sources if source.effective})


@cache
def _judged(edition: str, turn: int) -> dict[str, Template]:
    days = _turning_days(edition)
    day = days[turn - 1] if turn else date.min
    return {name: _on(template, day) for name, template in _loaded(edition).items()}


@cache
def _steps(edition: str, turn: int) -> dict[str, Step]:
    """Every step by its name in events; a sector's own deadlines for common ones are not here."""
    common = _raw(edition)[_COMMON]
    stamped = [_stamped(step, _COMMON) for step in resolve_common(common)["ctes"]]
    days = _turning_days(edition)
    day = days[turn - 1] if turn else date.min
    known = _judged(edition, turn).values()
    sources = next(iter(known)).sources
    shared = _judge_steps(tuple(msgspec.convert(stamped, list[Step])), sources, day)
    own = [step for template in known for step in template.steps]
    return {step.cte: step for step in (*shared, *own)}


# -- loading --------------------------------------------------------------------------------


def load_template(raw: Mapping[str, Any], common: Mapping[str, Any]) -> Template:
    """One sector's data as a template. Raises `rules.unknown_reference`, `rules.malformed`."""
    whole = resolve_sector(raw, common)
    shared = resolve_common(common)
    name = str(raw["id"])
    fields = {key: value for key, value in whole.items() if key in _TEMPLATE_FIELDS}
    fields |= {
        "edition": common["version"],
        "steps": [_stamped(step, name) for step in whole["ctes"]],
        "common": [_stamped(step, _COMMON) for step in find_tail(raw, common)],
        "base_kdes": shared["base_kdes"],
        "sources": common["sources"],
        "retention": {key: _retention(key, common) for key in raw["retention"]},
    }
    try:
        template = msgspec.convert(fields, Template)
    except msgspec.ValidationError as error:
        params = {"problem": str(error)}
        raise RulesError(Fault("rules.malformed", value=name, params=params)) from error
    _check_order(template)
    return template


def _stamped(step: Mapping[str, Any], sector: str) -> dict[str, Any]:
    return {**step, "sector": sector, "owed_by": _owed().get(step["code"], "holder")}


@cache
def _owed() -> dict[str, str]:
    text = resources.files("nguon.rules").joinpath("owed.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["owed"])


def _retention(key: str, common: Mapping[str, Any]) -> Any:
    if key not in common["retention"]:
        raise _unknown(key, "/retention")
    return common["retention"][key]


def _check_order(template: Template) -> None:
    """Every stage that the sector names as coming before or after exists.

    A common stage may name one that this sector does without.
    """
    for step in template.steps:
        for each in (*step.previous, *step.next):
            if template.step(each.cte) is None:
                raise _unknown(each.cte, f"/ctes/{step.code}")
    for group in (*template.completeness.chain, *template.completeness.must_for_public_proof):
        for code in group.split("|"):
            if template.step(code) is None:
                raise _unknown(code, "/completeness")


def _unknown(name: str, pointer: str) -> RulesError:
    return RulesError(Fault("rules.unknown_reference", pointer, value=name))


# -- the rule then in force -----------------------------------------------------------------


def _on(template: Template, day: date) -> Template:
    return msgspec.structs.replace(
        template,
        steps=_judge_steps(template.steps, template.sources, day),
        common=_judge_steps(template.common, template.sources, day),
        base_kdes=tuple(_judge(kde, template.sources, day) for kde in template.base_kdes),
    )


def _judge_steps(
    steps: tuple[Step, ...], sources: Mapping[str, RuleSource], day: date
) -> tuple[Step, ...]:
    return tuple(
        msgspec.structs.replace(step, kdes=tuple(_judge(kde, sources, day) for kde in step.kdes))
        for step in steps
    )


def _judge(kde: Kde, sources: Mapping[str, RuleSource], day: date) -> Kde:
    """The element with the need it had on a day, and since when."""
    if not kde.is_owed:
        return kde
    named = [sources[name] for name in kde.src if name in sources]
    wanted: tuple[Need, ...] = ("law", "std") if kde.need == "law" else ("std",)
    for need in wanted:
        asking = [source for source in named if source.kind == need]
        if asking and any(source.in_force(day) for source in asking):
            return msgspec.structs.replace(kde, need=need, since=_first_day(asking))
        if not asking and need == kde.need:
            # Our own proposal holds it to be owed: there is no day to judge it by.
            return kde
    return msgspec.structs.replace(kde, need="recommended")


def _first_day(asking: list[RuleSource]) -> date | None:
    days = [source.effective for source in asking]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None
