"""Print runs: asked for, made in parts, read back, resumed, handed out, confirmed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from nguon.accounts.decisions import AccessError, Actor
from nguon.carriers import CarrierError, designs, read_sheet, write_design
from nguon.carriers.sheets import count_sheets
from nguon.errors import NguonError
from nguon.gs1 import identify
from nguon.labels import drawing, queries, services
from nguon.labels.keys import read_ring
from nguon.labels.models import PrintPart, PrintRun, StampRun
from nguon.labels.services import LabelError
from nguon.parts.files import path_of
from nguon.stamps import verify
from tests.integration.labels.conftest import CAKE, LOT_B, MAKER, sign_in
from tests.integration.labels.test_labels_stamps import make_run

pytestmark = pytest.mark.database
VALUES = {"name": "Chả mực Hạ Long", "maker": "Cơ sở mẫu", "expiry": "2027-05-18"}


def ask(keeper: Actor, count: int = 50, **more: str) -> PrintRun:
    given = {"design": "lot-40x30-qr", "layout": "a4", **more}
    return services.print_labels(keeper, MAKER, LOT_B, count, values=VALUES, **given)


def ask_stamps(keeper: Actor, run: StampRun, first: int, last: int) -> PrintRun:
    return services.print_stamps(
        keeper,
        run.pk,
        run.first + first - 1,
        run.first + last - 1,
        design="stamp-30x20",
        layout="a4",
        values=VALUES,
    )


def read_file(run: PrintRun) -> list[str]:
    run.refresh_from_db()
    content = path_of(run.file).read_bytes()
    pages = range(count_sheets(content))
    return [code for page in pages for code in read_sheet(content, page)]


def test_labels_of_a_lot_are_made_and_all_read(shop: str, keeper: Actor) -> None:
    run = ask(keeper)
    assert ProcrastinateJob.objects.filter(task_name="labels:make_print").count() == 1
    services.make_print(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("ready", 50)
    codes = read_file(run)
    assert len(codes) == 50
    assert {identify(code.removeprefix("]Q1")).key for code in codes} == {LOT_B}


def test_stamps_are_printed_once_each_and_lead_to_their_pages(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    run = make_run(keeper, officer, 200)
    made = ask_stamps(keeper, run, 1, 100)
    services.make_print(made.pk)
    codes = {identify(code.removeprefix("]Q1")).serial for code in read_file(made)}
    assert codes == set(queries.name_serials(run, run.first, run.first + 99))
    with pytest.raises(LabelError) as twice:
        ask_stamps(keeper, run, 90, 120)
    assert twice.value.code == "labels.printed_twice"
    assert (twice.value.fault.params["first"], twice.value.fault.params["last"]) == (90, 100)
    assert services.confirm_print(keeper, made.pk) == 100
    assert queries.reconcile_run(run)["printed"] == 100
    with pytest.raises(LabelError):
        ask_stamps(keeper, run, 50, 60)
    ask_stamps(keeper, run, 101, 200)


def test_a_signed_stamp_can_be_checked_from_its_print(
    shop: str, keeper: Actor, officer: Actor
) -> None:
    run = make_run(keeper, officer, 3, signed=True)
    made = services.print_stamps(
        keeper,
        run.pk,
        run.first,
        run.last,
        design="stamp-signed-50x30",
        layout="roll",
        values=VALUES,
    )
    services.make_print(made.pk)
    keys = read_ring().publish()
    verdicts = [verify(code.removeprefix("]Q1"), keys) for code in read_file(made)]
    assert [verdict.status for verdict in verdicts] == ["genuine"] * 3


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    shop: str, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nguon.labels.services.printing._SHEETS_A_PART", 1)
    run = ask(keeper, 135)
    plain, drawn = drawing.draw_part, []

    def break_off(run: PrintRun, begin: int, count: int, *, first_sheet: int) -> bytes:
        if len(drawn) == 2:
            raise KeyboardInterrupt
        drawn.append(begin)
        return plain(run, begin, count, first_sheet=first_sheet)

    monkeypatch.setattr(drawing, "draw_part", break_off)
    with pytest.raises(KeyboardInterrupt):
        services.make_print(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done) == ("running", 90)
    services.resume_print(keeper, run.pk)
    drawn.clear()
    services.make_print(run.pk)
    assert drawn == [90]
    assert len(read_file(run)) == 135


def test_a_stopped_run_can_be_gone_on_with(shop: str, keeper: Actor) -> None:
    run = ask(keeper)
    services.cancel_print(keeper, run.pk)
    services.make_print(run.pk)
    assert not PrintPart.objects.exists()
    with pytest.raises(LabelError):
        services.cancel_print(keeper, run.pk)
    services.resume_print(keeper, run.pk)
    services.make_print(run.pk)
    run.refresh_from_db()
    assert run.state == "ready"
    with pytest.raises(LabelError) as done:
        services.resume_print(keeper, run.pk)
    assert done.value.code == "labels.print_state"


def test_a_fault_stops_the_run_and_nothing_is_handed_out(
    shop: str, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(keeper)

    def fail(*_: object, **__: object) -> bytes:
        raise services.refuse("key_gone", "A")

    monkeypatch.setattr(drawing, "draw_part", fail)
    services.make_print(run.pk)
    run.refresh_from_db()
    assert (run.state, run.file) == ("failed", "")
    assert run.fault[0]["code"] == "labels.key_gone"
    client = sign_in("hanh")
    assert "không còn trong tệp khóa" in client.get(f"/desk/labels/runs/{run.pk}/").text
    assert client.get(f"/desk/labels/runs/{run.pk}/file.pdf").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_made_again(shop: str, keeper: Actor) -> None:
    run = ask(keeper)
    services.make_print(run.pk)
    run.refresh_from_db()
    path_of(run.file).unlink()
    client = sign_in("hanh")
    assert "In tiếp" in client.get(f"/desk/labels/runs/{run.pk}/").text
    services.resume_print(keeper, run.pk)
    services.make_print(run.pk)
    file = client.get(f"/desk/labels/runs/{run.pk}/file.pdf")
    assert file.status_code == 200
    file.close()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"design": "nothing"}, "labels.design_unknown"),
        ({"count": 0}, "labels.print_size"),
        ({"count": 100_001}, "labels.print_size"),
        ({"lot": CAKE}, "labels.lot_product"),
        ({"lot": f"{CAKE}/10/{'A' * 21}"}, "gs1.value_length"),
        ({"lot": "https://id.gs1.org/01/09521301000052/10/A"}, "registry.prefix_of_other"),
        ({"values": {"expiry": "31/12/2027"}}, "labels.day_malformed"),
        ({"values": {"maker": "x"}, "design": "carton-100x70-128"}, ""),
    ],
)
def test_what_cannot_be_printed_is_refused_at_once(
    shop: str, keeper: Actor, change: dict, code: str
) -> None:
    given = {
        "lot": LOT_B,
        "count": 10,
        "design": "lot-40x30-qr",
        "layout": "a4",
        "values": VALUES,
        **change,
    }
    if not code:
        assert services.print_labels(keeper, MAKER, given.pop("lot"), given.pop("count"), **given)
        return
    with pytest.raises(NguonError) as refused:
        services.print_labels(keeper, MAKER, given.pop("lot"), given.pop("count"), **given)
    assert refused.value.code == code
    assert not PrintRun.objects.exists()


def test_own_designs_have_versions_and_rules(shop: str, keeper: Actor, stranger: Actor) -> None:
    data = {**write_design(designs()["lot-40x30-qr"]), "width": 50.0}
    saved = services.save_design(keeper, MAKER, "nhan-rieng", data)
    again = services.save_design(keeper, MAKER, "nhan-rieng", {**data, "width": 52.0})
    assert (saved.version, again.version) == (1, 2)
    assert ask(keeper, design="nhan-rieng").design["width"] == 52.0
    with pytest.raises(CarrierError):
        services.save_design(keeper, MAKER, "nhan-rieng", {**data, "width": 5.0})
    with pytest.raises(AccessError):
        services.save_design(stranger, MAKER, "nhan-rieng", data)


def test_others_see_neither_runs_nor_files(shop: str, keeper: Actor) -> None:
    run = ask(keeper)
    services.make_print(run.pk)
    other = sign_in("tra")
    assert other.get(f"/desk/labels/runs/{run.pk}/").status_code == 404
    assert other.get(f"/desk/labels/runs/{run.pk}/file.pdf").status_code == 404
    with pytest.raises(AccessError):
        services.cancel_print(Actor("x", (("https://id.gs1.org/417/9", "owner"),)), run.pk)


def test_the_desk_prints_a_lot_from_the_form(shop: str) -> None:
    client = sign_in("hanh")
    form = client.get("/desk/labels/print", {"product": CAKE, "lot": "L1"})
    assert "Cơ sở chả mực mẫu Hạ Long" in form.text
    picture = client.get(
        "/desk/labels/preview.svg", {"product": CAKE, "lot": "L1", "design": "lot-40x30-qr"}
    )
    assert picture["Content-Type"] == "image/svg+xml"
    assert "Lô L1" in picture.text
    refused = client.post("/desk/labels/print", {"product": CAKE, "lot": "", "count": "5"})
    assert refused.status_code == 400
    answer = client.post(
        "/desk/labels/print",
        {"product": CAKE, "lot": "L1", "count": "45", "design": "lot-40x30-qr", "name": "Chả"},
    )
    assert answer.status_code == 302
    waiting = client.get(answer["Location"])
    assert waiting["Refresh"] == "2"
    services.make_print(PrintRun.objects.get().pk)
    assert "đều đọc lại được" in client.get(answer["Location"]).text
    file = client.get(answer["Location"] + "file.pdf")
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    file.close()


def test_a_preview_that_cannot_be_says_why(shop: str) -> None:
    client = sign_in("hanh")
    picture = client.get(
        "/desk/labels/preview.svg",
        {"product": CAKE, "lot": "A" * 30, "design": "lot-40x30-qr"},
    )
    assert "<svg" in picture.text
    assert "20" in picture.text


def test_designs_are_shown_and_made_ones_own(shop: str) -> None:
    client = sign_in("hanh")
    assert client.get("/desk/labels/designs/").text.count("<figure>") == len(designs())
    page = client.get("/desk/labels/designs/lot-40x30-qr/")
    assert "lot-40x30-qr-rieng" in page.text
    broken = client.post("/desk/labels/designs/lot-40x30-qr/", {"data": "{", "name": "x"})
    assert broken.status_code == 400


@pytest.mark.slow
def test_a_worker_that_is_killed_loses_nothing(
    shop: str, keeper: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(keeper, 4000)
    environment = {
        **os.environ,
        "DATABASE_URL": shop,
        "NGUON_STAMP_KEYS": settings.NGUON_STAMP_KEYS,
        "NGUON_FILES": settings.NGUON_FILES,
    }
    command = [sys.executable, "-m", "nguon.cli", "worker"]

    def wait(until: Callable[[PrintRun], bool]) -> None:
        for _ in range(600):
            run.refresh_from_db()
            if until(run):
                return
            time.sleep(0.1)
        pytest.fail(f"the run stands at {run.state}, {run.done}")

    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait(lambda run: run.done > 0)
    finally:
        first.kill()
        first.wait()
    assert run.state == "running"
    made = set(PrintPart.objects.values_list("number", "pk"))
    second = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait(lambda run: run.state == "ready")
    finally:
        second.terminate()
        second.wait()
    assert made <= set(PrintPart.objects.values_list("number", "pk"))
    assert count_sheets(path_of(run.file).read_bytes()) == 89
