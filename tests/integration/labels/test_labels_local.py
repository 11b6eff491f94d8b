"""Stamps of local codes from order to scan, and what happens when keys cannot be read."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from nguon.accounts.decisions import Actor
from nguon.labels import drawing, issued, keys, queries, services
from nguon.labels.models import StampRun, Unissued
from nguon.registry.services import grant_prefix, register_product
from nguon.stamps import KeyRing, keyfile, verify
from tests.integration.labels.conftest import CAKE, LOT_B
from tests.integration.labels.test_labels_stamps import look, make_run, page_of, print_all

pytestmark = pytest.mark.database
HOUSE = "https://nguon.example/org/qn-06978-h003"
FLOWERS = "https://nguon.example/class/qn-06978-h003/hoa-tuoi"


@pytest.fixture
def house(shop: str) -> Actor:
    grant_prefix("qn-06978-h003", HOUSE)
    register_product(FLOWERS, "Hoa trà hoa vàng tươi", producer=HOUSE)
    return Actor("Chủ hộ", ((HOUSE, "owner"),))


@pytest.fixture
def flowers(house: Actor, officer: Actor) -> StampRun:
    order = services.request_stamps(house, HOUSE, FLOWERS, 20, signed=True)
    services.approve_order(officer, order.pk)
    run = services.make_stamps(house, order.pk)
    services.move_stamps(house, run.pk, run.first, run.last, "printed")
    return run


def code_of(run: StampRun, number: int) -> str:
    return drawing.key_of(run.product, queries.name_serial(run, number))


def test_a_local_stamp_goes_from_order_to_scan(flowers: StampRun, house: Actor) -> None:
    code = code_of(flowers, flowers.first)
    path = code.removeprefix("https://nguon.example")
    resolved = Client(headers={"user-agent": "phone"}).get(path)
    assert resolved.status_code == 307
    page = Client(headers={"accept-language": "vi", "user-agent": "phone"})
    shown = page.get(resolved["Location"].removeprefix("http://testserver"))
    assert shown.status_code == 200
    assert "Tem chưa kích hoạt" in shown.text
    lot = f"{FLOWERS}/lot/260210"
    first = code.replace("https://nguon.example", "HTTPS://NGUON.EXAMPLE")
    assert queries.read_number(flowers, first) == flowers.first
    services.move_stamps(house, flowers.pk, flowers.first, flowers.last, "activated", lot=lot)
    assert "Đã kích hoạt" in page.get("/scan/k/", {"key": code}).text
    told = page.post(f"/scan/k/?key={code}", {"place": "22"})
    assert told.status_code == 303
    assert queries.read_summary(queries.find_stamp(FLOWERS, code.rsplit("/", 1)[1])).count == 1


def test_a_local_stamp_is_found_by_search_and_a_made_up_one_is_not_issued(
    flowers: StampRun,
) -> None:
    code = code_of(flowers, flowers.first)
    found = Client().get("/", {"q": code})
    assert found.status_code == 303
    assert look(f"/scan/k/?key={FLOWERS}/ser/abcd1234abcd1234").status_code == 404
    made_up = Client(headers={"accept": "text/html", "accept-language": "vi"}).get(
        "/class/qn-06978-h003/hoa-tuoi/ser/abcd1234abcd1234"
    )
    assert made_up.status_code == 404
    assert "chưa từng được cấp" in made_up.text


def test_a_signed_local_stamp_is_genuine_as_printed(flowers: StampRun, house: Actor) -> None:
    label = next(iter(drawing.stamps_of(flowers, flowers.first, flowers.first, {})))
    text = label.symbol("qr").text
    assert verify(text, keys.read_ring().publish()).status == "genuine"


@pytest.fixture
def printed(shop: str, keeper: Actor, officer: Actor) -> StampRun:
    run = make_run(keeper, officer, 10)
    print_all(keeper, run)
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT_B)
    return run


def lose(kind: str) -> None:
    path = Path(settings.NGUON_STAMP_KEYS)
    if kind == "missing":
        path.unlink()
    elif kind == "broken":
        path.write_text("{", encoding="utf-8")
    elif kind == "open":
        path.chmod(0o644)
    else:
        path.unlink()
        other = KeyRing("x").rotate(
            date(2026, 1, 1), master=secrets.token_bytes(32), signing=secrets.token_bytes(32)
        )
        other = other.rotate(
            date(2026, 1, 2), master=secrets.token_bytes(32), signing=secrets.token_bytes(32)
        )
        keyfile.create(path, KeyRing("x", other.keys[1:], other.active))
    keys._looked.clear()
    issued._runs.clear()


@pytest.mark.parametrize("kind", ["missing", "broken", "open", "another"])
def test_without_its_key_a_genuine_stamp_is_never_called_made_up(
    printed: StampRun, kind: str
) -> None:
    path = page_of(printed, printed.first)
    lose(kind)
    page = look(path)
    assert page.status_code == 503
    assert "chưa từng được cấp" not in page.text
    assert "Lúc này chưa nói được" in page.text
    for accept in ("text/html", "application/json"):
        answer = Client(headers={"accept": accept}).get(path.removeprefix("/scan"))
        assert answer.status_code == 503
    assert Unissued.objects.count() == 0
    if kind != "another":
        assert Client().get("/.well-known/nguon-stamp-keys.json").status_code == 503


def test_what_was_taken_over_needs_no_key(shop: str, owner: Actor, officer: Actor) -> None:
    run = services.import_serials(officer, owner.organisations[0], CAKE, ["A1", "B2"])
    assert run.size == 2
    lose("missing")
    assert look("/scan/01/09521105000012/21/A1").status_code in (200, 404)


@pytest.mark.parametrize("path", ["/01/09521105000012/235/ABC", "/01/09521105000012/21/ABC"])
def test_a_made_up_number_never_leads_to_the_product(printed: StampRun, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert look("/scan" + path).status_code == 404


def test_questions_for_made_up_numbers_are_counted_where_people_ask(printed: StampRun) -> None:
    person = Client(headers={"accept": "text/html", "user-agent": "phone"})
    for number in range(3):
        assert person.get(f"/01/09521105000012/21/FAKE{number}").status_code == 404
    Client(headers={"accept": "application/json"}).get("/01/09521105000012/21/FAKE9")
    assert Unissued.objects.get().count == 3


@pytest.mark.parametrize(
    ("agent", "counts"),
    [
        ("Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile Safari/537.36 Zalo android/23", True),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 Telegram-iOS/10", True),
        ("Mozilla/5.0 (Linux; Android 10) Chrome/99 Mobile Safari/537.36", True),
        ("WhatsApp/2.23 A", False),
        ("TelegramBot (like TwitterBot)", False),
        ("facebookexternalhit/1.1", False),
        ("Googlebot/2.1", False),
        ("curl/8.0", False),
        ("python-requests/2", False),
        ("Mozilla/5.0 HeadlessChrome/120", False),
        ("", False),
    ],
)
def test_people_are_told_from_programs(printed: StampRun, agent: str, counts: bool) -> None:
    path = page_of(printed, printed.first)
    Client(headers={"user-agent": agent}).get(path)
    stamp = queries.find_stamp(CAKE, path.rsplit("/", 1)[1])
    assert (queries.read_summary(stamp) is not None) == counts


def test_the_first_scan_is_only_the_readers_own(printed: StampRun) -> None:
    path = page_of(printed, printed.first)
    assert "lần quét đầu tiên" in look(path, "one").text
    machine = Client(headers={"user-agent": "two"}).get(path + "?format=json")
    assert "lần quét đầu tiên" not in machine.json()["seen"]
    assert "1" in machine.json()["seen"]


def test_a_revoked_key_shows_on_the_page(shop: str, keeper: Actor, officer: Actor) -> None:
    # Bound to a lot that no event names: nothing else speaks against the stamp.
    printed = make_run(keeper, officer, 10)
    print_all(keeper, printed)
    lot = f"{CAKE}/10/CHUA-GHI"
    services.move_stamps(keeper, printed.pk, printed.first, printed.last, "activated", lot=lot)
    path = Path(settings.NGUON_STAMP_KEYS)
    ring = keyfile.load(path)
    keyfile.replace(path, ring, ring.revoke(printed.key_id, date(2026, 11, 1)))
    keys._looked.clear()
    page = look(page_of(printed, printed.first))
    assert "Khóa của tem này đã bị thu hồi" in page.text
