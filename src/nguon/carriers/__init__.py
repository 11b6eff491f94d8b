"""Data carriers and labels: symbols, designs, sheets, and reading back what was drawn.

Pure: bytes in, bytes out. Which labels are printed for whom is the room `labels`' business.
"""

from __future__ import annotations

from nguon.carriers.content import LabelData
from nguon.carriers.design import Design, designs, read_design, write_design
from nguon.carriers.error import CarrierError
from nguon.carriers.layout import Drawing, draw
from nguon.carriers.output import write_png, write_svg
from nguon.carriers.sheets import (
    LAYOUTS,
    Grid,
    Layout,
    Paper,
    count_sheets,
    join_parts,
    lay_out,
    read_sheet,
    write_label,
    write_part,
)
from nguon.carriers.symbol import (
    Symbol,
    elements_of,
    make_datamatrix,
    make_gs1_128,
    make_qr,
    read_back,
    read_picture,
)

__all__ = [
    "LAYOUTS",
    "CarrierError",
    "Design",
    "Drawing",
    "Grid",
    "LabelData",
    "Layout",
    "Paper",
    "Symbol",
    "count_sheets",
    "designs",
    "draw",
    "elements_of",
    "join_parts",
    "lay_out",
    "make_datamatrix",
    "make_gs1_128",
    "make_qr",
    "read_back",
    "read_design",
    "read_picture",
    "read_sheet",
    "write_design",
    "write_label",
    "write_part",
    "write_png",
    "write_svg",
]
