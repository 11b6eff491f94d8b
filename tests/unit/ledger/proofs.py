"""Proof files made in memory, and the stand-alone checker of the documentation."""

from __future__ import annotations

import importlib.util
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from nguon.epcis import event_hash, event_key, identity
from nguon.epcis.decoding import decode_event
from nguon.ledger import (
    FORMAT,
    Checkpoint,
    LinkedRoot,
    Opening,
    Proof,
    ProvenEvent,
    Stored,
    derive_salt,
    list_keys,
    make_entry,
    name_key,
)
from nguon.ledger.ring import sign_with
from nguon.stamps import KeyRing
from tests.unit.ledger import naive

RING = KeyRing("trace.example/so-cai").rotate(date(2026, 1, 5), master=b"m" * 32, signing=b"s" * 32)
KEYS = list_keys(RING)
VKEY = name_key(RING, RING.active_key).vkey
CLOSED = datetime(2026, 5, 14, 17, 10, tzinfo=UTC)
SENDER = "https://id.gs1.org/417/9521101000009"


def make_checker() -> ModuleType:
    """docs/explanation/check_proof.py, which knows nothing of this package."""
    path = Path(__file__).resolve().parents[3] / "docs/explanation/check_proof.py"
    spec = importlib.util.spec_from_file_location("check_proof", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_document(number: int) -> dict[str, Any]:
    """An event, every third without an id of its own, some with words of others."""
    event = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-05-11T04:30:00+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "quantityList": [
            {
                "epcClass": f"https://id.gs1.org/01/09521101000016/10/VẢI-{number}",
                "quantity": number + 0.5,
                "uom": "KGM",
            }
        ],
    }
    if number % 3 == 0:
        del event["eventID"]
    return event | ({"ext:note": 'nói "ngọt"\n\\ & é'} if number % 2 else {})


def make_stored(number: int) -> tuple[Stored, str]:
    """The event as a store would hold it, and its hash."""
    context = '{"ext": "https://nguon.example/ext/"}' if number % 2 else ""
    document = json.dumps(make_document(number), ensure_ascii=False)
    event = decode_event(document.encode(), json.loads(context or "{}"))[0]
    assert event is not None
    recorded = CLOSED - timedelta(hours=1, microseconds=number)
    stored = Stored(
        event_key(identity(event)), recorded, context, document, UUID(int=9), b"d" * 32, SENDER
    )
    return stored, event_hash(event)


class Tree:
    """A ledger in memory."""

    def __init__(self, size: int) -> None:
        self.stored = [make_stored(number) for number in range(size)]
        self.secrets = [bytes([number % 256]) * 32 for number in range(size)]
        self.entries = [
            make_entry(stored, told, secret)
            for (stored, told), secret in zip(self.stored, self.secrets, strict=True)
        ]
        self.leaves = [entry.leaf for entry in self.entries]

    def note(self, size: int, ring: KeyRing = RING, closed: datetime = CLOSED) -> str:
        """The signed root of the first leaves."""
        root = naive.mth(self.leaves[:size])
        return sign_with(ring, Checkpoint(ring.issuer, size, root, closed).to_text())

    def prove(self, positions: list[int], size: int, ring: KeyRing = RING) -> Proof:
        """The proof of some events."""
        events = [self._prove(position, size) for position in positions]
        return Proof(FORMAT, self.note(size, ring), events, [], [VKEY])

    def _prove(self, position: int, size: int) -> ProvenEvent:
        (stored, told), entry = self.stored[position], self.entries[position]
        secret = self.secrets[position]
        opening = Opening(stored.arrival, SENDER, derive_salt(secret, "origin").hex())
        return ProvenEvent(
            position,
            str(stored.event_key),
            entry.record_time,
            told,
            stored.document,
            stored.context,
            derive_salt(secret, "document").hex(),
            entry.content.hex(),
            entry.origin.hex(),
            entry.leaf.hex(),
            [step.hex() for step in naive.path(position, self.leaves[:size])],
            opening,
        )

    def link(self, one: int, other: int, ring: KeyRing = RING) -> LinkedRoot:
        """The root of `one` leaves, linked to that of `other`."""
        small, large = sorted((one, other))
        path = [step.hex() for step in naive.proof(small, self.leaves[:large])]
        return LinkedRoot(self.note(one, ring), path)
