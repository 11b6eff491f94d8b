"""Long documents: to disk, answered, captured by the worker; and what became of each event."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from nguon.epcis import read_document
from nguon.epcis.xml import write_xml
from nguon.exchange import services, spool
from nguon.parts.engine import get_store
from tests.integration.exchange.samples import make_bare, make_document, make_event, write

pytestmark = pytest.mark.database
JSON = "application/json"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever is longer than 3,000 bytes goes to a folder of the test's own."""
    settings.NGUON_FILES = str(tmp_path)
    monkeypatch.setattr(spool, "AT_ONCE", 3000)
    return tmp_path / "captures"


def post(client, body: object, kind: str = JSON, **headers: str):
    data = body if isinstance(body, bytes) else write(body)
    return client.post("/epcis/capture", data, content_type=kind, headers=headers)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def job_of(client, response) -> dict[str, Any]:
    assert response.status_code == 202, response.content
    return client.get(response["Location"]).json()


def work() -> None:
    """What the worker does each minute, and with each job."""
    services.take_up_waiting()
    for job, source in get_store().running_jobs():
        if source is not None:
            services.capture_waiting(str(job))


def test_a_long_document_waits_on_disk_and_is_captured_by_the_worker(client, folder) -> None:
    events = [make_event() for _ in range(20)]
    response = post(client, make_document(*events))
    job = job_of(client, response)
    assert (job["running"], job["success"]) == (True, True)
    assert "finishedAt" not in job
    (file,) = files(folder)
    assert json.loads(file.read_bytes()) == make_document(*events)
    assert client.get(f"/epcis/events/{events[0]['eventID']}").status_code == 404
    work()
    job = job_of(client, response)
    assert (job["running"], job["success"], job["nguon:stored"]) == (False, True, 20)
    assert job["finishedAt"]
    assert files(folder) == []
    assert client.get(f"/epcis/events/{events[0]['eventID']}").status_code == 200


def test_a_short_document_is_captured_at_once(client, folder) -> None:
    job = job_of(client, post(client, make_document(make_event())))
    assert (job["running"], job["nguon:stored"]) == (False, 1)
    assert files(folder) == []


@pytest.mark.parametrize(
    ("proceed", "stored", "withheld"), [("proceed", 19, 0), ("rollback", 0, 19)]
)
def test_the_behaviour_asked_for_goes_with_the_file(client, proceed, stored, withheld) -> None:
    events = [make_event(**({"eventTime": "soon"} if n == 11 else {})) for n in range(20)]
    response = post(client, make_document(*events), **{"GS1-Capture-Error-Behaviour": proceed})
    work()
    job = job_of(client, response)
    assert (job["running"], job["success"]) == (False, False)
    assert (job["nguon:stored"], job["nguon:withheld"], job["nguon:refused"]) == (
        stored, withheld, 1,
    )  # fmt: skip
    assert job["errors"][0]["pointer"] == "/epcisBody/eventList/11/eventTime"


def test_xml_goes_the_same_way(client, folder) -> None:
    events = [make_event() for _ in range(20)]
    body = write_xml(read_document(write(make_document(*events))))
    response = post(client, body, "application/xml")
    (file,) = files(folder)
    assert file.suffix == ".xml"
    work()
    job = job_of(client, response)
    assert (job["success"], job["nguon:stored"]) == (True, 20)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (write(make_document(*[make_event() for _ in range(20)]))[:-3], 400),
        (write(make_document(*[make_event() for _ in range(20)], creationDate="soon")), 400),
        (write(make_bare(**{"cbvmda:a": "x" * 5000})), 400),
        (b"\xff" * 5000, 400),
    ],
)
def test_what_nothing_can_be_made_of_is_refused_at_once_and_leaves_no_file(
    client, folder, body: bytes, status: int
) -> None:
    before = len(get_store().jobs(1000))
    assert post(client, body).status_code == status
    assert files(folder) == []
    assert len(get_store().jobs(1000)) == before


def test_limits_hold_for_what_goes_to_disk(client, folder, settings) -> None:
    settings.NGUON_CAPTURE_LIMIT = 10
    response = post(client, make_document(*[make_event() for _ in range(11)]))
    assert response.status_code == 413
    assert response["GS1-EPCIS-Capture-Limit"] == "10"
    settings.NGUON_CAPTURE_FILE_SIZE_LIMIT = 4000
    body = write(make_document(*[make_event() for _ in range(20)]))
    response = post(client, body)
    assert response.status_code == 413
    assert response["GS1-EPCIS-Capture-File-Size-Limit"] == "4000"
    assert files(folder) == []


