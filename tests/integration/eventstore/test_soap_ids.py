"""Ids of SOAP subscriptions: given out once, gone with what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from nguon.epcis.subscription import Controls
from nguon.eventstore.pool import Pool
from nguon.eventstore.soap import SoapIds
from nguon.eventstore.subscriptions import Subscriptions

pytestmark = pytest.mark.database
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def ids(store_url: str) -> Iterator[SoapIds]:
    pool = Pool.open(store_url, size=1)
    yield SoapIds(pool.pool)
    pool.close()


@pytest.fixture
def subscriptions(store_url: str) -> Iterator[Subscriptions]:
    found = Subscriptions.open(store_url, size=1)
    yield found
    found.close()


def test_an_id_is_given_out_once(ids: SoapIds) -> None:
    assert ids.take("s", "q")
    assert not ids.take("s", "other")
    ids.drop("s")
    assert ids.take("s", "other")


def test_an_id_leads_to_its_subscription_and_goes_with_it(
    ids: SoapIds, subscriptions: Subscriptions
) -> None:
    assert ids.find("s") is None
    subscriptions.add_query("kept", {}, {})
    assert ids.take("s", "SimpleEventQuery")
    assert ids.list_of("SimpleEventQuery", "") == []
    controls = Controls(dest="https://x.example/in")
    number = subscriptions.subscribe("kept", controls, NOW, owner="A", batch=10)
    assert number is not None
    ids.settle("s", number)
    found = ids.find("s")
    assert found is not None
    assert (found.query_name, found.subscription, found.kept_as, found.owner) == (
        "SimpleEventQuery",
        number,
        "kept",
        "A",
    )
    assert ids.list_of("SimpleEventQuery", "A") == ids.list_of("SimpleEventQuery", "") == ["s"]
    assert ids.list_of("SimpleEventQuery", "B") == ids.list_of("kept", "") == []
    subscriptions.delete_query("kept")
    assert ids.find("s") is None
