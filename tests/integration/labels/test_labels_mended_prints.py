"""Prints: each number on one piece of paper, files for those who print, faults that are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from nguon.accounts.decisions import NOBODY, AccessError, Actor
from nguon.errors import NguonError
from nguon.labels import services
from nguon.labels.models import PrintPart, PrintRun, PrintTaking, StampRun
from nguon.labels.services import LabelError, printing
from nguon.parts.files import path_of
from nguon.stamps import keyfile
from tests.integration.labels.conftest import LOT_B, MAKER, sign_in
from tests.integration.labels.test_labels_printing import VALUES, ask, ask_stamps
from tests.integration.labels.test_labels_stamps import make_run

pytestmark = pytest.mark.database


@pytest.fixture
def run(shop: str, keeper: Actor, officer: Actor) -> StampRun:
    """Twenty numbers that nobody printed yet."""
    return make_run(keeper, officer, 20)


def make(run: PrintRun) -> PrintRun:
    services.make_print(run.pk)
    run.refresh_from_db()
    return run


def cover(keeper: Actor, officer: Actor, count: int = 5) -> PrintRun:
    stamps = make_run(keeper, officer, count, covered=True)
    given = {"design": "stamp-covered-45x25", "layout": "a4", "values": VALUES}
    return make(services.print_stamps(keeper, stamps.pk, stamps.first, stamps.last, **given))


def revoke() -> None:
    path = Path(settings.NGUON_STAMP_KEYS)
    ring = keyfile.load(path)
    keyfile.replace(path, ring, ring.revoke("A", date(2026, 1, 2)))


def code_of(act, *given, **more) -> str:
    with pytest.raises(NguonError) as refused:
        act(*given, **more)
    for fault in refused.value.faults:
        assert fault.sentence("vi")
        assert fault.sentence("en")
    return refused.value.code


def test_a_stopped_print_does_not_go_on_where_another_was_made(
    run: StampRun, keeper: Actor
) -> None:
    first = ask_stamps(keeper, run, 1, 20)
    services.cancel_print(keeper, first.pk)
    second = make(ask_stamps(keeper, run, 1, 20))
    assert code_of(services.resume_print, keeper, first.pk) == "labels.printed_twice"
    services.confirm_print(keeper, second.pk)
    assert code_of(services.resume_print, keeper, first.pk) == "labels.printed_twice"
    assert make(first).state == "cancelled"


def test_a_print_cancelled_as_the_worker_takes_it_on_stays_cancelled(
    run: StampRun, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask_stamps(keeper, run, 1, 20)
    plain = printing.timezone.now

    class Gap:
        @staticmethod
        def now():
            PrintRun.objects.filter(pk=asked.pk).update(state="cancelled")
            return plain()

    monkeypatch.setattr(printing, "timezone", Gap)
    assert make(asked).state == "cancelled"
    assert not PrintPart.objects.exists()


@pytest.mark.parametrize("to", ["void", "printed"])
def test_stamps_changed_while_they_are_drawn_give_no_file(
    run: StampRun, keeper: Actor, to: str
) -> None:
    asked = ask_stamps(keeper, run, 1, 20)
    services.move_stamps(keeper, run.pk, run.first + 3, run.first + 4, to, reason="x")
    assert make(asked).state == "failed"
    assert asked.fault[0]["code"] == "labels.print_stale"
    assert asked.file == ""


def test_a_file_is_not_handed_out_once_its_stamps_are_void(run: StampRun, keeper: Actor) -> None:
    asked = make(ask_stamps(keeper, run, 1, 20))
    assert services.take_file(keeper, asked.pk) == path_of(asked.file)
    services.move_stamps(keeper, run.pk, run.first + 3, run.first + 4, "void", reason="x")
    assert code_of(services.take_file, keeper, asked.pk) == "labels.print_stale"
    assert code_of(services.check_file, asked) == "labels.print_stale"


def test_a_confirmed_file_without_covers_can_be_taken_and_made_again(
    run: StampRun, keeper: Actor
) -> None:
    asked = make(ask_stamps(keeper, run, 1, 20))
    services.confirm_print(keeper, asked.pk)
    services.take_file(keeper, asked.pk).unlink()
    assert code_of(services.take_file, keeper, asked.pk) == "labels.print_lost"
    services.resume_print(keeper, asked.pk)
    assert make(asked).state == "ready"
    assert services.take_file(keeper, asked.pk).exists()


def test_a_file_is_for_those_who_print_and_who_took_it_is_kept(
    run: StampRun, keeper: Actor, officer: Actor, stranger: Actor
) -> None:
    asked = make(ask_stamps(keeper, run, 1, 20))
    lot = make(ask(keeper))
    for role in ("recorder", "viewer"):
        reader = Actor("x", ((MAKER, role),))
        for number in (asked.pk, lot.pk):
            with pytest.raises(AccessError):
                services.take_file(reader, number)
    for other in (officer, NOBODY):
        with pytest.raises(AccessError):
            services.take_file(other, asked.pk)
    with pytest.raises(LabelError) as hidden:
        services.take_file(stranger, asked.pk)
    assert hidden.value.status == 404
    assert not PrintTaking.objects.exists()
    services.take_file(keeper, lot.pk)
    assert [taking.by for taking in lot.takings.all()] == ["Hạnh"]


def test_a_file_with_covered_codes_is_deleted_when_it_is_printed(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    asked = cover(keeper, officer)
    files = [asked.file, *PrintPart.objects.values_list("file", flat=True)]
    services.take_file(keeper, asked.pk)
    services.confirm_print(keeper, asked.pk)
    assert not any(path_of(name).exists() for name in files)
    assert code_of(services.take_file, keeper, asked.pk) == "labels.print_confirmed"
    assert code_of(services.resume_print, keeper, asked.pk) == "labels.print_confirmed"


def test_a_run_whose_key_is_revoked_is_not_printed(run: StampRun, keeper: Actor) -> None:
    made, stopped = ask_stamps(keeper, run, 1, 5), ask_stamps(keeper, run, 6, 10)
    waiting = ask_stamps(keeper, run, 11, 15)
    make(made)
    services.cancel_print(keeper, stopped.pk)
    revoke()
    assert code_of(ask_stamps, keeper, run, 16, 20) == "labels.key_revoked"
    assert code_of(services.resume_print, keeper, stopped.pk) == "labels.key_revoked"
    assert code_of(services.take_file, keeper, made.pk) == "labels.key_revoked"
    assert make(waiting).fault[0]["code"] == "labels.key_revoked"


@pytest.mark.parametrize("design", ["lot-40x30-qr", "stamp-covered-45x25", "stamp-signed-50x30"])
def test_a_design_that_does_not_carry_what_the_run_has_is_refused(
    run: StampRun, keeper: Actor, design: str
) -> None:
    given = {"design": design, "layout": "a4", "values": VALUES}
    refused = code_of(services.print_stamps, keeper, run.pk, run.first, run.last, **given)
    assert refused == "labels.design_unfit"


def test_a_covered_run_is_not_printed_without_its_codes(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    stamps = make_run(keeper, officer, 5, covered=True)
    assert stamps.order.design == "stamp-covered-45x25"
    assert code_of(ask_stamps, keeper, stamps, 1, 5) == "labels.design_unfit"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"layout": "zzz"}, "labels.layout_unknown"),
        ({"design": "stamp-30x20"}, "labels.design_unfit"),
        ({"design": "a\0"}, "labels.text_nul"),
        ({"values": {"name": "a\0b"}}, "labels.text_nul"),
        ({"values": {"name": "x" * 301}}, "labels.text_long"),
    ],
)
def test_labels_of_a_lot_are_refused_for_what_they_cannot_be(
    shop: str, keeper: Actor, change: dict, code: str
) -> None:
    given = {"design": "lot-40x30-qr", "layout": "a4", "values": VALUES, **change}
    assert code_of(services.print_labels, keeper, MAKER, LOT_B, 5, **given) == code


def test_a_fault_nobody_foresaw_stops_the_run_and_offers_to_go_on(
    run: StampRun, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask_stamps(keeper, run, 1, 20)

    def fill_disk(*_: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(printing, "keep", fill_disk)
        assert make(asked).state == "failed"
    assert asked.fault[0]["code"] == "labels.print_broken"
    assert "In tiếp" in sign_in("hanh").get(f"/desk/labels/runs/{asked.pk}/").text
    services.resume_print(keeper, asked.pk)
    assert make(asked).state == "ready"


def test_own_designs_are_named_in_bounds(shop: str, keeper: Actor) -> None:
    from nguon.carriers import designs, write_design

    data = write_design(designs()["lot-40x30-qr"])
    for name, code in [("x" * 81, "text_long"), ("a\0", "text_nul"), (" ", "design_unknown")]:
        assert code_of(services.save_design, keeper, MAKER, name, data) == f"labels.{code}"
    nul = {**data, "vi": "a\0b"}
    assert code_of(services.save_design, keeper, MAKER, "own", nul) == "labels.text_nul"
