"""EPCIS documents in JSON of any length, read in a stream (EPCIS 2.0 section 10).

The order of a JSON object's members is free: `@context`, `type` and the header may follow the
events. So a file is read twice. The first look checks that it is JSON in UTF-8 within the limits,
keeps all that stands around the events, and notes where each event lies, in twelve bytes. The
second hands out the events, which by then can be understood.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from msgspec import Raw

from nguon.epcis.context import read_context
from nguon.epcis.decoding import CLASSES, load
from nguon.epcis.error import EpcisError, Limits, Policy
from nguon.epcis.model import Document, Reading
from nguon.epcis.places import move, place_faults
from nguon.epcis.reading import EventReader, make_document, read_document, read_kind
from nguon.epcis.streaming_scan import CHUNK, Scanner
from nguon.epcis.validation.document import check_envelope
from nguon.errors import Fault

_LIMITS = Limits()
_POLICY = Policy()
Path = tuple[str, ...]
_DOCUMENT: Final[Path] = ("epcisBody", "eventList")
_QUERY: Final[Path] = ("epcisBody", "queryResults", "resultsBody", "eventList")
# What lies on the way to either list, and is looked into.
_WAY = frozenset(path[:length] for path in (_DOCUMENT, _QUERY) for length in range(len(path)))


@dataclass(slots=True)
class _List:
    """Where a list of events lies: itself, and each item's first byte and length.

    `place` is where an empty list stands for it in what is kept of the document.
    """

    start: int
    place: int
    end: int = 0
    starts: array[int] = field(default_factory=lambda: array("Q"))
    lengths: array[int] = field(default_factory=lambda: array("I"))


class _Outline:
    """The first look at a document: what stands around its events, and where they are."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._scan = Scanner(file, limits)
        self._limits = limits
        self._kept = bytearray()
        self._kind: bytes | None = None
        self.origin = self._scan.origin
        self.lists: dict[Path, _List] = {}
        self._look()

    @property
    def kind(self) -> str:
        """The type, one that EPCIS knows; raises EpcisError for any other."""
        return read_kind({} if self._kind is None else {"type": Raw(self._kind)})

    def skeleton(self, chosen: _List | None, file: BinaryIO) -> bytes:
        """The document, an empty list where its events stand."""
        kept = bytearray(self._kept)
        for each in sorted(self.lists.values(), key=lambda each: -each.place):
            # A list out of place is a part of the document like any other, if it fits.
            if each is not chosen and each.end - each.start <= self._limits.part:
                file.seek(self.origin + each.start)
                kept[each.place : each.place + 2] = file.read(each.end - each.start)
        return bytes(kept)

    def _look(self) -> None:
        first = self._scan.peek()
        if not first:
            raise EpcisError(Fault("epcis.empty"))
        if first != b"{":
            self._scan.take_value(self._limits.depth)
            self._end()
            found = {b"[": "array", b'"': "string", b"t": "boolean", b"f": "boolean", b"n": "null"}
            params = {"found": found.get(first, "number")}
            raise EpcisError(Fault("epcis.not_an_object", "", "", None, params))
        self._look_into(())
        self._end()

    def _end(self) -> None:
        if self._scan.peek():
            self._scan.refuse_here()

    def _keep(self, piece: bytes) -> None:
        self._kept += piece
        if len(self._kept) > self._limits.part:
            limit = self._limits.part
            self._scan.refuse("epcis.part_too_large", self._scan.offset, limit=limit)

    def _look_into(self, path: Path) -> None:
        """An object on the way to the events."""
        scan = self._scan
        scan.take(b"{")
        self._keep(b"{")
        if scan.peek() == b"}":
            self._keep(scan.take(b"}"))
            return
        while True:
            name = scan.take_text()
            self._keep(name)
            self._keep(scan.take(b":"))
            self._look_at((*path, str(json.loads(name))))
            self._keep(mark := scan.take(b",", b"}"))
            if mark == b"}":
                return

    def _look_at(self, path: Path) -> None:
        """A member's value. Of members of the same name the last one counts."""
        for at in [at for at in self.lists if at[: len(path)] == path]:
            del self.lists[at]
        first = self._scan.peek()
        if path in (_DOCUMENT, _QUERY) and first == b"[":
            self._look_through(path)
        elif path in _WAY and first == b"{":
            self._look_into(path)
        else:
            value = self._scan.take_value(self._limits.depth - len(path))
            self._keep(value)
            if path == ("type",):
                self._kind = value

    def _look_through(self, path: Path) -> None:
        scan = self._scan
        found = self.lists[path] = _List(scan.offset, len(self._kept))
        self._keep(b"[]")
        scan.take(b"[")
        levels = self._limits.depth - len(path) - 1
        if scan.peek() == b"]":
            scan.take(b"]")
        else:
            while True:
                if len(found.starts) >= self._limits.events:
                    limit = {"limit": self._limits.events}
                    raise EpcisError(Fault("epcis.too_many_events", "", "", None, limit))
                scan.peek()
                found.starts.append(scan.offset)
                found.lengths.append(len(scan.take_value(levels)))
                if scan.take(b",", b"]") == b"]":
                    break
        found.end = scan.offset


