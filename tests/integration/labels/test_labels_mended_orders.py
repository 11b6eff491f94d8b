"""Orders, imports, quotas and the API: bounds, and what counts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import add_key
from nguon.errors import NguonError
from nguon.labels import queries, services
from nguon.labels.models import ImportedSerial, StampOrder, StampRun
from nguon.labels.services import LabelError
from nguon.registry.models import KeyGrant
from nguon.registry.services import grant_prefix, register_product
from tests.integration.labels.conftest import CAKE, LOT_B, MAKER
from tests.integration.labels.test_labels_mended_prints import revoke
from tests.integration.labels.test_labels_stamps import make_run

pytestmark = pytest.mark.database


def set_quota(officer: Actor, most: int, **more: str) -> Any:
    today = timezone.localdate()
    return services.set_quota(officer, MAKER, most, today, today + timedelta(days=30), **more)


def machine(role: str) -> Client:
    _key, text = add_key(role, role, "" if role == "officer" else MAKER)
    return Client(headers={"authorization": f"Bearer {text}"})


def post(client: Client, path: str, body: dict) -> Any:
    return client.post(f"/api/v1/stamps/{path}", json.dumps(body), content_type="application/json")


def test_an_import_counts_against_the_quota(shop: str, owner: Actor, officer: Actor) -> None:
    quota = set_quota(officer, 10)
    services.import_serials(owner, MAKER, CAKE, ["A1", "B2", "C3", "D4"])
    assert queries.count_given(quota) == 4
    with pytest.raises(LabelError) as refused:
        services.import_serials(owner, MAKER, CAKE, [f"E{n}" for n in range(7)])
    assert (refused.value.code, refused.value.fault.params["left"]) == ("labels.over_quota", 6)
    assert StampRun.objects.count() == 1
    order = services.request_stamps(owner, MAKER, CAKE, 7)
    with pytest.raises(LabelError):
        services.approve_order(officer, order.pk)


def test_without_a_quota_the_authority_takes_serials_over(
    shop: str, owner: Actor, officer: Actor
) -> None:
    with pytest.raises(LabelError) as refused:
        services.import_serials(owner, MAKER, CAKE, ["A1"])
    assert (refused.value.code, refused.value.status) == ("labels.import_needs_approval", 403)
    assert not ImportedSerial.objects.exists()
    run = services.import_serials(officer, MAKER, CAKE, ["A1"])
    assert (run.organisation, run.size) == (MAKER, 1)


def test_the_interface_answers_an_import_with_its_run(shop: str, officer: Actor) -> None:
    body = {"organisation": MAKER, "product": CAKE, "serials": ["A1", "B2"]}
    client = machine("owner")
    assert post(client, "import", body).status_code == 403
    set_quota(officer, 2)
    made = post(client, "import", body)
    assert (made.status_code, made.json()["size"], made.json()["kind"]) == (201, 2, "imported")


@pytest.mark.parametrize("product", [LOT_B, f"{CAKE}/21/X", "https://id.gs1.org/01/09521105009992"])
def test_only_a_registered_class_takes_serials(shop: str, officer: Actor, product: str) -> None:
    with pytest.raises(LabelError) as refused:
        services.import_serials(officer, MAKER, product, ["A1"])
    assert refused.value.code == "labels.product_unknown"


def test_a_serial_that_is_a_number_goes_before_the_place(shop: str, officer: Actor) -> None:
    run = services.import_serials(officer, MAKER, CAKE, ["500", "3", "2", "1", "7"])
    for number, serial in enumerate(["500", "3", "2", "1", "7"], 1):
        assert queries.read_number(run, serial) == number
    assert queries.read_number(run, "5") == 5


def test_serials_of_local_codes_are_as_local_codes_are(
    shop: str, officer: Actor, owner: Actor
) -> None:
    product = f"{settings.NGUON_BASE_URL}/class/qn-06978-h003/hoa-tuoi"
    KeyGrant.objects.filter(prefix__startswith="qn").delete()
    grant_prefix("qn-06978-h003", MAKER, issuer="t")
    register_product(product, "Hoa", producer=MAKER)
    with pytest.raises(LabelError) as refused:
        services.import_serials(officer, MAKER, product, ["A_B", "x y", "tiếng", "abc", "ABC"])
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["gs1.local_form"] * 3 + ["labels.import_repeated"]
    run = services.import_serials(officer, MAKER, product, ["ABC1", "x-2"])
    assert queries.read_number(run, "ABC1") == queries.read_number(run, "abc1") == 1
    assert queries.read_number(run, f"{product}/ser/x-2") == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"design": "nope"}, "labels.design_unknown"),
        ({"design": "x" * 81}, "labels.text_long"),
        ({"note": "n" * 301}, "labels.text_long"),
        ({"note": "a\0b"}, "labels.text_nul"),
    ],
)
def test_an_order_is_refused_for_what_cannot_be_kept(
    shop: str, keeper: Actor, more: dict, code: str
) -> None:
    with pytest.raises(NguonError) as refused:
        services.request_stamps(keeper, MAKER, CAKE, 5, **more)
    assert refused.value.code == code
    assert not StampOrder.objects.exists()


def test_an_order_that_no_design_can_print_is_refused(
    shop: str, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nguon.carriers import designs
    from nguon.labels import designs as room

    plain = {name: one for name, one in designs().items() if not (one.covered and one.signed)}
    monkeypatch.setattr(room, "designs", lambda: plain)
    with pytest.raises(LabelError) as refused:
        services.request_stamps(keeper, MAKER, CAKE, 5, covered=True, signed=True)
    assert refused.value.code == "labels.design_none"
    assert plain["stamp-covered-45x25"].vi in refused.value.fault.sentence("vi")


def test_what_is_void_before_printing_goes_back_to_the_quota(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    quota = set_quota(officer, 100)
    run = make_run(keeper, officer, 100)
    services.move_stamps(keeper, run.pk, run.first, run.first + 9, "void", reason="x")
    assert queries.count_given(quota) == 90
    services.move_stamps(keeper, run.pk, run.first + 10, run.first + 19, "printed")
    services.move_stamps(keeper, run.pk, run.first + 10, run.first + 19, "void", reason="x")
    assert queries.count_given(quota) == 90
    make_run(keeper, officer, 10)
    with pytest.raises(LabelError):
        make_run(keeper, officer, 1)


def test_an_approved_order_without_numbers_can_be_withdrawn(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    quota = set_quota(officer, 10)
    order = services.request_stamps(keeper, MAKER, CAKE, 10)
    services.approve_order(officer, order.pk)
    assert services.withdraw_order(keeper, order.pk, "nhầm").state == "withdrawn"
    assert queries.count_given(quota) == 0
    made = make_run(keeper, officer, 10)
    with pytest.raises(LabelError) as late:
        services.withdraw_order(keeper, made.order_id)
    assert late.value.code == "labels.order_decided"


def test_a_quota_is_bounded(shop: str, officer: Actor) -> None:
    with pytest.raises(LabelError) as refused:
        set_quota(officer, 10**19)
    assert refused.value.code == "labels.quota_malformed"


def test_serials_are_for_those_who_print(shop: str, keeper: Actor, officer: Actor) -> None:
    run = make_run(keeper, officer, 5)
    path = f"/api/v1/stamps/runs/{run.pk}/serials"
    for role in ("viewer", "recorder", "officer"):
        assert machine(role).get(path).status_code == 403
    assert len(machine("label_keeper").get(path).json()) == 5
    services.move_stamps(keeper, run.pk, run.first, run.first, "printed")
    revoke()
    refused = machine("label_keeper").get(path)
    assert (refused.status_code, "labels.key_revoked" in refused.text) == (400, True)
    assert len(machine("label_keeper").get(path + "?most=1").json()) == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("orders", {"product": CAKE, "quantity": 5, "note": "a\0"}, 400),
        ("orders", {"product": CAKE, "quantity": 5, "design": "nope"}, 400),
        ("orders", {"product": CAKE, "quantity": 10**30}, 422),
        ("orders", {"product": CAKE * 100, "quantity": 5}, 422),
        ("import", {"product": CAKE, "serials": ["x" * 201]}, 422),
        ("import", {"product": CAKE, "serials": ["A\0B"]}, 400),
        ("runs/{run}/move", {"first": "9" * 5000, "last": 1, "to": "void"}, 422),
        ("runs/{run}/move", {"first": "9" * 900, "last": 1, "to": "void"}, 400),
        ("runs/{run}/move", {"first": 1, "last": 1, "to": "void", "reason": "a\0"}, 400),
        ("runs/{run}/move", {"first": 1, "last": 1, "to": "activated", "maker": "m" * 500}, 422),
    ],
)
def test_the_interface_refuses_what_is_out_of_bounds(
    shop: str, keeper: Actor, officer: Actor, path: str, body: dict, status: int
) -> None:
    run = make_run(keeper, officer, 5)
    sent = body if "move" in path else {"organisation": MAKER, **body}
    assert post(machine("owner"), path.format(run=run.pk), sent).status_code == status
