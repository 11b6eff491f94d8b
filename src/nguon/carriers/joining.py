"""The parts of a run as one PDF, written straight through: memory holds one part at a time.

Parts are files of our own making (`sheets.write_part`), so their plain form is known: objects in
order, a table of their places at the end (ISO 32000-1, 7.5). Objects are numbered on, each part's
tree of pages hangs below a new root; streams are copied as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from nguon.carriers.error import carrier_error

_HEAD = b"%PDF-1.4\n%\x93\x8c\x8b\x9e\n"
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)\s+")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_INFO = re.compile(rb"/Info (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_COUNT = re.compile(rb"/Count (\d+)")
_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_ENTRY = 20


class _Part(msgspec.Struct):
    """A part taken apart: the places of its objects and which of them are its ends."""

    data: bytes
    places: list[int]
    table: int
    root: int
    info: int
    pages: int

    def bodies(self) -> Iterator[tuple[int, bytes]]:
        """Number and content of every object, in the order of the file."""
        order = sorted((place, number) for number, place in enumerate(self.places) if place)
        ends = [*(place for place, _ in order[1:]), self.table]
        for (place, number), end in zip(order, ends, strict=True):
            yield number, self.body(number, place, end)

    def body(self, number: int, place: int, end: int) -> bytes:
        """What stands between `n 0 obj` and `endobj`."""
        text = self.data[place:end]
        head = b"%d 0 obj" % number
        last = text.rfind(b"endobj")
        if not text.startswith(head) or last < 0:
            raise ValueError(number)
        return text[len(head) : last].strip(b"\r\n")


def join_parts(parts: Sequence[Path], out: Path) -> None:
    """The parts of a run as one PDF, in their order. Raises `carriers.part` for a foreign file."""
    with out.open("wb") as target:
        _Writer(target).write(parts)


class _Writer:
    """Writes objects under new numbers and remembers where each begins."""

    def __init__(self, target: BinaryIO) -> None:
        self.target = target
        self.places: list[int] = []
        self.trees: list[tuple[int, int]] = []
        self.info: int | None = None

    def write(self, parts: Sequence[Path]) -> None:
        """The whole file. Object 1 is the root of the pages, 2 the catalogue."""
        self.target.write(_HEAD)
        self.places = [0, 0]
        for path in parts:
            self._copy(path)
        kids = b" ".join(b"%d 0 R" % number for number, _ in self.trees)
        count = sum(pages for _, pages in self.trees)
        self._object(1, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, kids))
        self._object(2, b"<< /Type /Catalog /Pages 1 0 R >>")
        self._finish()

    def _copy(self, path: Path) -> None:
        try:
            part = _take_apart(path.read_bytes())
            base = len(self.places)
            self.places += [0] * (len(part.places) - 1)
            for number, body in part.bodies():
                self._copy_object(part, number, body, base)
        except (ValueError, LookupError) as error:
            raise carrier_error("part", path.name) from error

    def _copy_object(self, part: _Part, number: int, body: bytes, base: int) -> None:
        if number == part.info:
            # Words of people stand there: nothing in them is a reference.
            if self.info is None:
                self.info = base + number
                self._object(base + number, body)
            return
        if number == part.root:
            return
        moved = _renumber(body, base)
        if number == part.pages:
            counted = _COUNT.search(body)
            self.trees.append((base + number, int(counted[1]) if counted else 0))
            moved = moved.replace(b"/Type /Pages", b"/Type /Pages /Parent 1 0 R", 1)
        self._object(base + number, moved)

    def _object(self, number: int, body: bytes) -> None:
        self.places[number - 1] = self.target.tell()
        self.target.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    def _finish(self) -> None:
        table = self.target.tell()
        size = len(self.places) + 1
        self.target.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for place in self.places:
            kept = b"%010d 00000 n \n" % place if place else b"0000000000 65535 f \n"
            self.target.write(kept)
        info = b" /Info %d 0 R" % self.info if self.info else b""
        trailer = b"trailer\n<< /Size %d /Root 2 0 R%s >>\n" % (size, info)
        self.target.write(trailer + b"startxref\n%d\n%%%%EOF\n" % table)


def _take_apart(data: bytes) -> _Part:
    """Where everything is. Raises ValueError or LookupError for what is no file of ours."""
    start = _START.search(data[-1024:])
    table = int(start[1]) if start else -1
    found = _TABLE.match(data, table) if 0 <= table < len(data) else None
    if found is None:
        raise ValueError(table)
    entries = (found.end() + _ENTRY * index for index in range(int(found[1])))
    places = [int(data[at : at + 10]) if data[at + 17 : at + 18] == b"n" else 0 for at in entries]
    trailer = data[found.end() + _ENTRY * len(places) :]
    root, info = _number(_ROOT, trailer), _number(_INFO, trailer)
    pages = _number(_PAGES, data[places[root] : places[root] + 512])
    return _Part(data, places, table, root, info, pages)


def _number(pattern: re.Pattern[bytes], text: bytes) -> int:
    found = pattern.search(text)
    if found is None:
        raise ValueError(pattern.pattern)
    return int(found[1])


def _renumber(body: bytes, base: int) -> bytes:
    """References counted on, in what comes before a stream; the stream as it is."""
    stream = _STREAM.search(body)
    end = stream.start() if stream else len(body)
    head = _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + base), body[:end])
    return head + body[end:]
