"""Documents of every kind, and what an event in them says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from nguon.epcis import (
    AggregationEvent,
    AssociationEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
    read_document,
)
from nguon.epcis.decoding import decode_event
from tests.unit.epcis.events import (
    CONTEXT,
    EX,
    ITEM,
    LOT,
    PLACE,
    document,
    event,
    found,
    read,
    read_one,
)

SENSOR = {
    "sensorMetadata": {"time": "2026-03-31T07:00:00+07:00", "ex:calibrated": True},
    "sensorReport": [
        {"type": "Temperature", "value": 26.50, "uom": "CEL", "sDev": 0.1, "ex:probe": "P1"},
        {"type": "Angle", "value": 107.482, "component": "longitude", "uom": "DD"},
    ],
    "ex:truck": "14C-123.45",
}


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("ObjectEvent", ObjectEvent),
        ("AggregationEvent", AggregationEvent),
        ("TransactionEvent", TransactionEvent),
        ("TransformationEvent", TransformationEvent),
        ("AssociationEvent", AssociationEvent),
    ],
)
def test_each_class_is_read_into_its_own(kind: str, model: type) -> None:
    reading = read_one(kind)
    assert found(reading) == []
    assert type(reading.event) is model
    assert reading.event.type == kind


def test_an_event_keeps_its_own_bytes() -> None:
    own = json.dumps(event(), indent=3).replace("ITEM", "x")
    whole = json.dumps(document()).replace("[]", f"[ {own} ,\n {own}]")
    readings = read_document(whole).events
    assert [(r.index, r.pointer, r.raw) for r in readings] == [
        (0, "/epcisBody/eventList/0", own.encode()),
        (1, "/epcisBody/eventList/1", own.encode()),
    ]


def test_every_common_member_is_read() -> None:
    reading = read_one(
        eventID="urn:uuid:00000000-0000-4000-8000-000000000001",
        recordTime="2026-03-31T02:00:00Z",
        certificationInfo=["https://example.com/cert/1"],
        errorDeclaration={
            "declarationTime": "2026-04-01T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:00000000-0000-4000-8000-000000000002"],
        },
        bizStep="shipping",
        disposition="in_transit",
        persistentDisposition={"set": ["completeness_verified"]},
        readPoint={"id": PLACE},
        bizLocation={"id": PLACE},
        bizTransactionList=[{"bizTransaction": "urn:example:po:1"}],
        sourceList=[{"type": "location", "source": PLACE}],
        destinationList=[{"type": "location", "destination": PLACE}],
        sensorElementList=[SENSOR],
        quantityList=[{"epcClass": LOT, "quantity": 12.50, "uom": "KGM"}],
    )
    made = reading.event
    assert isinstance(made, ObjectEvent)
    assert made.event_time == datetime(2026, 3, 31, 1, tzinfo=UTC)
    assert (made.step, made.disp) == ("shipping", "in_transit")
    assert made.error_declaration is not None
    assert made.error_declaration.reason == "incorrect_data"
    assert made.persistent_disposition is not None
    assert made.persistent_disposition.set_ == ("completeness_verified",)
    assert made.biz_transaction_list[0].type is None
    assert made.quantity_list[0].quantity == Decimal("12.5")
    assert made.sensor_element_list[0].sensor_report[0].s_dev == Decimal("0.1")
    assert made.sensor_element_list[0].extensions == {"ex:truck": "14C-123.45"}
    assert made.sensor_element_list[0].sensor_report[0].extensions == {"ex:probe": "P1"}


def test_what_an_event_lacks_is_empty() -> None:
    made = read_one().event
    assert isinstance(made, ObjectEvent)
    assert (made.quantity_list, made.source_list, made.certification_info) == ((), (), ())
    assert (made.ilmd, made.read_point, made.event_id) == (None, None, None)
    assert made.extensions == {}
    assert (made.step, made.disp, made.ilmd_value("cbvmda:lotNumber")) == (None, None, None)


def test_one_certificate_may_stand_without_a_list() -> None:
    made = read_one(certificationInfo="https://example.com/cert/1").event
    assert made is not None
    assert made.certification_info == ("https://example.com/cert/1",)


@pytest.mark.parametrize(
    "name",
    [
        "urn:epcglobal:cbv:mda#lotNumber",
        "urn:epcglobal:cbv:mda:lotNumber",
        "cbvmda:lotNumber",
    ],
)
@pytest.mark.parametrize("written", ["cbvmda:lotNumber", "m:lotNumber"])
def test_master_data_is_asked_for_by_its_meaning(name: str, written: str) -> None:
    context = [CONTEXT, {"m": "urn:epcglobal:cbv:mda#"}]
    made = read(event(action="ADD", ilmd={written: "L1"}), **{"@context": context}).events[0].event
    assert made is not None
    assert made.ilmd_value(name) == "L1"
    assert made.ilmd_value("cbvmda:itemExpirationDate") is None


def test_an_extension_is_asked_for_by_its_iri_whatever_its_prefix() -> None:
    context = [CONTEXT, {"a": EX, "b": "a:deep/"}]
    members = {"b:x": {"b:y": [1]}, f"{EX}z": 2}
    made = read(event(**members), **{"@context": context}).events[0].event
    assert made is not None
    assert made.extension_value(f"{EX}deep/x") == {"b:y": [1]}
    assert made.extension_value(f"{EX}z") == 2
    assert made.extension_value("a:z") == 2
    assert made.extensions == members


def test_an_event_s_own_context_adds_to_the_document_s() -> None:
    reading = read_one(**{"@context": {"own": "https://own.example/"}, "own:x": 1, "ex:y": 2})
    assert found(reading) == []
    assert reading.event is not None
    assert reading.event.extension_value("https://own.example/x") == 1
    assert reading.event.extension_value(f"{EX}y") == 2


def test_a_single_event_is_a_document_of_its_own() -> None:
    own = event(**{"@context": [CONTEXT, {"ex": EX}], "ex:x": 1})
    result = read_document(json.dumps(own))
    assert (result.type, result.accepted, len(result.events)) == ("ObjectEvent", True, 1)
    assert result.events[0].pointer == ""


def test_a_single_event_without_a_context_is_read_in_gs1_s_and_flagged() -> None:
    """The binding's schema of a single event (EPCIS-Document-Event) requires its type alone."""
    result = read_document(json.dumps(event()))
    assert result.accepted
    assert [(f.code, f.level) for f in result.faults] == [("epcis.context_assumed", "flag")]
    other = read_document(json.dumps(event(**{"@context": "https://ex.example/c.jsonld"})))
    assert other.faults[0].code == "epcis.context_missing"
    assert not read_document(json.dumps(event(**{"ex:x": 1}))).accepted


