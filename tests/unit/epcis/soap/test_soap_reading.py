"""What calls are made of SOAP messages, and which messages are refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import EpcisError
from nguon.epcis.query import QueryError, read_json
from nguon.epcis.soap import (
    GetQueryNames,
    GetStandardVersion,
    GetSubscriptionIDs,
    Poll,
    SoapError,
    Subscribe,
    Unsubscribe,
    guess_version,
    name_of,
    read_call,
)
from tests.unit.epcis.soap.envelopes import call, envelope, param, poll, strings

WHEN = "2026-05-01T08:00:00+07:00"


def values(*params: str) -> dict[str, Any]:
    read = read_call(poll(*params))
    assert isinstance(read, Poll)
    return dict(read.params.values)


@pytest.mark.parametrize("version", ["2.0", "1.2"])
def test_each_operation_is_read_in_the_version_of_its_namespace(version: str) -> None:
    assert read_call(call("GetQueryNames", version=version)) == GetQueryNames(version)
    assert read_call(call("GetStandardVersion", version=version)) == GetStandardVersion(version)
    one = "<subscriptionID> s-1 </subscriptionID>"
    assert read_call(call("Unsubscribe", one, version)) == Unsubscribe(version, "s-1")
    named = read_call(call("GetSubscriptionIDs", "<queryName>q</queryName>", version))
    assert named == GetSubscriptionIDs(version, "q")
    assert name_of(named) == "getSubscriptionIDs"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (strings("EQ_action", "ADD", "OBSERVE"), ["ADD", "OBSERVE"]),
        (strings("EQ_action"), []),
        (param("EQ_action", "<string>ADD</string>"), ["ADD"]),
        (param("GE_eventTime", WHEN, "xsd:dateTime"), WHEN),
        (param("GE_eventTime", WHEN), WHEN),
        (param("maxEventCount", "50", "xsd:int"), 50),
        (param("maxEventCount", "50"), 50),
        (param("GT_quantity", "1.50", "xsd:double"), Decimal("1.50")),
        (param("GT_quantity", "1.50"), Decimal("1.50")),
        (param("EQ_value_CEL", "-3"), -3),
        (param("EXISTS_urn:x#f", "", "q:VoidHolder"), None),
        (param("EXISTS_urn:x#f", ""), None),
        (param("EQ_booleanValue", "1", "xsd:boolean"), True),
        # Untyped, a lot number stays what it is: 05 is not 5.
        (param("EQ_urn:x#lot", "05"), "05"),
        (param("orderBy", "eventTime", "xsd:string"), "eventTime"),
        ("<param><name>EXISTS_urn:x#f</name><value xsi:nil='true'/></param>", None),
        ("<param><name>EXISTS_urn:x#f</name></param>", None),
    ],
)
def test_values_have_their_types(written: str, expected: object) -> None:
    (value,) = values(written).values()
    assert value == expected
    assert type(value) is type(expected)


def test_an_event_query_of_xml_is_the_query_of_json() -> None:
    params = values(
        strings("eventType", "ObjectEvent"),
        param("GE_eventTime", WHEN, "xsd:dateTime"),
        strings("MATCH_anyEPC", "urn:epc:id:sgtin:9521234.000012.*"),
        param("eventCountLimit", "5", "xsd:int"),
        param("orderBy", "eventTime"),
    )
    assert read_json(params) == read_json(
        {
            "eventType": ["ObjectEvent"],
            "GE_eventTime": WHEN,
            "MATCH_anyEPC": ["urn:epc:id:sgtin:9521234.000012.*"],
            "eventCountLimit": 5,
            "orderBy": "eventTime",
        }
    )


def test_prefixes_of_the_message_stand_in_names_of_parameters() -> None:
    one = '<param xmlns:ex="https://x.example/ns/"><name>EQ_ex:lot</name><value>A</value></param>'
    read = read_call(poll(one))
    assert isinstance(read, Poll)
    assert read_json(dict(read.params.values), read.params.namespaces) == read_json(
        {"EQ_https://x.example/ns/lot": "A"}
    )


def test_qualified_local_elements_are_understood() -> None:
    inner = "<q:queryName>SimpleEventQuery</q:queryName><q:params><q:param><q:name>EQ_action"
    inner += "</q:name><q:value><q:string>ADD</q:string></q:value></q:param></q:params>"
    read = read_call(call("Poll", inner))
    assert isinstance(read, Poll)
    assert read.params.values == {"EQ_action": ["ADD"]}


def test_a_subscription_is_read_whole() -> None:
    inner = (
        "<queryName>q</queryName><params/><dest>https://x.example/in</dest><controls><schedule>"
        "<second>0</second><minute>[0-10]</minute></schedule>"
        f"<initialRecordTime>{WHEN}</initialRecordTime><reportIfEmpty>false</reportIfEmpty>"
        "</controls><subscriptionID>s</subscriptionID>"
    )
    read = read_call(call("Subscribe", inner, "1.2"))
    assert isinstance(read, Subscribe)
    assert read.controls.schedule == {"second": "0", "minute": "[0-10]"}
    assert (read.controls.initial_record_time, read.controls.report_if_empty) == (WHEN, False)
    assert (read.dest, read.subscription_id, read.version) == ("https://x.example/in", "s", "1.2")


@pytest.mark.parametrize(
    ("data", "code", "who"),
    [
        (b"", "empty", "Client"),
        (b"<a", "xml_truncated", "Client"),
        (b"<a/>", "soap_envelope", "Client"),
        (envelope(""), "soap_envelope", "Client"),
        (envelope("<a/><b/>"), "soap_envelope", "Client"),
        (envelope("<a/>"), "soap_operation", "Client"),
        (envelope('<a xmlns="urn:epcglobal:epcis-query:xsd:2"/>'), "soap_operation", "Client"),
        (envelope('<Poll xmlns="urn:epcglobal:epcis-query:xsd:9"/>'), "soap_operation", "Client"),
        (call("Poll", "<queryName>q</queryName>"), "soap_part", "Client"),
        (call("Poll", "<params/>"), "soap_part", "Client"),
        (call("Unsubscribe", "<subscriptionID/>"), "soap_part", "Client"),
        (envelope("<a/>", soap="http://www.w3.org/2003/05/soap-envelope"), "soap_version",
         "VersionMismatch"),
        (envelope("<a/>", header='<h xmlns="urn:h" s:mustUnderstand="1"/>'), "soap_header",
         "MustUnderstand"),
        (call("Poll", "<a>" * 40 + "</a>" * 40), "too_deep", "Client"),
        (call("Poll", "<a>" * 400 + "</a>" * 400), "too_deep", "Client"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + poll(), "xml_doctype",
         "Client"),
        (b'<!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + poll(), "xml_doctype", "Client"),
        (call("Poll", "<?php x?>"), "xml_instruction", "Client"),
        (call("Poll", "&undeclared;"), "xml_malformed", "Client"),
        (b" " * (1 << 20) + poll(), "too_large", "Client"),
        (b"\xff\xfe\x00\x00", "xml_encoding", "Client"),
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused(data: bytes, code: str, who: str) -> None:
    with pytest.raises(SoapError) as caught:
        read_call(data)
    assert (caught.value.code, caught.value.fault_code) == (f"epcis.{code}", who)
    assert caught.value.exception == "ValidationException"
    assert caught.value.fault.sentence("vi")


def test_a_header_that_need_not_be_understood_is_passed_over() -> None:
    for told in ("", ' s:mustUnderstand="0"', ' s:mustUnderstand="1" s:actor="urn:other"'):
        query = "urn:epcglobal:epcis-query:xsd:2"
        message = envelope(
            f'<q:GetQueryNames xmlns:q="{query}"/>', header=f'<h xmlns="urn:h"{told}/>'
        )
        assert read_call(message) == GetQueryNames("2.0")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ([param("EQ_action", "ADD"), param("EQ_action", "ADD")], "query_repeated"),
        ([param("EQ_action", "<b/>")], "query_value"),
        ([param(f"EQ_urn:x#a{n}", "1") for n in range(102)], "query_too_many"),
    ],
)
def test_parameters_that_no_query_takes_are_refused(params: list[str], code: str) -> None:
    with pytest.raises(QueryError) as caught:
        values(*params)
    assert caught.value.code == f"epcis.{code}"


def test_the_version_of_an_unreadable_message_is_guessed() -> None:
    assert guess_version(poll(version="1.2")[:-5]) == "1.2"
    assert guess_version(poll()) == guess_version(b"") == "2.0"


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 30))
def test_no_bytes_do_anything_but_be_refused(noise: bytes, at: int, cut: int) -> None:
    message = poll(strings("EQ_action", "ADD"), param("GE_eventTime", WHEN, "xsd:dateTime"))
    with suppress(EpcisError):
        assert read_call(message[:at] + noise + message[at + cut :]).version
