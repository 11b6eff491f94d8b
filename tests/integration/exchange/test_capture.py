"""POST /epcis/capture and its jobs, against the store."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from nguon.epcis import read_document
from nguon.epcis.xml import write_xml
from tests.integration.exchange.samples import (
    CONTEXT,
    declare_wrong,
    make_bare,
    make_document,
    make_event,
    write,
)

pytestmark = pytest.mark.database
JSON = "application/json"


def post(client, body: object, **headers: str):
    data = body if isinstance(body, bytes) else write(body)
    return client.post("/epcis/capture", data, content_type=JSON, headers=headers)


def job_of(client, response) -> dict:
    assert response.status_code == 202, response.content
    answer = client.get(response["Location"])
    assert answer.status_code == 200
    return answer.json()


def is_stored(client, event: dict) -> bool:
    return client.get(f"/epcis/events/{event['eventID']}").status_code == 200


def test_a_sound_document_is_received_and_its_job_tells_success(client) -> None:
    event = make_event()
    response = post(client, make_document(event))
    job = job_of(client, response)
    assert response["Location"] == f"/epcis/capture/{job['captureID']}"
    assert response["GS1-EPCIS-Version"] == "2.0.0"
    assert job.pop("createdAt") <= job.pop("finishedAt")
    assert job == {
        "captureID": job["captureID"],
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
        "nguon:stored": 1,
        "nguon:duplicates": 0,
        "nguon:refused": 0,
        "nguon:withheld": 0,
    }
    assert is_stored(client, event)


def test_an_acknowledged_capture_is_seen_by_another_connection(client, database_url) -> None:
    from nguon.eventstore import Store

    event = make_event()
    post(client, make_document(event))
    other = Store.open(database_url, size=1)
    try:
        assert len(other.events_by_id(event["eventID"])) == 1
    finally:
        other.close()


def test_one_faulty_event_takes_the_whole_document_back(client) -> None:
    good, bad = make_event(), make_event(action="MOVE")
    job = job_of(client, post(client, make_document(good, bad)))
    assert (job["success"], job["running"]) == (False, False)
    assert not is_stored(client, good)
    assert not is_stored(client, bad)


def test_proceed_keeps_the_sound_events_and_reports_the_rest_by_place(client) -> None:
    good, bad = make_event(), make_event(action="MOVE")
    response = post(client, make_document(good, bad), **{"GS1-Capture-Error-Behaviour": "proceed"})
    job = job_of(client, response)
    assert job["captureErrorBehaviour"] == "proceed"
    assert job["success"] is False
    assert is_stored(client, good)
    assert not is_stored(client, bad)
    errors = [error for error in job["errors"] if error.get("level") != "flag"]
    assert errors
    for error in errors:
        assert error["type"] == "epcisException:ValidationException"
        assert error["pointer"].startswith("/epcisBody/eventList/1/")
        assert error["title"]
        assert error["vi"]
        assert error["en"]


def test_sending_the_same_document_again_stores_nothing_twice(client) -> None:
    event = make_event()
    post(client, make_document(event))
    job = job_of(client, post(client, make_document(event)))
    assert job["success"] is True
    found = client.get(f"/epcis/events/{event['eventID']}").json()
    assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1


def test_the_id_of_another_event_is_a_conflict_in_the_job(client) -> None:
    event = make_event()
    post(client, make_document(event))
    other = make_event(eventID=event["eventID"], bizStep="inspecting", action="OBSERVE")
    job = job_of(client, post(client, make_document(other)))
    assert job["success"] is False
    assert "epcisException:ResourceAlreadyExistsException" in {e["type"] for e in job["errors"]}


def test_a_query_document_is_captured_too(client) -> None:
    event = make_event()
    results = {"queryName": "x", "resultsBody": {"eventList": [event]}}
    document = make_document(type="EPCISQueryDocument", epcisBody={"queryResults": results})
    assert job_of(client, post(client, document))["success"] is True
    assert is_stored(client, event)


@pytest.mark.parametrize(
    "body", [b" ", b"{", b"[1]", b"\xff\xfe{\x00}\x00", b'{"type": "Recipe"}', b"nul\x00l"]
)
def test_what_cannot_be_read_at_all_is_400_with_every_fault(client, body) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    answer = response.json()
    assert answer["type"] == "epcisException:ValidationException"
    assert all(error["code"] and error["vi"] and error["rule"] for error in answer["errors"])


def test_a_document_without_context_is_400_and_nothing_is_stored(client) -> None:
    event = make_event()
    document = make_document(event)
    del document["@context"]
    response = post(client, document)
    assert response.status_code == 400
    assert not is_stored(client, event)


def test_a_single_event_is_shown_its_own_door(client) -> None:
    response = post(client, make_bare())
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "exchange.not_a_document"


def test_an_unknown_error_behaviour_is_400(client) -> None:
    response = post(client, make_document(), **{"GS1-Capture-Error-Behaviour": "maybe"})
    assert response.status_code == 400


@pytest.mark.parametrize("content_type", ["application/pdf", "text/plain", ""])
def test_content_that_is_neither_json_nor_xml_is_415(client, content_type) -> None:
    response = client.post("/epcis/capture", b"<x/>", content_type=content_type)
    assert response.status_code == 415
    assert response.json()["type"] == "epcisException:UnsupportedMediaTypeException"


def test_xml_is_stored_as_json_is(client) -> None:
    document = json.loads(write(make_document(make_event())))
    body = write_xml(read_document(json.dumps(document).encode()))
    for _again in range(2):
        response = client.post("/epcis/capture", body, content_type="application/xml")
        assert response.status_code == 202
        job = client.get(response["Location"]).json()
        assert job["success"] is True
        assert len(job.get("errors", [])) == 0
        told = client.post("/epcis/validate", body, content_type="text/xml").json()
        assert told["success"] is True


@pytest.mark.parametrize("body", [b"<x/>", b"<x", b"{}"])
def test_what_is_no_epcis_in_xml_is_400(client, body) -> None:
    response = client.post("/epcis/capture", body, content_type="application/xml")
    assert response.status_code == 400
    assert response.json()["errors"]


def test_json_ld_is_json(client) -> None:
    response = client.post(
        "/epcis/capture", write(make_document(make_event())), content_type="application/ld+json"
    )
    assert response.status_code == 202


def test_a_body_over_the_announced_size_is_413_and_says_the_limits(client, settings) -> None:
    settings.NGUON_CAPTURE_FILE_SIZE_LIMIT = 300
    response = post(client, make_document(make_event()))
    assert response.status_code == 413
    assert response["GS1-EPCIS-Capture-File-Size-Limit"] == "300"
    assert response.json()["type"] == "epcisException:CaptureLimitExceededException"


def test_more_events_than_announced_are_413(client, settings) -> None:
    settings.NGUON_CAPTURE_LIMIT = 2
    events = [make_event() for _ in range(3)]
    response = post(client, make_document(*events))
    assert response.status_code == 413
    assert response["GS1-EPCIS-Capture-Limit"] == "2"
    assert not is_stored(client, events[0])


def send_chunked(client, body: bytes):
    """A request without a length, whose body ends by itself."""
    environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": ""}
    return client.generic(
        "POST", "/epcis/capture", b"", content_type=JSON, CONTENT_TYPE=JSON,
        HTTP_TRANSFER_ENCODING="chunked", **environ,
    )  # fmt: skip


def test_a_chunked_body_is_read_and_limited_without_a_length(client, settings) -> None:
    body = write(make_document(make_event()))
    assert send_chunked(client, body).status_code == 202
    settings.NGUON_CAPTURE_FILE_SIZE_LIMIT = len(body) - 1
    assert send_chunked(client, body).status_code == 413


def test_options_announces_the_limits_and_both_behaviours(client) -> None:
    response = client.options("/epcis/capture")
    assert response.status_code == 204
    assert response["Allow"] == "OPTIONS, GET, HEAD, POST"
    assert response["GS1-Capture-Error-Behaviour"] == "all"
    assert int(response["GS1-EPCIS-Capture-Limit"]) >= 500
    assert int(response["GS1-EPCIS-Capture-File-Size-Limit"]) > 1_000_000
    for header in ("GS1-EPCIS-Min", "GS1-CBV-Max", "GS1-Vendor-Version", "GS1-Extensions"):
        assert response[header]


def test_jobs_are_listed_newest_first_page_by_page_without_a_hole(client) -> None:
    sent = [post(client, make_document(make_event()))["Location"] for _ in range(5)]
    found: list[str] = []
    address = "/epcis/capture?perPage=2"
    while address and len(found) < 5:
        response = client.get(address)
        page = response.json()
        assert len(page) <= 2
        found += [job["captureID"] for job in page]
        link = response.headers.get("Link", "")
        address = link.partition("<")[2].partition(">")[0]
        if not found[-1:]:
            break
    expected = [location.rpartition("/")[2] for location in reversed(sent)]
    assert found[:5] == expected


def test_new_captures_do_not_shift_the_next_page(client) -> None:
    for _ in range(4):
        post(client, make_document(make_event()))
    first = client.get("/epcis/capture?perPage=2")
    post(client, make_document(make_event()))
    second = client.get(first["Link"].partition("<")[2].partition(">")[0]).json()
    seen = {job["captureID"] for job in first.json()}
    assert not seen & {job["captureID"] for job in second}


def test_the_last_page_has_no_next(client) -> None:
    response = client.get("/epcis/capture?perPage=200")
    assert ("Link" in response) == (len(response.json()) == 200)


@pytest.mark.parametrize("query", ["perPage=0", "perPage=x", "nextPageToken=abc", "perPage=-1"])
def test_a_parameter_that_cannot_be_used_is_400(client, query) -> None:
    response = client.get(f"/epcis/capture?{query}")
    assert response.status_code == 400
    assert response.json()["type"] == "epcisException:QueryParameterException"


@pytest.mark.parametrize("job", ["nothing", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_job_is_404(client, job) -> None:
    response = client.get(f"/epcis/capture/{job}")
    assert response.status_code == 404
    assert response.json()["type"] == "epcisException:NoSuchResourceException"


def test_a_closed_door_takes_the_key_only(client, settings) -> None:
    settings.NGUON_OPEN_CAPTURE, settings.NGUON_CAPTURE_KEY = False, "key-of-the-door"
    body = make_document(make_event())
    assert post(client, body).status_code == 401
    assert post(client, body, Authorization="Bearer other").status_code == 401
    assert post(client, body, Authorization="Bearer key-of-the-door").status_code == 202
    settings.NGUON_CAPTURE_KEY = ""
    assert post(client, body).status_code == 403


def test_no_cookie_and_no_token_is_needed_to_post(client) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert post(strict, make_document(make_event())).status_code == 202


def test_a_declaration_in_a_document_joins_its_event(client) -> None:
    event = make_event()
    post(client, make_document(event))
    job = job_of(client, post(client, make_document(declare_wrong(event))))
    assert job["success"] is True
    answer = client.get(f"/epcis/events/{event['eventID']}").json()
    events = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert ["errorDeclaration" in one for one in events] == [False, True]


def test_what_was_captured_is_given_back_to_the_last_digit(client) -> None:
    event = make_event()
    raw = json.dumps(make_document(event)).replace("12.5,", "12.500000000000000000001,")
    assert "12.500000000000000000001" in raw
    job_of(client, post(client, raw.encode()))
    answer = client.get(f"/epcis/events/{event['eventID']}").content
    assert b"12.500000000000000000001" in answer
    assert CONTEXT.encode() in answer
