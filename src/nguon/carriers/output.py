"""The back ends of a drawing: SVG for the browser, PNG for a printer's dots, a PDF page.

All three draw the same modules and the same letters in the same places: the SVG holds letters as
outlines of the printed face, so that the preview needs no font and equals the print.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any
from weakref import WeakKeyDictionary

from PIL import Image, ImageDraw
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics

from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import picture_font, register
from nguon.carriers.limits import EPSILON, INCH, limits
from nguon.carriers.outlines import outline
from nguon.carriers.shapes import (
    MARK_LINES,
    MARK_RING,
    MARK_SQUARE,
    MARK_STROKE,
    Box,
    Drawing,
    Placed,
    Text,
    Trim,
)
from nguon.carriers.symbol import Symbol, show

MM = 72 / INCH
_DASH = (0.6, 0.4)
_FRAME_LINE = 0.15
_NEAR = 0.02
# Bezier handles of a quarter of a circle.
_ROUND = 0.5523
# Pages as plain compressed bytes: the detour over ASCII costs a quarter more and serves nobody.
rl_config.useA85 = 0


# --- SVG -------------------------------------------------------------------------------------


def write_svg(drawing: Drawing) -> str:
    """A picture of the label at its real size, its words in the title for who cannot see it."""
    size = f'width="{drawing.width:g}mm" height="{drawing.height:g}mm"'
    view = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    said = escape(" · ".join(text.words for text in drawing.texts))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">',
        f"<title>{said}</title>",
        f'<rect width="{drawing.width:g}" height="{drawing.height:g}" fill="#fff"/>',
        *(_svg_symbol(placed) for placed in drawing.symbols),
        *(_svg_trim(trim) for trim in drawing.trims),
        *(_svg_text(text) for text in drawing.texts),
        "</svg>",
    ]
    return "".join(parts)


def _svg_symbol(placed: Placed) -> str:
    """The dark modules as one path, runs joined, in units of a module."""
    inner, symbol = placed.inner, placed.symbol
    down = inner.height if symbol.linear else placed.x
    moves = "".join(f"M{start} {row}h{length}v1h-{length}z" for row, start, length in _runs(symbol))
    place = f"translate({inner.x:.3f} {inner.y:.3f}) scale({placed.x:.4f} {down:.4f})"
    return f'<path transform="{place}" d="{moves}" shape-rendering="crispEdges"/>'


def _runs(symbol: Symbol) -> list[tuple[int, int, int]]:
    """Row, start and length of every run of dark modules."""
    found = []
    for number, row in enumerate(symbol.rows):
        bits = "".join(f"{byte:08b}" for byte in row)[: symbol.columns]
        start = bits.find("1")
        while start >= 0:
            end = bits.find("0", start)
            end = symbol.columns if end < 0 else end
            found.append((number, start, end - start))
            start = bits.find("1", end)
    return found


def _svg_text(text: Text) -> str:
    scale = text.size / 1000
    place = f"translate({text.box.x:.3f} {text.baseline:.3f}) scale({scale:.6f} -{scale:.6f})"
    return f'<path transform="{place}" d="{outline(text.words, text.weight)}"/>'


def _svg_trim(trim: Trim) -> str:
    box = trim.box
    place = f'x="{box.x:.3f}" y="{box.y:.3f}" width="{box.width:.3f}" height="{box.height:.3f}"'
    if trim.shape == "rule":
        return f"<rect {place}/>"
    if trim.shape == "cover":
        dash = " ".join(f"{length:g}" for length in _DASH)
        line = f'stroke="#000" stroke-width="{_FRAME_LINE}" stroke-dasharray="{dash}"'
        return f'<rect {place} fill="none" {line}/>'
    x, y, radius = MARK_RING
    lines = "".join("M" + "L".join(f"{a:g} {b:g}" for a, b in line) for line in MARK_LINES)
    scale = box.width / MARK_SQUARE
    return (
        f'<g transform="translate({box.x:.3f} {box.y:.3f}) scale({scale:.5f})" fill="none"'
        f' stroke="#000" stroke-width="{MARK_STROKE:g}" stroke-linecap="round"'
        f' stroke-linejoin="round"><circle cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
        f'<path d="{lines}"/></g>'
    )


# --- PNG -------------------------------------------------------------------------------------


def write_png(drawing: Drawing, dpi: int = 300) -> bytes:
    """The label in dots of a printer; modules are whole dots, so that none is blurred.

    Raises `carriers.dots` where whole dots would be narrower than the standard allows: such a
    label has to be drawn for the printer (`draw(…, dpi=…)`).
    """
    made = BytesIO()
    for placed in drawing.symbols:
        least = limits()[placed.symbol.kind].least
        x = _dots(placed, dpi / INCH) * INCH / dpi
        if x < least - EPSILON:
            shown = show(placed.symbol.text)
            raise carrier_error("dots", shown, dpi=dpi, x=f"{x:.3f}", least=f"{least:g}")
    draw_picture(drawing, dpi).save(made, "PNG", dpi=(dpi, dpi))
    return made.getvalue()


def draw_picture(drawing: Drawing, dpi: int) -> Image.Image:
    """The label as a black and white picture."""
    scale = dpi / INCH
    size = (round(drawing.width * scale), round(drawing.height * scale))
    picture = Image.new("L", size, 255)
    for placed in drawing.symbols:
        _paste(picture, placed, scale)
    pen = ImageDraw.Draw(picture)
    for trim in drawing.trims:
        _paint(pen, trim, scale)
    for text in drawing.texts:
        font = picture_font(text.weight, round(max(4.0, text.size * scale), 2))
        where = (text.box.x * scale, text.baseline * scale)
        pen.text(where, text.words, fill=0, font=font, anchor="ls")
    return picture.convert("1", dither=Image.Dither.NONE)


def _dots(placed: Placed, scale: float) -> int:
    """Dots a module: whole ones, rounded down unless it is as good as whole."""
    exact = placed.x * scale
    return max(1, round(exact) if abs(exact - round(exact)) < _NEAR else int(exact))


def _paste(picture: Image.Image, placed: Placed, scale: float) -> None:
    modules = placed.symbol.image(_dots(placed, scale)).convert("L")
    if placed.symbol.linear:
        modules = modules.resize((modules.width, max(1, round(placed.inner.height * scale))))
    centre_x = (placed.box.x + placed.box.width / 2) * scale
    centre_y = (placed.box.y + placed.box.height / 2) * scale
    picture.paste(
        modules, (round(centre_x - modules.width / 2), round(centre_y - modules.height / 2))
    )


def _paint(pen: ImageDraw.ImageDraw, trim: Trim, scale: float) -> None:
    box = trim.box
    corners = (box.x * scale, box.y * scale, box.right * scale, box.bottom * scale)
    if trim.shape == "rule":
        pen.line((corners[0], corners[1], corners[2], corners[1]), fill=0, width=_thick(scale))
        return
    if trim.shape == "cover":
        pen.rectangle(corners, outline=0)
        return
    unit = box.width / MARK_SQUARE * scale
    width = max(1, round(MARK_STROKE * unit))
    x, y, radius = (number * unit for number in MARK_RING)
    outer = radius + width / 2
    left, top = corners[:2]
    ring = (left + x - outer, top + y - outer, left + x + outer, top + y + outer)
    pen.ellipse(ring, outline=0, width=width)
    for line in MARK_LINES:
        points = [(left + a * unit, top + b * unit) for a, b in line]
        pen.line(points, fill=0, width=width, joint="curve")


def _thick(scale: float) -> int:
    return max(1, round(0.2 * scale))


# --- PDF -------------------------------------------------------------------------------------


def draw_pdf(canvas: Any, drawing: Drawing, left: float, top: float, page_height: float) -> None:
    """Draw a label on a page of a reportlab canvas; `left` and `top` in millimetres of the page."""
    parts = ["q", f"1 0 0 1 {left * MM:.3f} {(page_height - top) * MM:.3f} cm"]
    parts += [_pdf_symbol(placed) for placed in drawing.symbols]
    parts += [_pdf_trim(trim) for trim in drawing.trims]
    parts += [_pdf_text(canvas, text) for text in drawing.texts]
    canvas.addLiteral("\n".join([*parts, "Q"]))


def _pdf_symbol(placed: Placed) -> str:
    """The modules as a one-bit inline mask: a hundred bytes or so, sharp at every scale."""
    inner, symbol = placed.inner, placed.symbol
    data = b"".join(symbol.rows).hex()
    return (
        f"q {inner.width * MM:.3f} 0 0 {inner.height * MM:.3f} {inner.x * MM:.3f}"
        f" {-inner.bottom * MM:.3f} cm BI /W {symbol.columns} /H {len(symbol.rows)} /BPC 1"
        f" /IM true /D [1 0] /F /AHx ID {data}> EI Q"
    )


# By document, the rows already written: most repeat from label to label.
_WRITTEN: WeakKeyDictionary[Any, dict[Text, str]] = WeakKeyDictionary()
_KEPT = 512


def _pdf_text(canvas: Any, text: Text) -> str:
    document = canvas._doc  # noqa: SLF001  # reportlab has no other way to a face's subsets
    kept = _WRITTEN.setdefault(document, {})
    found = kept.get(text)
    if found is None:
        found = _write_text(document, text)
        if len(kept) < _KEPT:
            kept[text] = found
    return found


def _write_text(document: Any, text: Text) -> str:
    """A row of text; the face hands out its letters in subsets of 256, by document."""
    font = pdfmetrics.getFont(register(text.weight))
    shown = " ".join(
        f"{font.getSubsetInternalName(subset, document)} {text.size * MM:.3f} Tf"
        f" <{bytes(codes).hex()}> Tj"
        for subset, codes in font.splitString(text.words, document)
    )
    return f"BT 1 0 0 1 {text.box.x * MM:.3f} {-text.baseline * MM:.3f} Tm {shown} ET"


@lru_cache(maxsize=256)
def _pdf_trim(trim: Trim) -> str:
    box = trim.box
    x, y, width, height = (n * MM for n in (box.x, -box.bottom, box.width, box.height))
    if trim.shape == "rule":
        return f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re f"
    if trim.shape == "cover":
        dash = " ".join(f"{length * MM:.3f}" for length in _DASH)
        line = f"{_FRAME_LINE * MM:.3f} w [{dash}] 0 d"
        return f"q {line} {x:.3f} {y:.3f} {width:.3f} {height:.3f} re S Q"
    return _pdf_mark(box)


def _pdf_mark(box: Box) -> str:
    unit = box.width * MM / MARK_SQUARE
    lines = " ".join(
        " ".join(f"{a:g} {b:g} {'l' if index else 'm'}" for index, (a, b) in enumerate(line))
        for line in MARK_LINES
    )
    place = f"{unit:.4f} 0 0 {-unit:.4f} {box.x * MM:.3f} {-box.y * MM:.3f} cm"
    return f"q {place} 1 J 1 j {MARK_STROKE:g} w {_circle(*MARK_RING)} {lines} S Q"


def _circle(x: float, y: float, r: float) -> str:
    k = r * _ROUND
    quarters = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    curves = " ".join(" ".join(f"{n:g}" for n in each) + " c" for each in quarters)
    return f"{x + r:g} {y:g} m {curves} s"
