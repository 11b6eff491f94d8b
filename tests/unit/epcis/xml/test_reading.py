"""XML gives the model that JSON gives, in both versions, and its faults name their lines."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from nguon.epcis import (
    AssociationEvent,
    BizTransaction,
    ObjectEvent,
    PersistentDisposition,
    Policy,
    Source,
    TransactionEvent,
    TransformationEvent,
)
from nguon.epcis.xml import read_xml
from tests.unit.epcis.xml.documents import (
    EX,
    ITEM,
    LOT,
    OBSERVED,
    PALLET,
    PLACE,
    TIMES,
    event,
    found,
    read,
    read_one,
)

UUID = "urn:uuid:00000000-0000-4000-8000-000000000001"
RECALLED = "<set>urn:epcglobal:cbv:disp:recalled</set>"
QUANTITY = (
    f"<quantityElement><epcClass>{LOT}</epcClass><quantity>12.50</quantity><uom>KGM</uom>"
    "</quantityElement>"
)


def one(rest: str = "", kind: str = "ObjectEvent", body: str = OBSERVED) -> Any:
    reading = read_one(rest, kind, body)
    assert reading.faults == []
    return reading.event


def test_an_event_has_its_json_form_beside_it() -> None:
    reading = read_one("<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>")
    members = json.loads(reading.raw)
    assert (members["type"], members["epcList"]) == ("ObjectEvent", [ITEM])
    assert members["bizStep"] == "shipping"


@pytest.mark.parametrize(
    "word",
    [
        "urn:epcglobal:cbv:bizstep:shipping",
        "https://ref.gs1.org/cbv/BizStep-shipping",
        "cbv:BizStep-shipping",
        "\n  urn:epcglobal:cbv:bizstep:shipping ",
    ],
)
def test_a_standard_word_is_bare_in_the_model(word: str) -> None:
    assert one(f"<bizStep>{word}</bizStep>").biz_step == "shipping"


def test_words_of_others_and_outworn_ones_are_kept() -> None:
    private = "<bizStep>https://example.com/voc/drying</bizStep>"
    assert one(private).biz_step == "https://example.com/voc/drying"
    outworn = read_one("<disposition>urn:epcglobal:cbv:disp:non_sellable_expired</disposition>")
    assert found(outworn) == [("epcis.word_not_in_cbv", "/disposition")]
    assert outworn.event is not None
    assert outworn.event.disp == "non_sellable_expired"


@pytest.mark.parametrize("version", ["2.0", "1.2"])
def test_both_versions_give_the_same_event(version: str) -> None:
    list_and_ilmd = (
        f"<quantityList>{QUANTITY}</quantityList>"
        f'<sourceList><source type="urn:epcglobal:cbv:sdt:location">{PLACE}</source></sourceList>'
        "<ilmd><ex:harvested>2026-03-01</ex:harvested></ilmd>"
    )
    sensor = f"<persistentDisposition>{RECALLED}</persistentDisposition>"
    if version == "1.2":
        sensor = f"<extension>{sensor}</extension>"
        list_and_ilmd = f"<extension>{list_and_ilmd}{sensor}</extension>"
        sensor = ""
    body = OBSERVED.replace("OBSERVE", "ADD")
    reading = read(event(list_and_ilmd + sensor, body=body), version).events[0]
    assert isinstance(reading.event, ObjectEvent)
    assert reading.event.quantity_list[0].quantity == Decimal("12.5")
    assert reading.event.source_list == (Source("location", PLACE),)
    assert reading.event.ilmd == {"ex:harvested": "2026-03-01"}
    assert reading.event.persistent_disposition == PersistentDisposition(("recalled",))


def test_the_shells_of_1_2_are_opened() -> None:
    base = f"<baseExtension><eventID>{UUID}</eventID></baseExtension>"
    inputs = f"<inputEPCList><epc>{ITEM}</epc></inputEPCList>"
    outputs = f"<outputQuantityList>{QUANTITY}</outputQuantityList>"
    change = event("", "TransformationEvent", TIMES + base + inputs + outputs)
    fixing = event(
        "", "AssociationEvent", f"{TIMES}<parentID>{PALLET}</parentID><action>DELETE</action>"
    )
    whole = read(
        f"<extension>{change}</extension>{event()}"
        f"<extension><extension>{fixing}</extension></extension>",
        "1.2",
    )
    assert whole.all_faults == []
    kinds = [type(reading.event) for reading in whole.events]
    assert kinds == [TransformationEvent, ObjectEvent, AssociationEvent]
    assert whole.events[0].event is not None
    assert whole.events[0].event.event_id == UUID
    assert whole.schema_version == "1.2"


def test_order_prefixes_and_comments_do_not_matter() -> None:
    jumbled = (
        "<action>OBSERVE</action><!-- why --><ex:lane>3</ex:lane>"
        f"<epcis:epcList><epcis:epc>{ITEM}</epcis:epc></epcis:epcList>{TIMES}"
    )
    assert one(body=jumbled).epc_list == (ITEM,)
    assert one(body=jumbled).extensions == {"ex:lane": "3"}


def test_documents_and_transactions_have_their_types_as_attributes() -> None:
    listed = (
        '<bizTransactionList><bizTransaction type="urn:epcglobal:cbv:btt:po">urn:x:1'
        "</bizTransaction><bizTransaction>urn:x:2</bizTransaction></bizTransactionList>"
    )
    made = one(listed, "TransactionEvent")
    assert isinstance(made, TransactionEvent)
    assert made.biz_transaction_list == (
        BizTransaction("urn:x:1", "po"),
        BizTransaction("urn:x:2"),
    )


def test_sensor_attributes_become_typed_members() -> None:
    made = one(
        "<sensorElementList><sensorElement>"
        '<sensorMetadata time="2026-03-31T00:00:00Z" ex:probe="7"/>'
        '<sensorReport type="gs1:Temperature" value="+4.50" uom="CEL" booleanValue="1" '
        'stringValue=" 0101 " component="cbv:Comp-x" exception="gs1:ALARM_CONDITION"/>'
        "<ex:note>cool</ex:note></sensorElement></sensorElementList>"
        f"<readPoint><id>{PLACE}</id><ex:door>4</ex:door></readPoint>"
    )
    (element,) = made.sensor_element_list
    (report,) = element.sensor_report
    assert (report.type, report.component) == ("Temperature", "x")
    assert (report.value, report.boolean_value) == (Decimal("4.5"), True)
    assert (report.string_value, report.exception) == (" 0101 ", "ALARM_CONDITION")
    assert element.sensor_metadata.extensions == {"ex:probe": "7"}
    assert element.extensions == {"ex:note": "cool"}
    assert made.read_point.extensions == {"ex:door": "4"}


def test_a_declaration_of_error_is_read() -> None:
    made = one(
        f"<eventID>{UUID}</eventID><errorDeclaration>"
        "<declarationTime>2026-04-01T00:00:00Z</declarationTime>"
        "<reason>urn:epcglobal:cbv:er:incorrect_data</reason><correctiveEventIDs>"
        "<correctiveEventID>urn:uuid:00000000-0000-4000-8000-00000000000A</correctiveEventID>"
        "</correctiveEventIDs><ex:by>An</ex:by></errorDeclaration>"
    ).error_declaration
    assert made.reason == "incorrect_data"
    assert made.corrective_event_ids == ("urn:uuid:00000000-0000-4000-8000-00000000000a",)
    assert made.extensions == {"ex:by": "An"}


def test_a_nil_quantity_is_no_quantity() -> None:
    listed = f'<epcClass>{LOT}</epcClass><quantity xsi:nil="true"/>'
    made = one(f"<quantityList><quantityElement>{listed}</quantityElement></quantityList>")
    assert made.quantity_list[0].quantity is None


def test_a_quantity_event_is_an_observation_of_that_quantity() -> None:
    whole = read(
        f"<QuantityEvent>{TIMES}<epcClass>{LOT}</epcClass><quantity>7</quantity></QuantityEvent>",
        "1.2",
    )
    assert found(whole) == [("epcis.xml_quantity_event", "")]
    made = whole.events[0].event
    assert isinstance(made, ObjectEvent)
    assert (made.action, made.quantity_list[0].quantity) == ("OBSERVE", 7)


def test_one_event_may_stand_alone() -> None:
    alone = event().replace("<ObjectEvent>", '<e:ObjectEvent xmlns:e="urn:epcglobal:epcis:xsd:2">')
    result = read_xml(alone.replace("</ObjectEvent>", "</e:ObjectEvent>"))
    assert (result.type, result.all_faults) == ("ObjectEvent", [])
    assert result.events[0].pointer == ""


MANY = (
    "<quantityList><quantityElement><epcClass>urn:x:y</epcClass>"
    "<quantity>many</quantity></quantityElement></quantityList>"
)
FAULTS: list[tuple[str, str, str]] = [
    ("<foo/>", "epcis.member_unknown", "/foo"),
    ("<readPoint/>", "epcis.member_missing", "/readPoint/id"),
    ("<bizStep>https://example.com/a b</bizStep>", "epcis.not_a_uri", "/bizStep"),
    ("<bizStep><shipping/></bizStep>", "epcis.xml_unexpected", "/bizStep"),
    (MANY, "epcis.wrong_type", "/quantityList/0/quantity"),
    ("<sourceList><src/></sourceList>", "epcis.xml_unexpected", "/sourceList"),
    ("<action>ADD</action>", "epcis.duplicate_member", "/action"),
    ("<type>ADD</type>", "epcis.xml_unexpected", "/type"),
    ("<ex:a>text <ex:b/></ex:a>", "epcis.xml_not_kept", "/ex:a"),
    ("<recordTime>2026-03-31T08:00:00Z</recordTime>", "epcis.record_time_given", "/recordTime"),
]


@pytest.mark.parametrize(("rest", "code", "pointer"), FAULTS)
def test_a_fault_points_into_the_json_form_and_to_a_line(
    rest: str, code: str, pointer: str
) -> None:
    reading = read_one("\n\n" + rest)
    assert (code, pointer) in found(reading)
    (fault,) = (fault for fault in reading.faults if fault.code == code)
    assert fault.params["line"] == 3


def test_a_line_is_found_inside_lists() -> None:
    bad = "urn:epc:id:sgtin:9521234.12.A1"
    body = OBSERVED.replace("</epc>", f"</epc>\n<epc>{ITEM[:-1]}2</epc>\n<epc>{bad}</epc>")
    (fault,) = read_one(body=body).faults
    assert (fault.pointer, fault.params["line"]) == ("/epcisBody/eventList/0/epcList/2", 3)


def test_the_policy_holds_for_xml_too() -> None:
    placed = f"<persistentDisposition>{RECALLED}</persistentDisposition>"
    packing = f"{TIMES}<parentID>{PALLET}</parentID><action>DELETE</action>"
    spoilt = event(placed, "AggregationEvent", packing)
    strict = Policy(refuse_misplaced_dispositions=True)
    assert found(read(spoilt, policy=strict)) == [
        ("epcis.persistent_refused", "/persistentDisposition")
    ]


def test_identities_that_repeat_are_found() -> None:
    identity = f"<eventID>{UUID}</eventID>"
    result = read(event(identity) * 2)
    assert "epcis.event_id_repeated" in {fault.code for fault in result.all_faults}


def test_extensions_have_one_prefix_for_a_namespace_in_the_whole_document() -> None:
    first = event('<p:a xmlns:p="urn:one">1</p:a>')
    second = event('<p:a xmlns:p="urn:two">2</p:a><q:b xmlns:q="urn:one">3</q:b>')
    readings = read(first + second).events
    assert readings[1].event is not None
    assert readings[1].event.namespaces == {"ex": EX, "p": "urn:one", "ns1": "urn:two"}
    assert readings[1].event.extensions == {"ns1:a": "2", "p:b": "3"}
    assert readings[0].event is not None
    assert readings[0].event.namespaces == {"ex": EX, "p": "urn:one"}


def test_prefixes_that_json_ld_keeps_for_itself_are_changed() -> None:
    reading = read_one('<https:a xmlns:https="urn:one">1</https:a><gs1:b xmlns:gs1="urn:x"/>')
    assert reading.event is not None
    assert reading.event.extensions == {"ns1:a": "1", "ns2:b": ""}
    known = one('<m:lotNumber xmlns:m="urn:epcglobal:cbv:mda">7</m:lotNumber>')
    assert known.extensions == {"cbvmda:lotNumber": "7"}
