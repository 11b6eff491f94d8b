"""The sample chains in memory, and the sample register as the page sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from django.utils import translation

from nguon.epcis import read_document
from nguon.registry.models import Kind
from nguon.registry.queries import Directory, Entry
from nguon.samples import iter_documents, registry_data
from nguon.scan.gathering import Gathered, gather
from nguon.scan.page import Page, build_page
from nguon.scan.remembering import RememberingReader
from nguon.trace import MemoryReader, record

HOME = "https://id.gs1.org"
NOW = datetime.fromisoformat("2026-06-01T09:41:00+07:00")


@cache
def chains() -> MemoryReader:
    readings = [r for _name, data in iter_documents() for r in read_document(data).events]
    return MemoryReader(record([r.event for r in readings if r.event is not None]))


@cache
def sample_directory() -> Directory:
    groups: dict[str, dict[str, Entry]] = {}
    households = {
        entry["key"]
        for entry in registry_data()["organisations"]
        if entry["kind"] == Kind.HOUSEHOLD
    }
    for kind, entries in registry_data().items():
        groups[kind] = {}
        for entry in entries:
            values = {**entry, "sample": True}
            if kind == "places":
                values["private"] = entry["organisation"] in households
            groups[kind][entry["key"]] = Entry(entry["key"], values)
    return Directory(**groups)


@pytest.fixture
def reader() -> MemoryReader:
    """All three chains."""
    return chains()


@pytest.fixture
def directory() -> Directory:
    """The register's sample entries."""
    return sample_directory()


@pytest.fixture
def gathered() -> Callable[[str], Gathered]:
    """What belongs on the page of a sample item, by the path of its key."""
    return lambda path: gather(RememberingReader(chains()), HOME + path)


@pytest.fixture
def page() -> Callable[..., Page]:
    """The page of a sample item, by the path of its key."""

    def build(path: str, now: datetime = NOW, *, whole: bool = False) -> Page:
        found = gather(RememberingReader(chains()), HOME + path)
        return build_page(found, sample_directory(), now, whole=whole)

    return build


@pytest.fixture
def read_events() -> Callable[[Iterable[dict[str, Any]]], MemoryReader]:
    """A reader over events written as plain dictionaries."""

    def read(events: Iterable[dict[str, Any]]) -> MemoryReader:
        import json

        document = {
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                {"nguon": "https://nguon.example/voc/"},
            ],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-06-01T00:00:00+07:00",
            "epcisBody": {"eventList": list(events)},
        }
        readings = read_document(json.dumps(document)).events
        assert [r.faults for r in readings if not r.accepted] == []
        return MemoryReader(record([r.event for r in readings if r.event is not None]))

    return read


@pytest.fixture(autouse=True)
def vietnamese() -> Iterable[None]:
    """Words are tested in Vietnamese unless a test says otherwise."""
    with translation.override("vi"):
        yield
