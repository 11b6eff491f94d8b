"""A store, its events by name, and questions to it: what the test cases of GS1 need."""

from __future__ import annotations

import json
import uuid
from typing import Any

from nguon.epcis import Document, Policy, read_document
from nguon.epcis.query import read_rest
from nguon.eventstore import CaptureResult, Store

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"example": "https://ns.example.com/epcis/"},
]
NAMESPACES = {"example": "https://ns.example.com/epcis/"}
ITEM = "urn:epc:id:sgtin:9521234.000012.A1"
PLACE = "urn:epc:id:sgln:9521234.00002.0"


def make_event(name: str, **members: Any) -> dict[str, Any]:
    """An observation whose id follows from its name; a member given as None is taken out."""
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        "eventTime": "2026-05-10T12:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "epcList": [ITEM],
        "readPoint": {"id": PLACE},
        **members,
    }
    return {key: value for key, value in event.items() if value is not None}


def read(events: list[dict[str, Any]], *, strict: bool = False) -> Document:
    """The document of these events, read."""
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-11T00:00:00Z",
        "epcisBody": {"eventList": events},
    }
    return read_document(json.dumps(document), policy=Policy(refuse_sensor_twins=strict))


class Case:
    """Events captured by name, found again by name."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.names: dict[str, str] = {}

    def capture(self, named: dict[str, dict[str, Any]], *, strict: bool = False) -> CaptureResult:
        """Capture events given by name."""
        events = [make_event(name, **members) for name, members in named.items()]
        self.names |= dict(zip([event["eventID"] for event in events], named, strict=True))
        return self.store.capture(read(events, strict=strict))

    def ask(self, **parameters: str) -> set[str]:
        """The names of the events that answer; `__` in a name stands for `:`."""
        pairs = [(name.replace("__", ":"), value) for name, value in parameters.items()]
        found = self.store.query_all_events(read_rest(pairs, NAMESPACES).query)
        return {self.names[each.event_id] for each in found}
