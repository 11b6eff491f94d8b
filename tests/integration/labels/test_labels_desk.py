"""The desk of labels and stamps: files are noted, recalls lifted, what is no text is told."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nguon.accounts.decisions import Actor
from nguon.labels import queries, services
from nguon.labels.models import PrintTaking, StampOrder, StampRun
from tests.integration.labels.conftest import CAKE, LOT_B, sign_in
from tests.integration.labels.test_labels_printing import VALUES
from tests.integration.labels.test_labels_stamps import make_run, print_all

pytestmark = pytest.mark.database


@pytest.fixture
def run(shop: str, keeper: Actor, officer: Actor) -> StampRun:
    return make_run(keeper, officer, 10)


def test_a_file_is_handed_to_those_who_print_and_noted(run: StampRun, keeper: Actor) -> None:
    made = services.print_stamps(
        keeper, run.pk, run.first, run.last, design="stamp-30x20", layout="a4", values=VALUES
    )
    address = f"/desk/labels/runs/{made.pk}/file.pdf"
    assert sign_in("hanh").get(address).status_code == 404
    services.make_print(made.pk)
    answer = sign_in("hanh").get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert PrintTaking.objects.count() == 1
    assert sign_in("tra").get(address).status_code == 404
    services.move_stamps(keeper, run.pk, run.first, run.last, "void", reason="bỏ")
    assert sign_in("hanh").get(address).status_code == 400
    assert PrintTaking.objects.count() == 1


def test_an_approved_order_can_be_taken_back_on_its_page(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    order = services.request_stamps(keeper, keeper.organisations[0], CAKE, 5)
    services.set_quota(officer, order.organisation, 100, date(2026, 1, 1), date(2099, 1, 1))
    services.approve_order(officer, order.pk, "")
    page = sign_in("hanh")
    address = f"/desk/stamps/orders/{order.pk}/"
    assert 'value="withdraw"' in page.get(address).text
    assert page.post(address, {"do": "withdraw"}).status_code == 302
    assert StampOrder.objects.get().state == "withdrawn"


def test_the_authority_is_offered_to_lift_its_recall(
    run: StampRun, keeper: Actor, officer: Actor
) -> None:
    print_all(keeper, run)
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT_B)
    address = f"/desk/stamps/runs/{run.pk}/"
    assert 'value="activated"' not in sign_in("can-bo").get(address).text
    services.move_stamps(officer, run.pk, run.first, run.last, "recalled", reason="thử")
    assert 'value="activated"' in sign_in("can-bo").get(address).text
    assert 'value="activated"' in sign_in("hanh").get(address).text


def test_a_workbook_instead_of_text_is_told(shop: str, officer: Actor) -> None:
    page = sign_in("can-bo")
    given = {"product": CAKE, "file": SimpleUploadedFile("so.xlsx", b"PK\x03\x04\xff\xfe")}
    answer = page.post("/desk/stamps/import", given)
    assert answer.status_code == 400
    assert "so.xlsx" in answer.text
    answer = page.post("/desk/stamps/import", {"product": "chả", "serials": "A1"})
    assert answer.status_code == 400
    answer = page.post("/desk/stamps/import", {"product": "09521105000012", "serials": "A1\nB2"})
    assert answer.status_code == 302
    assert queries.judge_serial(CAKE, "A1") == "issued"
