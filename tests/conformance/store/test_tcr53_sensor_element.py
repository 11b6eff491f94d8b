"""GS1's test case TCR-53, SensorElement, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from nguon.eventstore import Store
from tests.conformance.store.query_case import Case
from tests.conftest import drop_database, make_database

pytestmark = pytest.mark.database

DEVICE = "urn:epc:id:giai:9521234.400"
METHOD = "https://example.com/methods/mean"
MICROBE = "https://www.ncbi.nlm.nih.gov/taxonomy/1126011"
SUBSTANCE = "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UHFFFAOYSA-N"
RULES = "https://example.com/rules/1"
# Whatever a sensor element can say, each event some of it.
SET_1 = {
    "cold": {
        "sensorElementList": [
            {
                "sensorMetadata": {
                    "time": "2026-05-10T11:00:00Z", "deviceID": DEVICE,
                    "deviceMetadata": "https://example.com/devices/1",
                    "rawData": "https://example.com/raw/1",
                    "dataProcessingMethod": METHOD, "bizRules": RULES,
                    "example:line": "north",
                },
                "sensorReport": [
                    {
                        "type": "Temperature", "value": 26.0, "uom": "CEL", "minValue": 24.5,
                        "maxValue": 27.5, "meanValue": 26.25, "sDev": 0.5, "percRank": 50,
                        "percValue": 26.5, "example:probe": 4,
                    }
                ],
                "example:batch": "2026-05-09T00:00:00Z",
            }
        ],
        "readPoint": {"id": "urn:epc:id:sgln:9521234.00002.0"},
    },
    "germ": {
        "sensorElementList": [
            {
                "sensorMetadata": {
                    "startTime": "2026-05-09T08:00:00Z", "endTime": "2026-05-09T10:00:00Z"
                },
                "sensorReport": [
                    {
                        "type": "https://example.com/voc/Germs", "microorganism": MICROBE,
                        "chemicalSubstance": SUBSTANCE, "stringValue": "SomeString",
                        "booleanValue": True, "hexBinaryValue": "f0F1",
                        "uriValue": "https://id.gs1.org/8004/9521234XYZ", "component": "x",
                        "coordinateReferenceSystem": "https://example.com/crs",
                    }
                ],
            }
        ]
    },
    "bare": {},
}  # fmt: skip
DEVICE_FIELDS = {
    "time": "2026-05-10T10:00:00Z",
    "deviceID": "urn:epc:id:giai:9521234.999",
    "deviceMetadata": "https://example.com/devices/9",
    "rawData": "https://example.com/raw/9",
    "dataProcessingMethod": "https://example.com/methods/9",
}
REPORT = {"type": "Pressure", "value": 1.0, "uom": "BAR"}
SET_2 = {
    "above": {"sensorElementList": [{"sensorMetadata": DEVICE_FIELDS, "sensorReport": [REPORT]}]},
    "below": {"sensorElementList": [{"sensorReport": [REPORT | DEVICE_FIELDS]}]},
}
SET_3 = {
    "twice": {
        "sensorElementList": [
            {"sensorMetadata": DEVICE_FIELDS, "sensorReport": [REPORT | DEVICE_FIELDS]}
        ]
    }
}


@pytest.fixture(scope="module")
def case(server_url: str, migrated_template: str) -> Iterator[Case]:
    """A store with set 1 and set 2 (steps 1 and 27)."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    filled = Case(store)
    assert filled.capture(SET_1).success
    assert filled.capture(SET_2).success
    yield filled
    store.close()
    drop_database(server_url, url)


FIRST = {"above", "below", "cold", "germ", "bare"} - {"above", "below"}


def test_steps_1_and_2_everything_is_there_by_record_time(case: Case) -> None:
    before = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    assert case.ask(GE_recordTime=before) == FIRST | {"above", "below"}
    assert case.ask(LT_recordTime=before) == set()


def test_step_3_exists_sensor_element(case: Case) -> None:
    for name in ("EXISTS_sensorElement", "EXISTS_sensorElementList"):
        assert case.ask(**{name: ""}) == {"cold", "germ", "above", "below"}


@pytest.mark.parametrize(
    ("within", "before", "expected"),
    [
        ("2026-05-10T11:00:00Z", "2026-05-10T11:00:01Z", {"cold"}),
        ("2026-05-10T18:00:00+07:00", "2026-05-10T18:00:01+07:00", {"cold"}),
        ("2026-05-10T11:00:01Z", "2026-05-10T12:00:00Z", set()),
        ("2026-05-10T09:00:00Z", "2026-05-10T11:00:00Z", {"above", "below"}),
    ],
)
def test_step_4_time(case: Case, within: str, before: str, expected: set[str]) -> None:
    assert case.ask(GE_time=within, LT_time=before) == expected


def test_step_5_start_and_end_time(case: Case) -> None:
    assert case.ask(GE_startTime="2026-05-09T08:00:00Z", LT_startTime="2026-05-09T09:00:00Z") == {
        "germ"
    }
    assert case.ask(GE_startTime="2026-05-09T08:00:01Z") == set()
    assert case.ask(GE_endTime="2026-05-09T10:00:00Z", LT_endTime="2026-05-09T11:00:00Z") == {
        "germ"
    }
    assert case.ask(LT_endTime="2026-05-09T10:00:00Z") == set()