def test_a_query_document_may_carry_record_times_and_no_events() -> None:
    results = {"queryName": "Q", "resultsBody": {"eventList": []}}
    whole = {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "epcisBody": {"queryResults": results},
    }
    assert read_document(json.dumps(whole)).all_faults == []
    results["resultsBody"] = {"eventList": [event(recordTime="2026-03-31T02:00:00Z")]}
    result = read_document(json.dumps(whole))
    assert result.all_faults == []
    assert result.events[0].pointer == "/epcisBody/queryResults/resultsBody/eventList/0"


def test_header_and_master_data_are_kept() -> None:
    element = {
        "id": "urn:epc:id:sgln:9521234.00002.0",
        "attributes": [{"id": "urn:epcglobal:cbv:mda#name", "attribute": "Bến cá"}],
        "children": ["urn:epc:id:sgln:9521234.00002.1"],
    }
    kind = "urn:epcglobal:epcis:vtype:Location"
    header = {
        "ex:sbdh": {"ex:sender": PLACE},
        "epcisMasterData": {"vocabularyList": [{"type": kind, "vocabularyElementList": [element]}]},
    }
    result = read(event(), epcisHeader=header, id="https://example.com/d/1")
    assert result.accepted
    assert (result.header, result.id) == (header, "https://example.com/d/1")
    (place,) = result.master_data
    assert (place.type, place.id) == (kind, element["id"])
    assert place.attributes == (("urn:epcglobal:cbv:mda#name", "Bến cá"),)
    assert place.children == ("urn:epc:id:sgln:9521234.00002.1",)


def test_a_bad_event_hides_nothing_of_the_others() -> None:
    result = read(event(epcList="x"), event(), event(action="SEE"))
    assert [reading.accepted for reading in result.events] == [False, True, False]
    assert result.events[0].event is None
    assert result.events[1].event is not None


def test_every_fault_of_an_event_is_found_at_once() -> None:
    reading = read_one(
        eventTime="yesterday",
        action="SEE",
        bizStep="teleporting",
        epcList=["urn:epc:id:sgtin:0614141.10734.2017", ITEM],
        quantityList=[{"epcClass": LOT, "quantity": -5, "uom": "KGM", "colour": "red"}],
        foo=1,
        **{"nope:x": 1},
    )
    assert set(found(reading)) == {
        ("epcis.time_malformed", "/eventTime"),
        ("epcis.action_unknown", "/action"),
        ("epcis.word_unknown", "/bizStep"),
        ("gs1.urn_length", "/epcList/0"),
        ("epcis.member_unknown", "/quantityList/0/colour"),
        ("epcis.quantity_negative", "/quantityList/0/quantity"),
        ("epcis.member_unknown", "/foo"),
        ("epcis.prefix_undefined", "/nope:x"),
    }


VARIED: list[dict[str, Any]] = [
    event(),
    event("AggregationEvent", childQuantityList=[{"epcClass": LOT, "quantity": 3}]),
    event("TransformationEvent", ilmd={"cbvmda:lotNumber": "L"}, **{"ex:a": [1.5, {"ex:b": "c"}]}),
    event(sensorElementList=[SENSOR], readPoint={"id": PLACE}),
    event(readPoint={"id": PLACE, "ex:gate": 7}),
    event(readPoint={"id": PLACE, "gs1:gate": 7}),
    event(sensorElementList=[{"sensorReport": [{"type": "Count", "value": 1, "gs1:a": 1}]}]),
    event(quantityList=[{"epcClass": LOT, "quantity": 0.1, "uom": "KGM"}], **{"ex:n": 120.0}),
    event(persistentDisposition={"unset": ["recalled"]}, certificationInfo=["urn:example:c"]),
]


@pytest.mark.parametrize("members", VARIED)
def test_the_short_and_the_long_way_read_the_same(members: dict[str, Any]) -> None:
    raw = json.dumps(members).encode()
    short = decode_event(raw, {"ex": EX})
    long = decode_event(raw, {"ex": EX}, careful=True)
    assert short == long
    assert short[1] == []


@pytest.mark.parametrize("value", [["KGM"], [None], "KGM", 3, [[1]], {"quantity": "1"}])
def test_a_list_of_quantities_of_another_type_of_event_is_a_fault_whatever_it_holds(
    value: Any,
) -> None:
    reading = read_one("TransformationEvent", childQuantityList=value)
    assert not reading.accepted
    assert all(pointer.startswith("/childQuantityList") for _, pointer in found(reading))
