"""A ledger with keys of its own, for tests that close, prove and tamper."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from nguon.eventstore import Store
from nguon.eventstore.ledger import Root
from nguon.ledger import Report, check_proof, list_keys, publish_keys, write_proof
from nguon.ledger.ring import sign_with
from nguon.stamps import KeyRing
from tests.integration.eventstore.documents import make_object, read

RING = KeyRing("trace.example/ledger").rotate(date(2026, 1, 5), master=b"m" * 32, signing=b"s" * 32)
KEYS = list_keys(RING)
VKEYS = [member["vkey"] for member in publish_keys(RING)["keys"]]


def close(store: Store, **options: Any) -> Root:
    """Close a root with the tests' key."""
    return store.ledger().close(RING.issuer, lambda text: sign_with(RING, text), **options)


def record(store: Store, count: int, mark: str = "A", **changes: Any) -> list[UUID]:
    """Capture some events in one document; their keys."""
    events = [make_object(f"{mark}{i}", **changes) for i in range(count)]
    result = store.capture(read(*events), sender="https://id.gs1.org/417/9521101000009")
    return [each.event_key for each in result.results if each.event_key is not None]


def verify(store: Store, keys: list[UUID], **options: Any) -> Report:
    """Prove some events and check the file with the tests' key."""
    proved = store.ledger().prove(keys, vkeys=VKEYS, **options)
    assert not proved.waiting
    assert not proved.unknown
    return check_proof(write_proof(proved.proof), KEYS)


def tamper(url: str, statement: str, **values: object) -> int:
    """Change rows as one may who owns the database, past every trigger; how many."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        return connection.execute(statement, values).rowcount  # type: ignore[arg-type]  # tests' own