def test_a_sender_that_runs_over_or_breaks_off_leaves_nothing(client, folder, settings) -> None:
    body = write(make_document(*[make_event() for _ in range(20)]))

    def send(length: str, chunked: bool):
        more = {"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}
        environ = {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": length, "CONTENT_TYPE": JSON}
        return client.generic("POST", "/epcis/capture", b"", content_type=JSON, **environ, **more)

    assert send(str(len(body) + 10), chunked=False).status_code == 400
    settings.NGUON_CAPTURE_FILE_SIZE_LIMIT = 5000
    assert send("", chunked=True).status_code == 413
    assert files(folder) == []
    settings.NGUON_CAPTURE_FILE_SIZE_LIMIT = 1 << 20
    assert send("", chunked=True).status_code == 202
    assert len(files(folder)) == 1


def test_a_disk_that_is_full_leaves_no_half(client, folder, monkeypatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nguon.exchange.spool.os.fsync", full)
    response = post(client, make_document(*[make_event() for _ in range(20)]))
    assert response.status_code >= 500
    assert files(folder) == []


def test_one_that_is_too_long_to_look_through_is_judged_by_the_worker(
    client, folder, monkeypatch
) -> None:
    monkeypatch.setattr(services, "LOOKED_THROUGH", 4000)
    bodies = {
        "epcis.json_truncated": write(make_document(*[make_event() for _ in range(20)]))[:-3],
        "exchange.not_a_document": write(make_bare(**{"cbvmda:a": "x" * 5000})),
    }
    for code, body in bodies.items():
        response = post(client, body)
        assert job_of(client, response)["running"]
        work()
        job = job_of(client, response)
        assert (job["running"], job["success"]) == (False, False)
        assert job["errors"][0]["code"] == code
        assert files(folder) == []


def test_a_file_that_is_gone_ends_its_job(client, folder) -> None:
    response = post(client, make_document(*[make_event() for _ in range(20)]))
    files(folder)[0].unlink()
    work()
    job = job_of(client, response)
    assert (job["running"], job["success"]) == (False, False)
    assert job["errors"][0]["code"] == "eventstore.spool_lost"


def test_files_that_belong_to_no_job_go_after_a_day(client, folder, monkeypatch) -> None:
    post(client, make_document(*[make_event() for _ in range(20)]))
    (kept,) = files(folder)
    stray = folder / f"{uuid4().hex}.json.part"
    stray.write_bytes(b"{")
    services.take_up_waiting()
    assert files(folder) == sorted([kept, stray])
    monkeypatch.setattr("nguon.exchange.spool._UNCLAIMED_SECONDS", -1)
    services.take_up_waiting()
    assert files(folder) == [kept]


def test_a_worker_that_comes_twice_captures_once(client, folder) -> None:
    response = post(client, make_document(*[make_event() for _ in range(20)]))
    number = response["Location"].rpartition("/")[2]
    services.capture_waiting(number)
    services.capture_waiting(number)
    services.capture_waiting(str(uuid4()))
    assert job_of(client, response)["nguon:stored"] == 20


# -- what became of each event --------------------------------------------------------------


@pytest.fixture
def mixed(client):
    """A capture of accepted, repeated, refused and conflicting events."""
    first = make_event()
    post(client, make_document(first))
    events = [
        make_event(),
        first,
        make_event(bizStep="nowhere"),
        {**first, "eventID": first["eventID"], "bizStep": "inspecting"},
        make_event(),
    ]
    # The same id twice in one document is refused; here the conflict comes on its own.
    del events[1]
    return post(client, make_document(*events), **{"GS1-Capture-Error-Behaviour": "proceed"})


def test_the_events_of_a_capture_can_be_asked_for(client, mixed) -> None:
    answer = client.get(mixed["Location"] + "/events").json()
    assert answer["captureID"] == mixed["Location"].rpartition("/")[2]
    found = answer["events"]
    assert [each["position"] for each in found] == [0, 1, 2, 3]
    assert [each["result"] for each in found] == ["accepted", "refused", "conflict", "accepted"]
    assert all(each["eventHash"].startswith("ni:///sha-256;") for each in found)
    (error,) = found[1]["errors"]
    assert error["pointer"] == "/epcisBody/eventList/1/bizStep"
    assert (error["line"], error["status"]) == (1, 400)
    assert "nowhere" in error["excerpt"]
    assert found[2]["errors"][0]["status"] == 409


def test_they_come_in_pages_and_by_result(client, mixed) -> None:
    address = mixed["Location"] + "/events"
    seen, link = [], f"{address}?perPage=1&result=refused%7Caccepted"
    for _ in range(9):
        response = client.get(link)
        seen += [each["position"] for each in response.json()["events"]]
        if "Link" not in response:
            break
        link = response["Link"].partition(">")[0].lstrip("<")
    assert seen == [0, 1, 2, 3]
    only = client.get(f"{address}?result=conflict").json()["events"]
    assert [each["position"] for each in only] == [2]
    both = client.get(f"{address}?result=refused").json()["events"]
    assert [each["position"] for each in both] == [1, 2]


@pytest.mark.parametrize(
    ("query", "status"),
    [("result=lost", 400), ("perPage=0", 400), ("nextPageToken=x", 400), ("nextPageToken=-1", 400),
     ("nextPageToken=99999999999", 400), ("nextPageToken=5", 200)],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(client, mixed, query: str, status: int) -> None:
    assert client.get(f"{mixed['Location']}/events?{query}").status_code == status


def test_of_a_job_that_is_not_there(client) -> None:
    assert client.get(f"/epcis/capture/{uuid4()}/events").status_code == 404
    assert client.get("/epcis/capture/none/events").status_code == 404


def test_the_sender_is_kept_with_a_job_that_waits(client) -> None:
    job = services.capture_file(_file(), proceed=False, sender="https://id.gs1.org/417/1")
    work()
    found = get_store().job(UUID(str(job)))
    assert found is not None
    assert (found.sender, found.stored) == ("https://id.gs1.org/417/1", 20)


def _file() -> Path:
    body = write(make_document(*[make_event() for _ in range(20)]))
    path = spool.receive(BytesIO(body), None, 1 << 20, ending=services.JSON)
    assert isinstance(path, Path)
    return path
