"""What the reading of one document shares: its prefixes, its limits, and what it had to note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from msgspec import Raw

from nguon.epcis.context import escape
from nguon.epcis.error import MOST_DIGITS, EpcisError, Limits
from nguon.epcis.xml.namespaces import XSI, Prefixes
from nguon.errors import Fault

SHELLS: Final = frozenset({"extension", "baseExtension"})
NIL: Final = f"{{{XSI}}}nil"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LOOSE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOST_NOTES = 1000
_LONGEST_NAME = 256
_MOST_ATTRIBUTES = 256
# A pointer whose end is put on only when somebody reads it: most are never read.
Pointer = str | tuple["Pointer", str]


class Scope:
    """One for a document; `notes` are those of the event in hand, pointers from its own root."""

    def __init__(self, limits: Limits) -> None:
        self.prefixes = Prefixes()
        self.depth = limits.depth
        self.declared: Mapping[str | None, str] = {}
        self.notes: list[Fault] = []

    def open(self, root: Any) -> None:
        """Take over what the root declares."""
        self.declared = root.nsmap
        self.prefixes.add(self.declared)

    def note(self, code: str, pointer: Pointer, element: Any, value: object = "") -> None:
        """Flag something about an element."""
        if len(self.notes) < _MOST_NOTES:
            params = {"line": element.sourceline or 0}
            self.notes.append(Fault(code, _spell(pointer), value, None, params))

    def not_kept(self, pointer: Pointer, element: Any, value: object) -> None:
        """Flag content that the model has no place for."""
        self.note("epcis.xml_not_kept", pointer, element, value)

    def unexpected(self, pointer: Pointer, element: Any) -> None:
        """Refuse an element where EPCIS has no place for it."""
        self.note("epcis.xml_unexpected", pointer, element, element.tag)

    def name(self, tag: str, prefix: str | None) -> str:
        """The JSON-LD name of an element or attribute: `prefix:local`, or `local` alone."""
        if tag[0] != "{":
            return tag
        namespace, _, local = tag[1:].partition("}")
        return f"{self.prefixes.of(namespace, prefix)}:{local}"

    def attributes(self, element: Any) -> list[tuple[str, str]]:
        """An element's attributes; so many that looking through them takes long are refused."""
        count = len(element.attrib)
        if count > _MOST_ATTRIBUTES:
            params = {"line": element.sourceline or 0}
            raise EpcisError(Fault("epcis.xml_too_long", "", element.tag, None, params))
        return list(element.items()) if count else []

    def fit(self, name: str, element: Any) -> str:
        """A name, refused where it is so long that pointers through it would fill the memory."""
        if len(name) > _LONGEST_NAME:
            params = {"line": element.sourceline or 0}
            raise EpcisError(Fault("epcis.xml_too_long", "", name, None, params))
        return name

    def descend(self, depth: int, element: Any) -> int:
        """One level further down, refused past the limit."""
        if depth >= self.depth:
            place = {"line": element.sourceline or 0, "column": 1}
            raise EpcisError(Fault("epcis.too_deep", "", "", None, {"limit": self.depth, **place}))
        return depth + 1


def text_of(element: Any) -> str:
    """An element's own text, without the blanks around it."""
    text: str | None = element.text
    return text.strip() if text else ""


def is_nil(element: Any) -> bool:
    """Whether an element says that it has no value."""
    return element.get(NIL) in ("true", "1")


def number(text: str) -> object:
    """A number as JSON spells it, digit for digit; a text that is none stays one."""
    if _NUMBER.fullmatch(text):
        return Raw(text.encode("ascii"))
    if not _LOOSE.fullmatch(text):
        return text
    if len(text) > MOST_DIGITS:
        return Raw(b"9" * (MOST_DIGITS + 1))
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    return Raw(str(exact).encode("ascii"))


def boolean(text: str) -> object:
    """An XML Schema boolean; a text that is none stays one."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text, text)


def _spell(pointer: Pointer) -> str:
    names = []
    while isinstance(pointer, tuple):
        pointer, name = pointer
        names.append(escape(name))
    return "/".join([pointer, *reversed(names)])
