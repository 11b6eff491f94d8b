"""EPCIS documents in XML, 2.0 and 1.x: the very model that JSON gives (EPCIS 2.0 section 9).

Each event's element is turned into its JSON form (`Reading.raw`), and from there on one path
serves both: model, checks, hash, identity and store. Faults point into that form and name the
line of the XML among their params. Events are taken out of the tree as they end, so a document
takes the memory of what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from nguon.epcis.decoding import load
from nguon.epcis.error import EpcisError, Limits, Policy
from nguon.epcis.header import read_master_data
from nguon.epcis.model import Document, Reading
from nguon.epcis.reading import EventReader
from nguon.epcis.validation import check_document_identities
from nguon.epcis.validation.document import check_envelope
from nguon.epcis.validation.structure import read_time
from nguon.epcis.writing import make_context
from nguon.epcis.xml.envelope import ROOTS, make_envelope
from nguon.epcis.xml.events import EVENTS, read_event
from nguon.epcis.xml.namespaces import local_name
from nguon.epcis.xml.parsing import Parsing, cut
from nguon.epcis.xml.places import with_lines
from nguon.epcis.xml.scope import Scope
from nguon.errors import Fault

_LIMITS = Limits()
_POLICY = Policy()
_KINDS = (*EVENTS, "QuantityEvent")
_EVENTS = frozenset(_KINDS)
_PATHS = frozenset(
    (
        ("EventList", "EPCISBody", "EPCISDocument"),
        ("EventList", "resultsBody", "QueryResults", "EPCISBody", "EPCISQueryDocument"),
        ("EventList", "resultsBody", "QueryResults"),
    )
)
_HEAD = frozenset(("epcisHeader", "sender", "receiver", "instanceIdentifier"))
_VERSIONS = frozenset(("1", "1.0", "1.1", "1.2", "2", "2.0", "2.0.0"))
_encode = msgspec.json.Encoder(decimal_format="number").encode


def read_xml(
    data: bytes | bytearray | memoryview | str,
    *,
    limits: Limits = _LIMITS,
    policy: Policy = _POLICY,
) -> Document:
    """Read a document of any kind: EPCISDocument, query or master data document, one event.

    Raises `EpcisError` when nothing can be made of it: not well formed, too large, too deep,
    with a document type or instructions, of no type EPCIS knows. All other faults are in the
    answer.
    """
    encoded = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    stream = XmlStream(cut(encoded), limits=limits, policy=policy)
    events = list(stream)
    check_document_identities(events)
    document = stream.document
    document.events = events
    return document


class XmlStream:
    """A document read as it comes: iterate its events, then ask for the document around them.

    Nothing is held of an event once it was handed out; identities that repeat within a document
    are for the caller to find. Master data and header are there at the end.
    """

    def __init__(
        self, chunks: Iterable[bytes], *, limits: Limits = _LIMITS, policy: Policy = _POLICY
    ) -> None:
        self._limits = limits
        self._parsing = Parsing(chunks, limits, _KINDS)
        self._scope = Scope(limits)
        self._reader = EventReader({}, policy, careful=True)
        self._count = 0
        self._pointer = ""
        self._document: Document | None = None

    @property
    def document(self) -> Document:
        """The document without its events, once all of them were read."""
        if self._document is None:
            raise RuntimeError("the document is not read to its end")
        return self._document

    def __iter__(self) -> Iterator[Reading]:
        for element in self._parsing:
            top = self._top(element)
            if top is None:
                continue
            if not self._count and not self._pointer:
                self._open(element.getroottree().getroot())
            yield from self._strangers(top)
            yield self._read(element)
            element.clear(keep_tail=False)
        root = self._parsing.root
        if not self._pointer and local_name(root.tag) not in _EVENTS:
            self._open(root)
        for events in _event_lists(root):
            for inner in events:
                yield from self._unknown(inner)
        self._document = self._close(root)

    def _top(self, element: Any) -> Any:
        """What stands in the list of events and holds this one; None where it is no event."""
        if local_name(element.tag) is None:
            return None
        top, parent = element, element.getparent()
        while parent is not None and local_name(parent.tag) == "extension":
            top, parent = parent, parent.getparent()
        if parent is None:
            return element if top is element else None
        return top if _path_to(parent) in _PATHS else None

    def _open(self, root: Any) -> None:
        name = local_name(root.tag)
        if name is None or not (name in ROOTS or name in _EVENTS):
            raise EpcisError(Fault("epcis.document_type", "/type", root.tag))
        self._scope.open(root)
        if name in _EVENTS:
            return
        served = ROOTS[name] == "EPCISQueryDocument"
        self._reader.served = served
        path = "/epcisBody/queryResults/resultsBody/eventList" if served else "/epcisBody/eventList"
        self._pointer = path

    def _strangers(self, top: Any) -> Iterator[Reading]:
        """What stands before an event and is none; whatever was read already is dropped."""
        parent = top.getparent()
        while parent is not None and (first := parent[0]) is not top:
            yield from self._unknown(first)
            parent.remove(first)

    def _unknown(self, element: Any) -> Iterator[Reading]:
        name = local_name(element.tag)
        if name in _EVENTS:
            return
        if name == "extension":
            for inner in element:
                yield from self._unknown(inner)
            return
        pointer = f"{self._pointer}/{self._next()}"
        shown = element.tag if name is None else name
        fault = Fault("epcis.event_type", f"{pointer}/type", shown)
        faults = with_lines([fault], element, pointer)
        yield Reading(self._count - 1, pointer, b"{}", None, faults)

    def _next(self) -> int:
        if self._count >= self._limits.events:
            limit = {"limit": self._limits.events}
            raise EpcisError(Fault("epcis.too_many_events", "", "", None, limit))
        self._count += 1
        return self._count - 1

    def _read(self, element: Any) -> Reading:
        index = self._next()
        pointer = f"{self._pointer}/{index}" if self._pointer else ""
        scope = self._scope
        scope.notes = []
        raw = _encode(read_event(element, str(local_name(element.tag)), scope))
        self._reader.namespaces = scope.prefixes.namespaces
        reading = self._reader.read(index, pointer, raw, own_context=False)
        reading.line = element.sourceline or 0
        if scope.notes:
            reading.faults += [note.at(pointer) for note in scope.notes]
            if any(note.level == "error" for note in scope.notes):
                reading.event = None
        if reading.faults:
            reading.faults = with_lines(reading.faults, element, pointer)
        return reading

    def _close(self, root: Any) -> Document:
        scope = self._scope
        scope.notes = []
        name = str(local_name(root.tag))
        if name in _EVENTS:
            context = make_context(scope.prefixes.namespaces)
            kind = "ObjectEvent" if name == "QuantityEvent" else name
            return Document(kind, None, None, None, context, None, [], [], [])
        kind = ROOTS[name]
        # Out and in again, so that its numbers are what JSON would have made of them.
        envelope = load(_encode(make_envelope(root, name, scope)))
        faults = self._check(root, name, envelope)
        return Document(
            type=kind,
            schema_version=root.get("schemaVersion"),
            creation_date=read_time(envelope.get("creationDate")),
            id=envelope.get("id"),
            context=envelope["@context"],
            header=envelope.get("epcisHeader"),
            master_data=read_master_data(envelope),
            events=[],
            faults=faults,
            envelope=envelope,
        )

    def _check(self, root: Any, name: str, envelope: dict[str, Any]) -> list[Fault]:
        kind = ROOTS[name]
        shown = envelope
        if root.get("schemaVersion", "").strip() in _VERSIONS or name == "QueryResults":
            shown = envelope | {"schemaVersion": "2.0"}
        if kind == "EPCISQueryDocument":
            # XML allows a query document its header, JSON does not have it.
            shown = {key: value for key, value in shown.items() if key not in _HEAD}
        empty = self._count == 0 and name == "EPCISDocument"
        namespaces = self._scope.prefixes.namespaces
        faults = check_envelope(shown, kind, namespaces, empty=empty and "epcisBody" in envelope)
        return with_lines(faults + self._scope.notes, root, "")


def _path_to(element: Any) -> tuple[str | None, ...]:
    """Names from an element up to the root; nothing is that deep and matters."""
    path: list[str | None] = []
    while element is not None and len(path) < 6:
        path.append(local_name(element.tag))
        element = element.getparent()
    return tuple(path)


def _event_lists(element: Any) -> Iterator[Any]:
    for inner in element:
        name = local_name(inner.tag)
        if name == "EventList":
            yield inner
        elif name in ("EPCISBody", "QueryResults", "resultsBody"):
            yield from _event_lists(inner)
