"""What every answer carries: policy, language, health; and settings read from the environment."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from django.utils import translation

from nguon.errors import Fault
from nguon.parts.engine import get_store
from nguon.registry.services import RegistryError
from nguon.web.catalogues import compile_all
from nguon.web.css import hash_stylesheet
from nguon.web.databases import read_database_url
from nguon.web.middleware import FaultMiddleware


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    compile_all()


def test_health_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_the_policy_allows_nothing_from_elsewhere_and_no_script(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"style-src 'self' '{hash_stylesheet()}'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_answers_are_not_sniffed_and_do_not_leak_where_one_came_from(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


def test_an_unknown_address_gets_a_page_in_vietnamese(client: Client) -> None:
    answer = client.get("/nowhere", HTTP_ACCEPT_LANGUAGE="vi")
    assert answer.status_code == 404
    assert 'lang="vi"' in answer.text
    assert "Không có trang này" in answer.text


def test_vietnamese_is_spoken_to_whoever_asks_for_nothing_known(client: Client) -> None:
    assert "Không có trang này" in client.get("/nowhere", HTTP_ACCEPT_LANGUAGE="fr").text


def test_choosing_a_language_keeps_it(client: Client) -> None:
    answer = client.get("/nowhere?lang=en", HTTP_ACCEPT_LANGUAGE="vi")
    assert "This page does not exist" in answer.text
    assert answer.cookies["nguon_language"]["httponly"]
    assert answer["Cache-Control"] == "private"
    assert "This page does not exist" in client.get("/other", HTTP_ACCEPT_LANGUAGE="vi").text


def test_a_language_that_is_not_offered_changes_nothing(client: Client) -> None:
    answer = client.get("/nowhere?lang=xx", HTTP_ACCEPT_LANGUAGE="vi")
    assert "nguon_language" not in answer.cookies
    assert "Không có trang này" in answer.text


def test_switching_the_language_keeps_the_question(client: Client) -> None:
    assert 'href="?q=A%261&amp;lang=en"' in client.get("/nowhere?q=A%261").text


def test_caches_are_told_what_an_answer_depends_on(client: Client) -> None:
    varying = client.get("/nowhere")["Vary"]
    assert "Cookie" in varying
    assert "Accept-Language" in varying


def test_a_fault_that_nobody_caught_explains_itself() -> None:
    fault = RegistryError(Fault("registry.name_missing", value="X"))
    request = RequestFactory().get("/")
    with translation.override("vi"):
        answer = FaultMiddleware(lambda _request: None).process_exception(request, fault)
    assert answer is not None
    assert answer.status_code == 400
    assert "registry.name_missing" in answer.content.decode()
    assert "Thông tư 02/2024/TT-BKHCN" in answer.content.decode()


def test_our_own_mistakes_are_left_to_django() -> None:
    request = RequestFactory().get("/")
    middleware = FaultMiddleware(lambda _request: None)
    assert middleware.process_exception(request, ValueError("x")) is None


def test_the_broken_page_needs_nothing(client: Client) -> None:
    from nguon.web.views import show_broken

    answer = show_broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()


def test_without_a_database_address_nothing_can_be_borrowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nguon.parts.engine.connections", {"default": object()})
    with pytest.raises(ImproperlyConfigured):
        get_store()


def test_a_database_address_is_read_with_everything_libpq_knows() -> None:
    read = read_database_url(
        "postgresql://me:s%20cret@db.example:5433/trace?sslmode=require", pool=3
    )
    assert read["NAME"] == "trace"
    assert read["PASSWORD"] == "s cret"
    assert read["PORT"] == "5433"
    assert read["OPTIONS"]["sslmode"] == "require"
    assert read["OPTIONS"]["pool"]["max_size"] == 3


def test_a_socket_folder_is_a_host() -> None:
    assert read_database_url("postgresql:///n?host=%2Ftmp%2Fs", pool=1)["HOST"] == "/tmp/s"


def test_no_address_gives_a_backend_that_refuses() -> None:
    assert read_database_url("", pool=1) == {"ENGINE": "django.db.backends.dummy"}
