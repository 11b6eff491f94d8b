"""What people and programs send to the desk that no form of ours would: refused, never a 500."""

from __future__ import annotations

import json
import time

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nguon.accounts.decisions import Actor
from nguon.accounts.models import Member
from nguon.carriers import CarrierError, designs, write_design
from nguon.labels import queries, services
from nguon.labels.models import LabelDesign, PrintRun, StampOrder
from nguon.labels.services import LabelError
from nguon.labels.views.texts import read_text
from tests.integration.labels.conftest import CAKE, LOT_B, MAKER, sign_in
from tests.integration.labels.test_labels_stamps import make_run

pytestmark = pytest.mark.database
PLAIN = write_design(designs()["lot-40x30-qr"])
DESIGN = "/desk/labels/designs/lot-40x30-qr/"


def keep(name: str, **changes: object) -> None:
    """A design as an older version would have kept it."""
    data = {**PLAIN, "name": name, **changes}
    LabelDesign.objects.create(organisation=MAKER, name=name, data=data, by="Hạnh")


@pytest.mark.parametrize("name", ["a/b", "", "-a", "a b", "mẫu", "..", "x" * 81])
def test_an_own_design_has_a_name_that_leads_to_it(shop: str, keeper: Actor, name: str) -> None:
    with pytest.raises((CarrierError, LabelError)):
        services.save_design(keeper, MAKER, name, PLAIN)
    refused = sign_in("hanh").post(DESIGN, {"data": json.dumps(PLAIN), "name": name or " / "})
    assert refused.status_code == 400
    assert not LabelDesign.objects.exists()


def test_a_name_that_cannot_be_says_what_can(shop: str) -> None:
    page = sign_in("hanh").post(DESIGN, {"data": json.dumps(PLAIN), "name": "a/b"})
    assert "gạch nối" in page.text
    assert 'value="a/b"' in page.text


def test_kept_designs_that_cannot_be_used_stop_no_page(shop: str, keeper: Actor) -> None:
    services.save_design(keeper, MAKER, "tot", PLAIN)
    keep("a/b")
    keep("qua-dai", below=[{"fields": ["name"], "size": 2.0}] * 800)
    client = sign_in("hanh")
    page = client.get("/desk/labels/designs/")
    assert page.status_code == 200
    assert page.text.count("<figure>") == len(designs()) + 1
    assert "a/b" in page.text
    assert "/desk/labels/designs/qua-dai/" in page.text
    assert client.get("/desk/labels/designs/qua-dai/").status_code == 200
    assert client.get("/desk/labels/print", {"product": CAKE, "lot": "L1"}).status_code == 200
    picture = client.get(
        "/desk/labels/preview.svg", {"product": CAKE, "lot": "L1", "design": "qua-dai"}
    )
    assert "803" in picture.text


def test_a_run_of_a_design_of_old_stays_in_the_list(shop: str, keeper: Actor) -> None:
    run = services.print_labels(
        keeper, MAKER, LOT_B, 3, design="lot-40x30-qr", layout="a4", values={"name": "Chả"}
    )
    PrintRun.objects.filter(pk=run.pk).update(design={**PLAIN, "below": [{}] * 800})
    client = sign_in("hanh")
    assert "40 × 30" in client.get("/desk/labels/").text
    assert client.get(f"/desk/labels/runs/{run.pk}/").status_code == 200


def test_the_worst_own_design_is_previewed_at_once(shop: str, keeper: Actor) -> None:
    line = {"fields": ["name", "maker"], "size": 20.0, "least": 0.9, "rows": 6, "must": True}
    services.save_design(keeper, MAKER, "te-nhat", {**PLAIN, "below": [line] * 20, "beside": []})
    begun = time.process_time()
    picture = sign_in("hanh").get(
        "/desk/labels/preview.svg",
        {"product": CAKE, "lot": "L1", "design": "te-nhat", "name": "ực " * 22, "maker": "ở " * 36},
    )
    assert picture["Content-Type"] == "image/svg+xml"
    assert time.process_time() - begun < 2.0


def test_a_label_larger_than_the_sheet_still_has_its_form(shop: str, keeper: Actor) -> None:
    services.save_design(keeper, MAKER, "to", {**PLAIN, "width": 210.0, "height": 210.0})
    page = sign_in("hanh").get("/desk/labels/print", {"product": CAKE, "lot": "1", "design": "to"})
    assert page.status_code == 200
    assert "in cuộn" in page.text


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "[]", '{"width": NaN}', "{"]
)
def test_data_that_are_no_design_are_a_fault(shop: str, text: str) -> None:
    assert sign_in("hanh").post(DESIGN, {"data": text, "name": "x"}).status_code == 400


@pytest.mark.parametrize(
    "given",
    [
        {"first": "1", "last": "2"},
        {"first": "1", "last": "2", "to": "zzz"},
        {"first": "1", "last": "2", "to": "generated"},
        {"first": "9" * 5000, "last": "2", "to": "void", "reason": "x"},
        {"first": "1", "last": "9" * 5000, "to": "void", "reason": "x"},
        {"first": "1", "last": "2", "to": "void", "reason": "x\0"},
        {"first": "1", "last": "2", "to": "activated", "lot": "L" * 5000},
    ],
)
def test_a_move_that_makes_no_sense_is_a_fault(
    shop: str, keeper: Actor, officer: Actor, given: dict[str, str]
) -> None:
    run = make_run(keeper, officer, 20)
    page = sign_in("hanh").post(f"/desk/stamps/runs/{run.pk}/", given)
    assert page.status_code == 400
    assert queries.reconcile_run(run)["generated"] == 20


