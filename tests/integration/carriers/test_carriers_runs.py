"""Runs: parts that are joined stay what they were, rolls for printers, sheets of any paper."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypdfium2
import pytest

from nguon.carriers import (
    CarrierError,
    LabelData,
    Paper,
    count_sheets,
    designs,
    join_parts,
    lay_out,
    read_sheet,
    write_label,
    write_part,
)
from nguon.carriers import sheets as module
from tests.integration.carriers.test_carriers_sheets import GTIN, codes, stamps, tool

STAMP = designs()["stamp-30x20"]


def write_parts(folder: Path, bounds: list[tuple[int, int]], title: str = "Lượt 7") -> list[Path]:
    """Parts of a run of stamps, each of the sheets that it fills."""
    paths, sheet = [], 1
    for first, last in bounds:
        content = write_part(STAMP, stamps(first, last), first_sheet=sheet, title=title)
        sheet += count_sheets(content)
        paths.append(folder / f"{first}.pdf")
        paths[-1].write_bytes(content)
    return paths


def pixels(content: bytes) -> list[bytes]:
    """Every page as a picture, for comparing."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.render(scale=1, grayscale=True).to_pil().tobytes() for page in document]
    finally:
        document.close()


def test_joined_parts_are_the_pages_they_were(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, [(1, 156), (157, 234), (235, 250)])
    join_parts(parts, tmp_path / "all.pdf")
    whole = (tmp_path / "all.pdf").read_bytes()
    assert count_sheets(whole) == 4
    assert pixels(whole) == [page for part in parts for page in pixels(part.read_bytes())]
    found = [code for page in range(4) for code in read_sheet(whole, page)]
    assert found == codes(1, 250)


def test_the_same_run_is_the_same_file_in_parts_or_whole(tmp_path: Path) -> None:
    one = write_parts(tmp_path, [(1, 100)])[0].read_bytes()
    assert one == write_parts(tmp_path, [(1, 100)])[0].read_bytes()
    parts = write_parts(tmp_path, [(1, 78), (79, 100)])
    join_parts(parts, tmp_path / "all.pdf")
    assert pixels((tmp_path / "all.pdf").read_bytes()) == pixels(one)


def test_a_title_that_looks_like_a_reference_stays_a_title(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, [(1, 3), (4, 5)], "Lượt 12 0 R endobj stream (x)")
    join_parts(parts, tmp_path / "all.pdf")
    document = pypdfium2.PdfDocument((tmp_path / "all.pdf").read_bytes())
    try:
        assert document.get_metadata_value("Title") == "Lượt 12 0 R endobj stream (x)"
    finally:
        document.close()


def test_a_joined_file_can_be_a_part_again(tmp_path: Path) -> None:
    join_parts(write_parts(tmp_path, [(1, 78), (79, 156)]), tmp_path / "a.pdf")
    last = write_part(STAMP, stamps(157, 160), first_sheet=3)
    (tmp_path / "b.pdf").write_bytes(last)
    join_parts([tmp_path / "a.pdf", tmp_path / "b.pdf"], tmp_path / "c.pdf")
    content = (tmp_path / "c.pdf").read_bytes()
    assert [code for page in range(3) for code in read_sheet(content, page)] == codes(1, 160)


def test_other_readers_have_nothing_to_say_against_a_joined_file(tmp_path: Path) -> None:
    join_parts(write_parts(tmp_path, [(1, 78), (79, 90)]), tmp_path / "all.pdf")
    command = [tool("pdffonts"), str(tmp_path / "all.pdf")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    assert "none" not in done.stdout


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", b"not a file of ours" * 99])
def test_a_foreign_part_is_refused(tmp_path: Path, content: bytes) -> None:
    parts = write_parts(tmp_path, [(1, 2)])
    parts.append(tmp_path / "foreign.pdf")
    parts[-1].write_bytes(content)
    with pytest.raises(CarrierError) as refused:
        join_parts(parts, tmp_path / "all.pdf")
    assert (refused.value.code, refused.value.fault.value) == ("carriers.part", "foreign.pdf")


def test_a_part_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    part = write_parts(tmp_path, [(1, 2)])[0]
    part.write_bytes(part.read_bytes()[:-200])
    with pytest.raises(CarrierError):
        join_parts([part], tmp_path / "all.pdf")


def test_every_so_many_sheets_one_is_read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    plain = module.check_sheet

    def note(content: bytes, page: int, wanted: list[str]) -> None:
        read.append(page)
        plain(content, page, wanted)

    monkeypatch.setattr(module, "check_sheet", note)
    write_part(STAMP, stamps(1, 78 * 6), first_sheet=4, every=4)
    assert read == [0, 4, 5]


@pytest.mark.parametrize("name", designs())
def test_a_roll_of_any_design_is_read_at_its_printers_dots(name: str) -> None:
    key = f"{GTIN}/21/A000000000000001" if designs()[name].stamp else f"{GTIN}/10/CM-261118-02"
    if name.startswith("local"):
        key = "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210"
    signature = "Ab" * 43 if designs()[name].signed else ""
    data = LabelData(key=key, name="Chả mực Hạ Long", cover="7K3M9QTX", signature=signature)
    content = write_label(designs()[name], data, 300)
    assert len(read_sheet(content, 0, 300)) == len(designs()[name].carriers)


def test_labels_on_bought_sheets_keep_their_gaps() -> None:
    paper = Paper(side=7.0, end=12.0, gap_x=3.0, gap_y=2.0)
    grid = lay_out(designs()["lot-40x30-qr"], paper)
    assert (grid.columns, grid.rows) == (4, 8)
    assert grid.place(0) == pytest.approx((20.5, 21.5))
    assert grid.place(5) == pytest.approx((63.5, 53.5))
    last = grid.place(grid.count - 1)
    assert last[0] + 40 <= 210 - 7
    assert last[1] + 30 <= 297 - 12
    content = write_part(STAMP, stamps(1, 40), Paper(gap_x=4.0, gap_y=4.0))
    assert read_sheet(content, 0) == codes(1, 40)


def test_nothing_is_handed_out_when_a_label_of_a_part_cannot_be() -> None:
    labels = [*stamps(1, 3), LabelData(key="https://id.gs1.org/01/09521234000129/10/LOT")]
    design = designs()["stamp-signed-50x30"]
    signed = [LabelData(key=one.key, signature="Ab" * 43) for one in labels]
    with pytest.raises(CarrierError) as refused:
        write_part(design, signed)
    assert refused.value.code == "carriers.signature_needs_serial"


def test_words_come_back_composed_from_every_design(tmp_path: Path) -> None:
    design = designs()["lot-60x40-qr-dm"]
    name = "Cha\u0309 mu\u031b\u0323c Ha\u0323 Long"
    data = LabelData(key=f"{GTIN}/10/CM-261118-02", name=name, maker="Ẩm thực Diễn Vọng")
    (tmp_path / "one.pdf").write_bytes(write_label(design, data))
    command = [tool("pdftotext"), str(tmp_path / "one.pdf"), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Chả mực" in said
    assert "Ẩm thực Diễn Vọng" in said
