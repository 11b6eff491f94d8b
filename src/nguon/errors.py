"""Errors that explain themselves: a stable code, the rule behind it, the place, the way out.

A `Fault` is one thing wrong at one place. Its texts (Vietnamese, English) and its rule hang
on the code, in `faults.toml` beside the package that owns the code: `gs1.check_digit` is
described in `nguon/gs1/faults.toml`. An entry reads

    [check_digit]
    level = "error"              # or "flag": worth saying, not refused
    rule = "GS1 General Specifications 7.9"
    vi = "Số kiểm tra sai: đọc {found}, phải là {expected}."
    en = "Wrong check digit: found {found}, must be {expected}."

Names in braces are filled from the fault's `params`; `{value}` and `{pointer}` always exist.
A `NguonError` is an exception that carries one or more faults.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

Level = Literal["error", "flag"]
Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
_SHOWN = 120
_PLACE = ("line", "column", "excerpt")


@cache
def catalogue(package: str) -> Mapping[str, Mapping[str, str]]:
    """The entries of `nguon/<package>/faults.toml`, by code without the package's name."""
    text = resources.files("nguon").joinpath(package, "faults.toml").read_text("utf-8")
    return tomllib.loads(text)


def _entry(code: str) -> Mapping[str, str]:
    package, _, name = code.partition(".")
    return catalogue(package)[name]


def shorten(value: object) -> str:
    """A value as it may stand in a sentence: one line, at most 120 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or worth flagging) at one place.

    `pointer` is a JSON pointer (RFC 6901) into the document, or empty for the whole of it.
    `position` is the index of the offending character in `value`, where there is one.
    """

    code: str
    pointer: str = ""
    value: object = ""
    position: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return "flag" if _entry(self.code).get("level") == "flag" else "error"

    @property
    def rule(self) -> str:
        """The standard and clause, or the law and article, that the fault goes against."""
        return _entry(self.code)["rule"]

    def sentence(self, language: Language = "vi") -> str:
        """What is wrong and what to do, in one or two sentences."""
        values = {"value": shorten(self.value), "pointer": self.pointer, **self.params}
        return _entry(self.code)[language].format_map(values)

    def at(self, pointer: str) -> Fault:
        """The same fault, its pointer set below `pointer`."""
        return Fault(self.code, pointer + self.pointer, self.value, self.position, self.params)

    def as_dict(self) -> dict[str, Any]:
        """For JSON answers; both languages, because the reader's is not known here."""
        shown: dict[str, Any] = {
            "code": self.code,
            "level": self.level,
            "pointer": self.pointer,
            "rule": self.rule,
            "value": shorten(self.value),
            "vi": self.sentence("vi"),
            "en": self.sentence("en"),
        }
        if self.position is not None:
            shown["position"] = self.position
        # Where in the text that was sent: told by whoever read it.
        shown |= {name: self.params[name] for name in _PLACE if name in self.params}
        return shown


class NguonError(Exception):
    """The root of the tree. Carries what is wrong as faults, never as loose text."""

    def __init__(self, *faults: Fault) -> None:
        if not faults:
            raise TypeError("an error needs at least one fault")
        self.faults: Sequence[Fault] = faults
        super().__init__(faults[0].sentence("en"))

    @property
    def fault(self) -> Fault:
        """The first fault: the only one where an operation stops at the first."""
        return self.faults[0]

    @property
    def code(self) -> str:
        return self.faults[0].code
