"""Element strings: bracketed for people, with FNC1 for symbols (GS1 General Specifications 7.8).

In the bracketed form a parenthesis within a value is written `\\(`. In texts FNC1 is U+001D, as
scanners send it, or `^`, which no value can hold, as people write it.
"""

from __future__ import annotations

import re

from nguon.gs1.error import gs1_error
from nguon.gs1.table import table
from nguon.gs1.values import Elements, check_unknown, check_value, entry_of

FNC1 = "\x1d"
MARK = "^"
_AI = re.compile(r"(?<!\\)\((\d{2,4})\)", re.ASCII)
_STRAY = re.compile(r"(?<!\\)\(")


def bracket(ais: Elements) -> str:
    """The form for people: "(01)09521234000129(10)A"."""
    return "".join(f"({ai})" + value.replace("(", "\\(") for ai, value in ais)


def join(ais: Elements) -> str:
    """The form in a symbol; U+001D ends a value that has no predefined length, save the last."""
    entries = table()
    parts = []
    for ai, value in ais:
        entry = entries.get(ai)
        parts.append(ai + value + ("" if entry and entry.fixed else FNC1))
    return "".join(parts).removesuffix(FNC1)


def mark(ais: Elements) -> str:
    """The form in a symbol as people write it, each FNC1 as `^`, the leading one too."""
    return MARK + join(ais).replace(FNC1, MARK)


def read_bracketed(text: str, *, unknown: bool = False) -> Elements:
    """The elements of "(01)…(10)…"; spaces before a bracket are let pass. Raises Gs1Error.

    `unknown` lets pass AIs that the table does not hold.
    """
    pieces = _AI.split(text)
    if pieces[0].strip() or len(pieces) < 3:
        raise gs1_error("bracket", text, 0)
    pairs = zip(pieces[1::2], pieces[2::2], strict=True)
    elements = [_element(ai, value, text, unknown=unknown) for ai, value in pairs]
    return without_contradiction(elements, text)


def _element(ai: str, piece: str, text: str, *, unknown: bool) -> tuple[str, str]:
    if stray := _STRAY.search(piece):
        raise gs1_error("bracket", text, text.index(piece) + stray.start())
    value = piece.strip().replace("\\(", "(")
    if unknown and ai not in table():
        return ai, check_unknown(ai, value)
    entry_of(ai, text, text.index(f"({ai})") + 1)
    return ai, check_value(ai, value)


def read_marked(text: str) -> Elements:
    """The elements of a whole message with FNC1, the leading one included. Raises Gs1Error.

    `^010952123400012910A^21B`: strict on separators, so that what is read back from a printed
    symbol is exactly what was meant.
    """
    if text[:1] not in (MARK, FNC1) or len(text) == 1:
        raise gs1_error("message_start", text, 0)
    return read_joined(text[1:].replace(MARK, FNC1))


def read_joined(text: str) -> Elements:
    """The elements of a symbol's content, without a leading FNC1. Raises Gs1Error."""
    elements, at = [], 0
    while at < len(text):
        ai = _ai_at(text, at)
        at += len(ai)
        end = _end(text, at, ai)
        elements.append((ai, check_value(ai, text[at:end])))
        at = end + text.startswith(FNC1, end)
    return without_contradiction(elements, text)


def without_contradiction(elements: list[tuple[str, str]], text: str) -> Elements:
    """`elements`, once it is sure that none says two things."""
    said: dict[str, str] = {}
    for ai, value in elements:
        if said.setdefault(ai, value) != value:
            raise gs1_error("repeated_ai", text, ai=ai, first=said[ai], second=value)
    return tuple(elements)


def _ai_at(text: str, at: int) -> str:
    entries = table()
    for width in (2, 3, 4):
        if (ai := text[at : at + width]) in entries:
            return ai
    raise gs1_error("unknown_ai", text, at, ai=text[at : at + 4])


def _end(text: str, at: int, ai: str) -> int:
    """Where the value that starts at `at` ends: a predefined length, or FNC1, or the text."""
    separator = text.find(FNC1, at)
    end = len(text) if separator < 0 else separator
    entry = table()[ai]
    return min(end, at + entry.longest) if entry.fixed else end
