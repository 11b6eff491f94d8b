"""GS1's test case TCR-54, AssociationEvent, step by step over HTTP: JSON and XML, REST and SOAP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nguon.epcis import read_document
from nguon.epcis.xml import write_xml
from tests.conformance.door.asking import Case, document
from tests.conformance.door.calling import XML, Door
from tests.conformance.store.query_case import ITEM
from tests.conformance.store.test_tcr54_association_event import BASE, LOCATION

pytestmark = pytest.mark.database

ASSET = "urn:epc:id:giai:9521234.400"


@pytest.fixture(params=["rest", "soap"])
def case(request: pytest.FixtureRequest, door: Door) -> Case:
    return Case(door, request.param)


def event(**members: Any) -> dict[str, Any]:
    return {**BASE, **members}


def test_steps_1_and_2_a_place_may_be_the_parent(case: Case) -> None:
    name = f"fixed {case.how}"
    mine = f"urn:epc:id:giai:9521234.400{case.how}"
    assert case.capture({name: event(action="ADD", childEPCs=[mine])})["success"]
    for parent in (LOCATION, "https://id.gs1.org/414/9521234000020/254/K1"):
        assert case.ask(MATCH_parentID=parent, MATCH_epc=mine) == {name}
    assert case.ask(MATCH_epc=LOCATION) == set()


def test_step_2_in_xml(case: Case) -> None:
    name = f"written {case.how}"
    whole = document({name: event(action="OBSERVE", childEPCs=[ASSET])})
    case.names[whole["epcisBody"]["eventList"][0]["eventID"]] = name
    read = read_document(json.dumps(whole))
    assert case.door.capture(write_xml(read), XML)["success"]
    assert case.ask(EQ_eventID=whole["epcisBody"]["eventList"][0]["eventID"]) == {name}


@pytest.mark.parametrize("action", ["ADD", "DELETE"])
def test_step_3_without_a_parent_it_is_not_accepted(case: Case, action: str) -> None:
    name = f"loose {action} {case.how}"
    wrong = event(action=action, parentID=None, childEPCs=[ITEM])
    check_refused(case, name, wrong, "/epcisBody/eventList/0/parentID")


@pytest.mark.parametrize("action", ["ADD", "OBSERVE"])
@pytest.mark.parametrize("empty", [{}, {"childEPCs": [], "childQuantityList": []}])
def test_step_4_without_children_it_is_not_accepted(
    case: Case, action: str, empty: dict[str, Any]
) -> None:
    name = f"empty {action} {len(empty)} {case.how}"
    check_refused(case, name, event(action=action, **empty), "/epcisBody/eventList/0")


def check_refused(case: Case, name: str, wrong: dict[str, Any], place: str) -> None:
    """The job says no and where, and no query finds the event."""
    job = case.capture({name: wrong})
    assert job["success"] is False
    assert job["errors"][0]["pointer"].startswith(place)
    (event_id,) = [key for key, known in case.names.items() if known == name]
    assert case.ask(EQ_eventID=event_id) == set()


def test_all_children_may_be_taken_away_at_once(case: Case) -> None:
    name = f"cleared {case.how}"
    assert case.capture({name: event(action="DELETE")})["success"]
    (event_id,) = case.names
    assert case.ask(EQ_action="DELETE", EQ_eventID=event_id) == {name}
