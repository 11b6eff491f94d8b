"""GS1's test case TCR-54, AssociationEvent, step by step."""

from __future__ import annotations

from typing import Any

import pytest

from nguon.eventstore import Store
from tests.conformance.store.query_case import ITEM, Case

pytestmark = pytest.mark.database

LOCATION = "urn:epc:id:sgln:9521234.00002.K1"
BASE: dict[str, Any] = {"type": "AssociationEvent", "epcList": None, "parentID": LOCATION}


@pytest.fixture
def case(fresh_store: Store) -> Case:
    """An empty store."""
    return Case(fresh_store)


def test_steps_1_and_2_a_place_may_be_the_parent(case: Case) -> None:
    child = {"childEPCs": ["urn:epc:id:giai:9521234.400"]}
    assert case.capture({"fixed": BASE | {"action": "ADD"} | child}).success
    assert case.ask(eventType="AssociationEvent") == {"fixed"}
    for parent in (LOCATION, "https://id.gs1.org/414/9521234000020/254/K1"):
        assert case.ask(MATCH_parentID=parent) == case.ask(MATCH_anyEPC=parent) == {"fixed"}
    assert case.ask(MATCH_epc="https://id.gs1.org/8004/9521234400") == {"fixed"}
    assert case.ask(MATCH_epc=LOCATION) == set()


@pytest.mark.parametrize("action", ["ADD", "DELETE"])
def test_step_3_without_a_parent_it_is_refused(case: Case, action: str) -> None:
    event = BASE | {"action": action, "parentID": None, "childEPCs": [ITEM]}
    result = case.capture({"loose": event})
    assert not result.success
    assert result.stored == 0
    assert case.ask(eventType="AssociationEvent") == set()


@pytest.mark.parametrize("action", ["ADD", "OBSERVE"])
@pytest.mark.parametrize("empty", [{}, {"childEPCs": [], "childQuantityList": []}])
def test_step_4_without_children_it_is_refused(
    case: Case, action: str, empty: dict[str, Any]
) -> None:
    result = case.capture({"empty": BASE | {"action": action} | empty})
    assert not result.success
    assert result.stored == 0
    assert case.ask(eventType="AssociationEvent") == set()


def test_all_children_may_be_taken_away_at_once(case: Case) -> None:
    assert case.capture({"cleared": BASE | {"action": "DELETE"}}).success
    assert case.ask(EQ_action="DELETE", MATCH_parentID=LOCATION) == {"cleared"}
