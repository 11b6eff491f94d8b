"""Faults that no view caught: their status, their form, what caches and logs keep of them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import psycopg
import pytest
from django.db import DataError, OperationalError
from django.test import Client

from nguon.accounts.services import add_key
from nguon.labels import queries
from nguon.labels.views import printing
from nguon.web.logs import PlainFilter
from tests.integration.labels.conftest import MAKER, shop, sign_in
from tests.integration.web.site import sample_template

__all__ = ["sample_template", "shop"]
pytestmark = pytest.mark.database
PRIVATE = "private, no-store"


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize("path", ["/desk/labels/designs/a%00b/", "/desk/stamps/runs/999999/"])
def test_a_fault_in_a_desk_view_is_kept_by_no_cache(shop: str, path: str) -> None:
    answer = sign_in("hanh").get(path)
    assert answer.status_code in (400, 404)
    assert answer["Cache-Control"] == PRIVATE


def test_a_language_chosen_on_the_desk_lets_no_cache_keep_the_page(shop: str) -> None:
    assert sign_in("hanh").get("/desk/?lang=en")["Cache-Control"] == PRIVATE


@pytest.mark.parametrize("error", [DataError("value too long"), psycopg.DataError("NUL")])
def test_what_the_database_cannot_take_is_no_outage(
    shop: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(printing.queries, "list_prints", failing(error))
    page = sign_in("hanh").get("/desk/labels/")
    assert page.status_code == 400
    assert "web.value_too_large" in page.text
    assert page["Cache-Control"] == PRIVATE


def test_an_outage_on_the_desk_is_told_without_the_database(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("hanh")
    monkeypatch.setattr("nguon.accounts.doors.read_actor", failing(OperationalError("away")))
    monkeypatch.setattr("nguon.web.desk.read_actor", failing(OperationalError("away")))
    page = client.get("/desk/labels/")
    assert page.status_code == 503
    assert "web.database_unreachable" in page.text
    assert page["Cache-Control"] == PRIVATE


def test_a_mistake_of_ours_on_the_desk_is_kept_by_no_cache(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("hanh")
    client.raise_request_exception = False
    monkeypatch.setattr(printing.queries, "list_prints", failing(ZeroDivisionError()))
    page = client.get("/desk/labels/")
    assert page.status_code == 500
    assert page["Cache-Control"] == PRIVATE


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DataError("value too long"), 400, "web.value_too_large"),
        (psycopg.DataError("NUL"), 400, "web.value_too_large"),
        (OperationalError("away"), 503, "web.database_unreachable"),
    ],
)
def test_the_api_tells_of_the_database_in_its_own_form(
    shop: str, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    client = Client(headers={"authorization": f"Bearer {add_key('ERP', 'owner', MAKER)[1]}"})
    monkeypatch.setattr(queries, "list_runs", failing(error))
    answer = client.get("/api/v1/stamps/runs")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == code
    assert ("Retry-After" in answer) == (status == 503)


def record(message: str, *args: object, trace: bool = False) -> logging.LogRecord:
    try:
        raise ValueError
    except ValueError:
        info = sys.exc_info() if trace else None
    return logging.LogRecord("django.request", logging.WARNING, "x.py", 1, message, args, info)


def test_logs_have_no_address_and_no_code() -> None:
    code = "/01/09521105000012/21/" + "A" * 5000
    plain = PlainFilter()
    assert not plain.filter(record("Not Found: %s", code))
    broken = record("Internal Server Error: %s", code, trace=True)
    assert plain.filter(broken)
    assert broken.getMessage() == "Internal Server Error"
    forged = record("Forbidden (%s): %s", "CSRF", code)
    forged.name = "django.security.csrf"
    assert plain.filter(forged)
    assert forged.getMessage() == "Forbidden"


def test_a_missing_page_writes_no_line_of_django(
    shop: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert Client().get("/nowhere/09521105000012").status_code == 404
    assert "09521105000012" not in caplog.text
