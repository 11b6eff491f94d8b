"""Sector templates: whole, the same in substance as what they were made from, judged by date."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from nguon.rules import RulesError, find_step, load_template, template_for, templates_on
from nguon.rules.resolving import resolve_common, resolve_sector
from nguon.rules.steps import read_steps

TODAY = date(2026, 11, 24)
SECTORS = {
    *("beverage-alcohol", "captured-seafood", "farmed-seafood", "honey", "livestock-poultry"),
    *("non-food", "processed-seafood", "produce", "starch-noodle-rice", "tea-herb"),
}


def edition(name: str) -> Any:
    folder = resources.files("nguon.rules").joinpath("editions", "2026-11")
    return json.loads(folder.joinpath(f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("sector", sorted({*SECTORS, "common"}))
def test_what_is_resolved_is_the_expected_resolution(sector: str, shared: Path) -> None:
    expected = json.loads((shared / f"domain/sectors/resolved/{sector}.json").read_text("utf-8"))
    common = edition("common")
    found = (
        resolve_common(common) if sector == "common" else resolve_sector(edition(sector), common)
    )
    assert found == expected


def test_all_sectors_have_a_template_of_their_steps_in_order() -> None:
    known = templates_on(TODAY)
    assert set(known) == SECTORS
    honey = [step.cte for step in known["honey"].steps]
    assert honey == [
        f"honey.{code}"
        for code in ("APIARY_PLACE", "HIVE_FEED", "HIVE_TREAT", "EXTRACT", "PROCESS", "FILL")
    ]
    assert all(len(template.common) == 19 for template in known.values())


def test_a_form_asks_at_most_three_things_and_has_a_default_for_the_rest() -> None:
    for template in templates_on(TODAY).values():
        for step in (*template.steps, *template.common):
            assert len(step.form.quick) <= 3
            for kde in step.kdes:
                if kde.is_owed:
                    assert kde.default != "none" or kde.code in step.form.quick, step.cte


def test_every_step_has_a_word() -> None:
    words = read_steps()
    for template in templates_on(TODAY).values():
        for step in (*template.steps, *template.common):
            assert words[f"cte:{step.cte}"].vi == step.label.vi


def test_deadlines_yields_and_debtors_are_typed() -> None:
    ship, dry = find_step("common.SHIP", TODAY), find_step("tea-herb.DRY", TODAY)
    assert ship is not None
    assert dry is not None
    assert ship.expects[0].cte == "RECEIVE"
    assert ship.expects[0].max_delay == timedelta(days=3)
    tail = template_for("produce", TODAY).step("SHIP")
    assert tail is not None
    assert tail.expects[0].max_delay == timedelta(days=2)
    assert dry.yields is not None
    assert not dry.yields.is_share
    receive = find_step("common.RECEIVE", TODAY)
    assert receive is not None
    assert (receive.owed_by, ship.owed_by) == ("receiver", "giver")
    assert find_step("produce.NOTHING", TODAY) is None


def test_a_law_counts_from_its_day() -> None:
    def need(day: date) -> tuple[str, date | None]:
        step = find_step("produce.HARVEST", day)
        assert step is not None
        kde = step.kde("quantity_kg")
        assert kde is not None
        return kde.need, kde.since

    assert need(date(2022, 2, 1))[0] == "recommended"
    assert need(date(2022, 2, 2)) == ("law", date(2022, 2, 2))


def test_before_the_law_a_standard_still_asks() -> None:
    step = find_step("produce.HARVEST", date(2021, 6, 1))
    assert step is not None
    kde = step.kde("lot_code")
    assert kde is not None
    assert kde.need == "std"


def test_an_unknown_sector_says_which_there_are() -> None:
    with pytest.raises(RulesError) as caught:
        template_for("coffee", TODAY)
    assert caught.value.code == "rules.unknown_sector"
    assert "produce" in caught.value.fault.sentence("en")


def _spoil(path: list[Any], value: Any) -> dict[str, Any]:
    raw: dict[str, Any] = copy.deepcopy(edition("honey"))
    place: Any = raw
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return raw


@pytest.mark.parametrize(
    ("path", "value", "code", "said"),
    [
        (["ctes", 0, "kdes", 1], {"use": "nowhere"}, "rules.unknown_reference", "nowhere"),
        (["ctes", 0, "src"], ["law:NOWHERE"], "rules.unknown_reference", "law:NOWHERE"),
        (["ctes", 0, "next", 0, "cte"], "NEVER", "rules.unknown_reference", "NEVER"),
        (["tail", 0, "use"], "FLY", "rules.unknown_reference", "FLY"),
        (["retention", 0], "RET-NEVER", "rules.unknown_reference", "RET-NEVER"),
        (["ctes", 0, "next", 0, "max_delay"], "soon", "rules.malformed", "max_delay"),
        (["ctes", 0, "kdes", 0, "need"], "maybe", "rules.malformed", "need"),
        (["ctes", 0, "surprise"], 1, "rules.malformed", "surprise"),
    ],
)
def test_a_spoilt_template_says_where(path: list[Any], value: Any, code: str, said: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_template(_spoil(path, value), edition("common"))
    assert caught.value.code == code
    assert said in caught.value.fault.sentence("en")


def test_a_sector_may_set_its_own_deadline_for_a_common_step() -> None:
    own, shared = template_for("produce", TODAY).step("SHIP"), find_step("common.SHIP", TODAY)
    assert own is not None
    assert shared is not None
    assert (own.expects[0].max_delay.days, shared.expects[0].max_delay.days) == (2, 3)
