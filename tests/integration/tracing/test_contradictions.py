"""Records that contradict each other stand side by side on the trace page and in its JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from nguon.epcis import read_document
from nguon.parts.engine import get_store
from tests.conftest import drop_database, make_database
from tests.integration.exchange.samples import make_document, make_event, write
from tests.integration.web.site import connected, sample_template

__all__ = ["sample_template"]

LOT = "https://id.gs1.org/01/09521101000016/10/KHAC-1"
OUT = "https://id.gs1.org/01/09521105000012/10/KHAC-2"
MORE = "https://id.gs1.org/01/09521105000012/10/KHAC-3"


@pytest.fixture
def own_site(server_url: str, sample_template: str, django_db_blocker) -> Iterator[str]:
    url = make_database(server_url, sample_template)
    with django_db_blocker.unblock(), connected(url):
        yield url
    drop_database(server_url, url)


def amount(key: str, kilograms: float) -> list[dict[str, object]]:
    return [{"epcClass": key, "quantity": kilograms, "uom": "KGM"}]


def transform(time: str, taken: float, made: str, given: float) -> dict[str, object]:
    return make_event(
        type="TransformationEvent",
        eventTime=time,
        action=None,
        quantityList=None,
        inputQuantityList=amount(LOT, taken),
        outputQuantityList=amount(made, given),
    )


@pytest.mark.usefixtures("own_site")
def test_a_lot_of_which_more_was_used_than_made() -> None:
    events = [
        make_event(quantityList=amount(LOT, 100)),
        transform("2026-05-12T08:00:00+07:00", 70, OUT, 60),
        transform("2026-05-13T08:00:00+07:00", 50, MORE, 45),
    ]
    assert get_store().capture(read_document(write(make_document(*events)))).success
    page = Client(headers={"accept-language": "vi"}).get("/trace/", {"key": LOT}).content.decode()
    assert "Chưa thấy chỗ nào thiếu. 1 cặp bản ghi trái ngược nhau." in page
    plain = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "KHAC-1: làm ra 100 kg, nhưng đã dùng, đóng gói hoặc giao 120 kg." in plain
    found = Client().get("/trace/", {"key": LOT, "format": "json"}).json()["contradictions"]
    assert [one["kind"] for one in found] == ["more_used_than_made"]
    assert found[0]["first"]["event_id"] == events[0]["eventID"]
    assert found[0]["second"]["event_id"] == events[2]["eventID"]
    assert found[0]["figures"] == {"made": "100", "gone": "120"}


@pytest.mark.usefixtures("own_site")
def test_the_sample_chains_show_none() -> None:
    page = Client().get("/trace/", {"key": "https://id.gs1.org/01/09521105000012/10/L260512B"})
    assert "h-against" not in page.content.decode()
