"""How documents are written: layouts of the versions, choices of form, what 1.2 cannot say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from nguon.epcis import AnyEvent, canonical, encode_event, read_document
from nguon.epcis.vocabulary import WORDS, Kind
from nguon.epcis.xml import (
    Style,
    Version,
    read_xml,
    write_query_exception,
    write_vocabulary_answer,
    write_xml,
)
from nguon.epcis.xml.words import read_word, write_word
from nguon.errors import Fault
from tests.unit.epcis.events import EX, ITEM, LOT, PALLET, PLACE, document, event, read_one

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)
SENSED = [{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}]}]
PARTIES = {
    "sourceList": [{"type": "location", "source": PLACE}],
    "destinationList": [{"type": "location", "destination": PLACE}],
}
EVERYTHING: dict[str, Any] = {
    "eventID": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "readPoint": {"id": PLACE},
    "bizLocation": {"id": PLACE},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:1"}],
    **PARTIES,
    "ex:own": "1",
}


def made(kind: str = "ObjectEvent", /, **members: Any) -> AnyEvent:
    result = read_one(kind, **members).event
    assert result is not None
    return result


def names(element: Any) -> list[Any]:
    """An element's children by their names, shells with what they hold."""
    return [
        [one.tag, *names(one)] if one.tag in ("extension", "baseExtension") else one.tag
        for one in element
    ]


def layout(made_event: AnyEvent, version: Version, **style: Any) -> list[Any]:
    whole = etree.fromstring(
        write_xml([made_event], version=version, creation_date=NOW, style=Style(**style))
    )
    found = names(whole.find("EPCISBody/EventList"))
    inner = whole.find(f".//{made_event.type}")
    assert inner is not None, found
    return names(inner)


TIMES = ["eventTime", "eventTimeZoneOffset"]
WHERE = ["bizStep", "disposition", "readPoint", "bizLocation"]
PAIR = ["sourceList", "destinationList"]
OWN = f"{{{EX}}}own"


def test_an_object_event_of_1_2_has_its_shells() -> None:
    whole = made(
        **EVERYTHING,
        action="ADD",
        quantityList=[{"epcClass": LOT}],
        ilmd={"ex:a": "1"},
        sensorElementList=SENSED,
    )
    assert layout(whole, "1.2") == [
        *(*TIMES, ["baseExtension", "eventID"], "epcList", "action", *WHERE),
        "bizTransactionList",
        ["extension", "quantityList", *PAIR, "ilmd", ["extension", "sensorElementList"]],
        OWN,
    ]
    assert layout(whole, "2.0") == [
        *(*TIMES, "eventID", "epcList", "action", *WHERE, "bizTransactionList"),
        *("quantityList", *PAIR, "sensorElementList", "ilmd", OWN),
    ]


def test_an_aggregation_of_1_2_has_its_children_even_when_there_are_none() -> None:
    packing = made(
        "AggregationEvent", **EVERYTHING, childEPCs=[], childQuantityList=[{"epcClass": LOT}]
    )
    assert layout(packing, "1.2") == [
        *(*TIMES, ["baseExtension", "eventID"], "parentID", "childEPCs", "action", *WHERE),
        "bizTransactionList",
        ["extension", "childQuantityList", *PAIR],
        OWN,
    ]


def test_a_transaction_of_1_2() -> None:
    traded = made("TransactionEvent", **EVERYTHING, epcList=[], quantityList=[{"epcClass": LOT}])
    assert layout(traded, "1.2") == [
        *(*TIMES, ["baseExtension", "eventID"], "bizTransactionList", "epcList", "action"),
        *WHERE,
        ["extension", "quantityList", *PAIR],
        OWN,
    ]


