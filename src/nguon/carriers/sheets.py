"""Sheets and rolls: labels as pages of a PDF, in parts that are joined, every symbol read back.

A part is some sheets; a run of any length is made part by part, so that memory stays flat and an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal

import msgspec
import pypdfium2
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from nguon.carriers.content import LabelData
from nguon.carriers.design import Design
from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import register
from nguon.carriers.layout import Drawing, draw
from nguon.carriers.output import MM, draw_pdf
from nguon.carriers.symbol import read_back, read_picture, say, show

Layout = Literal["a4", "roll"]
LAYOUTS: tuple[Layout, ...] = ("a4", "roll")
_A4 = (210.0, 297.0)
_SIDE, _END = 5.0, 9.0
_RULER = 100.0
_DPI = 203
_MARK = 3.0


class Grid(msgspec.Struct, frozen=True):
    """How labels lie on a page; millimetres."""

    page: tuple[float, float]
    columns: int
    rows: int
    left: float
    top: float

    @property
    def count(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows


def lay_out(design: Design, layout: Layout) -> Grid:
    """The grid of a layout. Raises `carriers.sheet_small` for a label larger than the sheet."""
    if layout == "roll":
        return Grid((design.width, design.height), 1, 1, 0.0, 0.0)
    columns = int((_A4[0] - 2 * _SIDE + 1e-6) // design.width)
    rows = int((_A4[1] - 2 * _END + 1e-6) // design.height)
    if not columns or not rows:
        raise carrier_error("sheet_small", design.name, width=design.width, height=design.height)
    left = (_A4[0] - columns * design.width) / 2
    top = (_A4[1] - rows * design.height) / 2
    return Grid(_A4, columns, rows, left, top)


def write_part(
    design: Design,
    labels: Iterable[LabelData],
    layout: Layout = "a4",
    *,
    first_sheet: int = 1,
    title: str = "",
) -> bytes:
    """Some sheets as a PDF. Every symbol was read back before; so was the first sheet as a whole.

    Raises Gs1Error or CarrierError; nothing is handed out then.
    """
    grid = lay_out(design, layout)
    made = BytesIO()
    canvas = Canvas(
        made,
        pagesize=(grid.page[0] * MM, grid.page[1] * MM),
        pageCompression=1,
        initialFontName=register("regular"),
    )
    canvas.setTitle(title)
    canvas.setCreator("Nguồn")
    first: list[Drawing] = []
    for index, data in enumerate(labels):
        at = index % grid.count
        if at == 0:
            if index:
                canvas.showPage()
            _draw_marks(canvas, grid, layout, first_sheet + index // grid.count, title, design)
        drawing = draw(design, data)
        for placed in drawing.symbols:
            read_back(placed.symbol)
        left = grid.left + at % grid.columns * design.width
        top = grid.top + at // grid.columns * design.height
        draw_pdf(canvas, drawing, left, top, grid.page[1])
        if index < grid.count:
            first.append(drawing)
    canvas.save()
    content = made.getvalue()
    if first:
        check_sheet(content, 0, first)
    return content


def _draw_marks(
    canvas: Canvas, grid: Grid, layout: Layout, sheet: int, title: str, design: Design
) -> None:
    """Crop marks, a ruler to see that nothing was scaled, the run and the number of the sheet."""
    if layout == "roll":
        return
    width, height = grid.page
    canvas.setLineWidth(0.1 * MM)
    for column in range(grid.columns + 1):
        x = (grid.left + column * design.width) * MM
        for end in (grid.top - _MARK, height - grid.top):
            canvas.line(x, (height - end) * MM, x, (height - end - _MARK) * MM)
    for row in range(grid.rows + 1):
        y = (height - grid.top - row * design.height) * MM
        for end in (grid.left - _MARK, width - grid.left):
            canvas.line(end * MM, y, (end + _MARK) * MM, y)
    canvas.setFont(register("regular"), 2.2 * MM)
    y = 3.2
    left = (width - _RULER) / 2
    canvas.line(left * MM, y * MM, (left + _RULER) * MM, y * MM)
    for end in (left, left + _RULER):
        canvas.line(end * MM, (y - 0.8) * MM, end * MM, (y + 0.8) * MM)
    canvas.drawString((left + _RULER + 1) * MM, (y - 0.8) * MM, "100 mm")
    canvas.drawRightString((left - 2) * MM, (y - 0.8) * MM, f"{title} · {sheet}")


def check_sheet(content: bytes, page: int, drawings: Sequence[Drawing]) -> None:
    """Read a page as a scanner would from paper. Raises `carriers.sheet_not_read`."""
    wanted = sorted(say(one.symbol) for drawing in drawings for one in drawing.symbols)
    found = read_sheet(content, page)
    if found != wanted:
        missing = sorted(set(wanted) - set(found)) or wanted
        raise carrier_error("sheet_not_read", show(missing[0]), read=len(found), wanted=len(wanted))


def read_sheet(content: bytes, page: int, dpi: int = _DPI) -> list[str]:
    """Every symbol on a page of a PDF, rendered at a printer's dots; -1 is the last page."""
    document = pypdfium2.PdfDocument(content)
    try:
        picture = document[page % len(document)].render(scale=dpi / 72, grayscale=True).to_pil()
        return read_picture(picture.convert("L", dither=Image.Dither.NONE))
    finally:
        document.close()


def count_sheets(content: bytes) -> int:
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(content)
    try:
        return len(document)
    finally:
        document.close()


def join_parts(parts: Sequence[Path], out: Path) -> None:
    """The parts of a run as one PDF, in their order."""
    whole = pypdfium2.PdfDocument.new()
    opened = []
    try:
        for path in parts:
            part = pypdfium2.PdfDocument(path)
            opened.append(part)
            whole.import_pages(part)
        with out.open("wb") as target:
            whole.save(target)
    finally:
        whole.close()
        for part in opened:
            part.close()
