"""What callers ask for in headers, and what they get told."""

from __future__ import annotations

import pytest

from nguon.exchange.headers import check_content, check_versions, read_behaviour
from nguon.exchange.problem import Problem


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/ld+json; charset=utf-8", "Application/JSON"],
)
def test_json_and_json_ld_are_read(content_type) -> None:
    check_content(content_type, "")


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml", "application/soap+xml"])
def test_xml_is_refused_with_the_form_that_is_read(content_type) -> None:
    with pytest.raises(Problem) as refused:
        check_content(content_type, "")
    assert refused.value.code == "exchange.xml_not_read"
    assert "JSON-LD" in refused.value.body()["detail"]


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/jsonx", "json"])
def test_any_other_content_is_refused(content_type) -> None:
    with pytest.raises(Problem) as refused:
        check_content(content_type, "")
    assert refused.value.status == 415


def test_compressed_content_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        check_content("application/json", "gzip")
    assert refused.value.code == "exchange.content_encoding"


@pytest.mark.parametrize(
    ("value", "proceed"), [(None, False), ("rollback", False), ("proceed", True)]
)
def test_rollback_is_what_is_meant_without_the_header(value, proceed) -> None:
    assert read_behaviour(value) is proceed


@pytest.mark.parametrize("value", ["", "all", "Proceed", "ignore"])
def test_an_unknown_error_behaviour_is_refused(value) -> None:
    with pytest.raises(Problem) as refused:
        read_behaviour(value)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1-EPCIS-Min": "2.0.0"},
        {"GS1-EPCIS-Min": "1.0", "GS1-EPCIS-Max": "2"},
        {"GS1-CBV-Max": "2.1.0"},
        {"GS1-EPC-Format": "No_Preference"},
        {},
    ],
)
def test_a_caller_who_can_read_version_two_is_served(headers) -> None:
    check_versions(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1-EPCIS-Min": "2.1.0"},
        {"GS1-EPCIS-Max": "1.2.0"},
        {"GS1-CBV-Max": "1.9.9"},
        {"GS1-CBV-Min": "two"},
    ],
)
def test_a_caller_who_cannot_is_told_what_is_on_offer(headers) -> None:
    with pytest.raises(Problem) as refused:
        check_versions(headers)
    assert refused.value.status == 406
    assert next(iter(headers)) in refused.value.body()["detail"]
