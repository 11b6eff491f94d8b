"""The stylesheet, the icons and the templates keep the promises of the design."""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from pathlib import Path

import pytest

import nguon
from nguon.web.css import hash_stylesheet, inline_stylesheet
from nguon.web.icons import IconSheet, read_symbols

PACKAGE = Path(nguon.__file__).parent
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
STATIC = resources.files("nguon.web").joinpath("static", "web")
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})\s*;")

# (text, ground, least ratio) of the design's table of contrasts.
PAIRS = [
    ("ink", "surface", 7),
    ("ink", "page", 7),
    ("ink", "sunken", 7),
    ("ink-2", "surface", 7),
    ("ink-2", "page", 7),
    ("ink-3", "surface", 4.5),
    ("ink-3", "page", 4.5),
    ("bay", "surface", 7),
    ("bay", "page", 7),
    ("bay", "bay-soft", 4.5),
    ("on-bay", "bay", 7),
    ("line-2", "surface", 3),
    ("line-2", "page", 3),
    *((name, "surface", 7) for name in ("ok", "stop", "warn", "odd", "off")),
    *((name, f"{name}-soft", 4.5) for name in ("ok", "stop", "warn", "odd", "off")),
    *(("ink", f"{name}-soft", 7) for name in ("ok", "stop", "warn", "odd", "off", "bay")),
    *(("on-fill", f"fill-{name}", 7) for name in ("ok", "stop", "warn", "odd", "off", "none")),
]


def read_tokens() -> dict[str, dict[str, str]]:
    text = STATIC.joinpath("tokens.css").read_text("utf-8")
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)", 1)
    day = dict(TOKEN.findall(light))
    return {"light": day, "dark": {**day, **dict(TOKEN.findall(dark))}}


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str, least: float) -> None:
    tokens = read_tokens()[theme]
    one, other = sorted((luminance(tokens[text]), luminance(tokens[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= least


def test_the_forced_dark_theme_equals_the_one_of_the_system() -> None:
    forced = STATIC.joinpath("desk.css").read_text("utf-8").split("{", 3)[3].split("}", 1)[0]
    dark = STATIC.joinpath("tokens.css").read_text("utf-8").split("prefers-color-scheme: dark", 1)
    assert dict(TOKEN.findall(forced)) == dict(TOKEN.findall(dark[1]))


def test_the_hash_in_the_policy_is_that_of_the_inlined_stylesheet() -> None:
    digest = hashlib.sha256(inline_stylesheet().encode()).digest()
    assert hash_stylesheet() == "sha256-" + base64.b64encode(digest).decode()


def test_the_inlined_stylesheet_fits_its_budget_and_asks_for_nothing() -> None:
    assert len(inline_stylesheet().encode()) <= 14_000
    assert "url(" not in inline_stylesheet()
    assert "@import" not in inline_stylesheet()
    assert "</" not in inline_stylesheet()


def test_minifying_keeps_the_spaces_that_calculations_need() -> None:
    assert "calc(50% - 32rem)" in inline_stylesheet()


# The page that checks stamps without network runs its own file; link sets carry data, no code.
SCRIPTS = {
    "verify.html": r'<script type="module" src="[^"]+">',
    "linkset.html": r'<script type="application/ld\+json">',
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_script_and_no_style_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    allowed = SCRIPTS.get(path.name)
    found = re.findall("<script[^>]*>", text)
    assert [tag for tag in found if not allowed or not re.fullmatch(allowed, tag)] == []
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert "|safe" not in text
    assert "{% autoescape off %}" not in text


def test_a_page_carries_the_icons_it_used_and_no_others() -> None:
    sheet = IconSheet()
    sheet.draw("check")
    sheet.draw("check")
    assert str(sheet.sheet()).count("<symbol") == 1
    assert 'id="check"' in sheet.sheet()


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        IconSheet().draw("unicorn")


def test_all_icons_are_read() -> None:
    text = resources.files("nguon.web").joinpath("icons.svg").read_text("utf-8")
    assert len(read_symbols()) == text.count("<symbol ") >= 60
