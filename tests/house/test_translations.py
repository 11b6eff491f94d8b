"""Every text of a page has its Vietnamese, whole, certain, and with the same places to fill."""

from __future__ import annotations

import re

import pytest

from nguon.web import catalogues
from tests.house.tree import PACKAGE, check_none

_PLACES = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
_PAIRS = [(room, language) for room in catalogues.ROOMS for language in catalogues.LANGUAGES]


def _forms(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())  # type: ignore[call-overload]  # Babel: a text or its plural forms


def _places(value: object) -> set[str]:
    return {one or other for form in _forms(value) for one, other in _PLACES.findall(form)}


def test_every_package_with_templates_speaks_through_a_catalogue() -> None:
    speaking = {package for packages in catalogues.ROOMS.values() for package in packages}
    templates = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.html")}
    check_none(templates - speaking)


@pytest.mark.parametrize(("room", "language"), _PAIRS)
def test_no_text_lacks_its_translation(room: str, language: str) -> None:
    known = catalogues.read_catalogue(room, language)
    missing = []
    for message in catalogues.collect(room):
        found = known.get(message.id, message.context) if message.id else None
        if message.id and (found is None or not all(_forms(found.string))):
            missing.append(str(message.id))
    check_none(missing)


@pytest.mark.parametrize(("room", "language"), _PAIRS)
def test_no_translation_is_uncertain_or_left_over(room: str, language: str) -> None:
    wanted = catalogues.collect(room)
    for message in catalogues.read_catalogue(room, language):
        if message.id:
            assert not message.fuzzy, message.id
            assert wanted.get(message.id, message.context) is not None, message.id


@pytest.mark.parametrize(("room", "language"), _PAIRS)
def test_a_translation_fills_the_same_places(room: str, language: str) -> None:
    known = [m for m in catalogues.read_catalogue(room, language) if m.id]
    check_none(str(m.id) for m in known if _places(m.id) != _places(m.string))
