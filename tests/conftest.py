"""What all tests share: a PostgreSQL server for the run, databases of their own, the samples.

Where DATABASE_URL is set its server is used (the user must be able to create databases);
otherwise the built-in server runs in the run's temporary folder.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from nguon.eventstore import Store, migrate, running

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

# Machines that run tests are slow at times; deadlines would judge the machine.
settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("NGUON_HYPOTHESIS", "default"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of standards and domain data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"the standards' data are not beside this checkout: {SHARED.name}/ is absent")
    return SHARED


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made."""
    given = os.environ.get("NGUON_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    base = tmp_path_factory.getbasetemp()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    with running((base.parent if worker else base) / "server") as url:
        yield url


def make_database(server: str, template: str | None = None) -> str:
    """Create a database of a random name; returns its address."""
    name = f"nguon_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        suffix = f" template {template}" if template else ""
        connection.execute(f"create database {name}{suffix}")
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop_database(server: str, url: str) -> None:
    """Drop a database, whoever is still connected."""
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """An empty database for the session."""
    url = make_database(server_url)
    yield url
    drop_database(server_url, url)


@pytest.fixture(scope="session")
def migrated_template(server_url: str) -> Iterator[str]:
    """The name of a database with the store's tables, to copy from."""
    url = make_database(server_url)
    migrate(url)
    yield urlsplit(url).path.lstrip("/")
    drop_database(server_url, url)


@pytest.fixture
def store_url(server_url: str, migrated_template: str) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    url = make_database(server_url, migrated_template)
    yield url
    drop_database(server_url, url)


@pytest.fixture
def fresh_store(store_url: str) -> Iterator[Store]:
    """A store over a database of the test's own."""
    store = Store.open(store_url)
    yield store
    store.close()
