"""Symbols: QR with a Digital Link, GS1 DataMatrix, GS1-128; made, measured, and read back.

What is encoded was judged by `nguon.gs1` before; what was drawn is read by another program than the
one that drew it (zint writes, zxing reads) and compared (GS1 General Specifications 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import zint
import zxingcpp
from PIL import Image

from nguon.carriers.error import carrier_error
from nguon.carriers.limits import Kind, limits
from nguon.gs1 import Identifier, check_message, identify, parse_link
from nguon.gs1.element_string import FNC1, join
from nguon.gs1.values import Elements, check_value

_AUTHORITY = re.compile(r"[a-z]+://[^/?#]*")
_MEDIUM = 2
_SQUARE = 100
_FORMATS = {"qr": "QRCode", "datamatrix": "DataMatrix", "gs1-128": "Code128"}
_MARKS = {"qr": "]Q1", "datamatrix": "]d2", "gs1-128": "]C1"}
_ZINT = {
    "qr": zint.Symbology.QRCODE,
    "datamatrix": zint.Symbology.DATAMATRIX,
    "gs1-128": zint.Symbology.GS1_128,
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol as modules, quiet zone not included.

    `rows` are packed bits, the first module in the highest bit, 1 is dark. A linear symbol has one
    row. `text` is what a reader must say, `mark` the symbology identifier it must say it under.
    """

    kind: Kind
    columns: int
    rows: tuple[bytes, ...]
    text: str
    mark: str

    @property
    def linear(self) -> bool:
        """Whether it is a bar code of one row."""
        return len(self.rows) == 1

    @property
    def quiet(self) -> int:
        """The quiet zone on each side, in modules."""
        return limits()[self.kind].quiet

    def width(self, x: float) -> float:
        """Millimetres across, quiet zones included, at `x` millimetres a module."""
        return (self.columns + 2 * self.quiet) * x

    def height(self, x: float, bars: float = 0.0) -> float:
        """Millimetres down, quiet zones included; that of a linear symbol is that of its bars."""
        if self.linear:
            return bars
        return (len(self.rows) + 2 * self.quiet) * x

    def image(self, scale: int = 1) -> Image.Image:
        """The modules as black and white, `scale` pixels each, without quiet zone."""
        stored = b"".join(self.rows)
        flat = Image.frombytes("1", (self.columns, len(self.rows)), _invert(stored))
        return flat.resize((self.columns * scale, len(self.rows) * scale), Image.Resampling.NEAREST)


def _invert(data: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in data)


def make_qr(uri: str) -> Symbol:
    """A QR code of a URI. Scheme and host in capitals, which take less room; no sign else changes.

    Where they and the value are all capitals and digits, the symbol is a size smaller
    (alphanumeric mode). Raises `carriers.too_long`, or Gs1Error for a Digital Link that is none.
    """
    found = _AUTHORITY.match(uri)
    text = found[0].upper() + uri[found.end() :] if found else uri
    symbol = _encode("qr", text, text)
    if identify(text).ais:
        check_message(parse_link(text).elements)
    return symbol


def make_datamatrix(elements: Elements) -> Symbol:
    """A GS1 DataMatrix of an element string. Raises Gs1Error for what may not stand together."""
    return _encode_gs1("datamatrix", elements)


def make_gs1_128(elements: Elements) -> Symbol:
    """A GS1-128 of an element string. Raises Gs1Error, or `carriers.too_long`."""
    return _encode_gs1("gs1-128", elements)


def elements_of(found: Identifier, attributes: Elements = ()) -> Elements:
    """The element string of an identifier: its key, then dates and measures, then the rest.

    What has a fixed length comes first, so that no separator is needed after it (7.8.6). Raises
    `carriers.no_gs1_key` for a local code, which no GS1 symbol may carry.
    """
    if not found.ais:
        raise carrier_error("no_gs1_key", found.key)
    return check_message((found.ais[0], *attributes, *found.attributes, *found.ais[1:]))


def _encode_gs1(kind: Kind, elements: Elements) -> Symbol:
    for ai, value in check_message(elements):
        check_value(ai, value)
    bracketed = "".join(f"[{ai}]{value}" for ai, value in elements)
    return _encode(kind, bracketed, join(elements))


def _encode(kind: Kind, data: str, text: str) -> Symbol:
    made = zint.Symbol()
    made.symbology = _ZINT[kind]
    made.warn_level = zint.WarningLevel.FAIL_ALL
    if kind == "qr":
        made.option_1 = _MEDIUM
    else:
        made.input_mode = zint.InputMode.GS1
    if kind == "datamatrix":
        made.option_3 = _SQUARE
    try:
        made.encode(data)
    except RuntimeError as error:
        raise carrier_error("too_long", text, length=len(text), reason=str(error)) from error
    packed = made.encoded_data
    stored = packed.tobytes()
    stride = len(stored) // (packed.shape or (1,))[0]
    size = (made.width + 7) // 8
    starts = range(0, made.rows * stride, stride)
    rows = tuple(_order(stored[start : start + size]) for start in starts)
    return Symbol(kind, made.width, rows, text, _MARKS[kind])


_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def _order(row: bytes) -> bytes:
    """zint counts bits from the lowest; images count from the highest."""
    return row.translate(_REVERSED)


# Eight modules of a stored byte as pixels.
_PIXELS = tuple(
    bytes(0 if byte >> (7 - bit) & 1 else 255 for bit in range(8)) for byte in range(256)
)
_TALL = 12


def read_back(symbol: Symbol) -> None:
    """Read the very modules that will be printed, by another program than the one that made them.

    Raises `carriers.not_read` unless they say the symbol's text under its mark.
    """
    formats = zxingcpp.barcode_formats_from_str(_FORMATS[symbol.kind])
    found = zxingcpp.read_barcode(_pixels(symbol), formats=formats, is_pure=True)
    said = _said(found) if found else ("", "")
    if said != (symbol.mark, symbol.text):
        raise carrier_error("not_read", symbol.text, found=f"{said[0]}{said[1]}" or "–")


def _pixels(symbol: Symbol) -> memoryview:
    """One pixel a module and the quiet zone around, as the reader takes it."""
    side = b"\xff" * symbol.quiet
    rows = [
        side + b"".join([_PIXELS[byte] for byte in row])[: symbol.columns] + side
        for row in symbol.rows
    ]
    width = symbol.columns + 2 * symbol.quiet
    edge = [b"\xff" * width] * symbol.quiet
    whole = [*edge, *(rows * _TALL if symbol.linear else rows), *edge]
    return memoryview(b"".join(whole)).cast("B", (len(whole), width))


def _said(found: Any) -> tuple[str, str]:
    return found.symbology_identifier, bytes(found.bytes).decode("utf-8", "replace")


def read_picture(picture: Image.Image, *, straight: bool = False) -> list[str]:
    """Every symbol on a picture, as a scanner would send it: its mark and its text.

    `straight`: all stand upright, dark on light, in the picture's own dots, as on a rendered
    sheet; they are found four times as fast.
    """
    formats = zxingcpp.barcode_formats_from_str("|".join(_FORMATS.values()))
    found = zxingcpp.read_barcodes(
        picture,
        formats=formats,
        try_rotate=not straight,
        try_invert=not straight,
        try_downscale=not straight,
    )
    return sorted("".join(_said(one)) for one in found)


def say(symbol: Symbol) -> str:
    """What `read_picture` must find for a symbol."""
    return symbol.mark + symbol.text


def show(text: str) -> str:
    """A symbol's text for people: the separator as a sign that can be seen."""
    return text.replace(FNC1, "␝")
