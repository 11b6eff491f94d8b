"""The EPCIS door on a real, empty store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from nguon.eventstore import Store, migrate
from nguon.parts.engine import get_store
from nguon.web.databases import read_database_url


@pytest.fixture(scope="session")
def door_database(database_url: str, django_db_blocker) -> Iterator[None]:
    """Django's one connection, set to the test database and migrated."""
    migrate(database_url)
    before = django_settings.DATABASES["default"]
    _connect(read_database_url(database_url, pool=4))
    with django_db_blocker.unblock():
        yield
        connections["default"].close_pool()
    _connect(before)


def _connect(values: dict[str, object]) -> None:
    django_settings.DATABASES["default"] = values
    connections.settings = connections.configure_settings(django_settings.DATABASES)
    if hasattr(connections._connections, "default"):
        del connections["default"]


@pytest.fixture
def store(door_database: None) -> Store:
    return get_store()


@pytest.fixture
def client(door_database: None, settings) -> Client:
    settings.NGUON_OPEN_CAPTURE = True
    return Client()
