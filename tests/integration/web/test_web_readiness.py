"""Readiness, and what a visitor sees when the database is away."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from tests.integration.web.site import connected

pytestmark = pytest.mark.database
NOBODY = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"


def test_a_migrated_database_is_ready(site: str) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True}


def test_a_database_without_our_tables_is_not_ready(store_url: str, django_db_blocker) -> None:
    with django_db_blocker.unblock(), connected(store_url):
        answer = Client().get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["reasons"][0]["code"] == "web.not_migrated"
        call_command("migrate", verbosity=0)
        assert Client().get("/readyz").status_code == 200


@pytest.fixture
def database_away(django_db_blocker, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nguon.web.databases._WAIT_SECONDS", 0.2)
    with django_db_blocker.unblock(), connected(NOBODY):
        yield


@pytest.mark.filterwarnings("ignore")
def test_without_a_database_the_process_lives_but_is_not_ready(database_away: None) -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 503


@pytest.mark.filterwarnings("ignore")
def test_without_a_database_a_page_says_whose_fault_it_is(database_away: None) -> None:
    visitor = Client(headers={"accept-language": "vi"})
    for path in ("/", "/scan/01/09521204000043/10/RH260317A"):
        answer = visitor.get(path)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"
        assert "Lỗi ở phía chúng tôi" in answer.text
        assert "Traceback" not in answer.text
        assert "127.0.0.1" not in answer.text


def test_settings_are_fit_for_serving(site: str) -> None:
    call_command("check", fail_level="WARNING")


def test_models_and_migrations_agree(site: str) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
