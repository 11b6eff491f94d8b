"""The face of labels: Be Vietnam Pro, regular and bold, measured and embedded.

One face for the preview, the sheet and the printer file, so that all three break lines alike. Text
is composed (NFC): placed marks of decomposed text would stand beside their letters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Weight = Literal["regular", "bold"]
FAMILY = "Be Vietnam Pro"
_FILES = {"regular": "BeVietnamPro-Regular.ttf", "bold": "BeVietnamPro-Bold.ttf"}
_NAMES = {"regular": "BeVietnamPro", "bold": "BeVietnamPro-Bold"}
MISSING = "\N{WHITE SQUARE}"
NO_BREAK = "\N{NO-BREAK SPACE}"
# Blanks that part words; the no-break space, which holds number and unit together, is none.
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_UNSEEN = ("Mn", "Me", "Cc")


@cache
def path_of(weight: Weight) -> Path:
    """The font's file."""
    folder = resources.files("fontpkg_be_vietnam_pro").joinpath("files")
    return Path(str(folder.joinpath(_FILES[weight])))


@cache
def register(weight: Weight) -> str:
    """The font's name in a PDF, registered once a process."""
    name = _NAMES[weight]
    pdfmetrics.registerFont(TTFont(name, str(path_of(weight))))
    return name


@lru_cache(maxsize=256)
def picture_font(weight: Weight, pixels: float) -> ImageFont.FreeTypeFont:
    """The font for drawing on pictures: letter after letter, as the PDF sets them."""
    return ImageFont.truetype(str(path_of(weight)), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=10_000)
def clean(text: str) -> str:
    """Text as it is drawn: composed, on one line, signs that the face lacks as a square.

    What is not seen (joiners, direction marks, marks that fit no letter) is left out.
    """
    composed = _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(f" {NO_BREAK}")
    composed = composed.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)
    return "".join(map(_draw_sign, composed))


@lru_cache(maxsize=2048)
def _draw_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cf":
        return ""
    if ord(sign) in _signs():
        return sign
    return "" if kind in _UNSEEN else MISSING


@cache
def _signs() -> frozenset[int]:
    face = pdfmetrics.getFont(register("regular")).face
    return frozenset(face.charToGlyph)


@lru_cache(maxsize=50_000)
def measure(text: str, weight: Weight, size: float) -> float:
    """How wide clean text is at a size, in the unit of the size."""
    return float(pdfmetrics.stringWidth(text, register(weight), size))


def width_of(text: str, weight: Weight, size: float) -> float:
    """Millimetres across of a text at a size."""
    return measure(text, weight, 1000.0) * size / 1000.0
