"""The SOAP door as a partner's program meets it, in both versions, judged by GS1's schema."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import zeep.exceptions
from django.test import Client
from lxml import etree
from psycopg import OperationalError

from nguon import __version__
from nguon.epcis.soap import write_schema
from nguon.epcis.xml import Version, read_xml
from nguon.eventstore import Store
from tests.conformance.epcis.shared import EPCIS
from tests.integration.exchange.samples import make_document, make_event, write
from tests.integration.exchange.soap_client import ADDRESS, Partner
from tests.unit.epcis.soap.envelopes import NAMESPACES, SOAP, call, param, poll

pytestmark = pytest.mark.database
MDA = "urn:epcglobal:cbv:mda#"
PLACE = "urn:epcglobal:epcis:vtype:BusinessLocation"
VERSIONS: list[Version] = ["2.0", "1.2"]


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def partner(client: Client, settings: Any, version: Version) -> Partner:
    settings.NGUON_BASE_URL = "http://soap.test"
    return Partner(client, version)


def body_of(message: bytes) -> Any:
    return etree.fromstring(message).find(f"{{{SOAP}}}Body")[0]


def check(element: Any, version: Version) -> Any:
    """Hold a message against our schema, and against GS1's where it is at hand."""
    alone = etree.fromstring(etree.tostring(element))
    etree.XMLSchema(etree.fromstring(write_schema(version))).assertValid(alone)
    if version == "2.0" and EPCIS.is_dir():
        path = EPCIS / "xsd" / "EPCglobal-epcis-query-2_0.xsd"
        etree.XMLSchema(etree.parse(path)).assertValid(alone)
    return alone


def check_line(partner: Partner, version: Version) -> None:
    """Hold all that went over the line against the schemas."""
    for message in (*partner.line.sent, *(each.content for each in partner.line.answered)):
        element = body_of(message)
        if element.tag == f"{{{SOAP}}}Fault":
            element = element.find("detail")[0]
        check(element, version)


def capture(client: Client, *events: dict[str, Any], **changes: Any) -> None:
    body = write(make_document(*events, **changes))
    assert client.post("/epcis/capture", body, content_type="application/json").status_code == 202


def ask(client: Client, message: bytes, **told: Any) -> Any:
    return client.post("/epcis/soap", message, **{"content_type": "text/xml", **told})


def fault_of(response: Any) -> tuple[str, str, str]:
    assert response.status_code == 500
    fault = body_of(response.content)
    (detail,) = fault.find("detail")
    name = etree.QName(detail)
    return name.namespace, name.localname, fault.find("faultstring").text


def test_the_client_is_made_from_our_wsdl_and_its_schema(partner: Partner, version: str) -> None:
    told = "" if version == "2.0" else "=1.2"
    assert partner.line.loaded == [f"{ADDRESS}?wsdl{told}", f"{ADDRESS}?xsd={version}"]


def test_names_and_versions(partner: Partner, version: Version) -> None:
    names = partner.call.getQueryNames()
    assert {"SimpleEventQuery", "SimpleMasterDataQuery"} <= set(names)
    assert partner.call.getStandardVersion() == version
    assert partner.call.getVendorVersion() == f"https://nguon.example/voc/{__version__}"
    check_line(partner, version)


def test_events_are_polled(partner: Partner, client: Client, version: Version) -> None:
    lot = f"https://id.gs1.org/01/09521101000016/10/{uuid.uuid4().hex[:12]}"
    listed = [{"epcClass": lot, "quantity": 12.5, "uom": "KGM"}]
    wanted = make_event(quantityList=listed, eventID=None)
    later = make_event(quantityList=listed, eventTime="2026-05-13T04:30:00+07:00")
    capture(client, wanted, later, make_event())
    found = partner.poll(
        eventType=["ObjectEvent"],
        MATCH_anyEPCClass=[lot],
        LT_eventTime=datetime(2026, 5, 12, tzinfo=UTC),
        EQ_bizStep=["urn:epcglobal:cbv:bizstep:commissioning"],
    )
    assert found.queryName == "SimpleEventQuery"
    (event,) = found.resultsBody.EventList._value_1
    assert event.tag == "ObjectEvent"
    text = etree.tostring(event).decode()
    assert "ni:///sha-256;" in text
    assert event.findtext("recordTime")
    assert event.findtext("bizStep") == "urn:epcglobal:cbv:bizstep:commissioning"
    assert ("urn:epc:class:lgtin:9521101.000001." in text) == (version == "1.2")
    assert ("<extension><quantityList>" in text) == (version == "1.2")
    limited = partner.poll(
        MATCH_anyEPCClass=[lot], eventCountLimit=1, orderBy="eventTime", orderDirection="DESC"
    )
    (event,) = limited.resultsBody.EventList._value_1
    assert event.findtext("eventTime").startswith("2026-05-1")
    check_line(partner, version)


