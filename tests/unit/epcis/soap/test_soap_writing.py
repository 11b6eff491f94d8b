"""Answers, faults and descriptions, held against our schema; GS1's own judges in conformance."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from nguon.epcis.soap import (
    OPERATIONS,
    write_fault,
    write_names,
    write_schema,
    write_text,
    write_void,
    write_wsdl,
)
from nguon.epcis.soap.model import FaultCode
from nguon.epcis.xml import Version
from tests.unit.epcis.soap.envelopes import SOAP

VERSIONS: list[Version] = ["2.0", "1.2"]
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"


def body_of(message: bytes) -> Any:
    return etree.fromstring(message).find(f"{{{SOAP}}}Body")[0]


def check(element: Any, version: Version) -> None:
    schema = etree.XMLSchema(etree.fromstring(write_schema(version)))
    schema.assertValid(etree.fromstring(etree.tostring(element)))


@pytest.mark.parametrize("version", VERSIONS)
def test_answers_are_valid(version: Version) -> None:
    for message in (
        write_names("GetQueryNames", ["SimpleEventQuery", "a & b <c>"], version),
        write_names("GetSubscriptionIDs", [], version),
        write_text("GetStandardVersion", version, version),
        write_text("GetVendorVersion", "", version),
        write_void("Subscribe", version),
        write_void("Unsubscribe", version),
    ):
        check(body_of(message), version)
    names = body_of(write_names("GetQueryNames", ["a & b <c>"], version))
    assert [each.text for each in names] == ["a & b <c>"]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_exception_is_a_valid_detail(version: Version) -> None:
    for exception in {each for told in OPERATIONS.values() for each in told}:
        fault = body_of(write_fault(exception, "why & \x01how", version, query_name="q\x02"))
        assert fault.tag == f"{{{SOAP}}}Fault"
        assert fault.find("faultcode").text == "soapenv:Client"
        assert fault.find("faultstring").text == "why & \ufffdhow"
        (detail,) = fault.find("detail")
        assert etree.QName(detail).localname == exception
        check(detail, version)


@pytest.mark.parametrize("code", ["VersionMismatch", "MustUnderstand"])
def test_faults_of_the_envelope_have_no_detail(code: FaultCode) -> None:
    fault = body_of(write_fault("ValidationException", "why", "2.0", code=code))
    assert fault.find("detail") is None


@pytest.mark.parametrize("version", VERSIONS)
def test_the_wsdl_names_every_operation_with_its_faults(version: Version) -> None:
    address, schema = "https://x.example/epcis/soap", "https://x.example/epcis/soap?xsd=a&b"
    root = etree.fromstring(write_wsdl(version, address, schema))
    assert root.get("targetNamespace") == f"urn:epcglobal:epcis:wsdl:{version[0]}"
    messages = {each.get("name") for each in root.iter(f"{WSDL}message")}
    for holder in ("portType", "binding"):
        operations = root.find(f"{WSDL}{holder}").findall(f"{WSDL}operation")
        assert [each.get("name") for each in operations] == list(OPERATIONS)
        for each in operations:
            faults = [fault.get("name") for fault in each.findall(f"{WSDL}fault")]
            assert faults == [f"{name}Fault" for name in OPERATIONS[each.get("name")]]
            for part in each:
                told = part.get("message")
                assert told is None or told.removeprefix("impl:") in messages
    soap = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
    assert [each.get("location") for each in root.iter(soap)] == [address]
    imported = root.iter("{http://www.w3.org/2001/XMLSchema}import")
    assert [each.get("schemaLocation") for each in imported] == [schema]
