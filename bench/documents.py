"""Documents to measure with: a plausible mix of events, the same for the same seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from nguon.gs1 import check_digit

ID = "https://id.gs1.org"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": "https://nguon.example/voc/"},
]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
EPCS = 5


def make_gtin(number: int) -> str:
    body = f"0952{number:09}"
    return body + check_digit(body)


def make_sscc(number: int) -> str:
    body = f"3952{number:013}"
    return body + check_digit(body)


def make_place(number: int) -> str:
    body = f"952{number:09}"
    return body + check_digit(body)


class Maker:
    """Makes events one after another: lots transformed, packed, shipped, received."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.number = 0

    def make_events(self, count: int) -> list[dict[str, Any]]:
        return [self._make_event() for _ in range(count)]

    def _make_event(self) -> dict[str, Any]:
        self.number += 1
        number = self.number
        place = make_place(number % 5000)
        common = {
            "eventID": f"urn:uuid:{UUID(int=self.random.getrandbits(128), version=4)}",
            "eventTime": (BEGIN + timedelta(seconds=number)).isoformat(),
            "eventTimeZoneOffset": "+07:00",
            "readPoint": {"id": f"{ID}/414/{place}"},
            "bizLocation": {"id": f"{ID}/414/{place}"},
            "nguon:cte": "common.SHIP",
            "nguon:performedBy": f"{ID}/417/{place}",
        }
        makers = (self._ship, self._receive, self._pack, self._make, self._commission)
        return common | makers[number % 5](number)

    def _serials(self, number: int) -> list[str]:
        gtin = make_gtin(number % 20000)
        return [f"{ID}/01/{gtin}/21/{number:x}{index}" for index in range(EPCS)]

    def _ship(self, number: int) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "shipping",
            "disposition": "in_transit",
            "epcList": self._serials(number),
            "sourceList": [{"type": "owning_party", "source": f"{ID}/417/{make_place(1)}"}],
            "destinationList": [
                {"type": "owning_party", "destination": f"{ID}/417/{make_place(2)}"}
            ],
            "bizTransactionList": [
                {"type": "desadv", "bizTransaction": f"{ID}/253/{make_place(3)}PX{number}"}
            ],
        }

    def _receive(self, number: int) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "receiving",
            "disposition": "in_progress",
            "epcList": self._serials(number - 1),
        }

    def _pack(self, number: int) -> dict[str, Any]:
        return {
            "type": "AggregationEvent",
            "action": "ADD",
            "bizStep": "packing",
            "disposition": "in_progress",
            "parentID": f"{ID}/00/{make_sscc(number)}",
            "childEPCs": self._serials(number - 2),
        }

    def _make(self, number: int) -> dict[str, Any]:
        inputs = [
            {"epcClass": f"{ID}/01/{make_gtin(n)}/10/L{number // 50 - n}", "quantity": 12.5,
             "uom": "KGM"}
            for n in range(4)
        ]  # fmt: skip
        return {
            "type": "TransformationEvent",
            "bizStep": "commissioning",
            "disposition": "active",
            "inputQuantityList": inputs,
            "outputQuantityList": [
                {"epcClass": f"{ID}/01/{make_gtin(4)}/10/L{number}", "quantity": 48.0,
                 "uom": "KGM"}
            ],
            "ilmd": {"cbvmda:lotNumber": f"L{number}", "cbvmda:bestBeforeDate": "2026-12-31"},
        }  # fmt: skip

    def _commission(self, number: int) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "epcList": self._serials(number),
            "ilmd": {"cbvmda:lotNumber": f"L{number}", "cbvmda:countryOfOrigin": "VN"},
        }


def encode(events: list[dict[str, Any]]) -> bytes:
    """Events as an EPCIS document."""
    return orjson.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-01-01T00:00:00Z",
            "epcisBody": {"eventList": events},
        }
    )
