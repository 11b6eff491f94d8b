"""The EPCIS door on a real store that begins empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from nguon.eventstore import Store, migrate
from nguon.parts.engine import get_store
from tests.integration.web.site import connected


@pytest.fixture(scope="session")
def door_url(database_url: str) -> str:
    """A migrated database that the door's tests share."""
    migrate(database_url)
    return database_url


@pytest.fixture
def door_database(door_url: str, django_db_blocker) -> Iterator[None]:
    """Django on the door's database."""
    with django_db_blocker.unblock(), connected(door_url):
        yield


@pytest.fixture
def store(door_database: None) -> Store:
    return get_store()


@pytest.fixture
def client(door_database: None, settings) -> Client:
    settings.NGUON_OPEN_CAPTURE = True
    return Client()