class JsonStream:
    """A document read as it comes: ask for the document, iterate its events, as often as wanted.

    `file` is binary, can seek, and holds the whole document. Nothing is kept of an event once it
    was handed out; identities that repeat within the document are for the caller to find. All is
    as `read_document` has it, but that a fault of the envelope names no line. Making the stream
    takes the first look and raises `EpcisError` where nothing can be made of the document.
    """

    def __init__(
        self, file: BinaryIO, *, limits: Limits = _LIMITS, policy: Policy = _POLICY
    ) -> None:
        self._file = file
        self._outline = _Outline(file, limits)
        self._single: list[Reading] = []
        self._list: _List | None = None
        self._pointer = ""
        self._namespaces: Mapping[str, str] = {}
        self._policy = policy
        kind = self._outline.kind
        if kind in CLASSES:
            self.document = self._read_single(limits)
        else:
            self.document = self._read_envelope(kind)

    @property
    def size(self) -> int:
        """How many events there are."""
        return len(self._single) if self._list is None else len(self._list.starts)

    def _read_single(self, limits: Limits) -> Document:
        self._file.seek(0)
        document = read_document(self._file.read(), limits=limits, policy=self._policy)
        self._single, document.events = document.events, []
        return document

    def _read_envelope(self, kind: str) -> Document:
        path = _QUERY if kind == "EPCISQueryDocument" else _DOCUMENT
        self._list = self._outline.lists.get(path)
        self._pointer = "/" + "/".join(path)
        skeleton = load(self._outline.skeleton(self._list, self._file))
        context = skeleton.get("@context")
        self._namespaces, faults = read_context(context, {}, gs1_required="@context" in skeleton)
        empty = self._list is not None and not self.size
        faults += check_envelope(skeleton, kind, self._namespaces, empty=empty)
        return make_document(kind, skeleton, faults)

    def __iter__(self) -> Iterator[Reading]:
        yield from self._single
        if self._list is None:
            return
        reader = EventReader(
            self._namespaces,
            self._policy,
            served=self.document.type == "EPCISQueryDocument",
            careful=True,
        )
        line, column, at = 1, 1, 0
        for index, start in enumerate(self._list.starts):
            # Whoever takes the events may read the file in between.
            self._file.seek(self._outline.origin + at)
            while at < start:
                passed = self._file.read(min(CHUNK, start - at))
                line, column = move(line, column, passed)
                at += len(passed)
            raw = self._file.read(self._list.lengths[index])
            reading = reader.read(index, f"{self._pointer}/{index}", raw)
            reading.line, reading.column = line, column
            reading.faults = place_faults(reading.faults, reading)
            line, column = move(line, column, raw)
            at = start + len(raw)
            yield reading
