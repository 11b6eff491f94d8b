"""The sample chains as a store in memory, for the trace page without a database."""

from __future__ import annotations

from datetime import datetime

import pytest

from nguon.epcis import read_document
from nguon.registry.queries import Directory, Entry
from nguon.samples import iter_documents, registry_data
from nguon.trace import MemoryReader, Recorded, find_mentions, record
from nguon.tracing import queries


class MemoryStore:
    """As much of the store as the trace page asks for."""

    def __init__(self, records: list[Recorded]) -> None:
        self._records = records
        events = [entry.event for entry in records]
        self._keys = sorted({m.item for event in events for m in find_mentions(event)})

    def knows(self, key: str) -> bool:
        return key in self._keys

    def find_lots(self, text: str, limit: int) -> list[str]:
        return [key for key in self._keys if key.rpartition("/")[2] == text][:limit]

    def lots_of(self, key: str, limit: int) -> list[str]:
        return [one for one in self._keys if one.startswith(key + "/")][:limit]

    def reader(self, as_of: datetime | None = None) -> MemoryReader:
        return MemoryReader(self._records, as_of)


@pytest.fixture(scope="session")
def sample_records() -> list[Recorded]:
    documents = [read_document(data) for _, data in iter_documents()]
    return record(reading.event for document in documents for reading in document.events)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, sample_records: list[Recorded]) -> MemoryStore:
    store = MemoryStore(sample_records)
    data = registry_data()
    entries = {
        kind: {one["key"]: Entry(one["key"], {**one, "sample": True}) for one in data[kind]}
        for kind in ("organisations", "places", "products")
    }
    directory = Directory(entries["organisations"], entries["places"], entries["products"])
    monkeypatch.setattr(queries, "get_store", lambda: store)
    monkeypatch.setattr(queries, "look_up", lambda _keys, **_: directory)
    monkeypatch.setattr(queries, "find_newest", lambda: None)
    return store
