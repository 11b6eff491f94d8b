"""Pieces of SQL out of `queries.sql`, put together: names and operators only, values never."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from nguon.eventstore.sql import query

_PACKAGE = "nguon.eventstore.query"
_PARAMETER = re.compile(r"%\((\w+)\)")
_COMMENT = re.compile(r"\A(?:-- [^\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its values. Not `exact`: it may let pass what does not belong."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    exact: bool = True

    def named(self, prefix: str) -> Sql:
        """The same with names of its own for its values."""
        if not self.values:
            return self
        text = _PARAMETER.sub(rf"%({prefix}_\1)", self.text)
        values = {f"{prefix}_{name}": value for name, value in self.values.items()}
        return Sql(text, values, self.exact)


@lru_cache(maxsize=4096)
def fragment(name: str, /, **words: str) -> str:
    """A named piece, its words filled in: columns, operators, other pieces."""
    text = _COMMENT.sub("", query(name, _PACKAGE)).strip()
    for word, filling in words.items():
        text = text.replace(f"{{{word}}}", filling)
    return text


@lru_cache(maxsize=4096)
def fill(text: str, words: tuple[tuple[str, str], ...]) -> str:
    """A piece with more of its words filled in."""
    for word, filling in words:
        text = text.replace(f"{{{word}}}", filling)
    return text


@lru_cache(maxsize=4096)
def encode(text: str) -> bytes:
    """A whole statement, as the driver takes texts that are no literals of Python."""
    return text.encode()


def piece(name: str, values: Mapping[str, Any], /, *, exact: bool = True, **words: str) -> Sql:
    """A named piece with its values."""
    return Sql(fragment(name, **words), values, exact)


_TRUE = Sql("true")


def join(parts: Iterable[Sql], glue: str = "and") -> Sql:
    """Pieces joined by `and` or `or`, each with names of its own."""
    named = [part.named(f"p{number}") for number, part in enumerate(parts)]
    if not named:
        return _TRUE
    text = f" {glue} ".join(f"({part.text})" for part in named)
    values = {name: value for part in named for name, value in part.values.items()}
    return Sql(text, values, all(part.exact for part in named))
