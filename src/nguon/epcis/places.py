"""From a JSON pointer to the place in the text that was sent: line, column, and the words there.

Whoever wrote the document looks for a line, not for `/epcisBody/eventList/812/epcList/3` (RFC
6901). Every array and object is looked through once at most, so many faults of one event cost
little more than one.
"""

from __future__ import annotations

import json
import re
from typing import Final

from nguon.epcis.model import Reading
from nguon.errors import Fault

_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(_STRING + rb'|[\[\]{},:]|[^\s\[\]{},:"]++', re.DOTALL)
_CONTINUED = bytes(range(0x80, 0xC0))
_AROUND: Final = 60
# Parts of one array or object that are told apart; what lies behind is placed at its beginning.
_MOST: Final = 10_000
_OPEN, _CLOSE = b"[{", b"]}"
PLACE: Final = ("line", "column", "excerpt")


def count_characters(text: bytes) -> int:
    """How many characters a piece of UTF-8 holds."""
    return len(text) if text.isascii() else len(text.translate(None, _CONTINUED))


def move(line: int, column: int, passed: bytes) -> tuple[int, int]:
    """Line and column (both from 1, columns in characters) behind a piece of text."""
    lines = passed.count(b"\n")
    if lines:
        return line + lines, 1 + count_characters(passed[passed.rfind(b"\n") + 1 :])
    return line, column + count_characters(passed)


class Locator:
    """The places of one JSON value's parts; what is no JSON is located as far as it goes."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._parts: dict[int, dict[str, int]] = {}

    def find(self, pointer: str) -> int:
        """The byte where what a pointer leads to begins; where it ends early, the last step."""
        at = self._skip(0)
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            inner = self._inside(at).get(name)
            if inner is None:
                break
            at = inner
        return at

    def _skip(self, at: int) -> int:
        found = _TOKEN.search(self._text, at)
        return len(self._text) if found is None else found.start()

    def _inside(self, at: int) -> dict[str, int]:
        known = self._parts.get(at)
        if known is None:
            known = self._parts[at] = self._split(at)
        return known

    def _split(self, at: int) -> dict[str, int]:
        """Where each member or item begins; of members of the same name the last one."""
        text, parts = self._text, dict[str, int]()
        keyed = text[at : at + 1] == b"{"
        if text[at : at + 1] not in (b"{", b"["):
            return parts
        depth, name, index, awaited = 0, b"", 0, True
        for token in _TOKEN.finditer(text, at):
            mark = token[0]
            if depth == 1 and mark not in (b",", b":", b"]", b"}"):
                if keyed and awaited:
                    name, awaited = mark, False
                elif keyed:
                    parts[_read(name)] = token.start()
                else:
                    parts.setdefault(str(index), token.start())
            elif depth == 1 and mark == b",":
                index, awaited = index + 1, True
                if index >= _MOST:
                    break
            if mark in (b"[", b"{"):
                depth += 1
            elif mark in (b"]", b"}"):
                depth -= 1
                if not depth:
                    break
        return parts


def _read(name: bytes) -> str:
    try:
        return str(json.loads(name))
    except ValueError:
        return name.decode("utf-8", "replace")


def excerpt(text: bytes, at: int) -> str:
    """The line around a byte, at most sixty bytes to either side of it."""
    start = max(text.rfind(b"\n", 0, at) + 1, at - _AROUND)
    end = text.find(b"\n", at)
    end = min(len(text) if end < 0 else end, at + _AROUND)
    # A cut may fall into a character: what is left of it is not shown.
    return text[start:end].decode("utf-8", "ignore").strip()


def place_faults(faults: list[Fault], reading: Reading) -> list[Fault]:
    """The faults of an event with the line, the column and the words each speaks of.

    Only a reading that knows where its own text began can tell; the line alone is told of XML.
    """
    if not reading.line or not faults:
        return faults
    places = _Places(reading)
    return [places.mark(fault) for fault in faults]


class _Places:
    """The places in one event's text, which is looked at when the first fault asks."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._locator = Locator(reading.raw)
        self._before = (0, reading.line, reading.column)

    def mark(self, fault: Fault) -> Fault:
        reading = self._reading
        if "line" in fault.params:
            return fault
        params: dict[str, object] = {**fault.params, "line": reading.line}
        if reading.column:
            at = self._locator.find(fault.pointer.removeprefix(reading.pointer))
            line, column = self._move(at)
            params |= {"line": line, "column": column, "excerpt": excerpt(reading.raw, at)}
        return Fault(fault.code, fault.pointer, fault.value, fault.position, params)

    def _move(self, at: int) -> tuple[int, int]:
        """Line and column of a byte; faults come mostly in order, so from the one before."""
        start, line, column = self._before
        if at < start:
            start, line, column = 0, self._reading.line, self._reading.column
        line, column = move(line, column, self._reading.raw[start:at])
        self._before = (at, line, column)
        return line, column


def place_document_faults(faults: list[Fault], text: bytes) -> list[Fault]:
    """The same for what is wrong around the events of a document at hand."""
    if not faults:
        return faults
    reading = Reading(0, "", text, None, [], 1, 1)
    return place_faults(faults, reading)
