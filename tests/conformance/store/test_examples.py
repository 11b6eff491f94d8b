"""GS1's 47 JSON examples through the store: no loss, and sent twice nothing changes.

Two pairs of the examples give one eventID to different events, which the store must refuse; so
each of a pair goes into a store of its own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nguon.epcis import Document, Policy, canonical, digest, event_key, identity, read_document
from nguon.epcis.decoding import decode_event
from nguon.epcis.model import AnyEvent
from nguon.eventstore import CaptureResult, Store
from nguon.eventstore.rows import decode_context
from nguon.gs1 import canonical_key
from tests.conformance.epcis.shared import chain_files, example_files, needs_shared
from tests.integration.eventstore.table_counts import count_rows, fetch

pytestmark = [pytest.mark.database, needs_shared]


def read(path: Path) -> Document:
    return read_document(path.read_bytes())


def split_by_identity() -> list[list[Path]]:
    """The examples in groups in which no event identity has two meanings."""
    groups: list[tuple[list[Path], dict[str, bytes]]] = []
    for path in example_files():
        own = {identity(r.event): digest(r.event) for r in read(path).events if r.event}
        fitting = (g for g in groups if all(g[1].get(n, own[n]) == own[n] for n in own))
        group = next(fitting, None)
        if group is None:
            group = ([], {})
            groups.append(group)
        group[0].append(path)
        group[1].update(own)
    return [paths for paths, _ in groups]


GROUPS = split_by_identity() if example_files() else [[]]


@pytest.fixture(params=GROUPS, ids=lambda paths: f"{len(paths)} examples")
def examples(request: pytest.FixtureRequest) -> list[Path]:
    """Examples that may stand in one store."""
    chosen: list[Path] = request.param
    return chosen


def stored_event(url: str, event: AnyEvent) -> AnyEvent:
    """The event as the store keeps it, read from its row and nothing else."""
    query = "select doc::text, context::text from eventstore.event where event_key = %s"
    ((doc, context),) = fetch(url, query, event_key(identity(event)))
    found = decode_event(doc.encode(), decode_context(context))[0]
    assert found is not None
    return found


def without_record_time(raw: bytes) -> dict[str, Any]:
    members: dict[str, Any] = json.loads(raw)
    members.pop("recordTime", None)
    return members


def test_there_are_47_examples_and_two_ids_that_clash() -> None:
    assert [len(paths) for paths in GROUPS] == [45, 2]


def test_every_example_is_captured_and_comes_back_meaning_the_same(
    examples: list[Path], store_url: str, fresh_store: Store
) -> None:
    for path in examples:
        document = read(path)
        result = fresh_store.capture(document, sender=path.name)
        assert result.success, (path.name, result)
        assert result.stored + result.duplicates == len(document.events), path.name
        for reading in document.events:
            assert reading.event is not None
            back = stored_event(store_url, reading.event)
            assert canonical(back) == canonical(reading.event), (path.name, reading.pointer)


def test_an_example_s_json_members_are_all_kept(
    examples: list[Path], store_url: str, fresh_store: Store
) -> None:
    for path in examples:
        document = read(path)
        if fresh_store.capture(document).duplicates:
            continue  # an example that repeats another's event in other words
        for reading in document.events:
            assert reading.event is not None
            query = "select doc::text from eventstore.event where event_key = %s"
            ((doc,),) = fetch(store_url, query, event_key(identity(reading.event)))
            assert without_record_time(doc) == without_record_time(reading.raw), path.name


def test_what_stands_around_the_events_is_kept(
    examples: list[Path], store_url: str, fresh_store: Store
) -> None:
    for path in examples:
        whole = json.loads(path.read_bytes())
        result = fresh_store.capture(read(path), sender=path.name)
        kept = kept_document(store_url, result)
        assert kept["@context"] == whole["@context"], path.name
        assert kept["type"] == whole["type"]
        assert kept.get("schemaVersion") == whole.get("schemaVersion")
        assert kept.get("epcisHeader") == whole.get("epcisHeader"), path.name


def test_the_sender_and_receiver_of_a_document_are_kept(store_url: str, fresh_store: Store) -> None:
    for path in example_files():
        whole = json.loads(path.read_bytes())
        if whole["type"] == "EPCISDocument" and "sender" in whole:
            kept = kept_document(store_url, fresh_store.capture(read(path)))
            for name in ("sender", "receiver", "instanceIdentifier"):
                assert kept[name] == whole[name], path.name


def kept_document(url: str, result: CaptureResult) -> dict[str, Any]:
    query = "select document::text from eventstore.capture_job where job = %s"
    kept: dict[str, Any] = json.loads(fetch(url, query, result.job)[0][0])
    return kept


@pytest.mark.parametrize("path", chain_files(), ids=lambda path: path.stem)
def test_the_header_and_master_data_of_a_chain_are_kept(
    path: Path, store_url: str, fresh_store: Store
) -> None:
    document = read(path)
    result = fresh_store.capture(document)
    whole = json.loads(path.read_bytes())
    assert kept_document(store_url, result)["epcisHeader"] == whole["epcisHeader"]
    assert document.master_data
    for element in document.master_data:
        key = canonical_key(element.id)
        found = fresh_store.vocabulary([key])[key]
        values = {re.split("[#/]", name)[-1]: value for name, value in element.attributes}
        assert found.attributes == values
        assert found.type == element.type
        assert list(found.children) == list(element.children)


def test_an_example_sent_twice_adds_nothing_but_the_record_of_the_capture(
    examples: list[Path], store_url: str, fresh_store: Store
) -> None:
    for path in examples:
        fresh_store.capture(read(path))
    before = count_rows(store_url, jobs=False)
    assert before["event"] > 0
    for path in examples:
        document = read(path)
        result = fresh_store.capture(document)
        assert result.duplicates == len(document.events), path.name
        assert result.success
    assert count_rows(store_url, jobs=False) == before


def test_an_id_that_names_another_event_already_is_a_conflict(fresh_store: Store) -> None:
    for path in GROUPS[0]:
        fresh_store.capture(read(path))
    for path in GROUPS[1]:
        result = fresh_store.capture(read(path))
        assert "conflict" in [each.status for each in result.results], path.name
        assert result.stored == 0


def test_the_five_twins_of_a_sensor_are_refused_where_the_policy_says_so(
    store_url: str, fresh_store: Store
) -> None:
    refused = []
    strict = Policy(refuse_sensor_twins=True)
    for path in example_files():
        document = read_document(path.read_bytes(), policy=strict)
        if not document.accepted:
            assert not fresh_store.capture(document).success
            refused.append(path.name)
            wrong = {f.code for f in document.all_faults if f.level == "error"}
            assert wrong == {"epcis.sensor_twice"}
    assert len(refused) == 5
    assert set(count_rows(store_url, jobs=False).values()) == {0}
