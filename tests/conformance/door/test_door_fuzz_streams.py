"""The documents that are almost right, read as a stream and captured block by block: the same
word on every event as when the document is read at once, and never a rollback that kept some.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from nguon.epcis import EpcisError, Limits, Policy
from nguon.epcis.streaming import JsonStream
from nguon.epcis.xml.reading import XmlStream
from nguon.eventstore import CaptureJob, Store, streamed
from tests.conformance.door.calling import XML
from tests.conformance.door.test_door_fuzz import FUZZ, MAKERS, NOW, check_faults, read
from tests.conformance.epcis.shared import needs_shared
from tests.conftest import drop_database, make_database

pytestmark = [pytest.mark.database, needs_shared]

LIMITS = Limits(bytes=1 << 24, events=10_000)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks so small that most documents are several."""
    monkeypatch.setattr(streamed, "BLOCK", 2)


@pytest.fixture
def stores(server_url: str, migrated_template: str) -> Iterator[tuple[Store, Store]]:
    """One store for documents at once and one for streams, which are sent the same."""
    urls = [make_database(server_url, migrated_template) for _ in range(2)]
    opened = [Store.open(url, size=3) for url in urls]
    yield opened[0], opened[1]
    for store, url in zip(opened, urls, strict=True):
        store.close()
        drop_database(server_url, url)


@pytest.mark.parametrize("kind", MAKERS, ids=["json", "xml"])
def test_a_changed_document_ends_as_a_stream_as_it_ends_at_once(
    kind: str, stores: tuple[Store, Store]
) -> None:
    ends: Counter[str] = Counter()
    for number in range(20_000_000, 20_000_000 + max(FUZZ // 10, 60)):
        try:
            ends[compare(kind, number, *stores)] += 1
        except Exception as error:
            error.add_note(f"{kind} number {number}")
            raise
    assert {"no document", "success", "failure"} <= set(ends)


def compare(kind: str, number: int, whole: Store, blocks: Store) -> str:
    """Capture at once and in blocks; what became of both in a word."""
    data = MAKERS[kind](number)
    proceed = random.Random(number).random() < 0.5
    document = read(kind, data)
    job = capture(blocks, kind, data, proceed=proceed)
    if document is None:
        assert job is None or (not job.success and (proceed or not job.stored))
        return "no document"
    assert job is not None
    result = whole.capture(document, proceed=proceed)
    told = [each.status for each in blocks.results(job.id, limit=10_000)]
    assert told == [each.status for each in result.results]
    assert (job.running, job.success, job.stored) == (False, result.success, result.stored)
    return "success" if result.success else "failure"


def capture(store: Store, kind: str, data: bytes, *, proceed: bool) -> CaptureJob | None:
    """Capture a stream; None where nothing could be made of it."""

    def open_stream() -> Any:
        make = XmlStream if kind == XML else JsonStream
        return make(io.BytesIO(data), limits=LIMITS, policy=Policy(now=NOW))

    try:
        return store.capture_stream(open_stream, proceed=proceed)
    except EpcisError as error:
        check_faults(list(error.faults))
        return None
