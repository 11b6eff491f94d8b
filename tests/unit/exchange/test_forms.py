"""Which form an answer takes, out of headers and of parameters."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from nguon.exchange.forms import Form, choose_form, read_extensions, read_parameters
from nguon.exchange.problem import Problem
from nguon.rules import NGUON_VOC

make = RequestFactory()
JSON, XML = "application/json", "application/xml"


def choose(headers: dict[str, str] | None = None, query: str = "", **options: bool) -> Form:
    return choose_form(make.get(f"/epcis/events?{query}", headers=headers or {}), **options)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/ld+json", "application/ld+json"),
        ("application/xml", XML),
        ("text/xml;q=0.9, text/html", "text/xml"),
        ("application/json;q=0.2, application/xml;q=0.3", XML),
        ("application/json; charset=utf-8", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/json;q=0, */*", "application/ld+json"),
        ("application/*;q=0, */*", "text/xml"),
        (", ,", JSON),
        ("application/xml;q=nonsense", XML),
    ],
)
def test_accept_chooses_the_media_type(accept: str, chosen: str) -> None:
    assert choose({"Accept": accept}).media_type == chosen


@pytest.mark.parametrize(
    ("asked", "version", "media_type"),
    [
        ({}, "2.0", JSON),
        ({"GS1-EPCIS-Max": "2"}, "2.0", JSON),
        ({"GS1-EPCIS-Min": "1.0", "GS1-EPCIS-Max": "1.2"}, "1.2", XML),
        ({"GS1-EPCIS-Max": "1.2.0", "Accept": "text/xml"}, "1.2", "text/xml"),
        ({"GS1-CBV-Max": "1.3"}, "1.2", XML),
        ({"GS1-EPCIS-Version": "1.2"}, "1.2", XML),
        ({"GS1-EPCIS-Version": "2.0", "Accept": XML}, "2.0", XML),
        ({"GS1-EPCIS-Min": "1.1", "Accept": XML}, "2.0", XML),
    ],
)
def test_the_newest_version_within_the_bounds_is_answered(asked, version, media_type) -> None:
    form = choose(asked)
    assert (form.version, form.media_type) == (version, media_type)
    assert form.headers["GS1-EPCIS-Version"] == f"{version}.0"


@pytest.mark.parametrize(
    ("asked", "offender"),
    [
        ({"GS1-EPCIS-Min": "2.1"}, "GS1-EPCIS-Min"),
        ({"GS1-EPCIS-Max": "1.1"}, "GS1-EPCIS-Max"),
        ({"GS1-EPCIS-Max": "two"}, "GS1-EPCIS-Max"),
        ({"GS1-CBV-Min": "3"}, "GS1-CBV-Min"),
        ({"GS1-EPCIS-Min": "1.3", "GS1-EPCIS-Max": "1.9"}, "GS1-EPCIS-Max"),
        ({"GS1-EPCIS-Max": "1.2", "Accept": JSON}, "Accept"),
        ({"Accept": "text/html"}, "Accept"),
        ({"GS1-EPC-Format": "always_epc_urn"}, "GS1-EPC-Format"),
        ({"GS1-CBV-XML-Format": "URN"}, "GS1-CBV-XML-Format"),
    ],
)
def test_what_cannot_be_answered_is_406_with_the_offers(asked, offender) -> None:
    with pytest.raises(Problem) as refused:
        choose(asked)
    assert refused.value.status == 406
    detail = refused.value.body()["detail"]
    assert f"change {offender}" in detail
    assert any(offer in detail for offer in ("2.0.0, 1.2.0 (XML)", XML, "Always_"))


def test_epcis_1_2_is_for_events_only() -> None:
    with pytest.raises(Problem):
        choose({"GS1-EPCIS-Max": "1.2"}, documents=False)


@pytest.mark.parametrize(
    ("asked", "done"),
    [
        ({}, "Always_GS1_Digital_Link"),
        ({"GS1-EPC-Format": "No_Preference"}, "Never_Translates"),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, "Always_EPC_URN"),
        ({"GS1-EPCIS-Max": "1.2"}, "Always_EPC_URN"),
        ({"GS1-EPCIS-Max": "1.2", "GS1-EPC-Format": "Never_Translates"}, "Never_Translates"),
    ],
)
def test_the_answer_says_what_was_done_with_identifiers(asked, done) -> None:
    assert choose(asked).headers["GS1-EPC-Format"] == done


def test_words_are_urns_in_xml_unless_web_uris_are_asked_for() -> None:
    assert choose({"Accept": XML}).headers["GS1-CBV-XML-Format"] == "Always_URN"
    asked = {"Accept": XML, "GS1-CBV-XML-Format": "Always_Web_URI"}
    assert choose(asked).headers["GS1-CBV-XML-Format"] == "Always_Web_URI"
    assert "GS1-CBV-XML-Format" not in choose().headers


def test_a_parameter_wins_over_a_header() -> None:
    form = choose({"GS1-EPC-Format": "Always_EPC_URN"}, "GS1-EPC-Format=Never_Translates")
    assert form.epc_format == "Never_Translates"
    assert choose(query="GS1-EPCIS-Max=1.2").version == "1.2"


def test_the_version_of_a_body_is_no_wish_for_the_answer() -> None:
    request = make.post("/epcis/events", headers={"GS1-EPCIS-Version": "1.2"})
    assert choose_form(request).version == "2.0"


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", []),
        ("a=1&b=x%7Cy&EXISTS_z", [("a", "1"), ("b", "x|y"), ("EXISTS_z", "")]),
        ("a=b=c&&a=d+e", [("a", "b=c"), ("a", "d e")]),
        ("a=%C4%91%E1%BB%83", [("a", "để")]),
        (
            "LT_eventTime=2026-05-11T04:30:00.5%2B07:00",
            [("LT_eventTime", "2026-05-11T04:30:00.5+07:00")],
        ),
    ],
)
def test_parameters_are_decoded_in_their_order(query, pairs) -> None:
    request = make.get("/epcis/events")
    request.META["QUERY_STRING"] = query
    assert read_parameters(request) == pairs


def test_letters_that_nobody_encoded_are_read_too() -> None:
    request = make.get("/epcis/events")
    request.META["QUERY_STRING"] = "a=để".encode().decode("latin-1")
    assert read_parameters(request) == [("a", "để")]


@pytest.mark.parametrize("query", ["a=%zz", "a=%", "%4=1", "a=%ff", "a=%00", "a=\xff"])
def test_what_is_no_utf_8_is_refused(query) -> None:
    request = make.get("/epcis/events")
    request.META["QUERY_STRING"] = query
    with pytest.raises(Problem) as refused:
        read_parameters(request)
    assert (refused.value.status, refused.value.code) == (400, "exchange.query_string")
    assert refused.value.body()["type"] == "epcisException:QueryParameterException"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("ex=https://example.com/ns/", {"ex": "https://example.com/ns/"}),
        (" a = urn:a: ,b=https://b.example/#", {"a": "urn:a:", "b": "https://b.example/#"}),
        ("nonsense, =x, c=relative", {}),
    ],
)
def test_prefixes_come_from_the_header(header, known) -> None:
    request = make.get("/", headers={"GS1-Extensions": header})
    assert read_extensions(request) == {"nguon": NGUON_VOC, **known}


def test_a_form_can_be_made_without_a_request() -> None:
    form = Form("application/xml", "1.2", "Always_EPC_URN", "Always_URN")
    assert form.xml
    assert form.style.epc_format == "Always_EPC_URN"
