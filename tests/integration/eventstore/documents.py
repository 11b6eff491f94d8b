"""Small EPCIS documents for the tests of the store; every id and lot is the caller's to choose."""

from __future__ import annotations

import json
import uuid
from typing import Any

from nguon.epcis import Document, read_document

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
ID = "https://id.gs1.org"
GTIN = f"{ID}/01/09521101000016"
PRODUCT = f"{ID}/01/09521105000012"
PLACE = f"{ID}/414/9521101000023"


def make_id(seed: object = None) -> str:
    """An eventID: random, or the same for the same seed."""
    chosen = uuid.uuid4() if seed is None else uuid.uuid5(uuid.NAMESPACE_URL, f"nguon-test:{seed}")
    return f"urn:uuid:{chosen}"


def _with(common: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (common | changes).items() if value is not None}


def make_object(lot: str = "LOT-1", **changes: Any) -> dict[str, Any]:
    """A lot comes into being; a change to None leaves the member out."""
    event = {
        "type": "ObjectEvent",
        "eventID": make_id(),
        "eventTime": "2026-05-11T04:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [{"epcClass": f"{GTIN}/10/{lot}", "quantity": 12.5, "uom": "KGM"}],
        "readPoint": {"id": PLACE},
    }
    return _with(event, changes)


def make_mix(source: str, target: str, **changes: Any) -> dict[str, Any]:
    """One lot becomes another."""
    event = {
        "type": "TransformationEvent",
        "eventID": make_id(),
        "eventTime": "2026-05-12T04:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "commissioning",
        "inputQuantityList": [{"epcClass": f"{GTIN}/10/{source}", "quantity": 5, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": f"{PRODUCT}/10/{target}", "quantity": 4, "uom": "KGM"}],
        "readPoint": {"id": PLACE},
    }
    return _with(event, changes)


def make_pack(box: str, *contents: str, **changes: Any) -> dict[str, Any]:
    """Things go into a box; all by their keys."""
    event = {
        "type": "AggregationEvent",
        "eventID": make_id(),
        "eventTime": "2026-05-13T04:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": box,
        "childEPCs": list(contents),
        "readPoint": {"id": PLACE},
    }
    return _with(event, changes)


def declare_wrong(
    event: dict[str, Any], at: str = "2026-05-15T08:00:00Z", *correctives: str
) -> dict[str, Any]:
    """The same event with a declaration that it was wrong."""
    declaration: dict[str, Any] = {"declarationTime": at, "reason": "incorrect_data"}
    if correctives:
        declaration["correctiveEventIDs"] = list(correctives)
    return {**event, "errorDeclaration": declaration}


def make_document(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCISDocument of these events, as plain data."""
    return {
        "@context": [CONTEXT, {"ext": "https://nguon.example/ext/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-11T05:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def read(*events: dict[str, Any], **changes: Any) -> Document:
    """The same, read and checked."""
    return read_document(json.dumps(make_document(*events, **changes), ensure_ascii=False))