def test_the_answer_reads_back_as_what_was_captured(
    partner: Partner, client: Client, version: Version
) -> None:
    event = make_event(certificationInfo=["https://x.example/c"], **{"nguon:note": "đậm <vị>"})
    context = make_document()["@context"] + [{"nguon": "https://nguon.example/voc/"}]
    capture(client, event, **{"@context": context})
    partner.poll(EQ_eventID=[event["eventID"]])
    results = body_of(partner.line.answered[-1].content)
    (reading,) = read_xml(etree.tostring(results)).events
    assert reading.accepted
    assert reading.event is not None
    assert reading.event.event_id == event["eventID"]
    assert reading.event.certification_info == ("https://x.example/c",)
    assert reading.event.extensions == {"nguon:note": "đậm <vị>"}
    check_line(partner, version)


@pytest.mark.parametrize("namespace", ["https://x.example/ns", "https://x.example/ns/", "urn:x:ns"])
def test_extensions_are_named_as_1_2_names_them(
    partner: Partner, client: Client, namespace: str, version: Version
) -> None:
    lot = uuid.uuid4().hex
    old = (
        '<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"'
        f' creationDate="2026-05-11T05:00:00Z" xmlns:x="{namespace}"><EPCISBody><EventList>'
        "<ObjectEvent><eventTime>2026-05-11T04:30:00Z</eventTime>"
        "<eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
        "<epcList><epc>urn:epc:id:sscc:9521101.1234567890</epc></epcList>"
        f"<action>OBSERVE</action><x:lot>{lot}</x:lot></ObjectEvent>"
        "</EventList></EPCISBody></e:EPCISDocument>"
    )
    sent = client.post("/epcis/capture", old, content_type="application/xml")
    assert sent.status_code == 202
    found = partner.poll(**{f"EQ_{namespace}#lot": [lot], f"EXISTS_{namespace}#lot": None})
    (event,) = found.resultsBody.EventList._value_1
    assert event.findtext(f"{{{namespace}}}lot") == lot
    partner.poll(**{f"EQ_{namespace}#lot": ["other"]})
    results = body_of(partner.line.answered[-1].content)
    assert len(results.find("resultsBody/EventList")) == 0
    check_line(partner, version)


def test_master_data_is_polled(partner: Partner, client: Client, version: Version) -> None:
    name = f"urn:x:{uuid.uuid4().hex}"
    element = {
        "id": name,
        "attributes": [{"id": f"{MDA}name", "attribute": "Kho Bãi Cháy"}],
        "children": [f"{name}:a", f"{name}:b"],
    }
    header = {
        "epcisMasterData": {"vocabularyList": [{"type": PLACE, "vocabularyElementList": [element]}]}
    }
    capture(client, epcisHeader=header)
    found = partner.poll(
        "SimpleMasterDataQuery",
        includeAttributes=True,
        includeChildren=True,
        vocabularyName=[PLACE],
        EQ_name=[name],
        HASATTR=[f"{MDA}name"],
        **{f"EQATTR_{MDA}name": ["Kho Bãi Cháy"]},
    )
    (vocabulary,) = found.resultsBody.VocabularyList.Vocabulary
    assert vocabulary.type == PLACE
    (element,) = vocabulary.VocabularyElementList.VocabularyElement
    assert element.id == name
    assert element.children.id == [f"{name}:a", f"{name}:b"]
    assert "Kho Bãi Cháy" in partner.line.answered[-1].content.decode()
    bare = partner.poll("SimpleMasterDataQuery", includeAttributes=False, EQ_name=[name])
    (vocabulary,) = bare.resultsBody.VocabularyList.Vocabulary
    (element,) = vocabulary.VocabularyElementList.VocabularyElement
    assert (element.attribute, element.children) == ([], None)
    check_line(partner, version)


