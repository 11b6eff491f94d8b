"""Translations: complete, faithful to their placeholders, and reaching every text."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from nguon.web.catalogues import ROOMS, ROOT, collect, compile_all, find_source, read_catalogue

SPEAKING = [room for room in ROOMS if find_source(room, "vi").exists()]
TEMPLATES = sorted(
    path
    for room in SPEAKING
    for package in ROOMS[room]
    for path in (ROOT / package).rglob("templates/**/*.html")
)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)s|%%")
# What stands in a template without being language: the name of the product.
# Names, units and codes that are the same in every language.
NAMES = {"Nguồn", "mm", "GTIN", "CSV", "vi", "en", "GB", "text", "html"}


def spoken(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def messages(room: str) -> list[Message]:
    return [message for message in read_catalogue(room, "vi") if message.id]


@pytest.mark.parametrize("room", SPEAKING)
def test_every_text_is_in_the_catalogue_and_no_other(room: str) -> None:
    wanted = {(message.id, message.context) for message in collect(room) if message.id}
    held = {(message.id, message.context) for message in messages(room)}
    assert wanted == held


@pytest.mark.parametrize("room", SPEAKING)
def test_every_text_has_its_vietnamese_and_none_is_a_guess(room: str) -> None:
    assert [m.id for m in messages(room) if m.fuzzy or not all(spoken(m))] == []


@pytest.mark.parametrize("room", SPEAKING)
def test_a_translation_has_the_placeholders_of_its_source(room: str) -> None:
    for message in messages(room):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in spoken(message):
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), text


@pytest.mark.parametrize("room", SPEAKING)
def test_vietnamese_keeps_the_voice(room: str) -> None:
    for message in messages(room):
        for text in spoken(message):
            assert unicodedata.is_normalized("NFC", text)
            assert "!" not in text
            assert "Vui lòng" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_goes_through_gettext(path: Path) -> None:
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", path.read_text("utf-8"))
    text = re.sub(r"{% block \w*class %}.*?{% endblock %}", "", text)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.DOTALL)
    attributes = re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', text)
    shown = re.sub(r"<[^>]*>|\s[a-z-]+=\"[^\"]*\"", " ", text) + " ".join(attributes)
    assert set(re.findall(r"[^\W\d_]{2,}", shown)) <= NAMES


def test_compiling_twice_writes_nothing_new() -> None:
    compile_all()
    assert compile_all() == []