def test_a_transformation_of_1_2_stands_in_a_shell_itself() -> None:
    changed = made(
        "TransformationEvent", **EVERYTHING, transformationID="urn:x:t", ilmd={"ex:a": "1"}
    )
    assert layout(changed, "1.2") == [
        *(*TIMES, ["baseExtension", "eventID"], "inputEPCList", "outputQuantityList"),
        *("transformationID", *WHERE, "bizTransactionList", *PAIR, "ilmd", OWN),
    ]
    whole = etree.fromstring(write_xml([changed], version="1.2", creation_date=NOW))
    assert whole.find("EPCISBody/EventList/extension/TransformationEvent") is not None
    assert (whole.tag, whole.get("schemaVersion")) == (
        "{urn:epcglobal:epcis:xsd:1}EPCISDocument",
        "1.2",
    )


NEW: list[tuple[AnyEvent, list[str]]] = [
    (made("AssociationEvent"), ["AssociationEvent"]),
    (made(sensorElementList=SENSED), ["sensorElementList"]),
    (made(certificationInfo="urn:x:1"), ["certificationInfo"]),
    (made(persistentDisposition={"set": ["recalled"]}), ["persistentDisposition"]),
    (made(bizStep="sampling"), []),
]


@pytest.mark.parametrize(("newer", "expected"), NEW)
def test_what_1_2_cannot_say_is_flagged_and_carried(newer: AnyEvent, expected: list[str]) -> None:
    faults: list[Fault] = []
    written = write_xml([newer], version="1.2", creation_date=NOW, faults=faults)
    assert [fault.params["name"] for fault in faults] == expected
    assert {(fault.code, fault.level) for fault in faults} <= {("epcis.newer_than_xml", "flag")}
    (again,) = read_xml(written).events
    assert again.event is not None
    assert canonical(again.event) == canonical(newer)
    none: list[Fault] = []
    write_xml([newer], creation_date=NOW, faults=none)
    assert none == []


@pytest.mark.parametrize(("newer", "expected"), NEW)
def test_or_it_is_flagged_and_left_out(newer: AnyEvent, expected: list[str]) -> None:
    faults: list[Fault] = []
    leave = Style(newer="leave_out")
    written = write_xml([newer], version="1.2", creation_date=NOW, style=leave, faults=faults)
    assert [fault.params["name"] for fault in faults] == expected
    assert {fault.code for fault in faults} <= {"epcis.left_out_of_xml"}
    assert not any(f"<{name}".encode() in written for name in expected)
    for fault in faults:
        assert fault.as_dict()["vi"]
        assert fault.pointer.startswith("/epcisBody/eventList/0")


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("form", ["Always_URN", "Always_Web_URI", "Never_Translates"])
def test_words_have_both_forms_and_come_back(kind: Kind, form: Any) -> None:
    for word in WORDS[kind]:
        spelt = write_word(form, kind, word)
        assert ":" in spelt
        assert read_word(kind, spelt) == word


def test_the_form_of_words_can_be_chosen() -> None:
    def step(word: str, form: Any) -> str:
        return write_word(form, "bizStep", word)

    web = "https://ref.gs1.org/cbv/BizStep-shipping"
    assert step("shipping", "No_Preference") == "urn:epcglobal:cbv:bizstep:shipping"
    assert step("shipping", "Always_Web_URI") == web
    assert step(web, "Always_URN") == "urn:epcglobal:cbv:bizstep:shipping"
    assert step(web, "Never_Translates") == web
    assert step("https://example.com/drying", "Always_URN") == "https://example.com/drying"


def test_the_form_of_identifiers_can_be_chosen() -> None:
    faults: list[Fault] = []
    style = Style(epc_format="Always_EPC_URN", cbv_format="Always_Web_URI")
    written = write_xml([made(bizStep="shipping")], creation_date=NOW, style=style, faults=faults)
    assert b"<epc>urn:epc:id:sgtin:952" in written
    assert b"<bizStep>https://ref.gs1.org/cbv/BizStep-shipping</bizStep>" in written
    assert faults == []


