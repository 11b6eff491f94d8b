"""The 29 crafted documents that are wrong past, or despite, the schema: each with its fault."""

from __future__ import annotations

import json

import pytest

from nguon.epcis import read_document
from tests.conformance.epcis.shared import EPCIS, needs_shared

pytestmark = needs_shared

FIRST = "/epcisBody/eventList/0"
SENSOR = f"{FIRST}/sensorElementList/0"
EXPECTED = {
    "00": ("epcis.parent_missing", f"{FIRST}/parentID", "error"),
    "02": ("epcis.member_missing", f"{FIRST}/parentID", "error"),
    "04": ("epcis.nothing_named", f"{FIRST}/childEPCs", "error"),
    "06": ("epcis.nothing_named", f"{FIRST}/epcList", "error"),
    "08": ("epcis.ilmd_without_add", f"{FIRST}/ilmd", "error"),
    "10": ("epcis.sensor_twin", f"{SENSOR}/sensorReport/0/time", "flag"),
    "12": ("epcis.sensor_after_event", f"{SENSOR}/sensorMetadata/time", "flag"),
    "14": ("epcis.value_without_uom", f"{SENSOR}/sensorReport/0/uom", "error"),
    "16": ("epcis.min_above_max", f"{SENSOR}/sensorReport/0/minValue", "error"),
    "18": ("epcis.class_as_instance", f"{FIRST}/epcList/0", "error"),
    "20": ("epcis.quantity_negative", f"{FIRST}/quantityList/0/quantity", "error"),
    "22": ("epcis.uom_without_quantity", f"{FIRST}/quantityList/0/quantity", "error"),
    "24": ("gs1.urn_length", f"{FIRST}/epcList/0", "error"),
    "26": ("epcis.duplicate_value", f"{FIRST}/epcList/1", "error"),
    "28": ("epcis.not_a_place", f"{FIRST}/readPoint/id", "error"),
    "30": ("epcis.one_sided_transformation", f"{FIRST}/outputQuantityList", "error"),
    "32": ("epcis.member_unknown", f"{FIRST}/action", "error"),
    "34": ("epcis.nothing_named", f"{FIRST}/epcList", "error"),
    "36": ("epcis.persistent_misplaced", f"{FIRST}/persistentDisposition", "flag"),
    "38": ("epcis.declaration_without_id", f"{FIRST}/eventID", "flag"),
    "40": ("epcis.event_id_scheme", f"{FIRST}/eventID", "error"),
    "42": ("epcis.event_id_repeated", "/epcisBody/eventList/1/eventID", "error"),
    "44": ("epcis.context_missing", "/@context", "error"),
    "46": ("epcis.word_as_uri", f"{FIRST}/bizStep", "flag"),
    "48": ("epcis.time_without_zone", f"{FIRST}/eventTime", "error"),
    "50": ("epcis.offset_differs", f"{FIRST}/eventTimeZoneOffset", "flag"),
    "52": ("epcis.not_a_party", f"{FIRST}/sourceList/0/source", "error"),
    "54": ("epcis.event_list_empty", "/epcisBody/eventList", "flag"),
    "56": ("epcis.member_unknown", f"{FIRST}/foo", "error"),
}


@pytest.mark.parametrize("number", EXPECTED)
def test_each_bad_document_has_its_one_fault(number: str) -> None:
    whole = json.loads((EPCIS / "semantic-invalid" / f"{number}.json").read_text("utf-8"))
    faults = read_document(json.dumps(whole["document"])).all_faults
    assert [(f.code, f.pointer, f.level) for f in faults] == [EXPECTED[number]], whole["name"]


def test_the_twin_of_a_sensor_s_time_is_named() -> None:
    whole = json.loads((EPCIS / "semantic-invalid" / "10.json").read_text("utf-8"))
    (fault,) = read_document(json.dumps(whole["document"])).all_faults
    assert "/sensorElementList/0/sensorMetadata/time" in fault.sentence("en")


def test_no_document_is_left_out() -> None:
    files = {path.stem for path in (EPCIS / "semantic-invalid").glob("*.json")}
    assert files == set(EXPECTED)
