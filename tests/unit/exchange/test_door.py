"""One address of the door: methods, negotiation, keys, and failures that stay machine-readable."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from lxml import etree

from nguon.exchange.headers import check_sent
from nguon.exchange.http import answer_json, check_key, door, negotiate
from nguon.exchange.problem import Problem, refuse

make = RequestFactory()


def answer(_request) -> HttpResponse:
    return answer_json({"ok": True}, content_type="application/json")


def failing(error: Exception):
    def handler(_request) -> HttpResponse:
        raise error

    return door(GET=handler)


def test_options_lists_the_methods_and_the_versions() -> None:
    response = door(GET=answer, POST=answer)(make.options("/"))
    assert response.status_code == 204
    assert response["Allow"] == "OPTIONS, GET, HEAD, POST"
    assert response["GS1-EPCIS-Version"] == response["GS1-CBV-Max"] == "2.0.0"
    assert response["GS1-Extensions"].startswith("nguon=https://")


def test_any_other_method_is_refused_with_what_is_allowed() -> None:
    response = door(GET=answer)(make.put("/"))
    assert response.status_code == 405
    assert response["Allow"] == "OPTIONS, GET, HEAD"
    assert response["Content-Type"] == "application/problem+json"


def test_head_is_answered_like_get() -> None:
    assert door(GET=answer)(make.head("/")).status_code == 200


def test_a_refusal_becomes_a_problem_in_english_unless_vietnamese_is_asked_for() -> None:
    view = failing(refuse(404, "no_job", "abc"))
    english = view(make.get("/"))
    assert json.loads(english.content)["detail"].startswith("There is no capture job")
    assert english["Content-Language"] == "en"
    wanted = make.get("/", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"})
    assert json.loads(view(wanted).content)["detail"].startswith("Không có lần ghi nhận")


@pytest.mark.parametrize(
    "error", [OperationalError("gone"), psycopg.OperationalError("connection refused")]
)
def test_a_database_that_is_down_is_503_with_a_time_to_come_back(error) -> None:
    response = failing(error)(make.get("/"))
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert json.loads(response.content)["errors"][0]["code"] == "exchange.database_down"


def test_a_mistake_of_ours_tells_a_number_and_nothing_else() -> None:
    response = failing(RuntimeError("secret of the house"))(make.get("/"))
    assert response.status_code == 500
    assert b"secret" not in response.content
    assert json.loads(response.content)["type"] == "epcisException:ImplementationException"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("application/xml;q=0.9, application/ld+json;q=0.2", "application/ld+json"),
    ],
)
def test_accept_chooses_between_json_and_json_ld(accept, chosen) -> None:
    assert negotiate(make.get("/", headers={"Accept": accept})) == chosen


def test_an_accept_that_names_nothing_of_ours_is_406() -> None:
    view = door(GET=lambda request: answer_json({}, content_type=negotiate(request)))
    response = view(make.get("/", headers={"Accept": "text/html"}))
    assert response.status_code == 406
    assert "application/ld+json" in json.loads(response.content)["detail"]


@pytest.mark.parametrize("accept", ["application/xml", "text/xml", "application/problem+xml"])
def test_a_refusal_is_xml_for_who_reads_xml(accept) -> None:
    view = door(GET=lambda request: answer_json({}, content_type=negotiate(request)))
    response = view(make.get("/", headers={"Accept": accept, "Accept-Language": "vi"}))
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+xml")
    root = etree.fromstring(response.content)
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISException"
    assert root.findtext("type") == "epcisException:NotAcceptableException"
    assert root.findtext("status") == "406"
    assert accept in root.findtext("detail")


def test_an_address_that_is_too_long_is_414() -> None:
    view = door(GET=answer)
    assert view(make.get("/", {"a": "x" * 16_000})).status_code == 200
    response = view(make.get("/", {"a": "x" * 17_000}))
    assert response.status_code == 414
    assert json.loads(response.content)["type"] == "epcisException:URITooLongException"


@pytest.mark.parametrize(
    ("opened", "key", "sent", "code"),
    [
        (True, "", None, None),
        (False, "s3cret", "Bearer s3cret", None),
        (False, "s3cret", "bearer s3cret", None),
        (False, "s3cret", "Bearer wrong", "exchange.key_wrong"),
        (False, "s3cret", "Basic s3cret", "exchange.key_wrong"),
        (False, "s3cret", None, "exchange.key_missing"),
        (False, "", "Bearer ", "exchange.closed"),
        (False, "", None, "exchange.closed"),
    ],
)
def test_a_key_opens_the_door_where_it_is_not_open(settings, opened, key, sent, code) -> None:
    settings.NGUON_OPEN_CAPTURE, settings.NGUON_CAPTURE_KEY = opened, key
    headers = {"Authorization": sent} if sent else {}

    def handler(request) -> HttpResponse:
        check_key(request)
        return HttpResponse(b"{}")

    response = door(POST=handler)(make.post("/", headers=headers))
    found = (
        None if response.status_code == 200 else json.loads(response.content)["errors"][0]["code"]
    )
    assert found == code
    assert ("WWW-Authenticate" in response) == (response.status_code == 401)


def test_pages_of_others_may_read_and_may_not_write() -> None:
    view = door(GET=answer, POST=answer)
    read = view(make.get("/epcis/events"))
    assert read["Access-Control-Allow-Origin"] == "*"
    assert "Link" in read["Access-Control-Expose-Headers"]
    asked = view(make.options("/epcis/events"))
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in asked["Access-Control-Allow-Headers"]
    written = view(make.post("/epcis/events"))
    assert "Access-Control-Allow-Origin" not in written


@pytest.mark.parametrize("version", ["3.0.0", "1.0", "two", "", "2.1"])
def test_a_body_of_a_version_that_is_not_read_is_refused(version: str) -> None:
    with pytest.raises(Problem) as refused:
        check_sent({"GS1-EPCIS-Version": version})
    assert refused.value.status == 406


@pytest.mark.parametrize("version", ["2.0", "2.0.0", "2", "1.2", "1.2.0", "2.0.1"])
def test_a_body_of_a_version_that_is_read_passes(version: str) -> None:
    check_sent({"GS1-EPCIS-Version": version, "GS1-CBV-Version": version})