@pytest.mark.parametrize(
    "given",
    [
        {"quantity": "9" * 5000},
        {"design": "x" * 5000},
        {"design": "nope"},
        {"note": "n" * 5000},
        {"note": "a\0"},
        {"organisation": "x" * 5000},
        {"product": "x" * 5000},
    ],
)
def test_an_order_that_makes_no_sense_is_a_fault(shop: str, given: dict[str, str]) -> None:
    plain = {"product": CAKE, "quantity": "5", "design": "stamp-30x20"}
    answer = sign_in("hanh").post("/desk/stamps/order", {**plain, **given})
    assert answer.status_code in (400, 403)
    assert not StampOrder.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"name": "x" * 301},
        {"name": "a\0"},
        {"layout": "zzz"},
        {"design": "d" * 5000},
        {"product": "zzz"},
        {"lot": "L" * 5000},
        {"expiry": "9" * 5000},
    ],
)
def test_labels_that_make_no_sense_are_a_fault(shop: str, given: dict[str, str]) -> None:
    plain = {"product": CAKE, "lot": "L1", "count": "2", "design": "lot-40x30-qr"}
    answer = sign_in("hanh").post("/desk/labels/print", {**plain, **given})
    assert answer.status_code in (400, 403)
    assert not PrintRun.objects.exists()
    picture = sign_in("hanh").get("/desk/labels/preview.svg", {**plain, **given})
    assert picture.status_code in (200, 400)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"A1\r\nB2", "A1\r\nB2"),
        ("A1\nB2".encode("utf-8-sig"), "A1\nB2"),
        ("A1\nB2".encode("utf-16"), "A1\nB2"),
        ("\ufeffA1\nB2".encode("utf-16-be"), "A1\nB2"),
        ("A1\nB2".encode("utf-32"), "A1\nB2"),
        (b"A1\xa0\r\nB2", "A1\xa0\r\nB2"),
        ("số".encode(), "số"),
    ],
)
def test_a_file_of_serials_is_read_whatever_wrote_it(data: bytes, text: str) -> None:
    assert read_text(data, "so.csv") == text


@pytest.mark.parametrize(
    "data",
    [
        "sê-ri\nA1".encode("cp1258"),
        "A1".encode("utf-16-le"),
        b"\xff\xfeA",
        b"PK\x03\x04\x14\x00\x06\x00\x08\xd0",
    ],
)
def test_a_file_that_could_be_misread_is_refused_with_the_way_to_save_it(data: bytes) -> None:
    with pytest.raises(LabelError) as refused:
        read_text(data, "so.csv")
    assert "UTF-8" in refused.value.fault.sentence("vi")


def chief() -> Client:
    """The maker's owner, who takes over printed numbers."""
    user = get_user_model().objects.create_user("chu")
    Member.objects.create(user=user, organisation=MAKER, role="owner")
    return sign_in("chu")


def test_the_desk_takes_a_file_of_windows_or_says_how_to_save_it(shop: str) -> None:
    client = chief()
    wrong = {"product": CAKE, "file": SimpleUploadedFile("a.csv", "sê-ri".encode("cp1258"))}
    assert client.post("/desk/stamps/import", wrong).status_code == 400
    right = {"product": CAKE, "file": SimpleUploadedFile("a.csv", "A1\nB2".encode("utf-16"))}
    assert client.post("/desk/stamps/import", right).status_code in (302, 403)


def test_an_order_finds_a_design_that_fits_its_choices(shop: str) -> None:
    client = sign_in("hanh")
    form = client.get("/desk/stamps/order")
    assert form.text.count("<optgroup") == 4
    both = {"product": CAKE, "quantity": "5", "covered": "on", "signed": "on"}
    assert client.post("/desk/stamps/order", {**both, "design": "stamp-30x20"}).status_code == 400
    assert client.post("/desk/stamps/order", {**both, "design": ""}).status_code == 302
    assert StampOrder.objects.get().design == "stamp-covered-signed-60x38"


def test_covered_and_signed_stamps_are_printed(shop: str, keeper: Actor, officer: Actor) -> None:
    run = make_run(keeper, officer, 3, covered=True, signed=True)
    client = sign_in("hanh")
    form = client.get(f"/desk/stamps/runs/{run.pk}/print")
    assert form.text.count('<option value="stamp-') == 1
    given = {"first": "1", "last": "3", "design": "stamp-covered-signed-60x38", "layout": "a4"}
    answer = client.post(f"/desk/stamps/runs/{run.pk}/print", {**given, "name": "Chả mực"})
    assert answer.status_code == 302
    made = PrintRun.objects.get()
    services.make_print(made.pk)
    made.refresh_from_db()
    assert made.state == "ready"


@pytest.mark.parametrize(("language", "share"), [("vi", "33,3"), ("en", "33.3")])
def test_shares_have_the_decimal_sign_of_the_language(
    shop: str, keeper: Actor, officer: Actor, language: str, share: str
) -> None:
    run = make_run(keeper, officer, 3)
    services.move_stamps(keeper, run.pk, run.first, run.first, "printed")
    page = sign_in("hanh").get(f"/desk/stamps/runs/{run.pk}/?lang={language}")
    assert f'<td class="r">{share}</td>' in page.text
