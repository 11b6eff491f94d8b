"""The face of labels: Be Vietnam Pro, regular and bold, measured and embedded.

One face for the preview, the sheet and the printer file, so that all three break lines alike. Text
is composed (NFC): placed marks of decomposed text would stand beside their letters.
"""

from __future__ import annotations

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
def picture_font(weight: Weight, pixels: int) -> ImageFont.FreeTypeFont:
    """The font for drawing on pictures."""
    return ImageFont.truetype(str(path_of(weight)), pixels)


def clean(text: str) -> str:
    """Text as it is drawn: composed, on one line, signs that the face lacks as a square."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    known = _signs()
    return "".join(sign if ord(sign) in known else MISSING for sign in composed)


@cache
def _signs() -> frozenset[int]:
    register("regular")
    face = pdfmetrics.getFont(_NAMES["regular"]).face
    return frozenset(face.charToGlyph) | {0xA0}


@lru_cache(maxsize=50_000)
def measure(text: str, weight: Weight, size: float) -> float:
    """How wide clean text is at a size, in the unit of the size."""
    return float(pdfmetrics.stringWidth(text, register(weight), size))


@cache
def rise(weight: Weight) -> tuple[float, float]:
    """Ascent and descent at size 1, marks on capitals included."""
    face = pdfmetrics.getFont(register(weight)).face
    return face.ascent / 1000, -face.descent / 1000
