"""Our table of application identifiers against GS1's, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nguon.gs1.charset import SETS
from nguon.gs1.codes import code_list
from nguon.gs1.linters import DOMAINS, LINTERS
from nguon.gs1.table import ApplicationIdentifier, Component, table


def _numbers(facts: dict[str, Any]) -> list[str]:
    first, last = facts["ai_from"], facts["ai_to"]
    return [f"{n:0{len(first)}}" for n in range(int(first), int(last) + 1)]


def _as_ours(facts: dict[str, Any]) -> tuple[Any, ...]:
    parts = [
        (c["cset"], c["min"], c["max"], c["optional"], tuple(c["linters"]))
        for c in facts["components"]
    ]
    extra = facts["attributes"]
    keys = extra.get("dlpkey")
    qualifiers = keys and tuple(tuple(s.split(",")) if s else () for s in keys[0].split("|"))
    return (
        facts["title"],
        tuple(parts),
        facts["predefined_length"],
        facts["dl_attribute"],
        (tuple(extra.get("req", ())), tuple(extra.get("ex", ())), qualifiers),
    )


def _flat(entry: ApplicationIdentifier) -> tuple[Any, ...]:
    parts = [
        (part.charset, part.shortest, part.longest, part.optional, part.checks)
        for part in entry.components
    ]
    association = (entry.requires, entry.excludes, entry.qualifiers)
    return entry.title, tuple(parts), entry.fixed, entry.attribute, association


def test_the_table_says_what_gs1_says(standards: Path) -> None:
    theirs = json.loads((standards / "gs1" / "ai_table.json").read_text("utf-8"))
    expected = {number: _as_ours(facts) for facts in theirs for number in _numbers(facts)}
    ours = {ai: _flat(entry) for ai, entry in table().items()}
    assert len(ours) == 541
    assert {ai for ai in expected if ours.get(ai) != expected[ai]} == set()
    assert set(ours) == set(expected)


def _parts() -> list[tuple[Component, str]]:
    return [
        (part, name) for ai in table().values() for part in ai.components for name in part.checks
    ]


def test_every_check_that_the_table_names_is_made() -> None:
    assert {name for _, name in _parts()} <= set(LINTERS)


def test_no_value_reaches_a_check_that_it_is_not_meant_for() -> None:
    # `check_value` tries a check only on what fits the component: that must be its domain.
    for part, name in _parts():
        if domain := DOMAINS.get(name):
            assert set(SETS[part.charset]) <= set(SETS[domain.charset]), (part, name)
            assert domain.shortest <= part.shortest <= part.longest <= domain.longest, (part, name)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("iso3166", 249),
        ("iso3166alpha2", 249),
        ("iso4217", 179),
        ("mediatype", 30),
        ("packagetype", 431),
    ],
)
def test_a_code_list_is_whole_and_says_its_keeper_and_day(name: str, count: int) -> None:
    found = code_list(name)
    assert len(found.codes) == count
    assert found.source
    assert found.as_of.year >= 2026
