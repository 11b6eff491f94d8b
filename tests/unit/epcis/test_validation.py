"""The rules past the schema, one row each: what is written, and the fault it makes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from nguon.epcis import Policy
from nguon.epcis.hash import pre_hash
from tests.unit.epcis.events import (
    ITEM,
    LOT,
    PALLET,
    PARTY,
    PLACE,
    event,
    found,
    read,
    read_one,
)

UUID = "urn:uuid:00000000-0000-4000-8000-000000000001"
HASH = "ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0"
CLASS = "https://id.gs1.org/01/09521234000129"
REPORT = {"type": "Temperature", "value": 26, "uom": "CEL"}


def quantity(**members: Any) -> dict[str, Any]:
    return {"quantityList": [{"epcClass": LOT, **members}]}


def sensed(report: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    element: dict[str, Any] = {"sensorReport": [{**REPORT, **(report or {})}]}
    if metadata:
        element["sensorMetadata"] = metadata
    return {"sensorElementList": [element]}


_S = "/sensorElementList/0"
ROWS: list[tuple[str, dict[str, Any], str, str]] = [
    # things and what may stand for them
    ("ObjectEvent", {"epcList": []}, "epcis.nothing_named", "/epcList"),
    ("ObjectEvent", {"epcList": None}, "epcis.nothing_named", "/epcList"),
    ("ObjectEvent", {"epcList": [CLASS]}, "epcis.class_as_instance", "/epcList/0"),
    ("ObjectEvent", {"epcList": [LOT]}, "epcis.class_as_instance", "/epcList/0"),
    ("ObjectEvent", {"epcList": [PLACE]}, "epcis.no_thing", "/epcList/0"),
    ("ObjectEvent", {"epcList": ["urn:x:1"]}, "epcis.private_identifier", "/epcList/0"),
    ("ObjectEvent", {"epcList": ["x"]}, "gs1.not_a_uri", "/epcList/0"),
    ("ObjectEvent", {"epcList": [ITEM, ITEM]}, "epcis.duplicate_value", "/epcList/1"),
    (
        "ObjectEvent",
        {"epcList": [ITEM, ITEM.replace("id.gs1.org", "example.com")]},
        "epcis.same_thing",
        "/epcList/1",
    ),
    ("ObjectEvent", {"action": None}, "epcis.member_missing", "/action"),
    ("ObjectEvent", {"ilmd": {"cbvmda:lotNumber": "L"}}, "epcis.ilmd_without_add", "/ilmd"),
    ("ObjectEvent", {"action": "ADD", "ilmd": {"lot": 1}}, "epcis.member_unknown", "/ilmd/lot"),
    ("ObjectEvent", {"parentID": PALLET}, "epcis.member_unknown", "/parentID"),
    ("ObjectEvent", {"epcList": [], **sensed()}, "epcis.sensor_without_place", "/readPoint"),
    (
        "ObjectEvent",
        {"epcList": [], **sensed(), "readPoint": {"id": PLACE}, "action": "ADD"},
        "epcis.sensor_added",
        "/action",
    ),
    ("AggregationEvent", {"parentID": None}, "epcis.parent_missing", "/parentID"),
    ("AggregationEvent", {"childEPCs": []}, "epcis.nothing_named", "/childEPCs"),
    ("AggregationEvent", {"parentID": ITEM}, "epcis.parent_in_children", "/parentID"),
    ("AggregationEvent", {"parentID": PLACE}, "epcis.no_thing", "/parentID"),
    ("AggregationEvent", {"parentID": CLASS}, "epcis.class_as_instance", "/parentID"),
    ("AssociationEvent", {"parentID": None}, "epcis.member_missing", "/parentID"),
    ("TransactionEvent", {"epcList": None}, "epcis.nothing_named", "/epcList"),
    ("TransactionEvent", {"bizTransactionList": []}, "epcis.too_few", "/bizTransactionList"),
    (
        "TransformationEvent",
        {"inputEPCList": None},
        "epcis.one_sided_transformation",
        "/inputQuantityList",
    ),
    ("TransformationEvent", {"action": "ADD"}, "epcis.member_unknown", "/action"),
    ("TransformationEvent", {"transformationID": "x"}, "gs1.not_a_uri", "/transformationID"),
    # quantities
    ("ObjectEvent", quantity(quantity=-5, uom="KGM"), "epcis.quantity_negative", "/quantity"),
    ("ObjectEvent", quantity(quantity=1.5), "epcis.fraction_without_uom", "/uom"),
    ("ObjectEvent", quantity(uom="KGM"), "epcis.uom_without_quantity", "/quantity"),
    ("ObjectEvent", quantity(quantity=1, uom="kg"), "epcis.uom_malformed", "/uom"),
    ("ObjectEvent", quantity(quantity=1, uom="QQQ"), "epcis.uom_unknown", "/uom"),
    ("ObjectEvent", quantity(quantity="5"), "epcis.wrong_type", "/quantity"),
    ("ObjectEvent", quantity(quantity=True), "epcis.wrong_type", "/quantity"),
    ("ObjectEvent", quantity(epcClass=ITEM), "epcis.instance_as_class", "/epcClass"),
    ("ObjectEvent", quantity(epcClass=PARTY), "epcis.no_thing", "/epcClass"),
    # places and parties
    ("ObjectEvent", {"readPoint": {"id": ITEM}}, "epcis.not_a_place", "/readPoint/id"),
    ("ObjectEvent", {"bizLocation": {"id": PARTY}}, "epcis.not_a_place", "/bizLocation/id"),
    ("ObjectEvent", {"bizLocation": {}}, "epcis.member_missing", "/bizLocation/id"),
    (
        "ObjectEvent",
        {"sourceList": [{"type": "owning_party", "source": ITEM}]},
        "epcis.not_a_party",
        "/sourceList/0/source",
    ),
    (
        "ObjectEvent",
        {"destinationList": [{"type": "location", "destination": PARTY}]},
        "epcis.not_a_place",
        "/destinationList/0/destination",
    ),
    # words
    ("ObjectEvent", {"bizStep": "shiping"}, "epcis.word_unknown", "/bizStep"),
    (
        "ObjectEvent",
        {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"},
        "epcis.word_not_bare",
        "/bizStep",
    ),
    (
        "ObjectEvent",
        {"disposition": "https://ref.gs1.org/cbv/Disp-active"},
        "epcis.word_as_uri",
        "/disposition",
    ),
    (
        "ObjectEvent",
        {"disposition": "https://ref.gs1.org/cbv/Disp-gone"},
        "epcis.word_not_in_cbv",
        "/disposition",
    ),
    ("ObjectEvent", {"bizStep": "https://example.com/a b"}, "epcis.not_a_uri", "/bizStep"),
    ("ObjectEvent", {"bizStep": "https://example.com/bước"}, "epcis.uri_not_ascii", "/bizStep"),
    # sensors
    ("ObjectEvent", sensed({"uom": "KGM"}), "epcis.uom_of_other_type", "/sensorReport/0/uom"),
    ("ObjectEvent", sensed({"uom": "QQQ"}), "epcis.uom_unknown", "/sensorReport/0/uom"),
    (
        "ObjectEvent",
        sensed({"minValue": 3, "maxValue": 2}),
        "epcis.min_above_max",
        "/sensorReport/0/minValue",
    ),
    (
        "ObjectEvent",
        sensed({"hexBinaryValue": "xyz"}),
        "epcis.hex_malformed",
        "/sensorReport/0/hexBinaryValue",
    ),
    (
        "ObjectEvent",
        sensed({"deviceID": "urn:x:1"}, deviceID="urn:x:1"),
        "epcis.sensor_twin",
        "/sensorReport/0/deviceID",
    ),
    (
        "ObjectEvent",
        sensed({"bizRules": "urn:x:1"}, bizRules="urn:x:1"),
        "epcis.sensor_twin",
        "/sensorReport/0/bizRules",
    ),
    (
        "ObjectEvent",
        sensed(startTime="2026-03-31T00:00:00Z", endTime="2026-03-30T00:00:00Z"),
        "epcis.sensor_period",
        "/sensorMetadata/endTime",
    ),
    (
        "ObjectEvent",
        sensed(time="2027-01-01T00:00:00Z"),
        "epcis.sensor_after_event",
        "/sensorMetadata/time",
    ),
    ("ObjectEvent", sensed(deviceID="a b"), "epcis.not_a_uri", "/sensorMetadata/deviceID"),
    (
        "ObjectEvent",
        {"sensorElementList": [{"sensorReport": []}]},
        "epcis.too_few",
        "/sensorReport",
    ),
    # time
    ("ObjectEvent", {"eventTime": "2026-02-30T00:00:00Z"}, "epcis.time_malformed", "/eventTime"),
    ("ObjectEvent", {"eventTime": "2026-03-31 08:00:00Z"}, "epcis.time_malformed", "/eventTime"),
    ("ObjectEvent", {"eventTime": "2026-03-31T08:00:00"}, "epcis.time_without_zone", "/eventTime"),
    ("ObjectEvent", {"eventTime": 5}, "epcis.wrong_type", "/eventTime"),
    (
        "ObjectEvent",
        {"eventTime": "0001-01-01T00:00:00+07:00"},
        "epcis.time_out_of_range",
        "/eventTime",
    ),
    (
        "ObjectEvent",
        {"eventTimeZoneOffset": "+7"},
        "epcis.offset_malformed",
        "/eventTimeZoneOffset",
    ),
    (
        "ObjectEvent",
        {"eventTimeZoneOffset": "+14:30"},
        "epcis.offset_malformed",
        "/eventTimeZoneOffset",
    ),
    (
        "ObjectEvent",
        {"eventTimeZoneOffset": "+08:00"},
        "epcis.offset_differs",
        "/eventTimeZoneOffset",
    ),
    (
        "ObjectEvent",
        {"recordTime": "2026-04-01T00:00:00Z"},
        "epcis.record_time_given",
        "/recordTime",
    ),
    # identities and declarations
    ("ObjectEvent", {"eventID": "https://example.com/1"}, "epcis.event_id_scheme", "/eventID"),
    ("ObjectEvent", {"eventID": "urn:uuid:1"}, "epcis.uuid_malformed", "/eventID"),
    ("ObjectEvent", {"eventID": "ni:///sha-256;00"}, "epcis.hash_malformed", "/eventID"),
    ("ObjectEvent", {"eventID": HASH}, "epcis.hash_differs", "/eventID"),
    (
        "ObjectEvent",
        {"errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}},
        "epcis.declaration_without_id",
        "/eventID",
    ),
    (
        "ObjectEvent",
        {"eventID": UUID, "errorDeclaration": {"declarationTime": "2026-01-01T00:00:00Z"}},
        "epcis.declaration_before_event",
        "/errorDeclaration/declarationTime",
    ),
    (
        "ObjectEvent",
        {"eventID": UUID, "errorDeclaration": {}},
        "epcis.member_missing",
        "/errorDeclaration/declarationTime",
    ),
    # persistent dispositions
    ("ObjectEvent", {"persistentDisposition": {}}, "epcis.persistent_empty", ""),
    (
        "ObjectEvent",
        {"persistentDisposition": {"set": ["recalled"], "unset": ["recalled"]}},
        "epcis.persistent_both",
        "/set/0",
    ),
    (
        "ObjectEvent",
        {"persistentDisposition": {"set": ["recalled", "recalled"]}},
        "epcis.duplicate_value",
        "/set/1",
    ),
    (
        "AggregationEvent",
        {"persistentDisposition": {"set": ["recalled"]}},
        "epcis.persistent_misplaced",
        "/persistentDisposition",
    ),
    # members
    ("ObjectEvent", {"colour": "red"}, "epcis.member_unknown", "/colour"),
    ("ObjectEvent", {"readPoint": {"id": PLACE, "a": 1}}, "epcis.member_unknown", "/readPoint/a"),
    ("ObjectEvent", {"@extensions": {}}, "epcis.member_unknown", "/@extensions"),
    (
        "ObjectEvent",
        {"readPoint": {"id": PLACE, "@extensions": {"x": 1}}},
        "epcis.member_unknown",
        "/readPoint/@extensions",
    ),
    ("ObjectEvent", {"no:x": 1}, "epcis.prefix_undefined", "/no:x"),
    ("ObjectEvent", {"ex:a": {"no:x": 1}}, "epcis.prefix_undefined", "/ex:a/no:x"),
    ("ObjectEvent", {"ex:giống": 1}, "epcis.name_not_uri", "/ex:giống"),
    ("ObjectEvent", {"certificationInfo": [1]}, "epcis.wrong_type", "/certificationInfo/0"),
]


@pytest.mark.parametrize(("kind", "members", "code", "pointer"), ROWS)
def test_a_broken_rule_is_named_where_it_is_broken(
    kind: str, members: dict[str, Any], code: str, pointer: str
) -> None:
    faults = found(read_one(kind, **members))
    assert len(faults) == 1
    assert faults[0][0] == code
    assert faults[0][1].endswith(pointer)


SOUND: list[tuple[str, dict[str, Any]]] = [
    ("ObjectEvent", {"epcList": [], **sensed(), "readPoint": {"id": PLACE}}),
    ("ObjectEvent", {"bizStep": "https://example.com/voc/drying"}),
    ("ObjectEvent", quantity(quantity=12.0)),
    ("ObjectEvent", quantity()),
    ("ObjectEvent", {"eventTime": "2026-03-31T01:00:00Z"}),
    ("ObjectEvent", {"readPoint": {"id": "geo:20.95,107.08"}}),
    ("ObjectEvent", sensed({"type": "https://example.com/Salinity", "uom": "NX"})),
    ("ObjectEvent", sensed({"type": "Count", "uom": "H87"})),
    ("AggregationEvent", {"action": "OBSERVE", "parentID": None}),
    ("AggregationEvent", {"action": "DELETE", "childEPCs": None}),
    ("AssociationEvent", {"parentID": PLACE}),
    ("TransactionEvent", {"action": "DELETE", "epcList": None}),
    ("TransactionEvent", {"epcList": None, "parentID": PALLET}),
    ("TransformationEvent", {"inputEPCList": None, "transformationID": "urn:x:t"}),
    ("ObjectEvent", {"sourceList": [{"type": "possessing_party", "source": PARTY}]}),
    ("ObjectEvent", {"sourceList": [{"type": "possessing_party", "source": PLACE}]}),
    ("ObjectEvent", {"sourceList": [{"type": "urn:example:lender", "source": ITEM}]}),
]


@pytest.mark.parametrize(("kind", "members"), SOUND)
def test_what_is_allowed_makes_no_fault(kind: str, members: dict[str, Any]) -> None:
    assert found(read_one(kind, **members)) == []


def test_a_value_without_unit_points_at_the_unit() -> None:
    report = {"type": "Temperature", "value": 26}
    reading = read_one(sensorElementList=[{"sensorReport": [report]}])
    assert found(reading) == [("epcis.value_without_uom", f"{_S}/sensorReport/0/uom")]


def test_the_future_is_told_by_the_clock_that_is_given() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert found(read(event(), policy=Policy(now=now))) == [("epcis.future", "/eventTime")]
    assert found(read(event(), policy=Policy(now=now.replace(month=4)))) == []


def test_the_policy_may_refuse_misplaced_dispositions() -> None:
    members = event("AggregationEvent", persistentDisposition={"set": ["recalled"]})
    result = read(members, policy=Policy(refuse_misplaced_dispositions=True))
    assert found(result) == [("epcis.persistent_refused", "/persistentDisposition")]
    assert not result.accepted


def test_the_policy_may_refuse_what_tcr_53_refuses() -> None:
    members = event(**sensed({"deviceID": "urn:x:1"}, deviceID="urn:x:1"))
    result = read(members, policy=Policy(refuse_sensor_twins=True))
    assert [f.code for f in result.all_faults] == ["epcis.sensor_twice"]
    assert not result.accepted


def test_two_events_of_one_document_may_not_share_an_identity() -> None:
    result = read(event(eventID=UUID), event(eventID=UUID, action="ADD"))
    assert [(f.code, f.pointer) for f in result.all_faults] == [
        ("epcis.event_id_repeated", "/epcisBody/eventList/1/eventID")
    ]


def test_an_event_and_the_declaration_of_its_error_share_theirs() -> None:
    declared = {"declarationTime": "2026-04-01T00:00:00Z"}
    result = read(event(eventID=UUID), event(eventID=UUID, errorDeclaration=declared))
    assert result.all_faults == []


def test_an_event_s_own_hash_is_recognised() -> None:
    wrong = read_one(eventID=HASH).faults[0].params["expected"]
    assert found(read_one(eventID=wrong)) == []


def test_a_malformed_thing_does_not_hide_that_others_are_listed_twice() -> None:
    assert found(read_one(epcList=["x", ITEM, ITEM])) == [
        ("gs1.not_a_uri", "/epcList/0"),
        ("epcis.duplicate_value", "/epcList/2"),
    ]


def test_a_flood_of_malformed_things_ends() -> None:
    result = read(event(epcList=["x"] * 2000))
    assert len(result.all_faults) == 1001


@pytest.mark.parametrize("edge", ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_some_zone_cannot_show_is_refused(edge: str) -> None:
    reading = read_one(eventTime=edge, eventTimeZoneOffset="+00:00")
    assert found(reading) == [("epcis.time_out_of_range", "/eventTime")]


def test_the_last_days_of_the_calendar_are_read_and_hashed() -> None:
    reading = read_one(eventTime="9999-12-28T23:59:59.999Z", eventTimeZoneOffset="+00:00")
    assert found(reading) == []
    assert reading.event is not None
    assert "9999-12-28T23:59:59.999Z" in pre_hash(reading.event)


def test_a_flood_of_faults_ends() -> None:
    result = read(event(**{f"k{number}": 1 for number in range(5000)}))
    assert len(result.all_faults) == 1001
    assert result.all_faults[-1].code == "epcis.too_many_faults"
