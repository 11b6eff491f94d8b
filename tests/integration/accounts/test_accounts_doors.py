"""Signing in, keys of machines, and what stands before the desk and the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from nguon.accounts.models import AccessKey
from nguon.accounts.services import AccountError, add_key, add_person, withdraw_key
from tests.integration.labels.conftest import MAKER, sample_template, shop, sign_in

__all__ = ["sample_template", "shop"]
pytestmark = pytest.mark.database
DESK = ["/desk/", "/desk/stamps/", "/desk/stamps/order", "/desk/stamps/findings/", "/desk/links/"]


@pytest.mark.parametrize("path", DESK)
def test_the_desk_asks_to_sign_in_and_leads_back(shop: str, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/sign-in?next={path}"


def test_a_person_signs_in_and_out(shop: str) -> None:
    add_person("lan", "một câu dài khó đoán", "owner", MAKER, "Lan")
    client = Client()
    answer = client.post(
        "/sign-in",
        {"username": "lan", "password": "một câu dài khó đoán", "next": "/desk/stamps/"},
    )
    assert answer["Location"] == "/desk/stamps/"
    page = client.get("/desk/stamps/")
    assert "Lan" in page.text
    assert page["Cache-Control"] == "private, no-store"
    client.post("/sign-out")
    assert client.get("/desk/").status_code == 302


def test_a_wrong_password_says_so_without_saying_which(shop: str) -> None:
    answer = Client().post("/sign-in", {"username": "nobody", "password": "x"})
    assert "Không có tài khoản nào khớp" in answer.text


def test_sample_people_sign_in_only_in_the_demonstration(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().post("/sign-in/sample/hanh").status_code == 404
    monkeypatch.setattr(settings, "NGUON_DEMO", True)
    client = Client()
    assert client.post("/sign-in/sample/hanh", {"next": "/desk/"}).status_code == 302
    assert client.get("/desk/").status_code == 200
    away = Client().post("/sign-in/sample/hanh", {"next": "https://elsewhere.example/"})
    assert away["Location"] == "/desk/"
    assert Client().post("/sign-in/sample/lan").status_code == 404


@pytest.mark.parametrize(
    ("role", "organisation", "code"),
    [
        ("king", MAKER, "accounts.role_unknown"),
        ("owner", "", "accounts.role_needs_organisation"),
        ("officer", MAKER, "accounts.role_needs_organisation"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(
    shop: str, role: str, organisation: str, code: str
) -> None:
    with pytest.raises(AccountError) as refused:
        add_person("x", "một câu dài khó đoán", role, organisation)
    assert refused.value.code == code
    assert not get_user_model().objects.filter(username="x").exists()


def test_weak_passwords_and_taken_names_are_refused(shop: str) -> None:
    with pytest.raises(AccountError) as weak:
        add_person("x", "12345678901", "owner", MAKER)
    assert weak.value.code == "accounts.password_refused"
    with pytest.raises(AccountError) as taken:
        add_person("hanh", "một câu dài khó đoán", "owner", MAKER)
    assert taken.value.code == "accounts.name_taken"


def bearer(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_a_machines_key_opens_the_api_until_it_is_withdrawn(shop: str) -> None:
    key, secret = add_key("ERP", "owner", MAKER)
    assert secret not in str(AccessKey.objects.values_list())
    answer = bearer(secret).get("/api/v1/stamps/runs")
    assert answer.status_code == 200
    assert AccessKey.objects.get(pk=key.pk).last_used is not None
    withdraw_key(key, timezone.now())
    refused = bearer(secret).get("/api/v1/stamps/runs")
    assert refused.status_code == 401
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["errors"][0]["code"] == "accounts.key_unknown"


def test_an_expired_key_opens_nothing(shop: str) -> None:
    _key, secret = add_key("ERP", "owner", MAKER, timezone.now() - timedelta(seconds=1))
    assert bearer(secret).get("/api/v1/stamps/runs").status_code == 401


def test_a_session_reads_the_api_and_does_not_write(shop: str) -> None:
    client = sign_in("hanh")
    assert client.get("/api/v1/stamps/runs").json() == []
    body = {"organisation": MAKER, "product": "x", "quantity": 1}
    answer = client.post("/api/v1/stamps/orders", body, content_type="application/json")
    assert answer.status_code == 401


def test_the_api_carries_an_order_to_activated_stamps(shop: str) -> None:
    maker = bearer(add_key("ERP", "owner", MAKER)[1])
    officer = bearer(add_key("Sở", "officer")[1])

    def post(who: Client, path: str, **body: object):
        return who.post(f"/api/v1/stamps/{path}", body, content_type="application/json")

    order = post(
        maker, "orders", organisation=MAKER, product="urn:epc:idpat:sgtin:9521105.000001.*",
        quantity=20,
    )  # fmt: skip
    assert order.status_code == 201
    number = order.json()["number"]
    assert post(maker, f"orders/{number}/approve").status_code == 403
    assert post(officer, f"orders/{number}/approve", reason="").json()["state"] == "approved"
    run = post(maker, f"orders/{number}/make").json()
    assert run["counts"]["generated"] == run["size"] == 20
    serials = maker.get(f"/api/v1/stamps/runs/{run['number']}/serials").json()
    assert len(set(serials)) == 20
    path = f"runs/{run['number']}/move"
    assert post(maker, path, first=1, last=20, to="printed").json() == {"moved": 20}
    lot = "(01)09521105000012(10)L1"
    moved = post(maker, path, first=serials[4], last=serials[9], to="activated", lot=lot)
    assert moved.json() == {"moved": 6}
    refused = post(maker, path, first=1, last=20, to="sold")
    assert refused.status_code == 400
    assert {fault["code"] for fault in refused.json()["errors"]} == {"stamps.move_refused"}
    spans = maker.get(f"/api/v1/stamps/runs/{run['number']}/spans").json()
    assert [(span["first"], span["last"], span["state"]) for span in spans] == [
        (1, 4, "printed"),
        (5, 10, "activated"),
        (11, 20, "printed"),
    ]


def test_a_malformed_body_names_its_place(shop: str) -> None:
    maker = bearer(add_key("ERP", "owner", MAKER)[1])
    answer = maker.post(
        "/api/v1/stamps/orders", {"quantity": "many"}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert any(fault["pointer"].endswith("/quantity") for fault in answer.json()["errors"])


def test_the_api_describes_itself(shop: str) -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert "/api/v1/stamps/orders" in described["paths"]
