"""The trace page over the sample chains in PostgreSQL."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nguon.epcis import read_document
from nguon.errors import Fault
from nguon.eventstore import Store, StoreError
from nguon.samples import iter_documents
from nguon.trace import MemoryReader, contents, trace

pytestmark = pytest.mark.database
LOT = "https://id.gs1.org/01/09521105000012/10/L260512B"
PALLET = "https://id.gs1.org/00/395211052605120011"
TEA = "https://id.gs1.org/01/09521301000052/21/QN7K037"


def ask(client: Client, key: str, **query: str) -> dict:
    response = client.get("/trace/", {"key": key, "format": "json", **query})
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize("key", [LOT, PALLET, TEA])
def test_the_store_and_a_list_in_memory_give_the_same_trace(client, key) -> None:
    documents = [read_document(data) for _, data in iter_documents()]
    events = [reading.event for document in documents for reading in document.events]
    reader = MemoryReader.of(events)
    answer = ask(client, key)
    for side in ("up", "down"):
        boxed = key == PALLET and side == "down"
        expected = contents(reader, key) if boxed else trace(reader, [key], side)
        assert {one["key"] for one in answer[side]["items"]} == set(expected.items)
        assert {one["key"] for one in answer[side]["containers"]} == set(expected.containers)


@pytest.mark.parametrize(
    "typed",
    [
        "L260512B",
        "(01)09521105000012(10)L260512B",
        "https://anyone.example/01/09521105000012/10/L260512B?utm=x",
        "urn:epc:class:lgtin:9521105.000001.L260512B",
    ],
)
def test_any_form_of_the_code_finds_the_same_lot(client, typed) -> None:
    response = client.get("/trace/", {"key": typed})
    if response.status_code != 200:
        pytest.fail(re.sub(r"<[^>]+>", " ", response.content.decode())[-2000:])
    assert "đã tới 4 nơi nhận" in response.content.decode()


def test_names_come_from_the_register(client) -> None:
    html = client.get("/trace/", {"key": LOT}).content.decode()
    assert "Chả mực Hạ Long" in html
    assert "Dữ liệu mẫu" in html


def test_a_page_asks_the_database_at_most_fifteen_times(client) -> None:
    client.get("/trace/", {"key": PALLET})
    with CaptureQueriesContext(connection) as django_queries:
        client.get("/trace/", {"key": PALLET})
    assert len(django_queries) <= 2


def test_a_trace_as_known_before_a_correction_differs(client) -> None:
    carton = "https://id.gs1.org/01/19521105000019/21/260512C2"
    before = ask(client, carton, asof="2026-05-17T10:00:00+07:00")
    after = ask(client, carton)
    assert before["codes"][carton]["holder"]["party"].endswith("9521108000019")
    assert after["codes"][carton]["holder"]["party"].endswith("9521109000018")
    assert after["codes"][carton]["corrected"] == 1


def test_a_window_of_time_narrows_what_a_container_stands_for(client) -> None:
    """Carton A1 left pallet P1 on 15 May: a failure on the 16th does not reach it."""
    window = {"d": "down", "from": "16/05/2026 10:00"}
    found = {one["key"] for one in ask(client, PALLET, **window)["down"]["containers"]}
    assert "https://id.gs1.org/01/19521105000019/21/260512A1" not in found
    assert "https://id.gs1.org/01/19521105000019/21/260512A2" in found


def test_a_database_that_is_down_is_told_as_such(client, monkeypatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise StoreError(Fault("eventstore.unreachable", value="refused"))

    monkeypatch.setattr(Store, "knows", refuse)
    response = client.get("/trace/", {"key": LOT})
    assert response.status_code == 503
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("wanted", ["html", "json"])
def test_a_code_with_a_nul_is_a_code_that_cannot_be_read(client, wanted) -> None:
    response = client.get("/trace/", {"key": "\0", "format": wanted})
    assert response.status_code == 400
    assert b"\0" not in response.content
