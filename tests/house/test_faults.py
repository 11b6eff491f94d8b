"""Fault codes and their catalogues belong together, and both languages say the same."""

from __future__ import annotations

import re
import string
import tomllib
from functools import cache

import pytest

from tests.house.tree import PACKAGE, check_none, exceptions, literals, parsed, python_names, stale

_FILES = {"html", "css", "js", "toml", "sql", "json", "svg", "po", "mo", "py", "txt", "jsonld"}
_IMPOLITE = re.compile(r"vui lòng|!", re.IGNORECASE)


@cache
def catalogues() -> dict[str, dict[str, str]]:
    """Every entry of every faults.toml by its whole code."""
    return {
        f"{path.parent.name}.{name}": entry
        for path in sorted(PACKAGE.glob("*/faults.toml"))
        for name, entry in tomllib.loads(path.read_text("utf-8")).items()
    }


def codes_in(text: str, owners: set[str]) -> str | None:
    """The code a literal is, when it is one."""
    match = re.fullmatch(r"([a-z][a-z0-9]*)\.([a-z][a-z0-9_]*)", text)
    if match and match[1] in owners and match[2] not in _FILES:
        return text
    return None


def placeholders(sentence: str) -> set[str]:
    """The names in braces of a sentence; a word filled per language counts once."""
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    return {re.sub(r"_(vi|en)$", "", name) for name in names}


def _owners() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/faults.toml")}


@cache
def _raised() -> dict[str, str]:
    """Codes written in the source, with the first place of each."""
    found: dict[str, str] = {}
    for name in (n for n in python_names("src/") if "/migrations/" not in n):
        for line, text in literals(parsed(name)):
            if code := codes_in(text, _owners()):
                found.setdefault(code, f"{name}:{line}")
    return found


@cache
def _words(package: str) -> set[str]:
    names = python_names(f"src/nguon/{package}/")
    return {text for name in names for _, text in literals(parsed(name))}


def test_a_code_is_told_from_other_literals() -> None:
    owners = {"gs1"}
    assert codes_in("gs1.check_digit", owners) == "gs1.check_digit"
    assert [codes_in(t, owners) for t in ("gs1.html", "web.fault", "see gs1.check_digit")] == [
        None
    ] * 3


def test_every_code_raised_has_an_entry() -> None:
    missing = {c: place for c, place in _raised().items() if c not in catalogues()}
    check_none({c: p for c, p in missing.items() if c not in exceptions("not_codes")})
    check_none(stale("not_codes", set(missing)))


def test_every_entry_is_raised_somewhere() -> None:
    raised = _raised()
    idle = {
        code
        for code in catalogues()
        if code not in raised and code.partition(".")[2] not in _words(code.partition(".")[0])
    }
    check_none(idle - set(exceptions("raised_elsewhere")))
    check_none(stale("raised_elsewhere", idle))


@pytest.mark.parametrize("key", ["rule", "vi", "en"])
def test_every_entry_is_filled(key: str) -> None:
    check_none([c for c, entry in catalogues().items() if not entry.get(key, "").strip()])


def test_an_entry_has_a_known_level_and_nothing_unknown() -> None:
    known = {"level", "rule", "vi", "en"}
    odd = [
        code
        for code, entry in catalogues().items()
        if entry.get("level", "error") not in ("error", "flag") or set(entry) - known
    ]
    check_none(odd)


def test_both_languages_fill_the_same_places() -> None:
    unequal = [
        f"{code}: vi {sorted(placeholders(entry['vi']))}, en {sorted(placeholders(entry['en']))}"
        for code, entry in catalogues().items()
        if placeholders(entry["vi"]) != placeholders(entry["en"])
    ]
    check_none(unequal)


def test_sentences_neither_shout_nor_beg() -> None:
    odd = [
        f"{code}: {entry[language]}"
        for code, entry in catalogues().items()
        for language in ("vi", "en")
        if _IMPOLITE.search(entry[language])
    ]
    check_none(odd)
