"""Clients that others wrote, at a running server: openepcis-client (PyPI) and epcis2.js (npm)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from openepcis_client.core.client import Client
from openepcis_client.core.config import ClientConfig
from openepcis_client.core.errors import OpenEpcisError
from openepcis_client.events import (
    Capture,
    Query,
    aggregation_event,
    biz_transaction,
    cbv,
    document,
    error_declaration,
    instance_uri,
    object_event,
    quantity_element,
    sscc_uri,
    transaction_event,
    transformation_event,
)

from tests.conformance.door.calling import Door, served

pytestmark = pytest.mark.database

CLIENTS = Path(__file__).parent / "clients"
MUST_RUN = os.environ.get("CI") == "true"
KEY = "a-partner-s-key"
GTIN = "09521101000016"
LAST = datetime(2026, 5, 11, 11, 30, tzinfo=timezone(timedelta(hours=7)))


class Bearer:
    """What openepcis-client asks its token of; ours is a machine's key."""

    def __init__(self, key: str) -> None:
        self.key = key

    def bearer(self) -> str:
        return self.key

    def invalidate(self) -> None:
        """Keys are not renewed."""


@pytest.fixture(scope="module")
def closed(door_url: str) -> Iterator[str]:
    """The address of a door that opens to a key only."""
    with served(door_url, NGUON_OPEN_CAPTURE="0", NGUON_CAPTURE_KEY=KEY) as address:
        yield f"{address}/epcis"


def client(address: str, key: str = KEY) -> Client:
    return Client(ClientConfig(base_url=address), Bearer(key))


def events_of(lot: str, number: str) -> list[dict[str, Any]]:
    """One event of each kind that the client can make."""
    thing = instance_uri(GTIN, serial=number)
    batch = quantity_element(instance_uri(GTIN, lot=lot), 12.5, "KGM")
    order = [biz_transaction("po", f"https://orders.example/{number}")]
    common: dict[str, Any] = {"event_time": LAST, "read_point": "9521101000023"}
    return [
        object_event(action="ADD", biz_step="commissioning", quantities=[batch], **common),
        transformation_event(input_quantities=[batch], output_epcs=[thing], **common),
        aggregation_event(
            action="ADD", parent_id=sscc_uri("095211010000000016"), child_epcs=[thing],
            biz_step="packing", **common,
        ),
        transaction_event(action="ADD", biz_transactions=order, epcs=[thing], **common),
    ]  # fmt: skip


def wrapped(events: list[dict[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = document(events, creation_time=LAST)
    return whole


def test_openepcis_client_captures_and_finds_its_events(closed: str) -> None:
    number = uuid.uuid4().hex[:12]
    before = datetime.now(UTC) - timedelta(seconds=5)
    capture, query = Capture(client(closed)), Query(client(closed))
    assert (capture.check(), query.check()) == ("", "")
    receipt = capture.submit(wrapped(events_of(f"L{number}", number)))
    assert receipt.answerable
    outcome = capture.outcome(receipt)
    assert (outcome.settled, outcome.success, outcome.errors) == (True, True, ())
    found = query.for_epc(instance_uri(GTIN, serial=number))
    assert {each["type"] for each in found} == {
        "TransformationEvent", "AggregationEvent", "TransactionEvent",
    }  # fmt: skip
    since = list(query.since(before.isoformat()))
    assert {each["eventID"] for each in found} <= {each["eventID"] for each in since}


def test_openepcis_client_reports_twice_and_corrects_itself(closed: str) -> None:
    number = uuid.uuid4().hex[:12]
    capture, query = Capture(client(closed)), Query(client(closed))
    (event, *_) = events_of(f"L{number}", number)
    for _ in range(2):
        assert capture.outcome(capture.submit(wrapped([event]))).success
    thing = instance_uri(GTIN, lot=f"L{number}")
    (stored,) = query.for_epc(thing)
    told = error_declaration(reason=cbv.INCORRECT_DATA, declaration_time=LAST + timedelta(days=1))
    declared = {**event, "eventID": stored["eventID"], "errorDeclaration": told}
    assert capture.outcome(capture.submit(wrapped([declared]))).success
    assert len(query.for_epc(thing)) == 2


def test_openepcis_client_is_told_what_was_wrong(closed: str) -> None:
    (event, *_) = events_of("L1", "1")
    capture = Capture(client(closed))
    refused = capture.outcome(capture.submit(wrapped([{**event, "action": "PERHAPS"}])))
    assert (refused.known, refused.success) == (True, False)
    assert "PERHAPS" in " ".join(refused.errors)
    unknown = capture.outcome(str(uuid.uuid4()))
    assert (unknown.known, unknown.success) == (False, False)


def test_openepcis_client_without_the_right_key_is_kept_out(closed: str) -> None:
    told = Capture(client(closed, "another"))
    assert told.check() != ""
    with pytest.raises(OpenEpcisError) as caught:
        told.submit(wrapped(events_of("L", "1")))
    assert caught.value.status in (401, 403)
    assert caught.value.problem["type"] == "epcisException:SecurityException"


def run_node(*arguments: str) -> dict[str, Any]:
    """Run the script with epcis2.js; what it printed."""
    node = shutil.which("node") or shutil.which("node", path=Path(".venv/bin").absolute())
    for thing, there in (
        ("Node", node),
        ("epcis2.js", (CLIENTS / "node_modules/epcis2.js").exists()),
    ):
        if not there:
            lack = f"{thing} is not here: ./dev setup brings it"
            pytest.fail(lack) if MUST_RUN else pytest.skip(lack)
    done = subprocess.run(
        [str(node), "capture_and_ask.js", *arguments],
        cwd=CLIENTS,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_epcis2_js_captures_and_finds_its_events(base: str, door: Door) -> None:
    name = uuid.uuid4().hex[:12]
    told = run_node(f"{base}/epcis", name)
    assert told["first"] == {"status": 202, "running": False, "success": True, "errors": []}
    assert told["again"] == told["first"]
    assert (told["refused"]["status"], told["refused"]["success"]) == (202, False)
    assert told["refused"]["errors"][0]["pointer"] == "/epcisBody/eventList/0/epcList/0"
    found = told["found"]["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert {each["type"] for each in found} == {"TransformationEvent", "AggregationEvent"}
    # Its own idea of the event hash is the one that the server gave as eventID.
    assert {each["eventID"] for each in found} == set(told["hashes"][1:])
    assert len(door.events({"EQ_eventID": told["hashes"][0]})) == 1
