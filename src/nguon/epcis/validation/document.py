"""The document around the events (EPCIS 2.0 sections 9 and 10; JSON Schema 2.0.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from nguon.epcis.validation import structure
from nguon.epcis.validation.structure import (
    Reader,
    Shape,
    Walk,
    free,
    listing,
    record,
    text,
    time,
    uri,
)
from nguon.errors import Fault

_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_CURRENT = re.compile(r"2(?:\.0(?:\.[0-9]+)?)?")


def _shape(name: str, members: dict[str, Reader], *required: str) -> Reader:
    return record(Shape(name, MappingProxyType(members), required))


def attribute_value(value: object, pointer: str, walk: Walk) -> object:
    """A master data value: anything but an array, a boolean or null."""
    if value is None or isinstance(value, bool | list):
        params = {"expected": "string", "found": structure.kind_of(value)}
        return walk.report("epcis.wrong_type", pointer, value, **params)
    return free(value, pointer, walk)


def events(value: object, pointer: str, walk: Walk) -> object:
    """The list of events: each is looked at on its own, elsewhere."""
    if isinstance(value, list):
        return value
    params = {"expected": "array", "found": structure.kind_of(value)}
    return walk.report("epcis.wrong_type", pointer, value, **params)


def version(value: object, pointer: str, walk: Walk) -> object:
    """Digits and points; anything but 2.0 is worth a flag."""
    if text(value, pointer, walk) is structure.DROP:
        return structure.DROP
    if not _VERSION.fullmatch(str(value)):
        return walk.report("epcis.schema_version_malformed", pointer, value)
    if not _CURRENT.fullmatch(str(value)):
        walk.report("epcis.schema_version", pointer, value)
    return value


# Master data may carry members of its own without a prefix: the schema leaves them free.
def open_record(members: dict[str, Reader], *required: str) -> Reader:
    """A reader of objects whose other members are free."""

    def read(value: object, pointer: str, walk: Walk) -> object:
        if not isinstance(value, dict):
            params = {"expected": "object", "found": structure.kind_of(value)}
            return walk.report("epcis.wrong_type", pointer, value, **params)
        known = {name: entry for name, entry in value.items() if name in members}
        shape = Shape("vocabulary", MappingProxyType(members), required)
        structure.report_repeats(value, pointer, walk)
        return structure.clean(known, shape, pointer, walk)

    return read


_ATTRIBUTE = open_record({"id": uri, "attribute": attribute_value}, "id")
_ELEMENT = open_record(
    {"id": uri, "attributes": listing(_ATTRIBUTE), "children": listing(uri)}, "id"
)
_VOCABULARY = open_record({"type": uri, "vocabularyElementList": listing(_ELEMENT)}, "type")
_MASTER_DATA = open_record({"vocabularyList": listing(_VOCABULARY)})
_HEADER = _shape("epcisHeader", {"epcisMasterData": _MASTER_DATA})
_COMMON: dict[str, Reader] = {
    "@context": free,
    "id": uri,
    "type": text,
    "schemaVersion": version,
    "creationDate": time,
}
_RESULTS = _shape(
    "queryResults",
    {
        "queryName": text,
        "subscriptionID": text,
        "resultsBody": _shape(
            "resultsBody",
            {"eventList": events, "vocabularyList": listing(_VOCABULARY)},
            "eventList",
        ),
    },
    "queryName",
    "resultsBody",
)
_DOCUMENTS: Mapping[str, Shape] = MappingProxyType(
    {
        "EPCISDocument": Shape(
            "EPCISDocument",
            MappingProxyType(
                {
                    **_COMMON,
                    "instanceIdentifier": text,
                    "sender": text,
                    "receiver": text,
                    "epcisHeader": _HEADER,
                    "epcisBody": _shape("epcisBody", {"eventList": events}, "eventList"),
                }
            ),
            ("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
        ),
        "EPCISQueryDocument": Shape(
            "EPCISQueryDocument",
            MappingProxyType(
                {
                    **_COMMON,
                    "epcisBody": _shape("epcisBody", {"queryResults": _RESULTS}, "queryResults"),
                }
            ),
            ("@context", "type", "epcisBody"),
        ),
    }
)


def check_envelope(
    skeleton: Mapping[str, Any], kind: str, namespaces: Mapping[str, str], *, empty: bool
) -> list[Fault]:
    """What is wrong with a document, its events left aside."""
    walk = Walk(namespaces)
    with suppress(structure.EnoughError):
        structure.sift(skeleton, _DOCUMENTS[kind], "", walk)
    if empty and kind == "EPCISDocument":
        walk.report("epcis.event_list_empty", "/epcisBody/eventList", "[]")
    return walk.faults
