"""POST /epcis/validate: every fault, what would become of each event, and nothing stored."""

from __future__ import annotations

import pytest

from nguon.eventstore import Store
from tests.integration.eventstore.table_counts import count_rows
from tests.integration.exchange.samples import make_bare, make_document, make_event, write

pytestmark = pytest.mark.database


def validate(client, body: object):
    data = body if isinstance(body, bytes) else write(body)
    return client.post("/epcis/validate", data, content_type="application/json")


def test_each_event_is_told_apart_and_nothing_is_stored(client, store: Store, door_url) -> None:
    known, taken, fresh = make_event(), make_event(), make_event()
    client.post("/epcis/capture", write(make_document(known, taken)), "application/json")
    before = count_rows(door_url)
    other = {**taken, "bizStep": "shipping", "action": "OBSERVE"}
    broken = make_event(action="DANCE")
    answer = validate(client, make_document(known, other, fresh, broken))
    assert answer.status_code == 200
    report = answer.json()
    assert report["success"] is False
    assert [one["result"] for one in report["events"]] == [
        "duplicate",
        "refused",
        "accepted",
        "refused",
    ]
    codes = [[error["code"] for error in one["errors"]] for one in report["events"]]
    assert codes[1] == ["eventstore.event_conflict"]
    assert report["events"][3]["errors"][0]["pointer"] == "/epcisBody/eventList/3/action"
    assert count_rows(door_url) == before


def test_a_sound_document_would_be_stored(client) -> None:
    report = validate(client, make_document(make_event())).json()
    assert (report["success"], report["errors"]) == (True, [])


def test_a_bare_event_is_judged_too(client) -> None:
    report = validate(client, make_bare()).json()
    assert [one["result"] for one in report["events"]] == ["accepted"]


def test_what_is_no_document_is_refused(client) -> None:
    answer = validate(client, b"{")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_the_dry_run_needs_the_key_like_a_capture(client, settings) -> None:
    settings.NGUON_OPEN_CAPTURE = False
    settings.NGUON_CAPTURE_KEY = "secret"
    assert validate(client, make_document(make_event())).status_code == 401
