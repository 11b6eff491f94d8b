"""Sheets and rolls: labels as pages of a PDF, in parts that are joined, every symbol read back.

A part is some sheets; a run of any length is made part by part, so that memory stays flat and an
interrupted run goes on where it stopped. The same labels make the same bytes: no clock is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from threading import Lock
from typing import Literal

import msgspec
import pypdfium2
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from nguon.carriers.content import LabelData
from nguon.carriers.design import Design
from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import register
from nguon.carriers.joining import join_parts
from nguon.carriers.layout import draw
from nguon.carriers.limits import EPSILON
from nguon.carriers.output import MM, draw_pdf
from nguon.carriers.symbol import read_picture, say, show

__all__ = [
    "LAYOUTS",
    "Grid",
    "Layout",
    "Paper",
    "check_sheet",
    "count_sheets",
    "join_parts",
    "lay_out",
    "read_sheet",
    "write_label",
    "write_part",
]

Layout = Literal["a4", "roll"]
LAYOUTS: tuple[Layout, ...] = ("a4", "roll")
_RULER = 100.0
_DPI = 203
_MARK = 3.0
_LINE = 0.1
_SMALL = 2.2
_RULER_AT = 3.2
# Every how many sheets one is rendered and read as a whole, beside a part's first and last.
EVERY = 20
# pdfium is one library for all threads of the process and guards nothing by itself.
_PDFIUM = Lock()


class Paper(msgspec.Struct, frozen=True):
    """A sheet to print on; millimetres. `side` and `end` stay free, gaps part the labels."""

    width: float = 210.0
    height: float = 297.0
    side: float = 5.0
    end: float = 9.0
    gap_x: float = 0.0
    gap_y: float = 0.0


A4 = Paper()


class Grid(msgspec.Struct, frozen=True):
    """How labels lie on a page; millimetres."""

    page: tuple[float, float]
    columns: int
    rows: int
    left: float
    top: float
    step_x: float = 0.0
    step_y: float = 0.0

    @property
    def count(self) -> int:
        """Labels on a page."""
        return self.columns * self.rows

    def place(self, index: int) -> tuple[float, float]:
        """Where the label of that number on the page begins."""
        at = index % self.count
        row, column = divmod(at, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y


def lay_out(design: Design, layout: Layout | Paper) -> Grid:
    """The grid of a layout. Raises `carriers.sheet_small` for a label larger than the sheet."""
    size = design.width, design.height
    if layout == "roll":
        return Grid(size, 1, 1, 0.0, 0.0, *size)
    paper = A4 if layout == "a4" else layout
    columns, width = _count(paper.width - 2 * paper.side, size[0], paper.gap_x)
    rows, height = _count(paper.height - 2 * paper.end, size[1], paper.gap_y)
    if not columns or not rows:
        words = {"width": f"{size[0]:g}", "height": f"{size[1]:g}"}
        raise carrier_error("sheet_small", design.name, **words)
    left, top = (paper.width - width) / 2, (paper.height - height) / 2
    steps = size[0] + paper.gap_x, size[1] + paper.gap_y
    return Grid((paper.width, paper.height), columns, rows, left, top, *steps)


def _count(room: float, size: float, gap: float) -> tuple[int, float]:
    """How many stand in a row, and how much they take with their gaps."""
    count = max(0, int((room + gap + EPSILON) // (size + gap)))
    return count, count * (size + gap) - gap


def write_part(
    design: Design,
    labels: Iterable[LabelData],
    layout: Layout | Paper = "a4",
    *,
    first_sheet: int = 1,
    title: str = "",
    dpi: int | None = None,
    every: int = EVERY,
) -> bytes:
    """Some sheets as a PDF. Every symbol was read back before; so was the first sheet as a whole.

    Read as a whole, as a scanner would from paper, are the part's first and last sheet and each
    whose number is a multiple of `every` (0: none but the first and last; on a roll a sheet is a
    label). `dpi` makes modules whole dots of that printer. Raises Gs1Error or CarrierError;
    nothing is handed out then.
    """
    grid = lay_out(design, layout)
    made = BytesIO()
    canvas = _open(made, grid, title)
    sheets: list[list[str]] = []
    waiting = iter(labels)
    while batch := list(islice(waiting, grid.count)):
        if layout != "roll":
            _draw_marks(canvas, grid, design, f"{title} · {first_sheet + len(sheets)}")
        sheets.append(_draw_sheet(canvas, grid, design, batch, dpi))
        canvas.showPage()
    canvas.save()
    content = made.getvalue()
    for page, wanted in enumerate(sheets):
        is_end = page in (0, len(sheets) - 1)
        if is_end or (every and (first_sheet + page) % every == 0):
            check_sheet(content, page, wanted)
    return content


def _open(made: BytesIO, grid: Grid, title: str) -> Canvas:
    size = (grid.page[0] * MM, grid.page[1] * MM)
    face = register("regular")
    canvas = Canvas(made, size, pageCompression=1, invariant=1, initialFontName=face)
    canvas.setTitle(title)
    canvas.setCreator("Nguồn")
    return canvas


def _draw_sheet(
    canvas: Canvas, grid: Grid, design: Design, labels: Sequence[LabelData], dpi: int | None
) -> list[str]:
    """Draw a sheet's labels; what a scanner must find on it."""
    wanted = []
    for index, data in enumerate(labels):
        drawing = draw(design, data, dpi)
        draw_pdf(canvas, drawing, *grid.place(index), grid.page[1])
        wanted += [say(placed.symbol) for placed in drawing.symbols]
    return wanted


