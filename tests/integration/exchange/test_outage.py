"""The door while the database is away, or its disk full: nothing half stored, nothing leaked."""

from __future__ import annotations

import pytest
from psycopg import errors

from nguon.errors import Fault
from nguon.eventstore import Store, StoreError
from tests.integration.exchange.samples import make_document, make_event, write

pytestmark = pytest.mark.database


def post(client, document: object):
    return client.post("/epcis/capture", write(document), content_type="application/json")


def fail_with(monkeypatch, error: Exception) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(Store, "capture", refuse)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError(Fault("eventstore.unreachable", value="refused")), 503),
        (StoreError(Fault("eventstore.disk_full", value="no space")), 507),
        (errors.AdminShutdown("terminating connection"), 503),
    ],
)
def test_a_failing_database_is_a_problem_with_a_status(client, monkeypatch, error, status) -> None:
    fail_with(monkeypatch, error)
    response = post(client, make_document(make_event()))
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "epcisException:ImplementationException"
    assert b"Traceback" not in response.content
    assert ("Retry-After" in response) == (status == 503)


def test_a_capture_that_breaks_in_the_middle_leaves_nothing(client, monkeypatch) -> None:
    from nguon.eventstore import capture as capturing

    def break_down(*_args: object, **_named: object) -> None:
        raise errors.DiskFull("could not extend file")

    # Two: a single one is stored by one statement, which breaks or does not.
    event, other = make_event(), make_event()
    with monkeypatch.context() as patch:
        patch.setattr(capturing, "_write_job", break_down)
        response = post(client, make_document(event, other))
    assert response.status_code == 507
    assert client.get(f"/epcis/events/{event['eventID']}").status_code == 404
    assert post(client, make_document(event, other)).status_code == 202
    assert client.get(f"/epcis/events/{event['eventID']}").status_code == 200
