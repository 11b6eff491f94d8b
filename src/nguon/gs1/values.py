"""Is this a value of that application identifier? (GS1 General Specifications, section 3)"""

from __future__ import annotations

import re
from functools import cache

from nguon.gs1.charset import SETS, SHOWN, foreign_index
from nguon.gs1.error import gs1_error
from nguon.gs1.findings import Check
from nguon.gs1.linters import LINTERS, issued_linters
from nguon.gs1.prefixes import company_prefix_length
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
        if part.charset == "Z":
            checks.append((start, end, LINTERS["cset64"]))
        start = end
    return re.compile(shape), checks


def _is_made(name: str, part: Component) -> bool:
    """The digits of a company prefix need no look where the shape admits digits only."""
    return not (part.charset == "N" and name.startswith("gcppos"))


def check_issued(ai: str, value: str) -> str:
    """`value` itself when the company prefix that it begins with is one that GS1 has issued.

    Of AIs whose value begins with none nothing is asked. The value must have passed
    `check_value`. Raises `gs1.company_prefix`.
    """
    start = 0
    for part in table()[ai].components:
        for name in part.checks:
            check = _ISSUED.get(name)
            if check and (found := check(value[start : start + part.longest])):
                raise gs1_error(found.code, value, start + found.at, ai=ai, **found.words)
        start += part.longest
    return value


_ISSUED = issued_linters(company_prefix_length)


def check_unknown(ai: str, value: str) -> str:
    """`value` itself when it could be one of an AI that the table does not know (yet)."""
    if not value:
        raise gs1_error("empty_component", value, ai=ai)
    index = foreign_index(value, "X")
    if index is not None:
        words = {"found": value[index], "allowed": SHOWN["X"]}
        raise gs1_error("illegal_character", value, index, ai=ai, **words)
    if len(value) > _LONGEST_UNKNOWN:
        allowed = f"1–{_LONGEST_UNKNOWN}"
        raise gs1_error("value_length", value, ai=ai, title="?", length=len(value), allowed=allowed)
    return value


_LONGEST_UNKNOWN = 90


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
