"""Stamps from the order to the shopper: approval, numbers, ranges, reconciliation, scans."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nguon.accounts.decisions import AccessError, Actor
from nguon.errors import NguonError
from nguon.labels import issued, queries, services
from nguon.labels.fingerprints import Fingerprints
from nguon.labels.models import Finding, ScanEntry, ScanSummary, StampRun, Unissued
from nguon.labels.services import LabelError
from nguon.registry.services import RegistryError
from nguon.stamps import StampError, cover_code
from tests.integration.labels.conftest import CAKE, LOT_B, MAKER, OTHER

pytestmark = pytest.mark.database
TEA = "https://id.gs1.org/01/09521301000052"


def make_run(keeper: Actor, officer: Actor, quantity: int = 1000, **more: bool) -> StampRun:
    order = services.request_stamps(keeper, MAKER, CAKE, quantity, **more)
    services.approve_order(officer, order.pk)
    return services.make_stamps(keeper, order.pk)


def print_all(keeper: Actor, run: StampRun) -> None:
    services.move_stamps(keeper, run.pk, run.first, run.last, "printed")


@pytest.fixture
def run(shop: str, keeper: Actor, officer: Actor) -> StampRun:
    """A run of a thousand printed stamps."""
    made = make_run(keeper, officer)
    print_all(keeper, made)
    return made


def page_of(run: StampRun, number: int) -> str:
    return f"/scan/01/09521105000012/21/{queries.name_serial(run, number)}"


def look(path: str, agent: str = "phone", **more: str):
    return Client(headers={"accept-language": "vi", "user-agent": agent}).get(path, more)


def test_an_order_is_asked_for_approved_and_made_once(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    order = services.request_stamps(keeper, MAKER, CAKE, 500)
    with pytest.raises(LabelError) as early:
        services.make_stamps(keeper, order.pk)
    assert early.value.code == "labels.order_not_approved"
    services.approve_order(officer, order.pk)
    run = services.make_stamps(keeper, order.pk)
    assert (run.size, run.organisation, run.product) == (500, MAKER, CAKE)
    with pytest.raises(LabelError):
        services.make_stamps(keeper, order.pk)
    again = make_run(keeper, officer, 100)
    assert again.first == run.last + 1


def test_a_maker_cannot_approve_its_own_order(shop: str, owner: Actor) -> None:
    order = services.request_stamps(owner, MAKER, CAKE, 5)
    with pytest.raises(AccessError) as refused:
        services.approve_order(owner, order.pk)
    assert "quản trị của tỉnh" in refused.value.fault.sentence("vi")


def test_stamps_for_a_product_of_another_prefix_are_refused(shop: str, keeper: Actor) -> None:
    with pytest.raises(RegistryError) as refused:
        services.request_stamps(keeper, MAKER, TEA, 5)
    assert refused.value.code == "registry.prefix_of_other"


@pytest.mark.parametrize(
    ("product", "quantity", "code"),
    [
        ("https://id.gs1.org/01/09521105009992", 5, "labels.product_unknown"),
        (LOT_B, 5, "labels.product_unknown"),
        (CAKE, 0, "labels.quantity"),
        (CAKE, 10_000_001, "labels.quantity"),
        ("https://id.gs1.org/01/09521105000013", 5, "gs1.check_digit"),
    ],
)
def test_an_order_that_cannot_be_is_refused_with_the_rule(
    shop: str, keeper: Actor, product: str, quantity: int, code: str
) -> None:
    with pytest.raises(NguonError) as refused:
        services.request_stamps(keeper, MAKER, product, quantity)
    assert refused.value.code == code
    assert refused.value.fault.rule


def test_a_quota_bounds_what_is_approved(shop: str, keeper: Actor, officer: Actor) -> None:
    today = timezone.localdate()
    services.set_quota(officer, MAKER, 150, today, today + timedelta(days=300))
    make_run(keeper, officer, 100)
    order = services.request_stamps(keeper, MAKER, CAKE, 51)
    with pytest.raises(LabelError) as refused:
        services.approve_order(officer, order.pk)
    assert refused.value.code == "labels.over_quota"
    assert refused.value.fault.params["left"] == 50


def test_a_refusal_needs_a_reason_and_keeps_it(shop: str, keeper: Actor, officer: Actor) -> None:
    order = services.request_stamps(keeper, MAKER, CAKE, 5)
    with pytest.raises(LabelError):
        services.refuse_order(officer, order.pk, " ")
    assert services.refuse_order(officer, order.pk, "thiếu ảnh").reason == "thiếu ảnh"
    with pytest.raises(LabelError) as settled:
        services.approve_order(officer, order.pk)
    assert settled.value.code == "labels.order_decided"


def test_a_range_is_activated_and_the_balance_closes(run: StampRun, keeper: Actor) -> None:
    services.move_stamps(keeper, run.pk, run.first, run.first + 599, "activated", lot=LOT_B)
    services.move_stamps(keeper, run.pk, run.first + 600, run.first + 609, "void", reason="in hỏng")
    counted = queries.reconcile_run(run)
    assert (counted["activated"], counted["void"], counted["printed"]) == (600, 10, 390)
    assert counted.left + counted.used + counted.spoilt == run.size
    assert [span.size for span in queries.list_spans(run)] == [600, 10, 390]


def test_a_move_that_one_stretch_forbids_moves_nothing(run: StampRun, keeper: Actor) -> None:
    services.move_stamps(keeper, run.pk, run.first, run.first + 9, "void", reason="hỏng")
    before = queries.list_spans(run)
    with pytest.raises(StampError) as refused:
        services.move_stamps(keeper, run.pk, run.first, run.first + 99, "activated", lot=LOT_B)
    assert refused.value.code == "stamps.move_refused"
    assert refused.value.fault.params["last"] == run.first + 9
    assert queries.list_spans(run) == before


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        ("", "labels.lot_missing"),
        (CAKE, "labels.lot_of_other"),
        (f"{TEA}/10/THV260213", "labels.lot_of_other"),
    ],
)
def test_activation_needs_a_lot_of_the_product(
    run: StampRun, keeper: Actor, lot: str, code: str
) -> None:
    with pytest.raises(LabelError) as refused:
        services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=lot)
    assert refused.value.code == code


def test_others_neither_see_nor_move_a_run(run: StampRun, stranger: Actor) -> None:
    with pytest.raises(LabelError):
        queries.find_run(stranger, run.pk)
    with pytest.raises(AccessError):
        services.move_stamps(stranger, run.pk, run.first, run.last, "void", reason="x")


def test_a_number_is_read_from_its_place_its_serial_or_its_code(run: StampRun) -> None:
    serial = queries.name_serial(run, run.first + 41)
    texts = ["42", serial, serial.lower(), f"(01)09521105000012(21){serial}"]
    texts.append(f"https://nguon.example/01/09521105000012/21/{serial}")
    assert {queries.read_number(run, text) for text in texts} == {run.first + 41}
    with pytest.raises(LabelError):
        queries.read_number(run, "1001")


def test_a_stamp_not_activated_says_so_and_is_found_odd(run: StampRun) -> None:
    answer = look(page_of(run, run.first))
    assert answer.status_code == 200
    assert "Tem chưa kích hoạt" in answer.text
    assert "lần quét đầu tiên" in answer.text
    found = Finding.objects.get()
    assert (found.rule, found.organisation) == ("before_activation", MAKER)


def test_an_activated_stamp_shows_its_lot_and_how_often_it_was_seen(
    run: StampRun, keeper: Actor
) -> None:
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT_B)
    path = page_of(run, run.first + 5)
    first, again, other = look(path), look(path), look(path, "another phone")
    assert "Chả mực" in first.text
    assert "lần quét đầu tiên" in first.text
    assert "lần quét đầu tiên" in again.text
    assert "Đã quét 2 lần" in other.text
    assert other["Cache-Control"] == "private, no-store"
    assert ScanSummary.objects.get().count == 2


def test_only_people_who_open_the_page_count(run: StampRun) -> None:
    path = page_of(run, run.first)
    Client().head(path)
    Client(headers={"user-agent": "Googlebot/2.1"}).get(path)
    Client(headers={"sec-purpose": "prefetch;prerender"}).get(path)
    Client(headers={"accept": "application/json"}).get(path)
    look(path, format="json")
    assert ScanEntry.objects.count() == 0


def test_a_scan_keeps_nothing_that_says_who(run: StampRun) -> None:
    look(page_of(run, run.first), "a very particular phone")
    entry = ScanEntry.objects.get()
    told = " ".join(str(getattr(entry, field.name)) for field in ScanEntry._meta.get_fields())
    assert "127.0.0.1" not in told
    assert "particular" not in told
    assert len(entry.device) == 16


@pytest.mark.parametrize("serial", ["ABC", "A0000000000000AB", "QN7K037"])
def test_a_number_never_issued_gets_no_product_page(run: StampRun, serial: str) -> None:
    answer = look(f"/scan/01/09521105000012/21/{serial}")
    assert answer.status_code == 404
    assert "chưa từng được cấp" in answer.text
    assert "Bảy thông tin" not in answer.text
    assert Unissued.objects.get().count == 1


def test_a_serial_of_one_product_is_not_issued_for_another(
    run: StampRun, keeper: Actor, officer: Actor
) -> None:
    order = services.request_stamps(keeper, MAKER, "https://id.gs1.org/01/09521105000135", 5)
    services.approve_order(officer, order.pk)
    services.make_stamps(keeper, order.pk)
    serial = queries.name_serial(run, run.first)
    assert look(f"/scan/01/09521105000135/21/{serial}").status_code == 404


def test_two_far_places_within_minutes_are_a_finding_with_its_reason(
    run: StampRun, keeper: Actor
) -> None:
    lot = f"{CAKE}/10/CHUA-GHI"
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=lot)
    path = page_of(run, run.first)
    for agent, place in [("one", "22"), ("two", "79")]:
        client = Client(headers={"user-agent": agent, "accept-language": "vi"})
        client.get(path)
        assert client.post(path, {"place": place}).status_code == 303
    page = look(path, "three")
    assert "Có dấu hiệu tem bị sao chép" in page.text
    assert "Quảng Ninh" in page.text
    found = Finding.objects.get(rule="speed")
    assert found.params["km"] > 900
    assert len(found.scans) == 2


def test_a_closed_finding_stays_closed_until_something_new(
    run: StampRun, owner: Actor, keeper: Actor
) -> None:
    look(page_of(run, run.first))
    found = Finding.objects.get()
    with pytest.raises(AccessError):
        services.close_finding(keeper, found.pk, "người xếp kho")
    services.close_finding(owner, found.pk, "người xếp kho quét thử")
    stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first))
    assert services.judge_stamp(stamp) == []
    look(page_of(run, run.first), "somebody else")
    assert Finding.objects.filter(closed=None).count() == 1


def test_a_covered_code_works_once(shop: str, keeper: Actor, officer: Actor) -> None:
    from nguon.labels.keys import read_ring

    run = make_run(keeper, officer, 10, covered=True)
    print_all(keeper, run)
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT_B)
    path = page_of(run, run.first)
    code = cover_code(read_ring().active_key, CAKE, run.first)
    wrong = Client().post(path, {"code": "AAAAAAAA"})
    assert wrong.status_code == 400
    assert "còn 4 lần thử" in wrong.text
    assert Client().post(path, {"code": code.lower()}).status_code == 303
    assert queries.reconcile_run(run)["consumed"] == 1
    again = Client().post(path, {"code": code})
    assert again.status_code == 400
    assert "đã được dùng" in again.text


def test_wrong_codes_are_counted_and_end_in_a_pause(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    run = make_run(keeper, officer, 10, covered=True)
    print_all(keeper, run)
    serial, now = queries.name_serial(run, run.first), timezone.now()
    codes = []
    for _ in range(6):
        with pytest.raises(LabelError) as refused:
            services.use_cover(CAKE, serial, "WRONG", now)
        codes.append(refused.value.code)
    assert codes == ["labels.cover_wrong"] * 5 + ["labels.cover_locked"]
    with pytest.raises(LabelError) as later:
        services.use_cover(CAKE, serial, "WRONG", now + timedelta(hours=1))
    assert later.value.code == "labels.cover_wrong"


def test_serials_printed_elsewhere_are_taken_over_whole(
    shop: str, owner: Actor, officer: Actor
) -> None:
    today = timezone.localdate()
    services.set_quota(officer, MAKER, 100, today, today)
    with pytest.raises(LabelError) as refused:
        services.import_serials(owner, MAKER, CAKE, ["A1", "B 2", "A1", "x" * 21])
    assert [fault.pointer for fault in refused.value.faults] == ["/2", "/3", "/4"]
    assert StampRun.objects.count() == 0
    run = services.import_serials(owner, MAKER, CAKE, ["A1", "B2", "C3"])
    assert queries.judge_serial(CAKE, "B2") == "issued"
    assert queries.judge_serial(CAKE, "B3") == "not_issued"
    assert look("/scan/01/09521105000012/21/B2").status_code == 200
    assert queries.read_number(run, "C3") == 3
    with pytest.raises(LabelError) as known:
        services.import_serials(owner, MAKER, CAKE, ["D4", "B2"])
    assert known.value.code == "labels.import_known"
    assert StampRun.objects.count() == 1


def test_serials_taken_over_are_learnt_by_a_process_that_is_asked_often(
    shop: str, owner: Actor, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt = Fingerprints(issued.read_serials, asked_before=2, start=lambda work: work())
    monkeypatch.setattr(issued, "_learnt", learnt)
    today = timezone.localdate()
    services.set_quota(officer, MAKER, 100, today, today)
    services.import_serials(owner, MAKER, CAKE, ["A1", "B2"])
    assert [queries.judge_serial(CAKE, "B2") for _ in range(3)] == ["issued"] * 3
    monkeypatch.setattr(issued, "_look_up", lambda *_: pytest.fail("asked again"))
    assert queries.judge_serial(CAKE, "A1") == "issued"
    assert queries.judge_serial(CAKE, "B3") == "not_issued"
    monkeypatch.undo()
    services.import_serials(owner, MAKER, CAKE, ["C3"])
    assert queries.judge_serial(CAKE, "C3") == "issued"
    assert queries.judge_serial(CAKE, "B2") == "issued"


def test_a_burst_over_a_run_and_many_unknown_numbers_are_found(
    run: StampRun, keeper: Actor
) -> None:
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT_B)
    now = timezone.now()
    for step in range(40):
        stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first + step))
        services.note_scan(stamp, f"phone {step}", now - timedelta(seconds=step), state="activated")
    for _ in range(20):
        services.note_unissued(CAKE, now)
    assert {found.rule for found in services.judge_recent(now)} == {"burst", "unknown_rate"}
    assert len(services.judge_recent(now)) == 2
    assert Finding.objects.count() == 2


def test_old_salts_are_thrown_away(run: StampRun) -> None:
    from nguon.labels.models import ScanSalt

    stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first))
    now = timezone.now()
    for days in (0, 1, 2, 3):
        services.note_scan(stamp, "phone", now + timedelta(days=days), state="printed")
    assert ScanSalt.objects.count() == 2
    assert len(set(ScanEntry.objects.values_list("device", flat=True))) == 4


def test_another_organisation_is_not_an_owner(shop: str, stranger: Actor) -> None:
    with pytest.raises(AccessError):
        services.request_stamps(stranger, MAKER, CAKE, 5)
    assert OTHER in stranger.organisations
