"""Sheets as files: decoded at a printer's resolution, fonts inside, text as it was typed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from nguon.carriers import (
    CarrierError,
    LabelData,
    designs,
    join_parts,
    read_picture,
    read_sheet,
    write_part,
)
from nguon.carriers import sheets as module

GTIN = "https://id.gs1.org/01/09521234000129"


def stamps(first: int, last: int) -> list[LabelData]:
    return [
        LabelData(
            key=f"{GTIN}/21/A{number:015d}",
            domain="https://nguon.example",
            name="Chả mực Hạ Long",
            maker="HTX Hải sản Vịnh Xanh",
        )
        for number in range(first, last + 1)
    ]


def codes(first: int, last: int) -> list[str]:
    link = "]Q1HTTPS://NGUON.EXAMPLE/01/09521234000129/21/A"
    return [f"{link}{number:015d}" for number in range(first, last + 1)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two parts joined: 90 stamps on two sheets."""
    folder = tmp_path_factory.mktemp("sheets")
    design = designs()["stamp-30x20"]
    parts = []
    for number, (first, last) in enumerate([(1, 78), (79, 90)]):
        parts.append(folder / f"{number}.pdf")
        parts[-1].write_bytes(
            write_part(design, stamps(first, last), first_sheet=number + 1, title="Lượt 7")
        )
    join_parts(parts, folder / "all.pdf")
    return folder / "all.pdf"


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not here (Debian: poppler-utils); with CI=true that is a failure")
    if found is None:
        pytest.skip(f"{name} is not on this machine (Debian: poppler-utils)")
    return found


@pytest.mark.parametrize("dpi", [203, 300])
def test_every_stamp_on_every_sheet_is_read_from_another_renderer(
    file: Path, tmp_path: Path, dpi: int
) -> None:
    command = [tool("pdftoppm"), "-r", str(dpi), "-gray", "-png", str(file), str(tmp_path / "s")]
    subprocess.run(command, check=True)
    pages = sorted(tmp_path.glob("s-*.png"))
    found = [code for page in pages for code in read_picture(Image.open(page))]
    assert sorted(found) == codes(1, 90)


def test_our_own_reading_agrees(file: Path) -> None:
    content = file.read_bytes()
    assert read_sheet(content, 0) == codes(1, 78)
    assert read_sheet(content, 1) == codes(79, 90)


def test_the_face_is_inside_and_text_comes_back_composed(file: Path) -> None:
    fonts = subprocess.run(
        [tool("pdffonts"), str(file)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    assert fonts
    assert all("BeVietnamPro" in line and " yes yes " in line for line in fonts)
    text = subprocess.run(
        [tool("pdftotext"), str(file), "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "Hạ Long" in text
    assert "Lượt 7 · 2" in text
    assert "100 mm" in text


def test_a_roll_has_one_label_a_page() -> None:
    content = write_part(designs()["stamp-30x20"], stamps(1, 3), "roll")
    assert [read_sheet(content, page) for page in range(3)] == [[code] for code in codes(1, 3)]


def test_nothing_is_handed_out_when_a_sheet_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "draw_pdf", lambda *_: None)
    with pytest.raises(CarrierError) as refused:
        write_part(designs()["stamp-30x20"], stamps(1, 3))
    assert refused.value.code == "carriers.sheet_not_read"
    assert refused.value.fault.params["wanted"] == 3


def test_a_label_wider_than_the_sheet_is_sent_to_the_roll() -> None:
    from nguon.carriers import read_design, write_design

    wide = {**write_design(designs()["lot-40x30-qr"]), "width": 205.0}
    with pytest.raises(CarrierError) as refused:
        write_part(read_design(wide), stamps(1, 1))
    assert refused.value.code == "carriers.sheet_small"
