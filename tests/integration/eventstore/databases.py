"""Databases shared by the tests of a module: one to fill, one emptied before every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import drop_database, make_database
from tests.integration.eventstore.table_counts import empty


@pytest.fixture(scope="module")
def module_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """A migrated database that the tests of a module share."""
    url = make_database(server_url, migrated_template)
    yield url
    drop_database(server_url, url)


@pytest.fixture(scope="module")
def reused_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """A database that is emptied before each test that asks for a store of its own."""
    url = make_database(server_url, migrated_template)
    yield url
    drop_database(server_url, url)


@pytest.fixture
def store_url(reused_url: str) -> str:
    """A migrated, empty database."""
    empty(reused_url)
    return reused_url
