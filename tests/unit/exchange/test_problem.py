"""Refusals of the EPCIS door as RFC 7807 bodies."""

from __future__ import annotations

import tomllib
from importlib import resources
from string import Formatter

import pytest

from nguon.errors import Fault
from nguon.exchange.problem import Problem, describe, refuse
from nguon.exchange.queries import write_error

WRONG_TYPE = Fault("exchange.media_type", value="text/plain")
NO_JOB = Fault("exchange.no_job", value="abc", pointer="/x")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "ValidationException"),
        (401, "SecurityException"),
        (403, "SecurityException"),
        (404, "NoSuchResourceException"),
        (406, "NotAcceptableException"),
        (409, "ResourceAlreadyExistsException"),
        (413, "CaptureLimitExceededException"),
        (415, "UnsupportedMediaTypeException"),
        (500, "ImplementationException"),
        (503, "ImplementationException"),
        (507, "ImplementationException"),
    ],
)
def test_the_type_is_the_exception_that_the_binding_names_for_the_status(status, name) -> None:
    body = describe(status, [WRONG_TYPE])
    assert body["type"] == f"epcisException:{name}"
    assert body["status"] == status
    assert body["title"]


def test_a_problem_tells_its_own_name_over_that_of_the_status() -> None:
    problem = Problem(400, WRONG_TYPE, name="QueryParameterException")
    assert problem.body()["type"] == "epcisException:QueryParameterException"


def test_every_fault_is_listed_with_its_place_and_both_languages() -> None:
    body = describe(400, [WRONG_TYPE, NO_JOB])
    assert [error["code"] for error in body["errors"]] == [
        "exchange.media_type",
        "exchange.no_job",
    ]
    assert body["errors"][1]["pointer"] == "/x"
    assert all(error["vi"] and error["en"] and error["rule"] for error in body["errors"])
    assert body["detail"].endswith("(+1 in errors)")


def test_detail_and_title_speak_the_callers_language() -> None:
    assert describe(415, [WRONG_TYPE], "vi")["detail"].startswith("Không đọc được")
    assert describe(415, [WRONG_TYPE], "vi")["title"] != describe(415, [WRONG_TYPE])["title"]


def test_a_refusal_has_no_members_beyond_the_rfc_and_our_errors() -> None:
    assert set(describe(400, [WRONG_TYPE])) == {"type", "title", "status", "detail", "errors"}


def test_a_refusal_out_of_the_catalogue_fills_its_sentence() -> None:
    problem = refuse(413, "too_large", 70, limit=64)
    assert problem.status == 413
    assert "70 bytes" in problem.body()["detail"]
    assert "64" in problem.body("vi")["detail"]


def test_both_sentences_of_the_catalogue_ask_for_the_same_and_can_be_filled() -> None:
    text = resources.files("nguon.exchange").joinpath("faults.toml").read_text("utf-8")
    for name, entry in tomllib.loads(text).items():
        asked = {
            language: {field for _, field, _, _ in Formatter().parse(entry[language]) if field}
            for language in ("vi", "en")
        }
        assert asked["vi"] == asked["en"], name
        params = dict.fromkeys(asked["vi"] - {"value", "pointer"}, "here")
        fault = Fault(f"exchange.{name}", value="x", params=params)
        assert fault.sentence("vi") != fault.sentence("en")


@pytest.mark.parametrize("status", [405, 421, 426])
def test_what_an_address_does_not_do_is_not_called_a_fault_of_the_server(status) -> None:
    fault = Fault("exchange.method", value="PUT", params={"allowed": "GET"})
    told = describe(status, [fault])
    assert told["type"] == "epcisException:ImplementationException"
    assert told["title"] != describe(500, [fault])["title"]


def test_what_is_only_flagged_is_told_without_an_exception() -> None:
    flag = write_error({"code": "epcis.x", "level": "flag", "en": "Odd."})
    assert flag == {
        "title": "Odd.",
        "detail": "Odd.",
        "code": "epcis.x",
        "level": "flag",
        "en": "Odd.",
    }
    error = write_error({"code": "epcis.x", "level": "error", "en": "Wrong."})
    assert (error["type"], error["status"]) == ("epcisException:ValidationException", 400)
