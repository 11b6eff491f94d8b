"""Decisions are numbered without gaps and all say the same four things."""

from __future__ import annotations

import re

from tests.house.tree import DOCS, check_none

_HEADINGS = ["Context", "Decision", "Consequences", "What would change our mind"]


def _records() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((DOCS / "adr").glob("*.md"))}


def test_numbers_have_no_gaps_and_no_twins() -> None:
    numbers = [int(name[:4]) for name in _records()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_a_record_is_named_by_number_and_subject() -> None:
    check_none(n for n in _records() if not re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", n))


def test_the_title_repeats_the_number() -> None:
    check_none(n for n, text in _records().items() if not text.startswith(f"# {int(n[:4])}. "))


def test_every_record_has_its_four_parts_in_order() -> None:
    headings = {n: re.findall(r"^## (.+)$", text, re.MULTILINE) for n, text in _records().items()}
    check_none({n: found for n, found in headings.items() if found != _HEADINGS})


def test_every_record_says_whether_it_stands() -> None:
    standing = re.compile(r"^Status: (accepted|proposed|replaced by \[\d+\]\(.+\))$", re.MULTILINE)
    check_none(n for n, text in _records().items() if not standing.search(text))