def test_results_of_a_query_are_written_whole_or_alone() -> None:
    whole = write_xml(
        [made()], kind="query", creation_date=NOW, query_name="Q", subscription_id="S"
    )
    alone = write_xml([made()], kind="results", query_name="Q", version="1.2")
    assert etree.fromstring(whole).tag == "{urn:epcglobal:epcis-query:xsd:2}EPCISQueryDocument"
    assert etree.fromstring(alone).tag == "{urn:epcglobal:epcis-query:xsd:1}QueryResults"
    for written, subscription in ((whole, "S"), (alone, None)):
        result = read_xml(written)
        assert result.type == "EPCISQueryDocument"
        results = result.envelope["epcisBody"]["queryResults"]
        assert (results["queryName"], results.get("subscriptionID")) == ("Q", subscription)
        assert result.events[0].event == made()


def test_an_exception_of_a_query_is_written() -> None:
    told = write_query_exception("QueryTooLargeException", "a < b", query_name="Q")
    root = etree.fromstring(told)
    assert root.tag == "{urn:epcglobal:epcis-query:xsd:2}QueryTooLargeException"
    assert [(one.tag, one.text) for one in root] == [("reason", "a < b"), ("queryName", "Q")]
    whole = etree.fromstring(
        write_query_exception(
            "ImplementationException", "x", severity="ERROR", creation_date=NOW, version="1.2"
        )
    )
    assert whole[0][0].tag == "{urn:epcglobal:epcis-query:xsd:1}ImplementationException"


VOCABULARIES = [
    {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [
            {
                "id": PLACE,
                "attributes": [
                    {"id": "urn:epcglobal:cbv:mda#name", "attribute": "Kho 1"},
                    {"id": "urn:x:area", "attribute": 12.5},
                    {"id": "urn:x:plot", "attribute": {"ex:a": "1", "b": ["2", "3"]}},
                ],
                "children": [PLACE],
                "note": "bare",
                "ex:note": "own",
            }
        ],
    }
]


def test_the_answer_to_a_master_data_query_is_written() -> None:
    result = read_xml(
        write_vocabulary_answer(VOCABULARIES, creation_date=NOW, namespaces={"ex": EX})
    )
    body = result.envelope["epcisBody"]["queryResults"]["resultsBody"]
    assert body["vocabularyList"] == VOCABULARIES


def test_the_header_of_json_goes_into_xml_and_back() -> None:
    header = {"epcisMasterData": {"vocabularyList": VOCABULARIES}, "ex:seal": "7"}
    pseudo = {"sender": "urn:x:a", "receiver": "urn:x:b", "instanceIdentifier": "9"}
    members = {"epcisHeader": header, "id": "urn:x:d", "ex:trace": ["1", 2], **pseudo}
    before = read_document(json.dumps(document(event(), **members)))
    after = read_xml(write_xml(before))
    assert [fault for fault in after.all_faults if fault.level == "error"] == []
    assert (after.id, after.master_data) == ("urn:x:d", before.master_data)
    assert after.header is not None
    assert {name: after.header[name] for name in header} == header
    assert {name: after.envelope[name] for name in pseudo} == pseudo
    assert after.envelope["ex:trace"] == ["1", 2]


def test_half_a_standard_header_is_none() -> None:
    faults: list[Fault] = []
    half = read_document(json.dumps(document(event(), sender="urn:x:a")))
    assert b"EPCISHeader" not in write_xml(half, faults=faults)
    assert [(f.code, f.pointer) for f in faults] == [("epcis.header_incomplete", "/receiver")]


def test_events_are_written_as_they_were_received() -> None:
    raw = encode_event(made(**{"ex:x": "1"}))
    written = write_xml([(raw, {"ex": EX})], creation_date=NOW)
    assert b"<ex:x>1</ex:x>" in written


def test_a_document_needs_a_date() -> None:
    with pytest.raises(TypeError):
        write_xml([made()])


def test_what_was_written_names_every_thing_once() -> None:
    written = write_xml([made(parentID=None, epcList=[ITEM, PALLET])], creation_date=NOW)
    assert written.count(b"<epc>") == 2
