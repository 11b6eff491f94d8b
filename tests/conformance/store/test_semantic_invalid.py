"""The 29 documents that are wrong past the schema, at the store's door: what is refused leaves
nothing behind, what is only flagged is stored and says so.
"""

from __future__ import annotations

import json

import pytest

from nguon.epcis import Document, read_document
from nguon.eventstore import Store
from tests.conformance.epcis.shared import EPCIS, needs_shared
from tests.conformance.epcis.test_semantic_invalid import EXPECTED
from tests.integration.eventstore.table_counts import count_rows

pytestmark = [pytest.mark.database, needs_shared]

REFUSED = [number for number, (_, _, level) in EXPECTED.items() if level == "error"]
FLAGGED = [number for number, (_, _, level) in EXPECTED.items() if level == "flag"]


def read(number: str) -> Document:
    whole = json.loads((EPCIS / "semantic-invalid" / f"{number}.json").read_text("utf-8"))
    return read_document(json.dumps(whole["document"]))


@pytest.mark.parametrize("proceed", [False, True])
def test_a_refused_document_stores_nothing_and_keeps_its_report(
    store_url: str, fresh_store: Store, proceed: bool
) -> None:
    for number in REFUSED:
        document = read(number)
        if proceed and any(reading.accepted for reading in document.events):
            continue  # a sound event beside the bad one is stored when asked to proceed
        result = fresh_store.capture(document, proceed=proceed)
        assert not result.success, number
        assert result.stored == 0
        assert set(count_rows(store_url, jobs=False).values()) == {0}, number
        job = fresh_store.job(result.job)
        assert job is not None
        assert not job.success
        code, pointer, _ = EXPECTED[number]
        assert (code, pointer) in {(e["code"], e["pointer"]) for e in job.errors}, number


def test_a_flagged_document_is_stored_and_carries_its_flag(
    store_url: str, fresh_store: Store
) -> None:
    for number in FLAGGED:
        document = read(number)
        result = fresh_store.capture(document)
        assert result.success, number
        assert result.stored == len(document.events)
        told = [*result.faults, *(fault for each in result.results for fault in each.faults)]
        assert [(f.code, f.pointer, f.level) for f in told] == [EXPECTED[number]]
        job = fresh_store.job(result.job)
        assert job is not None
        assert job.errors == [], "a flag is no error"
    assert count_rows(store_url)["event"] > 0


def test_all_29_are_judged() -> None:
    assert len(REFUSED) + len(FLAGGED) == len(EXPECTED) == 29