@pytest.mark.parametrize(
    ("query", "params", "exception"),
    [
        ("SimpleEventQuery", {"EQ_nothing": ["x"]}, "QueryParameterException"),
        ("SimpleEventQuery", {"perPage": 5}, "QueryParameterException"),
        ("SimpleEventQuery", {"GE_eventTime": "yesterday"}, "QueryParameterException"),
        ("SimpleEventQuery", {"eventCountLimit": 5}, "QueryParameterException"),
        ("SimpleEventQuery", {"maxEventCount": 0}, "QueryTooLargeException"),
        ("SimpleEventQuery", {f"EQ_urn:x#a{n}": ["1"] for n in range(101)},
         "QueryTooComplexException"),
        ("SimpleMasterDataQuery", {"maxElementCount": 0}, "QueryTooLargeException"),
        ("SimpleMasterDataQuery", {"EQ_nam": ["x"]}, "QueryParameterException"),
        ("NobodysQuery", {}, "NoSuchNameException"),
    ],
)  # fmt: skip
def test_a_poll_that_cannot_be_answered_is_a_fault(
    partner: Partner,
    store: Store,
    client: Client,
    version: Version,
    query: str,
    params: dict[str, Any],
    exception: str,
) -> None:
    capture(client, make_event())
    with pytest.raises(zeep.exceptions.Fault) as caught:
        partner.poll(query, **params)
    assert caught.value.code == "soapenv:Client"
    (detail,) = caught.value.detail
    assert detail.tag == f"{{{NAMESPACES[version]}}}{exception}"
    assert detail.findtext("reason") == caught.value.message
    check_line(partner, version)


def test_a_fault_speaks_the_language_of_the_caller(client: Client) -> None:
    message = poll(query="Nobody")
    assert "getQueryNames" in fault_of(ask(client, message))[2]
    vietnamese = ask(client, message, HTTP_ACCEPT_LANGUAGE="vi")
    assert fault_of(vietnamese)[2].startswith("Không có truy vấn")
    assert vietnamese["Content-Language"] == "vi"


@pytest.mark.parametrize(
    "message",
    [b" ", b"<a/>", poll(version="1.2")[:-9], call("Nothing", version="1.2")],
)
def test_what_is_no_call_is_a_fault_too(client: Client, message: bytes) -> None:
    namespace, exception, _ = fault_of(ask(client, message))
    assert exception == "ValidationException"
    assert namespace == NAMESPACES["1.2" if b"xsd:1" in message else "2.0"]


def test_a_message_too_long_is_refused_before_it_is_read(client: Client) -> None:
    response = ask(client, poll(param("EQ_urn:x#a", "x" * (1 << 20))))
    assert fault_of(response)[1] == "ValidationException"


@pytest.mark.parametrize("kind", ["application/json", "text/xml; charset=iso-8859-1", ""])
def test_other_forms_are_not_read(client: Client, kind: str) -> None:
    response = ask(client, poll(), content_type=kind)
    assert response.status_code == 415
    assert body_of(response.content).tag == f"{{{SOAP}}}Fault"


def test_versions_of_soap_and_headers_that_must_be_understood(client: Client) -> None:
    newer = poll().replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope")
    for message, code in (
        (newer, "soapenv:VersionMismatch"),
        (
            poll().replace(
                b"<s:Body>",
                b'<s:Header><h xmlns="urn:h" s:mustUnderstand="1"/></s:Header><s:Body>',
            ),
            "soapenv:MustUnderstand",
        ),
    ):
        response = ask(client, message)
        assert response.status_code == 500
        fault = body_of(response.content)
        assert fault.findtext("faultcode") == code
        assert fault.find("detail") is None


def test_a_database_that_is_down_is_our_fault(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, told in ((OSError("secret"), "Tell the operator"), (None, "does not answer")):
        raised = error or OperationalError("secret")

        def fail(*_: object, raised: Exception = raised, **__: object) -> None:
            raise raised

        monkeypatch.setattr(Store, "query_all_events", fail)
        response = ask(client, poll())
        _, exception, text = fault_of(response)
        assert exception == "ImplementationException"
        assert told in text
        assert b"secret" not in response.content


def test_descriptions_are_served_and_nothing_else(client: Client) -> None:
    for asked in ("", "?wsdl", "?wsdl=1.2", "?xsd=2.0", "?xsd=1.2"):
        response = client.get(f"/epcis/soap{asked}")
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/xml")
        etree.fromstring(response.content)
    assert client.get("/epcis/soap?wsdl=9").status_code == 404
    assert client.delete("/epcis/soap").status_code == 405
