"""Bytes that are no EPCIS in XML are refused with a reason, and never with anything else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import EpcisError, Limits
from nguon.epcis.xml import XmlStream, read_xml
from nguon.epcis.xml.events import read_event
from nguon.epcis.xml.scope import Scope
from tests.unit.epcis.xml.documents import document, event, found, read_one

WHOLE = document(event("<ex:note>Cá &amp; tôm</ex:note>"))


def refusal(data: Any, **limits: int) -> EpcisError:
    with pytest.raises(EpcisError) as caught:
        read_xml(data, limits=Limits(**limits))
    caught.value.fault.as_dict()
    return caught.value


def with_doctype(doctype: str, inside: str = "") -> str:
    return doctype + document(event(f"<ex:a>{inside}</ex:a>"))


LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)
DOCTYPES = [
    with_doctype(f"<!DOCTYPE d [{LAUGHS}]>", "&l9;"),
    with_doctype('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    with_doctype('<!DOCTYPE d [<!ENTITY % p SYSTEM "http://192.0.2.1/x">%p;]>'),
    with_doctype('<!DOCTYPE d SYSTEM "http://192.0.2.1/d.dtd">'),
    with_doctype('<!DOCTYPE d PUBLIC "-//A//B" "http://192.0.2.1/d.dtd">'),
    with_doctype("<!DOCTYPE d []>"),
    with_doctype('<!-- x --><!DOCTYPE d [<!ATTLIST d a CDATA "x">]>'),
    with_doctype("<!DOCTYPE d ><!DOCTYPE d>"),
    with_doctype("<!DOCTYPE d [" + " " * 70_000 + "]>"),
]


@pytest.mark.parametrize("data", DOCTYPES)
def test_a_document_type_that_says_anything_is_refused(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a document made its reader call somewhere")

    refusal("<")  # the sentences of faults are a file of ours, read once
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(Path, "open", forbidden)
    assert refusal(data).code == "epcis.xml_doctype"


@pytest.mark.parametrize("doctype", ["<!DOCTYPE p>", "<!DOCTYPE a:b\n >", "<!-- --><!DOCTYPE p>"])
def test_a_bare_document_type_is_borne_as_gs1_s_examples_have_it(doctype: str) -> None:
    assert read_xml(doctype + WHOLE).accepted


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "epcis.empty"),
        (b" \n\t", "epcis.empty"),
        (b"\xef\xbb\xbf", "epcis.empty"),
        (b"{}", "epcis.xml_malformed"),
        (WHOLE[:-20], "epcis.xml_truncated"),
        (b"<", "epcis.xml_truncated"),
        (b"<!DOCTYPE a", "epcis.xml_truncated"),
        (b"<!-- x", "epcis.xml_truncated"),
        (WHOLE + "x", "epcis.xml_malformed"),
        (WHOLE + "<x/>", "epcis.xml_malformed"),
        (WHOLE + "<!DOCTYPE a>", "epcis.xml_malformed"),
        (WHOLE.replace("&amp;", "&fish;"), "epcis.xml_malformed"),
        (WHOLE.replace("&amp;", "&#1;"), "epcis.xml_malformed"),
        (WHOLE.replace("&amp;", "\0"), "epcis.xml_malformed"),
        (WHOLE.replace("&amp;", "\x0b"), "epcis.xml_malformed"),
        (WHOLE.replace("&amp;", "\ud800"), "epcis.not_utf8"),
        (WHOLE.replace("<ex:note>", "<un:note>"), "epcis.xml_malformed"),
        (WHOLE.replace("<ex:note>", '<ex:note a="1" a="2">'), "epcis.xml_malformed"),
        (WHOLE.replace("<ex:note>", '<ex:note xmlns:y="">'), "epcis.xml_malformed"),
        (WHOLE.replace("</ex:note>", ""), "epcis.xml_malformed"),
        (WHOLE.encode().replace("Cá".encode(), b"C\xe1"), "epcis.not_utf8"),
        (WHOLE.encode() + b"\xc3", "epcis.not_utf8"),
        (WHOLE.encode("utf-32"), "epcis.xml_encoding"),
        (WHOLE.encode("utf-16-le"), "epcis.xml_encoding"),
        (b"\xff\xfe" + b"<\0a", "epcis.xml_encoding"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>" + WHOLE.encode(), "epcis.xml_encoding"),
        ("<?xml-stylesheet href='x'?>" + WHOLE, "epcis.xml_instruction"),
        ("<?php ?>" + WHOLE, "epcis.xml_instruction"),
        (WHOLE.replace("Cá", "<?php x ?>"), "epcis.xml_instruction"),
        (WHOLE + "<?php x ?>", "epcis.xml_instruction"),
        ("<EPCISDocument2/>", "epcis.document_type"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "epcis.document_type"),
        (WHOLE.replace("epcis:xsd:2", "epcis:xsd:9"), "epcis.document_type"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(data: bytes | str, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize(
    "data",
    [
        WHOLE.encode(),
        b"\xef\xbb\xbf" + WHOLE.encode(),
        b"<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n" + WHOLE.encode(),
        WHOLE.encode("utf-16"),
        ("<?xml version='1.0' encoding='UTF-16'?>" + WHOLE).encode("utf-16"),
        b"\xfe\xff" + WHOLE.encode("utf-16-be"),
        WHOLE.replace("Cá &amp; tôm", "<![CDATA[Cá & tôm]]>").encode(),
        WHOLE.replace("Cá", "C<!-- x -->á").encode(),
    ],
)
def test_every_encoding_that_xml_must_know_says_the_same(data: bytes) -> None:
    result = read_xml(data)
    assert result.all_faults == []
    assert result.events[0].event is not None
    assert result.events[0].event.extensions == {"ex:note": "Cá & tôm"}


def test_broken_syntax_is_placed_by_line_and_column() -> None:
    fault = refusal(WHOLE.replace("<ex:note>", "\n\n<ex:note <")).fault
    assert (fault.params["line"], fault.params["column"]) == (3, 10)


def test_a_byte_that_is_no_utf8_is_placed() -> None:
    spoilt = b"<a>" + "á\n".encode() * 40_000 + b"x\xff"
    fault = refusal(spoilt).fault
    assert (fault.params["line"], fault.params["column"], fault.value) == (40_001, 2, "0xFF")


@pytest.mark.parametrize("levels", [65, 200, 100_000])
def test_a_tower_of_elements_is_refused(levels: int) -> None:
    tower = "<ex:a>" * levels + "</ex:a>" * levels
    assert refusal(document(event(tower))).code == "epcis.too_deep"


def test_shells_do_not_nest_for_ever() -> None:
    tower = "<extension>" * 100 + "</extension>" * 100
    assert refusal(document(event(tower))).code == "epcis.too_deep"


def test_some_depth_is_borne() -> None:
    assert read_one("<ex:a>" * 60 + "</ex:a>" * 60).accepted


def test_a_text_without_end_is_refused() -> None:
    endless = document(event("<ex:a>" + "x" * 10_500_000 + "</ex:a>"))
    assert refusal(endless).code == "epcis.xml_too_long"


def test_a_document_over_the_byte_limit_is_refused() -> None:
    assert refusal(WHOLE, bytes=100).code == "epcis.too_large"


def test_no_more_is_read_than_the_limit() -> None:
    def endless() -> Iterator[bytes]:
        yield WHOLE.encode()[:-60]
        while True:
            yield b" " * 1000

    with pytest.raises(EpcisError) as caught:
        list(XmlStream(endless(), limits=Limits(bytes=10_000)))
    assert caught.value.code == "epcis.too_large"


def test_a_prolog_without_end_is_refused() -> None:
    assert refusal(b"<!--" + b"x" * 3_000_000).code == "epcis.xml_malformed"


def test_more_events_than_the_limit_are_refused() -> None:
    assert refusal(document(event() * 3), events=2).code == "epcis.too_many_events"
    assert len(read_xml(document(event() * 3), limits=Limits(events=3)).events) == 3


def test_a_thousand_namespaces_are_too_many() -> None:
    many = "".join(f'<p:a xmlns:p="urn:n{n}"/>' for n in range(1100))
    assert refusal(document(event(many))).code == "epcis.context_too_large"


def test_a_crowd_of_attributes_is_refused() -> None:
    crowd = "".join(f" a{n}='1'" for n in range(300))
    assert refusal(document(event(f"<ex:a{crowd}/>"))).code == "epcis.xml_too_long"
    crowded = document(event().replace("Event>", f"Event{crowd}>", 1))
    assert refusal(crowded).code == "epcis.xml_too_long"


def test_a_name_without_end_is_refused() -> None:
    assert refusal(document(event(f"<ex:{'a' * 300}/>"))).code == "epcis.xml_too_long"
    marked = event(f'<nx:member nx:name="{"a" * 300}"/>')
    assert refusal(document(marked)).code == "epcis.xml_too_long"


@pytest.mark.parametrize("number", ["1e400000", "-1e-400000", "1" * 1001, "+" + "1" * 1001])
def test_a_number_that_cannot_be_held_is_a_fault(number: str) -> None:
    reading = read_one(f'<ex:a xsi:type="xsd:double">{number}</ex:a>')
    assert ("epcis.number_range", "/ex:a") in found(reading)


@pytest.mark.parametrize("number", ["", "abc", "0x1", "NaN", "INF", "1,5"])
def test_a_number_that_is_none_stays_a_text(number: str) -> None:
    reading = read_one(f'<ex:a xsi:type="xsd:double">{number}</ex:a>')
    assert reading.event is not None
    assert reading.event.extensions == {"ex:a": number}


def test_many_faults_are_cut_off() -> None:
    reading = read_one("".join(f"<foo{n}/>" for n in range(3000)))
    assert len(reading.faults) <= 1002


def test_a_long_prolog_is_read_quickly() -> None:
    assert read_xml("<!-- x -->" * 60_000 + WHOLE).accepted


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    assert refusal(data).faults


PIECES = st.sampled_from(
    [
        "<extension>", "</extension>", "<EventList>", "</EventList>", "<ObjectEvent>",
        "</ObjectEvent>", "<epc/>", "<ex:y/>", "&amp;", "&x;", "<!-- c -->", "<![CDATA[x]]>",
        ' nx:json="{"', ' xsi:nil="true"', "<type/>", ' a="1"', "<a:b/>", "<id><id/></id>",
        "<EPCISBody/>", "<sensorElementList><sensorElement/></sensorElementList>", "<Foo/>",
        "<readPoint><extension><ex:a/></extension></readPoint>", "<ilmd>x</ilmd>", "]]>",
        '<ex:a nx:json="[1]" nx:list="true"/>', '<ex:a nx:json="[[[["/>', '<certificationInfo/>',
        '<nx:member nx:name=":"/>', "<quantityList><quantityElement/></quantityList>",
    ]
)  # fmt: skip


@given(st.lists(st.tuples(PIECES, st.floats(0, 1), st.integers(0, 30)), min_size=1, max_size=4))
def test_a_document_spoilt_anywhere_raises_nothing_else(
    changes: list[tuple[str, float, int]],
) -> None:
    text = WHOLE
    for piece, where, cut in changes:
        at = int(where * len(text))
        at = text.find(">", at) + 1 if cut % 2 else at
        text = text[:at] + piece + text[at + (cut if cut % 3 == 0 else 0) :]
    try:
        faults = list(read_xml(text).all_faults)
    except EpcisError as error:
        faults = list(error.faults)
    assert all(fault.as_dict()["vi"] for fault in faults)


def test_the_attributes_of_an_event_are_counted_before_they_are_listed() -> None:
    """Listing takes libxml2 a walk for each: a few hundred thousand would last for hours."""

    class Crowded:
        tag, sourceline, attrib = "ObjectEvent", 3, range(10**6)

        def __iter__(self):
            return iter(())

        def items(self):
            raise AssertionError("listed")

    with pytest.raises(EpcisError) as refused:
        read_event(Crowded(), "ObjectEvent", Scope(Limits()))
    assert refused.value.code == "epcis.xml_too_long"