@pytest.mark.parametrize(
    ("parameter", "value", "name"),
    [
        ("EQ_type", "gs1:Temperature", "cold"),
        ("EQ_type", "Temperature", "cold"),
        ("EQ_type", "https://example.com/voc/Germs", "germ"),
        ("EQ_deviceID", DEVICE, "cold"),
        ("EQ_deviceID", "https://id.gs1.org/8004/9521234400", "cold"),
        ("EQ_dataProcessingMethod", METHOD, "cold"),
        ("EQ_microorganism", MICROBE, "germ"),
        ("EQ_chemicalSubstance", SUBSTANCE, "germ"),
        ("EQ_bizRules", RULES, "cold"),
        ("EQ_stringValue", "SomeString", "germ"),
        ("EQ_booleanValue", "true", "germ"),
        ("EQ_hexBinaryValue", "F0f1", "germ"),
        ("EQ_uriValue", "urn:epc:id:giai:9521234.XYZ", "germ"),
    ],
)
def test_steps_6_to_11_and_16_to_19_equal(
    case: Case, parameter: str, value: str, name: str
) -> None:
    assert case.ask(**{parameter: value}) == {name}
    other = "false" if parameter == "EQ_booleanValue" else f"{value}0"
    assert case.ask(**{parameter: other}) == set()


@pytest.mark.parametrize(
    ("parameter", "low", "high"),
    [
        ("value_CEL", "26", "26.1"),
        ("minValue_CEL", "24.5", "24.6"),
        ("maxValue_CEL", "27.5", "27.6"),
        ("meanValue_CEL", "26.25", "26.3"),
        ("sDev", "0.5", "0.6"),
        ("sDev_KEL", "0.5", "0.6"),
        ("percRank", "50", "51"),
        ("percValue", "26.5", "26.6"),
        ("percValue_CEL", "26.5", "26.6"),
    ],
)
def test_steps_12_to_15_and_23_to_25_bounds(
    case: Case, parameter: str, low: str, high: str
) -> None:
    assert case.ask(**{f"GE_{parameter}": low, f"LT_{parameter}": high}) == {"cold"}
    assert "cold" not in case.ask(**{f"LT_{parameter}": low})
    assert "cold" not in case.ask(**{f"GE_{parameter}": high})


def test_step_12_an_equal_value(case: Case) -> None:
    assert case.ask(EQ_value_CEL="26.0") == {"cold"}
    assert case.ask(EQ_value_CEL="26.01") == set()


@pytest.mark.parametrize(
    ("family", "equal", "below", "above"),
    [
        ("SENSORELEMENT_example__batch", "2026-05-09T07:00:00+07:00", "2026-05-08T00:00:00Z",
         "2026-05-10T00:00:00Z"),
        ("SENSORREPORT_example__probe", "4", "3.5", "4.5"),
    ],
)  # fmt: skip
def test_steps_20_and_22_extensions_of_elements_and_reports(
    case: Case, family: str, equal: str, below: str, above: str
) -> None:
    for operator in ("EQ", "GE", "LE"):
        assert case.ask(**{f"{operator}_{family}": equal}) == {"cold"}, operator
    assert case.ask(**{f"GT_{family}": equal}) == case.ask(**{f"LT_{family}": equal}) == set()
    assert case.ask(**{f"GT_{family}": below, f"LT_{family}": above}) == {"cold"}
    assert case.ask(**{f"EXISTS_{family}": ""}) == {"cold"}


def test_step_21_extensions_of_metadata(case: Case) -> None:
    assert case.ask(EQ_SENSORMETADATA_example__line="north|south") == {"cold"}
    assert case.ask(EQ_SENSORMETADATA_example__line="south") == set()
    assert case.ask(EQ_SENSORELEMENT_example__line="north") == set()


def test_step_26_a_reading_in_celsius_answers_a_question_in_kelvin(case: Case) -> None:
    # 299.15 K are 26 °C: the number is higher, the temperature the same.
    assert case.ask(EQ_type="gs1:Temperature", GE_value_KEL="299.15") == {"cold"}
    assert case.ask(EQ_type="gs1:Temperature", GE_value_KEL="299.16") == set()
    assert case.ask(EQ_value_FAH="78.8") == {"cold"}
    assert case.ask(GE_value_PAL="100000") == {"above", "below"}


@pytest.mark.parametrize("name", sorted(DEVICE_FIELDS))
def test_steps_27_and_28_attributes_above_or_below_are_found_alike(case: Case, name: str) -> None:
    assert case.ask(**{f"EQ_{name}": DEVICE_FIELDS[name]}) == {"above", "below"}


def test_step_29_an_attribute_in_both_places_is_refused(case: Case) -> None:
    result = case.capture(SET_3, strict=True)
    assert not result.success
    assert result.stored == 0
    assert {fault.code for fault in result.results[0].faults if fault.level == "error"} == {
        "epcis.sensor_twice"
    }
    assert case.ask(EQ_eventID=result.results[0].event_id) == set()
