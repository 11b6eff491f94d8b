"""Small EPCIS documents and events for the tests of the door, each with an id of its own."""

from __future__ import annotations

import json
import uuid
from typing import Any

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def make_event(**changes: Any) -> dict[str, Any]:
    """An event that breaks no rule; a change to None leaves the member out."""
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": "2026-05-11T04:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [
            {
                "epcClass": "https://id.gs1.org/01/09521101000016/10/DOOR-1",
                "quantity": 12.50,
                "uom": "KGM",
            }
        ],
        "readPoint": {"id": "https://id.gs1.org/414/9521101000023"},
    }
    return {name: value for name, value in (event | changes).items() if value is not None}


def make_bare(**changes: Any) -> dict[str, Any]:
    """An event that stands on its own."""
    return {"@context": [CONTEXT], **make_event(**changes)}


def make_document(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCISDocument of these events."""
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-11T05:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def declare_wrong(event: dict[str, Any], time: str = "2026-05-12T08:00:00Z") -> dict[str, Any]:
    """The same event with a declaration that it was wrong."""
    declaration = {"declarationTime": time, "reason": "incorrect_data"}
    return {**event, "errorDeclaration": declaration}


def write(value: object) -> bytes:
    return json.dumps(value).encode()