def write_label(design: Design, data: LabelData, dpi: int | None = None) -> bytes:
    """One label as a PDF of its own size, read back from the page."""
    return write_part(design, [data], "roll", dpi=dpi)


def _draw_marks(canvas: Canvas, grid: Grid, design: Design, name: str) -> None:
    """Crop marks, a ruler to see that nothing was scaled, the run and the number of the sheet."""
    width, height = grid.page
    canvas.setLineWidth(_LINE * MM)
    ends = (grid.top - _MARK, height - grid.top)
    canvas.lines(
        [
            (x * MM, (height - end) * MM, x * MM, (height - end - _MARK) * MM)
            for x in _edges(grid.left, grid.step_x, design.width, grid.columns)
            for end in ends
        ]
    )
    sides = (grid.left - _MARK, width - grid.left)
    canvas.lines(
        [
            (side * MM, (height - y) * MM, (side + _MARK) * MM, (height - y) * MM)
            for y in _edges(grid.top, grid.step_y, design.height, grid.rows)
            for side in sides
        ]
    )
    _draw_ruler(canvas, (width - _RULER) / 2, name)


def _edges(start: float, step: float, size: float, count: int) -> Iterator[float]:
    """Where labels begin and end; once where two share an edge."""
    for index in range(count):
        yield start + index * step
        if step > size + EPSILON or index == count - 1:
            yield start + index * step + size


def _draw_ruler(canvas: Canvas, left: float, name: str) -> None:
    y, tick = _RULER_AT, 0.8
    canvas.line(left * MM, y * MM, (left + _RULER) * MM, y * MM)
    for end in (left, left + _RULER):
        canvas.line(end * MM, (y - tick) * MM, end * MM, (y + tick) * MM)
    canvas.setFont(register("regular"), _SMALL * MM)
    canvas.drawString((left + _RULER + 1) * MM, (y - tick) * MM, "100 mm")
    canvas.drawRightString((left - 2) * MM, (y - tick) * MM, name)


def check_sheet(content: bytes, page: int, wanted: Sequence[str]) -> None:
    """Read a page as a scanner would from paper; `wanted` as `symbol.say` says it.

    Raises `carriers.sheet_not_read`.
    """
    found = read_sheet(content, page)
    if found != sorted(wanted):
        found = read_sheet(content, page, thorough=True)
    if found != sorted(wanted):
        missing = sorted(set(wanted) - set(found)) or sorted(wanted)
        raise carrier_error("sheet_not_read", show(missing[0]), read=len(found), wanted=len(wanted))


def read_sheet(content: bytes, page: int, dpi: int = _DPI, *, thorough: bool = False) -> list[str]:
    """Every symbol on a page of a PDF, rendered at a printer's dots; -1 is the last page.

    `thorough` looks for turned and light ones too, which sheets of ours have none of.
    """
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            sheet = document[page % len(document)]
            picture = sheet.render(scale=dpi / 72, grayscale=True).to_pil()
            picture = picture.convert("L", dither=Image.Dither.NONE)
        finally:
            document.close()
    return read_picture(picture, straight=not thorough)


def count_sheets(content: bytes) -> int:
    """How many pages a PDF has."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        try:
            return len(document)
        finally:
            document.close()
