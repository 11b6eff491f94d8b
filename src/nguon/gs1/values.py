"""Is this a value of that application identifier? (GS1 General Specifications, section 3)"""

from __future__ import annotations

import re
from functools import cache

from nguon.gs1.charset import SETS, SHOWN, foreign_index
from nguon.gs1.error import gs1_error
from nguon.gs1.linters import LINTERS, UNCHECKED, Check
from nguon.gs1.table import ApplicationIdentifier, Component, table

Elements = tuple[tuple[str, str], ...]


def entry_of(ai: str, text: str, position: int | None = None) -> ApplicationIdentifier:
    """The AI's entry; `gs1.unknown_ai`, naming the AI, about the whole `text` otherwise."""
    entry = table().get(ai)
    if entry is None:
        raise gs1_error("unknown_ai", text, position, ai=ai)
    return entry


def check_value(ai: str, value: str) -> str:
    """`value` itself when it is one of AI `ai`; else a Gs1Error that names the character.

    The position counts from the start of the value, without its AI.
    """
    shape, checks = _plan(ai)
    if shape.fullmatch(value) is None:
        _explain(table()[ai], value)
    for start, end, check in checks:
        piece = value[start:end]
        if piece and (finding := check(piece)):
            raise gs1_error(finding.code, value, start + finding.at, ai=ai, **finding.words)
    return value


@cache
def _plan(ai: str) -> tuple[re.Pattern[str], list[tuple[int, int, Check]]]:
    """The shape of all components as one expression, and the checks with their stretches."""
    shape, checks, start = "", [], 0
    for part in table()[ai].components:
        stretch = f"[{re.escape(SETS[part.charset])}]{{{part.shortest},{part.longest}}}"
        shape += f"(?:{stretch})?" if part.optional else stretch
        end = start + part.longest
        checks += [(start, end, LINTERS[name]) for name in part.checks if _is_made(name, part)]
        start = end
    return re.compile(shape), checks


def _is_made(name: str, part: Component) -> bool:
    """The digits of a company prefix need no look where the shape admits digits only."""
    return name not in UNCHECKED and not (part.charset == "N" and name.startswith("gcppos"))


def _explain(entry: ApplicationIdentifier, value: str) -> None:
    """Raise for the first reason why `value` has not the shape of `entry`."""
    if not value:
        raise gs1_error("empty_component", value, ai=entry.ai)
    start = 0
    for part in entry.components:
        piece = value[start : start + part.longest]
        _explain_characters(entry, part, value, piece, start)
        if len(piece) < part.shortest and not (part.optional and not piece):
            break
        start += part.longest
    raise gs1_error(
        "value_length",
        value,
        ai=entry.ai,
        title=entry.title,
        length=len(value),
        allowed=_span(entry.shortest, entry.longest),
    )


def _explain_characters(
    entry: ApplicationIdentifier, part: Component, value: str, piece: str, start: int
) -> None:
    index = foreign_index(piece, part.charset)
    if index is not None:
        words = {"found": piece[index], "allowed": SHOWN[part.charset]}
        raise gs1_error("illegal_character", value, start + index, ai=entry.ai, **words)


def _span(shortest: int, longest: int) -> str:
    return str(longest) if shortest == longest else f"{shortest}–{longest}"
