"""GS1's test case TCR-53, SensorElement, step by step over HTTP: REST and the SOAP poll.

What each set holds is the store's test case; here it goes in at the door and is asked for there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conformance.door.asking import Case, contents
from tests.conformance.door.calling import JSON, XML, Door, furnished, served
from tests.conformance.store.query_case import make_event
from tests.conformance.store.test_tcr53_sensor_element import (
    DEVICE_FIELDS,
    SET_1,
    SET_2,
    SET_3,
)

pytestmark = pytest.mark.database

NAMED = {"cold", "germ", "bare", "above", "below"}


@pytest.fixture(scope="module")
def filled(server_url: str, django_db_blocker: Any) -> Iterator[Door]:
    """A door with set 1 and set 2 captured, that takes TCR-53 at its word in step 29."""
    with (
        furnished(server_url, django_db_blocker) as url,
        served(url, NGUON_REFUSE_SENSOR_TWINS="1") as address,
    ):
        door = Door(address)
        case = Case(door, "rest")
        for each in (SET_1, SET_2):
            assert case.capture(each)["success"]
        yield door
        door.close()


@pytest.fixture(params=["rest", "soap"])
def case(request: pytest.FixtureRequest, filled: Door) -> Case:
    """The door, asked in one way or the other."""
    asked = Case(filled, request.param)
    for each in (SET_1, SET_2):
        asked.names |= _ids(each)
    return asked


def _ids(named: dict[str, Any]) -> dict[str, str]:
    return {make_event(name)["eventID"]: name for name in named}


@pytest.mark.parametrize("accept", [JSON, XML])
def test_step_1_everything_that_a_sensor_can_say_is_there(case: Case, accept: str) -> None:
    told = contents(case.fetch("cold", accept)) + contents(case.fetch("germ", accept))
    for said in (
        *("26", "24.5", "27.5", "26.25", "0.5", "26.5", "CEL", "SomeString", "true"),
        *("f0F1", "9521234XYZ", "https://example.com/crs", "north", "inchikey", "taxonomy"),
        *("percRank", "percValue", "meanValue", "startTime", "endTime", "batch", "probe"),
    ):
        assert said in told, said


def test_step_2_everything_is_returned_by_record_time(case: Case) -> None:
    before = (datetime.now(UTC) - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert case.ask(GE_recordTime=before) == NAMED
    assert case.ask(LT_recordTime=before) == set()


def test_step_3_exists_sensor_element(case: Case) -> None:
    assert case.ask(EXISTS_sensorElement="") == NAMED - {"bare"}


def test_step_4_time_in_and_out_of_a_window(case: Case) -> None:
    inside = {"GE_time": "2026-05-10T11:00:00Z", "LT_time": "2026-05-10T11:00:01Z"}
    assert case.ask(**inside) == {"cold"}
    outside = {"GE_time": "2026-05-10T11:00:01Z", "LT_time": "2026-05-10T12:00:00Z"}
    assert case.ask(**outside) == set()


@pytest.mark.parametrize(
    ("name", "time"), [("startTime", "2026-05-09T08:00:00Z"), ("endTime", "2026-05-09T10:00:00Z")]
)
def test_step_5_start_and_end(case: Case, name: str, time: str) -> None:
    assert case.ask(**{f"GE_{name}": time, f"LT_{name}": "2026-05-09T12:00:00Z"}) == {"germ"}
    assert case.ask(**{f"LT_{name}": time}) == set()


# Step, parameter, a value that is there, one that is not, who answers.
EQUAL = [
    (6, "EQ_type", "gs1:Temperature", "gs1:Speed", "cold"),
    (7, "EQ_deviceID", "https://id.gs1.org/8004/9521234400", "urn:epc:id:giai:9521234.1", "cold"),
    (8, "EQ_dataProcessingMethod", "https://example.com/methods/mean", "urn:x:y", "cold"),
    (9, "EQ_microorganism", "https://www.ncbi.nlm.nih.gov/taxonomy/1126011", "urn:x:y", "germ"),
    (10, "EQ_chemicalSubstance",
     "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UHFFFAOYSA-N", "urn:x:y", "germ"),
    (11, "EQ_bizRules", "https://example.com/rules/1", "https://example.com/rules/2", "cold"),
    (12, "EQ_value_CEL", "26.0", "26.1", "cold"),
    (16, "EQ_stringValue", "SomeString", "SomeStrin", "germ"),
    (17, "EQ_booleanValue", "true", "false", "germ"),
    (18, "EQ_hexBinaryValue", "F0F1", "F0F2", "germ"),
    (19, "EQ_uriValue", "urn:epc:id:giai:9521234.XYZ", "urn:epc:id:giai:9521234.XY", "germ"),
    (20, "EQ_SENSORELEMENT_example:batch", "2026-05-09T00:00:00Z", "2026-05-08T00:00:00Z", "cold"),
    (21, "EQ_SENSORMETADATA_example:line", "north", "south", "cold"),
    (22, "EQ_SENSORREPORT_example:probe", "4", "5", "cold"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "name", "there", "away", "who"), EQUAL)
def test_steps_6_to_22_equal(
    case: Case, step: int, name: str, there: str, away: str, who: str
) -> None:
    assert case.ask(**{name: there}) == {who}, step
    assert case.ask(**{name: away}) == set(), step


# Step, parameter, a value that is reached, one that is not.
BOUNDS = [
    (12, "value_CEL", "26", "26.1"),
    (13, "minValue_CEL", "24.5", "24.6"),
    (14, "maxValue_CEL", "27.5", "27.6"),
    (15, "meanValue_CEL", "26.25", "26.3"),
    (20, "SENSORELEMENT_example:batch", "2026-05-09T00:00:00Z", "2026-05-09T00:00:01Z"),
    (22, "SENSORREPORT_example:probe", "4", "4.5"),
    (23, "sDev", "0.5", "0.6"),
    (24, "percRank", "50", "51"),
    (25, "percValue", "26.5", "26.6"),
]


@pytest.mark.parametrize(("step", "name", "low", "high"), BOUNDS)
def test_steps_12_to_25_bounds(case: Case, step: int, name: str, low: str, high: str) -> None:
    assert case.ask(**{f"GE_{name}": low, f"LT_{name}": high}) == {"cold"}, step
    assert case.ask(**{f"LT_{name}": low}) == set(), step
    assert case.ask(**{f"GE_{name}": high}) == set(), step


@pytest.mark.parametrize(
    ("name", "value"),
    [("SENSORELEMENT_example:batch", "2026-05-09T00:00:00Z"), ("SENSORREPORT_example:probe", "4")],
)
def test_steps_20_and_22_greater_and_less_leave_the_equal_out(
    case: Case, name: str, value: str
) -> None:
    assert case.ask(**{f"LE_{name}": value}) == {"cold"}
    assert case.ask(**{f"GT_{name}": value}) == case.ask(**{f"LT_{name}": value}) == set()


def test_step_26_kelvin_finds_celsius(case: Case) -> None:
    assert case.ask(EQ_type="gs1:Temperature", GE_value_KEL="299.15") == {"cold"}
    assert case.ask(EQ_type="gs1:Temperature", GE_value_KEL="299.16") == set()


@pytest.mark.parametrize("name", sorted(DEVICE_FIELDS))
def test_steps_27_and_28_above_and_below_are_found_alike(case: Case, name: str) -> None:
    assert case.ask(**{f"EQ_{name}": DEVICE_FIELDS[name]}) == {"above", "below"}


def test_step_29_a_field_in_both_places_is_not_accepted(case: Case) -> None:
    job = case.capture(SET_3)
    assert job["success"] is False
    assert {error["code"] for error in job["errors"]} == {"epcis.sensor_twice"}
    assert all("/sensorElementList/0" in error["pointer"] for error in job["errors"])
    assert case.fetch("twice", JSON).status == 404


def test_step_29_without_the_policy_it_is_told_and_kept(door: Door) -> None:
    """GS1's own examples do it, so the default only flags it; the dry run shows the flag."""
    case = Case(door, "rest")
    assert case.capture(SET_3)["success"]
    assert case.fetch("twice", JSON).status == 200
