"""The door, served once for all these tests over an empty database, and a caller for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nguon.eventstore import Store
from tests.conformance.door.calling import Door, furnished, served


@pytest.fixture(scope="session")
def door_url(server_url: str, django_db_blocker) -> Iterator[str]:
    """The database behind the door that these tests share; some have one of their own."""
    with furnished(server_url, django_db_blocker) as url:
        yield url


@pytest.fixture(scope="session")
def base(door_url: str) -> Iterator[str]:
    """Where the server answers."""
    with served(door_url, NGUON_CALLBACKS_ALLOWED="127.0.0.0/8") as address:
        yield address


@pytest.fixture(scope="session")
def door(base: str) -> Iterator[Door]:
    """A caller of the door."""
    caller = Door(base)
    yield caller
    caller.close()


@pytest.fixture(scope="session")
def store(door_url: str) -> Iterator[Store]:
    """The store behind the door, past all HTTP: what it holds is what counts."""
    opened = Store.open(door_url, size=2)
    yield opened
    opened.close()
