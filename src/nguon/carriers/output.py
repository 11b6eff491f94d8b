"""The back ends of a drawing: SVG for the browser, PNG for a printer's dots, a PDF page."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from nguon.carriers.fonts import FAMILY, picture_font, register
from nguon.carriers.layout import Box, Drawing, Placed, Text
from nguon.carriers.symbol import Symbol

MM = 72 / 25.4
_INCH = 25.4
_STACK = f"'{FAMILY}', 'Noto Sans', system-ui, sans-serif"


def write_svg(drawing: Drawing) -> str:
    """A picture of the label at its real size; widths of text are those of the printed face."""
    size = f'width="{drawing.width:g}mm" height="{drawing.height:g}mm"'
    view = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>',
        f'<rect width="{drawing.width:g}" height="{drawing.height:g}" fill="#fff"/>',
        *(_svg_symbol(placed) for placed in drawing.symbols),
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
    weight = ' font-weight="700"' if text.weight == "bold" else ""
    frame = _svg_frame(text.box) if text.shape == "cover" else ""
    return (
        f'{frame}<text xml:space="preserve" x="{text.box.x:.3f}" y="{text.baseline:.3f}" font-size="{text.size:.3f}"'
        f' font-family="{_STACK}"{weight} textLength="{text.box.width:.3f}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(text.words)}</text>'
    )


def _svg_frame(box: Box) -> str:
    return (
        f'<rect x="{box.x - 0.4:.3f}" y="{box.y:.3f}" width="{box.width + 0.8:.3f}"'
        f' height="{box.height:.3f}" fill="none" stroke="#000" stroke-width=".15"'
        ' stroke-dasharray=".6 .4"/>'
    )


def write_png(drawing: Drawing, dpi: int = 300) -> bytes:
    """The label in dots of a printer; modules are whole dots, so that none is blurred."""
    made = BytesIO()
    draw_picture(drawing, dpi).save(made, "PNG", dpi=(dpi, dpi))
    return made.getvalue()


def draw_picture(drawing: Drawing, dpi: int) -> Image.Image:
    """The label as a black and white picture."""
    scale = dpi / _INCH
    size = (round(drawing.width * scale), round(drawing.height * scale))
    picture = Image.new("L", size, 255)
    for placed in drawing.symbols:
        _paste(picture, placed, scale)
    pen = ImageDraw.Draw(picture)
    for text in drawing.texts:
        font = picture_font(text.weight, max(4, round(text.size * scale)))
        where = (text.box.x * scale, text.baseline * scale)
        pen.text(where, text.words, fill=0, font=font, anchor="ls")
        if text.shape == "cover":
            box = text.box
            edges = (box.x - 0.4, box.y, box.right + 0.4, box.bottom)
            pen.rectangle([edge * scale for edge in edges], outline=0)
    return picture.convert("1", dither=Image.Dither.NONE)


def _paste(picture: Image.Image, placed: Placed, scale: float) -> None:
    dots = max(1, int(placed.x * scale))
    modules = placed.symbol.image(dots).convert("L")
    if placed.symbol.linear:
        modules = modules.resize((modules.width, max(1, round(placed.inner.height * scale))))
    centre_x = (placed.box.x + placed.box.width / 2) * scale
    centre_y = (placed.box.y + placed.box.height / 2) * scale
    picture.paste(
        modules, (round(centre_x - modules.width / 2), round(centre_y - modules.height / 2))
    )


def draw_pdf(canvas: Any, drawing: Drawing, left: float, top: float, page_height: float) -> None:
    """Draw a label on a page of a reportlab canvas; `left` and `top` in millimetres of the page."""
    for placed in drawing.symbols:
        _pdf_symbol(canvas, placed, left, top, page_height)
    for text in drawing.texts:
        y = (page_height - top - text.baseline) * MM
        canvas.setFont(register(text.weight), text.size * MM)
        canvas.drawString((left + text.box.x) * MM, y, text.words)
        if text.shape == "cover":
            _pdf_frame(canvas, text.box, left, top, page_height)


def _pdf_symbol(canvas: Any, placed: Placed, left: float, top: float, page_height: float) -> None:
    """The modules as a one-bit inline mask: a hundred bytes or so, sharp at every scale."""
    inner, symbol = placed.inner, placed.symbol
    x, y = (left + inner.x) * MM, (page_height - top - inner.bottom) * MM
    data = b"".join(symbol.rows).hex()
    canvas.addLiteral(
        f"q {inner.width * MM:.3f} 0 0 {inner.height * MM:.3f} {x:.3f} {y:.3f} cm"
        f" BI /W {symbol.columns} /H {len(symbol.rows)} /BPC 1 /IM true /D [1 0] /F /AHx"
        f" ID {data}> EI Q"
    )


def _pdf_frame(canvas: Any, box: Box, left: float, top: float, page_height: float) -> None:
    canvas.saveState()
    canvas.setLineWidth(0.15 * MM)
    canvas.setDash(0.6 * MM, 0.4 * MM)
    x, y = (left + box.x - 0.4) * MM, (page_height - top - box.bottom) * MM
    canvas.rect(x, y, (box.width + 0.8) * MM, box.height * MM, stroke=1, fill=0)
    canvas.restoreState()
