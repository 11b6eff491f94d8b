"""Who may send through the EPCIS door, and whose the captures are then."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from nguon.accounts import services
from nguon.parts.engine import get_store
from tests.conftest import drop_database, make_database
from tests.integration.exchange.samples import make_document, make_event
from tests.integration.web.site import connected, sample_template

__all__ = ["sample_template"]

MAKER = "https://id.gs1.org/417/9521105000012"
OTHER = "https://id.gs1.org/417/9521101000016"


@pytest.fixture
def keyed_site(server_url: str, sample_template: str, django_db_blocker, settings) -> Iterator[str]:
    """A site with accounts, whose door only keys open."""
    settings.NGUON_OPEN_CAPTURE, settings.NGUON_CAPTURE_KEY = False, "the-operators-own"
    url = make_database(server_url, sample_template)
    with django_db_blocker.unblock(), connected(url):
        yield url
    drop_database(server_url, url)


def send(key: str | None, content: dict[str, object] | None = None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client(headers=headers).post(
        "/epcis/capture",
        orjson.dumps(content or make_document(make_event())),
        content_type="application/ld+json",
    )


def ask(key: str, address: str):
    return Client(headers={"Authorization": f"Bearer {key}"}).get(address)


def last_sender() -> str:
    return get_store().jobs(1)[0].sender


@pytest.mark.usefixtures("keyed_site")
class TestSenders:
    def test_a_machines_key_sends_for_its_organisation(self) -> None:
        _, key = services.add_key("ERP", "recorder", MAKER)
        assert send(key).status_code == 202
        assert last_sender() == MAKER

    def test_the_operators_key_sends_for_nobody_in_particular(self) -> None:
        assert send("the-operators-own").status_code == 202
        assert last_sender() == ""

    @pytest.mark.parametrize("role", ["viewer", "label_keeper"])
    def test_a_role_that_records_nothing_is_refused_with_who_may(self, role: str) -> None:
        _, key = services.add_key("screen", role, MAKER)
        answer = send(key)
        assert answer.status_code == 403
        assert answer.json()["type"] == "epcisException:SecurityException"
        assert answer.json()["errors"][0]["code"] == "accounts.role_missing"

    @pytest.mark.parametrize("key", ["nq_never-given-out", "wrong", "Bearer"])
    def test_an_unknown_key_is_told_so(self, key: str) -> None:
        answer = send(key)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
            401,
            "exchange.key_wrong",
        )
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_a_key_that_was_withdrawn_or_is_over_opens_nothing(self) -> None:
        entry, key = services.add_key("old", "recorder", MAKER)
        services.withdraw_key(entry, timezone.now())
        _, over = services.add_key("over", "recorder", MAKER, expires=timezone.now())
        assert {send(key).status_code, send(over).status_code} == {401}

    def test_without_any_key_the_door_asks_for_one(self, settings) -> None:
        assert send(None).json()["errors"][0]["code"] == "exchange.key_missing"
        settings.NGUON_CAPTURE_KEY = ""
        assert send(None).json()["errors"][0]["code"] == "exchange.closed"
        _, key = services.add_key("ERP", "owner", MAKER)
        assert send(key).status_code == 202

    def test_an_open_door_still_notes_who_sends(self, settings) -> None:
        settings.NGUON_OPEN_CAPTURE = True
        _, key = services.add_key("ERP", "manager", MAKER)
        assert send(key).status_code == 202
        assert last_sender() == MAKER
        assert send("nq_never-given-out").status_code == 202
        assert last_sender() == ""

    def test_a_capture_is_told_to_its_sender_and_to_the_operator_alone(self) -> None:
        _, key = services.add_key("ERP", "recorder", MAKER)
        _, strange = services.add_key("theirs", "recorder", OTHER)
        job = send(key)["Location"]
        for address in (job, f"{job}/events"):
            assert ask(key, address).status_code == 200
            assert ask("the-operators-own", address).status_code == 200
            refused = ask(strange, address)
            assert refused.status_code == 404
            assert refused.json()["type"] == "epcisException:NoSuchResourceException"
        listed = {who: ask(who, "/epcis/capture").json() for who in (key, strange)}
        assert [each["captureID"] for each in listed[key]] == [job.rpartition("/")[2]]
        assert listed[strange] == []
