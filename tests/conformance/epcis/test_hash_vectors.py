"""The published vectors of the event hash: which agree, and for the others which rule decides."""

from __future__ import annotations

import pytest

from nguon.epcis import event_hash, read_document
from nguon.epcis.hash import pre_hash
from tests.conformance.epcis.shared import HASHES, needs_shared

pytestmark = needs_shared

# repository-x:ignoreFields at the head of a document names members that its sender wants left
# out of the hash. CBV 2.0 knows no such member, and a hash that a document's head can bend is no
# proof of the event; the event is hashed whole.
IGNORE_FIELDS = {
    ("epcisDocHavingEventWithIgnoreFields", 0),
    ("epcisQueryDocHavingEventWithIgnoreFields", 0),
}
# Their published pre-hash is garbled, cut off or of another document; the hash itself agrees.
GARBLED = {
    "epcisDocWithAllGS1Keys",
    "epcisDocWithCustomSchemaInContext",
    "epcisDocWithDefaultSchemaInContext",
}


def _vectors() -> list[tuple[str, int, str]]:
    return [
        (path.stem, index, expected)
        for path in sorted(HASHES.glob("*.jsonld"))
        for index, expected in enumerate(path.with_suffix(".hashes").read_text("utf-8").split())
    ]


VECTORS = _vectors() if HASHES.is_dir() else []


def test_all_vectors_are_there() -> None:
    assert len(VECTORS) == 43


@pytest.mark.parametrize(("name", "index", "expected"), VECTORS)
def test_the_hash_is_the_published_one(name: str, index: int, expected: str) -> None:
    result = read_document((HASHES / f"{name}.jsonld").read_bytes())
    event = result.events[index].event
    assert event is not None
    assert (event_hash(event) == expected) is ((name, index) not in IGNORE_FIELDS)


READABLE = sorted(
    {name for name, _, _ in VECTORS if (HASHES / f"{name}.prehashes").exists()} - GARBLED
)


@pytest.mark.parametrize("name", READABLE)
def test_the_line_that_is_hashed_is_the_published_one(name: str) -> None:
    lines = (HASHES / f"{name}.prehashes").read_text("utf-8").strip("\n").split("\n")
    readings = read_document((HASHES / f"{name}.jsonld").read_bytes()).events
    for reading, expected in zip(readings, lines, strict=True):
        assert reading.event is not None
        if (name, reading.index) not in IGNORE_FIELDS:
            assert pre_hash(reading.event) == expected
