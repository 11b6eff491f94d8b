"""EPCIS documents in JSON and JSON-LD: what is in them, and everything that is wrong with them.

A document is an EPCISDocument, an EPCISQueryDocument or one event on its own (EPCIS 2.0 section
10; the REST binding's POST /events). What cannot be read at all raises; what can be read comes
back with its faults, each event with its own, so that one bad event hides nothing of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
from msgspec import Raw

from nguon.epcis import text
from nguon.epcis.context import GS1_CONTEXT, read_context
from nguon.epcis.decoding import CLASSES, decode_event, load
from nguon.epcis.error import EpcisError, Limits, Policy
from nguon.epcis.header import read_header, read_master_data
from nguon.epcis.model import AnyEvent, Document, Reading
from nguon.epcis.places import move, place_document_faults, place_faults
from nguon.epcis.validation import check_document_identities, check_event
from nguon.epcis.validation.document import check_envelope
from nguon.epcis.validation.structure import (
    MOST_FAULTS,
    MOST_OF_DOCUMENT,
    Collected,
    EnoughError,
    read_time,
)
from nguon.errors import Fault

_BYTE = re.compile(r"\(byte ([0-9]+)\)")
_objects = msgspec.json.Decoder(dict[str, Raw])
_arrays = msgspec.json.Decoder(list[Raw])
_LARGE = 1 << 20
_HEAD = 256
_LIMITS = Limits()
_POLICY = Policy()


def read_document(
    data: bytes | bytearray | memoryview | str,
    *,
    limits: Limits = _LIMITS,
    policy: Policy = _POLICY,
) -> Document:
    """Read a document of any of the three kinds, and check it.

    Raises `EpcisError` when nothing can be made of it: not UTF-8, not JSON, too large, too
    deep, holding U+0000, of no type EPCIS knows. All other faults are in the answer.
    """
    encoded = text.prepare(data, limits)
    members = _open(encoded)
    kind = read_kind(members)
    if kind in CLASSES:
        return _read_single(kind, encoded, members, policy)
    return _read_envelope(kind, encoded, members, limits, policy)


def _open(encoded: bytes) -> dict[str, Raw]:
    """The top object's members, each still in its own bytes."""
    first = encoded.lstrip(b" \t\r\n")[:1]
    try:
        if first == b"{":
            return _objects.decode(encoded)
        msgspec.json.decode(encoded, type=Raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        _refuse_syntax(encoded, str(error))
    found = {b"[": "array", b'"': "string", b"t": "boolean", b"f": "boolean", b"n": "null"}
    raise EpcisError(
        Fault("epcis.not_an_object", "", "", None, {"found": found.get(first, "number")})
    )


def _refuse_syntax(encoded: bytes, message: str) -> NoReturn:
    place = _BYTE.search(message)
    offset = int(place[1]) if place else len(encoded)
    code = "epcis.json_malformed" if place else "epcis.json_truncated"
    near = encoded[max(0, offset - 20) : offset + 20].decode("utf-8", "replace")
    raise EpcisError(Fault(code, "", near, offset, text.position(encoded, offset)))


def read_kind(members: Mapping[str, Raw]) -> str:
    """The type among a document's members; raises EpcisError for none that EPCIS knows."""
    kind = load(bytes(members["type"])) if "type" in members else None
    if kind is None:
        params = {"name": "type", "owner": "EPCISDocument"}
        raise EpcisError(Fault("epcis.member_missing", "/type", "", None, params))
    if not isinstance(kind, str) or kind not in {"EPCISDocument", "EPCISQueryDocument", *CLASSES}:
        raise EpcisError(Fault("epcis.document_type", "/type", kind))
    return kind


def _read_single(kind: str, encoded: bytes, members: Mapping[str, Raw], policy: Policy) -> Document:
    context = load(bytes(members["@context"])) if "@context" in members else None
    told = "@context" in members
    namespaces, faults = read_context(context, {}, gs1_required=told)
    if not told:
        # GS1's schema of a single event does not ask for one, and its words can mean nothing else.
        params = {"wanted": GS1_CONTEXT}
        faults.append(Fault("epcis.context_assumed", "/@context", "", None, params))
    reader = EventReader(namespaces, policy, careful=text.needs_care(encoded))
    reading = reader.read(0, "", encoded.strip(b" \t\r\n"), own_context=False)
    _place([reading], encoded, 0)
    faults = place_document_faults(faults, encoded)
    return Document(kind, None, None, None, context, None, [], [reading], faults)


def _read_envelope(
    kind: str, encoded: bytes, members: Mapping[str, Raw], limits: Limits, policy: Policy
) -> Document:
    served = kind == "EPCISQueryDocument"
    array, pointer = _find_events(members, served=served)
    raws = _split(array, limits)
    skeleton = load(_without(encoded, array) if raws is not None else encoded)
    context = skeleton.get("@context")
    namespaces, faults = read_context(context, {}, gs1_required="@context" in skeleton)
    faults += check_envelope(skeleton, kind, namespaces, empty=raws == [])
    careful = text.needs_care(encoded)
    reader = EventReader(namespaces, policy, served=served, careful=careful)
    events = [
        reader.read(index, f"{pointer}/{index}", bytes(raw)) for index, raw in enumerate(raws or ())
    ]
    check_document_identities(events)
    if array is not None and any(reading.faults for reading in events):
        _place(events, encoded, _start(encoded, array))
    document = make_document(kind, skeleton, place_document_faults(faults, encoded))
    document.events = events
    return document


def make_document(kind: str, skeleton: dict[str, Any], faults: list[Fault]) -> Document:
    """The document of an envelope, its events left out."""
    return Document(
        type=kind,
        schema_version=_string(skeleton.get("schemaVersion")),
        creation_date=read_time(skeleton.get("creationDate")),
        id=_string(skeleton.get("id")),
        context=skeleton.get("@context"),
        header=read_header(skeleton),
        master_data=read_master_data(skeleton),
        events=[],
        faults=faults,
        envelope=skeleton,
    )


def _place(events: list[Reading], encoded: bytes, begin: int) -> None:
    """Say where each event's text begins, and where in it each fault is."""
    line, column, at, end = 1, 1, 0, begin
    for reading in events:
        start = encoded.find(reading.raw, end)
        line, column = move(line, column, encoded[at:start])
        at, end = start, start + len(reading.raw)
        reading.line, reading.column = line, column
        reading.faults = place_faults(reading.faults, reading)


class EventReader:
    """Reads the events of one document, which share its prefixes and the reader's policy.

    Once a document has shown `MOST_OF_DOCUMENT` faults, no more than the first error is looked
    for in each further event: enough to refuse it.
    """

    def __init__(
        self,
        namespaces: Mapping[str, str],
        policy: Policy,
        *,
        served: bool = False,
        careful: bool = False,
    ) -> None:
        self.namespaces = namespaces
        self.policy = policy
        self.served = served
        self.careful = careful
        self._told = 0

    def read(self, index: int, pointer: str, raw: bytes, *, own_context: bool = True) -> Reading:
        """One event; `own_context` lets its @context add to the document's."""
        namespaces = self.namespaces
        context_faults: list[Fault] = []
        if own_context and b"@context" in raw:
            namespaces, context_faults = self._inner_context(raw)
        brief = self._told >= MOST_OF_DOCUMENT
        event, faults, timed = decode_event(
            raw, namespaces, careful=self.careful and text.needs_care(raw), brief=brief
        )
        faults += context_faults
        unsound = any(fault.level == "error" for fault in faults)
        if event is not None and not (brief and unsound):
            faults = self._check(event, faults, timed=timed, brief=brief)
        if brief and any(fault.level == "error" for fault in faults):
            params = {"limit": MOST_OF_DOCUMENT}
            faults.append(Fault("epcis.too_many_faults", "", "", None, params))
        self._told += len(faults)
        if pointer and faults:
            faults = [fault.at(pointer) for fault in faults]
        return Reading(index, pointer, raw, None if unsound else event, faults)

    def _check(
        self, event: AnyEvent, known: list[Fault], *, timed: bool, brief: bool
    ) -> list[Fault]:
        faults = Collected(known, brief=brief)
        try:
            check_event(event, faults, self.policy, served=self.served, timed=timed)
        except EnoughError:
            if not brief:
                params = {"limit": MOST_FAULTS}
                faults[MOST_FAULTS:] = [Fault("epcis.too_many_faults", "", "", None, params)]
        return list(faults)

    def _inner_context(self, raw: bytes) -> tuple[Mapping[str, str], list[Fault]]:
        try:
            context = load(bytes(_inner(Raw(raw)).get("@context", b"null")))
        except (msgspec.MsgspecError, ValueError):
            return self.namespaces, []
        if context is None:
            return self.namespaces, []
        return read_context(context, self.namespaces, gs1_required=False)


def _find_events(members: Mapping[str, Raw], *, served: bool) -> tuple[Raw | None, str]:
    path = ["epcisBody", *(("queryResults", "resultsBody") if served else ()), "eventList"]
    for name in path[:-1]:
        members = _inner(members[name]) if name in members else {}
    return members.get(path[-1]), "/" + "/".join(path)


def _inner(raw: Raw) -> dict[str, Raw]:
    return _objects.decode(raw) if _begins(raw, b"{") else {}


def _begins(raw: Raw, mark: bytes) -> bool:
    return bytes(memoryview(raw)[:1]) == mark


def _split(array: Raw | None, limits: Limits) -> list[Raw] | None:
    if array is None or not _begins(array, b"["):
        return None
    size = len(memoryview(array))
    # Items that are no objects are cheap to write and dear to hold: count before splitting.
    if size > _LARGE and text.count_items(bytes(array), limits.events) > limits.events:
        _refuse_number(limits)
    raws = _arrays.decode(array)
    if len(raws) > limits.events:
        _refuse_number(limits)
    return raws


def _refuse_number(limits: Limits) -> NoReturn:
    raise EpcisError(Fault("epcis.too_many_events", "", "", None, {"limit": limits.events}))


def _without(encoded: bytes, array: Raw | None) -> bytes:
    """The document with an empty list where its events stand."""
    start, size = _start(encoded, array), len(memoryview(array or b""))
    return encoded[:start] + b"[]" + encoded[start + size :]


def _start(encoded: bytes, array: Raw | None) -> int:
    """The first byte of the list of events; of two that are the same, the last one counts."""
    events = bytes(array or b"")
    # A search for the whole list would cost more than all else done to the document.
    head = events[:_HEAD]
    start = encoded.rfind(head)
    while not encoded.startswith(events, start):
        start = encoded.rfind(head, 0, start + len(head) - 1)
    return start


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
