"""GS1's 47 JSON examples and the three sample chains are read without errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nguon.epcis import Policy, canonical, digest, read_document, write_document
from nguon.epcis.decoding import decode_event
from tests.conformance.epcis.shared import chain_files, example_files, needs_shared

pytestmark = needs_shared

# GS1's test case TCR-53 has a capture refused when a time or device stands in the metadata and
# in a report of one sensor element. These examples, made to show every field, do just that.
AGAINST_TCR_53 = {
    f"{kind}_event_all_possible_fields.jsonld"
    for kind in ("aggregation", "association", "object", "transaction", "transformation")
}
FILES = example_files() + chain_files()


def test_all_files_are_there() -> None:
    assert (len(example_files()), len(chain_files())) == (47, 3)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_example_has_no_errors(path: Path) -> None:
    result = read_document(path.read_bytes())
    errors = [(f.code, f.pointer, f.value) for f in result.all_faults if f.level == "error"]
    assert errors == []
    assert all(reading.event is not None for reading in result.events)


def test_only_the_five_that_go_against_tcr_53_need_leniency() -> None:
    strict = Policy(refuse_sensor_twins=True)
    refused = {p.name for p in FILES if not read_document(p.read_bytes(), policy=strict).accepted}
    assert refused == AGAINST_TCR_53


@pytest.mark.parametrize("path", chain_files(), ids=lambda path: path.name)
def test_the_chains_have_nothing_worth_a_flag_but_private_identifiers(path: Path) -> None:
    codes = {fault.code for fault in read_document(path.read_bytes()).all_faults}
    assert codes <= {"epcis.private_identifier"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_written_means_what_was_read(path: Path) -> None:
    before = read_document(path.read_bytes())
    events = [reading.event for reading in before.events if reading.event is not None]
    assert before.creation_date is not None
    written = write_document(events, creation_date=before.creation_date, header=before.header)
    after = read_document(written)
    assert after.creation_date == before.creation_date
    again = [reading.event for reading in after.events if reading.event is not None]
    assert [canonical(event) for event in again] == [canonical(event) for event in events]
    assert [digest(event) for event in again] == [digest(event) for event in events]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_short_and_the_long_way_read_the_same(path: Path) -> None:
    for reading in read_document(path.read_bytes()).events:
        assert reading.event is not None
        prefixes = reading.event.namespaces
        short = decode_event(reading.raw, prefixes)
        long = decode_event(reading.raw, prefixes, careful=True)
        assert short[0] == long[0]
        assert json.loads(reading.raw)["type"] == reading.event.type
