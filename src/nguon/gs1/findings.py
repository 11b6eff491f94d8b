"""What a check of a value found wrong, before it becomes an error about a whole value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Finding(NamedTuple):
    """What a check found wrong: a code of `faults.toml`, where, and words for the sentence."""

    code: str
    at: int
    words: Mapping[str, object]


Check = Callable[[str], Finding | None]


def finding(code: str, index: int, **words: object) -> Finding:
    """The finding `code` at the character `index`."""
    return Finding(code, index, words)


def find_non_digit(text: str) -> Finding | None:
    """The first character that is no ASCII digit."""
    for index, sign in enumerate(text):
        if not "0" <= sign <= "9":
            return finding("illegal_character", index, found=sign, allowed="0-9")
    return None
