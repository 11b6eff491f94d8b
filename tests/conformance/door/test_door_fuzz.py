"""Documents that are almost right, thousands of them: refused with a place, or stored whole.

Whatever comes: no failure of ours, no endless work, no capture that is half there, and what was
stored is read back and means what was sent. NGUON_FUZZ=50000 for the long run; every tenth of
them goes over HTTP.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

import psycopg
import pytest

from nguon.epcis import Document, EpcisError, Policy, canonical, event_hash, read_document
from nguon.epcis.xml import read_xml, write_xml
from nguon.errors import Fault
from nguon.eventstore import CaptureResult, Store
from tests.conformance.door.calling import JSON, XML, Answer, Door
from tests.conformance.door.mutations import make_json, make_xml
from tests.conformance.epcis.shared import needs_shared
from tests.conftest import drop_database, make_database

pytestmark = [pytest.mark.database, needs_shared]

FUZZ = int(os.environ.get("NGUON_FUZZ", "300"))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
# A document of this size is read in milliseconds; so long only something endless takes.
PATIENCE = 20.0
MAKERS = {JSON: make_json, XML: make_xml}


@pytest.fixture(scope="module")
def own_url(server_url: str, migrated_template: str) -> Iterator[str]:
    url = make_database(server_url, migrated_template)
    yield url
    drop_database(server_url, url)


@pytest.fixture(scope="module")
def own_store(own_url: str) -> Iterator[Store]:
    """A store without a server before it."""
    opened = Store.open(own_url, size=2)
    yield opened
    opened.close()


def check_faults(faults: list[Fault]) -> None:
    """Every fault has its place and its texts."""
    for fault in faults:
        told = fault.as_dict()
        assert told["vi"], told
        assert told["en"], told
        assert fault.pointer == "" or fault.pointer.startswith("/"), told


def read(kind: str, data: bytes) -> Document | None:
    """The document, None for what is none; nothing else may be raised."""
    try:
        document = (read_xml if kind == XML else read_document)(data, policy=Policy(now=NOW))
    except EpcisError as error:
        check_faults(list(error.faults))
        return None
    check_faults(list(document.all_faults))
    for reading in document.events:
        wrong = [fault for fault in reading.faults if fault.level == "error"]
        assert reading.accepted is not bool(wrong), reading.pointer
        assert reading.event is not None or wrong, reading.pointer
        assert all(fault.pointer.startswith("/") for fault in reading.faults)
    return document


def check_whole(result: CaptureResult, rows: int, document: Document) -> None:
    """All or nothing, or with proceed exactly what was told as stored."""
    assert rows == result.stored
    assert len(result.results) == len(document.events)
    if not result.success and not result.proceed:
        assert rows == 0
    if result.success:
        assert rows + result.duplicates == len(document.events)


def check_kept(store: Store, document: Document, result: CaptureResult) -> None:
    """Every event that was stored is found by its id, means the same, and can be written in XML."""
    for reading, told in zip(document.events, result.results, strict=True):
        if told.status != "stored" or reading.event is None:
            continue
        found = store.events_by_id(told.event_id)
        assert canonical(reading.event) in [canonical(each.event) for each in found]
        try:
            again = read_xml(write_xml([reading.event], creation_date=NOW)).events[0].event
        except EpcisError as error:
            check_faults(list(error.faults))
            continue
        assert again is not None
        assert event_hash(again) == event_hash(reading.event)


@pytest.mark.parametrize("kind", MAKERS, ids=["json", "xml"])
def test_a_changed_document_is_refused_with_a_place_or_stored_whole(
    kind: str, own_store: Store, own_url: str
) -> None:
    ends: Counter[str] = Counter()
    with psycopg.connect(own_url, autocommit=True) as connection:
        for number in range(FUZZ // 2):
            try:
                ends[run_one(kind, number, own_store, connection)] += 1
            except Exception as error:
                error.add_note(f"{kind} number {number}")
                raise
    sys.stdout.write(f"\n{kind}: {dict(ends)}\n")
    assert {"no document", "stored", "refused"} <= set(ends)


def run_one(kind: str, number: int, store: Store, connection: psycopg.Connection) -> str:
    """Read, capture, compare; what became of it in a word."""
    data = MAKERS[kind](number)
    started = time.monotonic()
    document = read(kind, data)
    if document is None:
        return "no document"
    proceed = random.Random(number).random() < 0.5
    result = store.capture(document, proceed=proceed)
    check_faults([fault for each in result.results for fault in each.faults])
    count = "select count(*) from eventstore.event where job = %s"
    ((rows,),) = connection.execute(count, [result.job])
    check_whole(result, rows, document)
    check_kept(store, document, result)
    assert time.monotonic() - started < PATIENCE
    if result.success:
        return "stored" if result.stored else "known or empty"
    return "partly stored" if result.stored else "refused"


def check_problem(answer: Answer) -> None:
    """A refusal as machines read it: a problem whose errors have codes and places."""
    assert answer.kind == "application/problem+json"
    problem = answer.json
    assert problem["status"] == answer.status
    assert problem["type"].startswith("epcisException:")
    for error in problem["errors"]:
        assert error["code"]
        assert error["pointer"] == "" or error["pointer"].startswith("/")


@pytest.mark.parametrize("kind", MAKERS, ids=["json", "xml"])
def test_a_changed_document_over_http_gets_an_answer_that_says_where(
    kind: str, door: Door, door_url: str
) -> None:
    ends: Counter[str] = Counter()
    with psycopg.connect(door_url, autocommit=True) as connection:
        for number in range(max(FUZZ // 20, 25)):
            try:
                ends[send_one(kind, 10_000_000 + number, door, connection)] += 1
            except Exception as error:
                error.add_note(f"{kind} number {10_000_000 + number}")
                raise
    sys.stdout.write(f"\n{kind} over HTTP: {dict(ends)}\n")
    assert {"400", "success"} <= set(ends)


@pytest.mark.parametrize("kind", MAKERS, ids=["json", "xml"])
def test_a_changed_document_that_waits_in_a_file_ends_the_same_way(
    kind: str, door: Door, door_url: str
) -> None:
    """Blanks behind it make it so long that it goes to disk and to the worker."""
    ends: Counter[str] = Counter()
    with psycopg.connect(door_url, autocommit=True) as connection:
        for number in range(30_000_000, 30_000_000 + max(FUZZ // 100, 20)):
            try:
                ends[send_one(kind, number, door, connection, pad=1 << 20)] += 1
            except Exception as error:
                error.add_note(f"{kind} number {number}")
                raise
    assert {"errors", "success"} <= set(ends)


def send_one(
    kind: str, number: int, door: Door, connection: psycopg.Connection, *, pad: int = 0
) -> str:
    """Send, look at the job, read back what it stored; what became of it in a word."""
    behaviour = random.Random(number).choice(("rollback", "proceed"))
    data = MAKERS[kind](number) + b" " * pad
    answer = door.post("/capture", data, kind, GS1_Capture_Error_Behaviour=behaviour)
    if answer.status != 202:
        assert answer.status in (400, 413), (answer.status, answer.body[:500])
        check_problem(answer)
        return str(answer.status)
    job = door.finish(answer.headers["location"])
    assert job["captureErrorBehaviour"] == behaviour
    assert job["success"] is not bool(job["errors"])
    # Of what is no document at all, a job can only speak as of a whole.
    assert all(e["pointer"].startswith("/") or (pad and not e["pointer"]) for e in job["errors"])
    stored = "select event_id from eventstore.event where job = %s"
    ids = [row[0] for row in connection.execute(stored, [UUID(job["captureID"])])]
    assert job["success"] or behaviour == "proceed" or not ids
    for name in ids[:3]:
        for accept in (JSON, XML):
            back = door.get(f"/events/{quote(name, safe='')}", Accept=accept)
            assert back.status in (200, 406), (back.status, back.body[:500])
            assert back.status == 200 or accept == XML
    return "success" if job["success"] else "errors"
