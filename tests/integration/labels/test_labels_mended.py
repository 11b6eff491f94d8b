"""Recalls, makers, texts and places: what a review found open stays shut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nguon.accounts.decisions import AccessError, Actor
from nguon.labels import queries, services
from nguon.labels.keys import read_ring
from nguon.labels.models import Finding, ScanEntry, ScanSalt, StampMove, StampRun
from nguon.labels.services import LabelError, scans
from nguon.stamps import StampError, cover_code
from tests.integration.labels.conftest import CAKE, MAKER, OTHER
from tests.integration.labels.test_labels_stamps import look, make_run, page_of, print_all

pytestmark = pytest.mark.database
LOT = f"{CAKE}/10/NEWLOT"
RECORDER = Actor("Ghi", ((MAKER, "recorder"),))


def activate(keeper: Actor, officer: Actor, count: int = 20, **more: bool) -> StampRun:
    run = make_run(keeper, officer, count, **more)
    print_all(keeper, run)
    services.move_stamps(keeper, run.pk, run.first, run.last, "activated", lot=LOT)
    return run


@pytest.fixture
def run(shop: str, keeper: Actor, officer: Actor) -> StampRun:
    """Twenty activated stamps."""
    return activate(keeper, officer)


def move(actor: Actor, run: StampRun, to: str, **more: str) -> int:
    return services.move_stamps(actor, run.pk, run.first, run.last, to, **more)


def test_a_recorder_lifts_no_recall(run: StampRun, owner: Actor) -> None:
    move(owner, run, "recalled", reason="dư lượng")
    with pytest.raises(AccessError):
        move(RECORDER, run, "shipped", reason="giao")
    with pytest.raises(LabelError) as silent:
        move(owner, run, "shipped")
    assert silent.value.code == "labels.reason_missing"
    assert move(owner, run, "shipped", reason="kết quả kiểm nghiệm đạt") == 20
    assert not StampMove.objects.filter(authority=True).exists()


@pytest.mark.parametrize("to", ["activated", "shipped", "void"])
def test_the_authoritys_recall_is_lifted_by_the_authority_alone(
    run: StampRun, owner: Actor, officer: Actor, to: str
) -> None:
    move(officer, run, "recalled", reason="dư lượng")
    assert StampMove.objects.get(after="recalled").authority
    with pytest.raises(LabelError) as refused:
        move(owner, run, to, reason="đã kiểm lại")
    assert (refused.value.code, refused.value.status) == ("labels.recall_of_authority", 403)
    both = Actor("B", ((MAKER, "owner"), ("", "auditor")))
    with pytest.raises(LabelError):
        move(both, run, to, reason="đã kiểm lại")
    assert move(officer, run, to, reason="đã kiểm lại") == 20


def test_a_range_that_is_recalled_in_part_needs_both_rights(
    run: StampRun, owner: Actor, keeper: Actor
) -> None:
    services.move_stamps(owner, run.pk, run.first, run.first + 4, "recalled", reason="x")
    with pytest.raises(AccessError):
        move(keeper, run, "shipped", reason="x")
    assert move(owner, run, "shipped", reason="x") == 20


def test_a_later_recall_of_the_maker_is_the_makers(
    run: StampRun, owner: Actor, officer: Actor
) -> None:
    begun = timezone.now()
    for hours, (actor, to) in enumerate(
        [(officer, "recalled"), (officer, "activated"), (owner, "recalled"), (owner, "activated")]
    ):
        at = begun + timedelta(hours=hours)
        services.move_stamps(actor, run.pk, run.first, run.last, to, reason="x", at=at)
    assert queries.reconcile_run(run)["activated"] == 20


def test_a_lifted_recall_keeps_its_lot(run: StampRun, owner: Actor) -> None:
    for lot in ("", LOT):
        move(owner, run, "recalled", reason="x")
        assert move(owner, run, "activated", lot=lot, reason="gỡ") == 20
        assert {span.lot for span in queries.list_spans(run)} == {LOT}
    move(owner, run, "recalled", reason="x")
    with pytest.raises(StampError) as other:
        move(owner, run, "activated", lot=f"{CAKE}/10/OTHER", reason="gỡ")
    assert other.value.code == "stamps.lot_bound"


def test_a_covered_code_lifts_no_recall(shop: str, keeper: Actor, officer: Actor) -> None:
    run = activate(keeper, officer, covered=True)
    move(officer, run, "recalled", reason="x")
    code = cover_code(read_ring().active_key, CAKE, run.first)
    with pytest.raises(LabelError) as refused:
        services.use_cover(CAKE, queries.name_serial(run, run.first), code, timezone.now())
    assert refused.value.code == "labels.cover_recalled"
    assert queries.reconcile_run(run)["recalled"] == 20


def test_a_maker_is_one_of_the_register_and_named_by_the_owner(
    shop: str, keeper: Actor, owner: Actor, officer: Actor
) -> None:
    run = make_run(keeper, officer, 3)
    print_all(keeper, run)
    with pytest.raises(AccessError):
        move(keeper, run, "activated", lot=LOT, maker=OTHER)
    with pytest.raises(LabelError) as unknown:
        move(owner, run, "activated", lot=LOT, maker="https://id.gs1.org/417/9529999000000")
    assert unknown.value.code == "labels.maker_unknown"
    services.move_stamps(keeper, run.pk, run.first, run.first, "activated", lot=LOT, maker=MAKER)
    services.move_stamps(owner, run.pk, run.last, run.last, "activated", lot=LOT, maker=OTHER)
    assert {span.maker for span in queries.list_spans(run)} == {MAKER, "", OTHER}


@pytest.mark.parametrize("to", ["", "zzz", "generated"])
def test_a_state_that_stamps_are_not_moved_to_is_refused(
    run: StampRun, owner: Actor, to: str
) -> None:
    with pytest.raises(LabelError) as refused:
        move(owner, run, to)
    assert refused.value.code == "labels.state_unknown"
    assert "recalled" in refused.value.fault.sentence("vi")


def test_a_very_long_number_is_no_place(run: StampRun) -> None:
    for text in ("9" * 5000, "9" * 300):
        with pytest.raises(LabelError) as refused:
            queries.read_number(run, text)
        assert refused.value.code == "labels.not_of_run"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "a\0b"}, "labels.text_nul"),
        ({"reason": "n" * 301}, "labels.text_long"),
        ({"reason": "x", "to": "activated", "lot": LOT, "maker": "m" * 401}, "labels.text_long"),
    ],
)
def test_texts_of_a_move_are_checked_before_the_database_sees_them(
    shop: str, owner: Actor, officer: Actor, more: dict, code: str
) -> None:
    run = make_run(owner, officer, 3)
    print_all(owner, run)
    with pytest.raises(LabelError) as refused:
        move(owner, run, **{"to": "void", **more})
    assert refused.value.code == code
    assert refused.value.fault.sentence("vi")


def test_an_outcome_is_checked_too(shop: str, owner: Actor, officer: Actor) -> None:
    run = make_run(owner, officer, 3)
    look(page_of(run, run.first))
    for outcome, code in [("a\0", "text_nul"), ("x" * 301, "text_long"), (" ", "reason_missing")]:
        with pytest.raises(LabelError) as refused:
            services.close_finding(owner, Finding.objects.get().pk, outcome)
        assert refused.value.code == f"labels.{code}"


def test_a_second_place_of_a_device_takes_the_place_of_the_first(run: StampRun) -> None:
    path = page_of(run, run.first)
    client = Client(headers={"user-agent": "one", "accept-language": "vi"})
    client.get(path)
    for number in range(6):
        assert client.post(path, {"place": ["01", "96"][number % 2]}).status_code == 303
    assert list(ScanEntry.objects.values_list("place", flat=True)) == ["96"]
    look(path, "two")
    assert not Finding.objects.filter(rule="speed").exists()


def test_a_place_told_without_a_look_is_one_look(run: StampRun) -> None:
    stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first))
    now = timezone.now()
    for minutes in range(0, 50, 5):
        at = now + timedelta(minutes=minutes)
        services.note_place(stamp, "phone", "22", at)
    assert ScanEntry.objects.count() == 1


def test_a_buyer_who_comes_back_is_not_told_of_a_copy(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    run = activate(keeper, officer, covered=True)
    stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first))
    noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=1)
    services.note_scan(stamp, "buyer", noon, state="activated")
    code = cover_code(read_ring().active_key, CAKE, run.first)
    services.use_cover(CAKE, stamp.serial, code, noon + timedelta(minutes=1))
    services.note_scan(stamp, "buyer", noon + timedelta(hours=2), state="consumed")
    assert services.judge_stamp(stamp) == []
    services.note_scan(stamp, "somebody", noon + timedelta(hours=3), state="consumed")
    (found,) = services.judge_stamp(stamp)
    assert (found.rule, found.params["count"]) == ("after_end", 1)


def test_a_task_deletes_old_salts_and_processes_forget_them(run: StampRun) -> None:
    stamp = queries.find_stamp(CAKE, queries.name_serial(run, run.first))
    now = timezone.now()
    for days in (0, 1):
        services.note_scan(stamp, "phone", now + timedelta(days=days), state="activated")
    assert services.drop_salts(now + timedelta(days=1)) == 0
    assert services.drop_salts(now + timedelta(days=2)) == 1
    assert ScanSalt.objects.count() == 1
    services.note_scan(stamp, "phone", now + timedelta(days=2), state="activated")
    today = timezone.localdate(now)
    assert sorted(scans._salts) == [today + timedelta(days=1), today + timedelta(days=2)]
