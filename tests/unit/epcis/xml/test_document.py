"""The document around the events: roots, headers, master data, what stands where it may not."""

from __future__ import annotations

import pytest

from nguon.epcis import Document
from nguon.epcis.xml import XmlStream, read_xml
from tests.unit.epcis.xml.documents import PLACE, document, event, found, read


@pytest.mark.parametrize("wrapped", [True, False])
def test_results_of_a_query_are_read(wrapped: bool) -> None:
    namespace = 'xmlns:q="urn:epcglobal:epcis-query:xsd:1"'
    results = (
        f"<q:QueryResults {namespace}><queryName>Q</queryName><subscriptionID>S</subscriptionID>"
        f"<resultsBody><EventList>{event()}</EventList></resultsBody></q:QueryResults>"
    )
    attributes = 'schemaVersion="1.2" creationDate="2026-03-31T08:00:00Z"'
    whole = (
        f"<q:EPCISQueryDocument {namespace} {attributes}><EPCISBody>{results}</EPCISBody>"
        "</q:EPCISQueryDocument>"
    )
    result = read_xml(whole if wrapped else results)
    assert result.type == "EPCISQueryDocument"
    assert result.events[0].pointer == "/epcisBody/queryResults/resultsBody/eventList/0"
    assert result.envelope["epcisBody"]["queryResults"]["subscriptionID"] == "S"
    expected = set() if wrapped else {"epcis.member_missing"}
    assert {fault.code for fault in result.all_faults} <= expected


HEADER = (
    '<EPCISHeader><s:StandardBusinessDocumentHeader xmlns:s="http://www.unece.org/cefact/'
    'namespaces/StandardBusinessDocumentHeader"><s:HeaderVersion>1.0</s:HeaderVersion>'
    '<s:Sender><s:Identifier Authority="GS1">urn:x:a</s:Identifier></s:Sender>'
    "<s:Receiver><s:Identifier>urn:x:b</s:Identifier></s:Receiver><s:DocumentIdentification>"
    "<s:InstanceIdentifier>7</s:InstanceIdentifier></s:DocumentIdentification>"
    "</s:StandardBusinessDocumentHeader><extension><EPCISMasterData><VocabularyList>"
    '<Vocabulary type="urn:epcglobal:epcis:vtype:Location"><VocabularyElementList>'
    f'<VocabularyElement id="{PLACE}"><attribute id="urn:epcglobal:cbv:mda#name">Kho 1'
    f"</attribute><children><id>{PLACE}</id></children></VocabularyElement>"
    "</VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension>"
    "</EPCISHeader>"
)


def with_header() -> Document:
    return read_xml(document(event(), header=HEADER, after="<ex:trace>1</ex:trace>"))


def test_header_and_master_data_are_kept() -> None:
    result = with_header()
    assert result.all_faults == []
    (element,) = result.master_data
    assert (element.id, element.children) == (PLACE, (PLACE,))
    assert element.attributes == (("urn:epcglobal:cbv:mda#name", "Kho 1"),)
    names = ("sender", "receiver", "instanceIdentifier", "ex:trace")
    assert [result.envelope[name] for name in names] == ["urn:x:a", "urn:x:b", "7", "1"]
    assert result.header is not None
    standard = result.header["sbdh:StandardBusinessDocumentHeader"]
    assert standard["sbdh:Sender"]["sbdh:Identifier"]["Authority"] == "GS1"


def test_a_master_data_document_is_a_document_without_events() -> None:
    namespace = 'xmlns:m="urn:epcglobal:epcis-masterdata:xsd:1"'
    body = HEADER[HEADER.index("<VocabularyList>") : HEADER.index("</EPCISMasterData>")]
    result = read_xml(
        f'<m:EPCISMasterDataDocument {namespace} schemaVersion="1.2" '
        f'creationDate="2026-03-31T08:00:00Z"><EPCISBody>{body}</EPCISBody>'
        "</m:EPCISMasterDataDocument>"
    )
    assert (result.type, result.all_faults) == ("EPCISDocument", [])
    assert [element.id for element in result.master_data] == [PLACE]


def test_what_is_no_event_is_named_in_its_place() -> None:
    result = read(f"{event()}<Foo/>{event()}<ex:Bar/>")
    assert [reading.event is None for reading in result.events] == [False, True, False, True]
    assert [(f.code, f.pointer) for f in result.all_faults] == [
        ("epcis.event_type", "/epcisBody/eventList/1/type"),
        ("epcis.event_type", "/epcisBody/eventList/3/type"),
    ]


def test_events_inside_an_extension_are_no_events() -> None:
    result = read(event(f"<ex:copy>{event()}</ex:copy>"))
    assert len(result.events) == 1
    assert result.events[0].event is not None
    assert result.events[0].event.extensions["ex:copy"]["ObjectEvent"]["action"] == "OBSERVE"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('schemaVersion="2.0"', "", "epcis.member_missing"),
        ('schemaVersion="2.0"', 'schemaVersion="3"', "epcis.schema_version"),
        ("<EventList>", "<Stray/><EventList>", "epcis.xml_unexpected"),
        ("<EPCISBody>", "<Stray/><EPCISBody>", "epcis.xml_unexpected"),
        ("2026-03-31T08:00:00Z", "yesterday", "epcis.time_malformed"),
    ],
)
def test_faults_of_the_document_are_found(old: str, new: str, code: str) -> None:
    result = read_xml(document(event()).replace(old, new, 1))
    assert [fault.code for fault in result.faults] == [code]


def test_a_document_without_events_is_flagged() -> None:
    assert found(read("")) == [("epcis.event_list_empty", "/epcisBody/eventList")]


def test_a_stream_holds_nothing_of_what_it_has_read() -> None:
    whole = document(event("\n<!-- x -->") * 5000).encode()
    stream = XmlStream(whole[at : at + 1000] for at in range(0, len(whole), 1000))
    with pytest.raises(RuntimeError):
        _ = stream.document
    assert sum(reading.accepted for reading in stream) == 5000
    (body,) = stream._parsing.root
    assert len(body[0]) == 1
    assert stream.document.type == "EPCISDocument"


def test_a_query_document_may_have_a_header() -> None:
    namespace = 'xmlns:q="urn:epcglobal:epcis-query:xsd:2"'
    attributes = 'schemaVersion="2.0" creationDate="2026-03-31T08:00:00Z"'
    results = (
        "<q:QueryResults><queryName>Q</queryName><resultsBody><EventList/></resultsBody>"
        "</q:QueryResults>"
    )
    result = read_xml(
        f"<q:EPCISQueryDocument {namespace} {attributes}>{HEADER}<EPCISBody>{results}</EPCISBody>"
        "</q:EPCISQueryDocument>"
    )
    assert result.all_faults == []
    assert [element.id for element in result.master_data] == [PLACE]


@pytest.mark.parametrize("body", ["<q:Poll/>", ""])
def test_a_query_document_without_results_has_its_faults(body: str) -> None:
    namespace = 'xmlns:q="urn:epcglobal:epcis-query:xsd:2"'
    attributes = 'schemaVersion="2.0" creationDate="2026-03-31T08:00:00Z"'
    result = read_xml(
        f"<q:EPCISQueryDocument {namespace} {attributes}><EPCISBody>{body}</EPCISBody>"
        "</q:EPCISQueryDocument>"
    )
    codes = {fault.code for fault in result.faults}
    assert codes == {"epcis.member_missing"} | ({"epcis.xml_unexpected"} if body else set())
