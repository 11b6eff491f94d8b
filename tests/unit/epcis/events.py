"""Events and documents to spoil: plain dicts, and what becomes of them."""

from __future__ import annotations

import json
from typing import Any

from nguon.epcis import Document, Policy, Reading, read_document

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EX = "https://ns.example.com/epcis/"
ITEM = "https://id.gs1.org/01/09521234000129/21/A1"
LOT = "https://id.gs1.org/01/09521234000129/10/L1"
PALLET = "https://id.gs1.org/00/095212340000000013"
PLACE = "https://id.gs1.org/414/9521234000020"
PARTY = "https://id.gs1.org/417/9521234000013"

_KINDS: dict[str, dict[str, Any]] = {
    "ObjectEvent": {"action": "OBSERVE", "epcList": [ITEM]},
    "AggregationEvent": {"action": "ADD", "parentID": PALLET, "childEPCs": [ITEM]},
    "AssociationEvent": {"action": "ADD", "parentID": PALLET, "childEPCs": [ITEM]},
    "TransactionEvent": {
        "action": "ADD",
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:1"}],
        "epcList": [ITEM],
    },
    "TransformationEvent": {"inputEPCList": [ITEM], "outputQuantityList": [{"epcClass": LOT}]},
}


def event(kind: str = "ObjectEvent", /, **members: Any) -> dict[str, Any]:
    """A sound event of a kind; a member given as None is taken out."""
    base = {
        "type": kind,
        "eventTime": "2026-03-31T08:00:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        **_KINDS[kind],
        **members,
    }
    return {name: value for name, value in base.items() if value is not None}


def document(*events: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An EPCISDocument of events, with the prefix `ex` defined."""
    return {
        "@context": [CONTEXT, {"ex": EX}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-31T08:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **members,
    }


def read(*events: dict[str, Any], policy: Policy | None = None, **members: Any) -> Document:
    """The document of these events, read."""
    return read_document(json.dumps(document(*events, **members)), policy=policy or Policy())


def read_one(kind: str = "ObjectEvent", /, **members: Any) -> Reading:
    """One event of a document, read."""
    return read(event(kind, **members)).events[0]


def found(result: Reading | Document) -> list[tuple[str, str]]:
    """Codes and pointers, the event's own place left out."""
    faults = result.faults if isinstance(result, Reading) else result.all_faults
    for fault in faults:
        fault.as_dict()
    return [(f.code, f.pointer.removeprefix("/epcisBody/eventList/0")) for f in faults]
