"""What no text of ours may hold: a machine's paths, registries, borrowed keys, loose ends."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.house.tree import check_none, exceptions, name_of, stale, texts

_HERE = name_of(Path(__file__).resolve())
_SHIPPED = ("src/", "docs/", "README", "CONTRIBUTING", "CHANGELOG", "SECURITY", "dev", ".ci/")

_RULES: dict[str, tuple[str, re.Pattern[str], tuple[str, ...]]] = {
    "machine": (
        "a path of one machine",
        re.compile(r"(?<![\w.}>)\]*-])/(?:work|tmp|root|home)(?:/|(?![\w-]))"),
        _SHIPPED,
    ),
    "registry": (
        "the address of a package registry",
        re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.com|yarnpkg\.com"),
        ("",),
    ),
    "prefix": (
        "a key under the Vietnamese GS1 prefix 893, which belongs to real companies",
        re.compile(
            r"(?<![0-9A-Za-z.])(?:893\d{10}|\d893\d{10}|\d893\d{14})(?![0-9A-Za-z])"
            r"|:893\d{3,9}\.\d"
        ),
        ("",),
    ),
    "loose": (
        "a loose end",
        re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"),
        ("src/", "tests/", "docs/", "bench/", "dev", ".ci/"),
    ),
}


def _found(rule: str) -> dict[str, str]:
    _, pattern, folders = _RULES[rule]
    found: dict[str, str] = {}
    for name, text in texts().items():
        if name == _HERE or not name.startswith(folders):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if match := pattern.search(line):
                found.setdefault(f"{name}::{rule}", f"line {number}: {match[0]}")
    return found


@pytest.mark.parametrize("rule", _RULES)
def test_no_text_holds(rule: str) -> None:
    excused = exceptions("forbidden")
    what = _RULES[rule][0]
    check_none(f"{n}: {what}, {hit}" for n, hit in _found(rule).items() if n not in excused)


def test_every_excuse_is_needed() -> None:
    check_none(stale("forbidden", {name for rule in _RULES for name in _found(rule)}))


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("machine", "see /work/x", "GET /trace/work"),
        ("machine", '"/tmp"', "https://nguon.example/home"),
        ("registry", "https://pypi.org/simple", "a registry"),
        ("prefix", "8931234567890", "9521234567890"),
        ("prefix", "urn:epc:id:sgtin:893123.0.1", "ab8931234567890"),
        ("loose", "# TODO later", "todos"),
    ],
)
def test_each_rule_catches_what_it_is_for(rule: str, bad: str, good: str) -> None:
    pattern = _RULES[rule][1]
    assert pattern.search(bad)
    assert not pattern.search(good)


def test_every_text_is_composed_unicode() -> None:
    check_none(name for name, text in texts().items() if not unicodedata.is_normalized("NFC", text))


def test_no_text_has_windows_line_ends_or_a_byte_order_mark() -> None:
    check_none(n for n, text in texts().items() if "\r\n" in text or text.startswith("\ufeff"))
