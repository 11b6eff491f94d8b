"""The web site over a database of its own that holds the samples.

Other rooms' tests point Django elsewhere in the same run, so the connection is turned to this
database for each test and back after it; the database is made once a run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client

from nguon.accounts.services import load_sample_people
from nguon.epcis import read_document
from nguon.eventstore import migrate
from nguon.parts.engine import get_store
from nguon.registry.services import load_samples
from nguon.samples import iter_documents
from nguon.web.catalogues import compile_all
from nguon.web.databases import read_database_url
from tests.conftest import drop_database, make_database

# Modules import these fixtures one by one, so that each would make them anew.
_templates: dict[str, str] = {}
_made: dict[str, str] = {}


@contextmanager
def connected(url: str) -> Iterator[None]:
    """Django's one connection, turned to a database for a while."""
    before = settings.DATABASES["default"]
    _connect(read_database_url(url, pool=4))
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"].close_pool()
        _connect(before)


def _connect(values: dict[str, object]) -> None:
    # Django keeps pools by alias: one left open would go on serving the database before.
    if settings.DATABASES["default"].get("OPTIONS", {}).get("pool"):
        connections["default"].close_pool()
    settings.DATABASES["default"] = values
    connections.settings = connections.configure_settings(settings.DATABASES)
    if hasattr(connections._connections, "default"):
        connections["default"].close()
        del connections["default"]


@pytest.fixture(scope="session")
def sample_template(server_url: str, django_db_blocker) -> Iterator[str]:
    """The name of a database with the sample register and chains that nobody stays connected to."""
    if server_url in _templates:
        yield _templates[server_url]
        return
    compile_all()
    url = make_database(server_url)
    migrate(url)
    with django_db_blocker.unblock(), connected(url):
        call_command("migrate", verbosity=0)
        load_samples()
        load_sample_people()
        for _name, data in iter_documents():
            assert get_store().capture(read_document(data)).success
    name = _templates[server_url] = urlsplit(url).path.lstrip("/")
    yield name
    del _templates[server_url]
    drop_database(server_url, url)


@pytest.fixture(scope="session")
def site_url(server_url: str, sample_template: str) -> Iterator[str]:
    """A copy of the samples that the tests of a run share."""
    if server_url in _made:
        yield _made[server_url]
        return
    url = _made[server_url] = make_database(server_url, sample_template)
    yield url
    del _made[server_url]
    drop_database(server_url, url)


@pytest.fixture
def site(site_url: str, django_db_blocker) -> Iterator[str]:
    """Django on the sample database; what the test writes there stays, so it must not matter."""
    with django_db_blocker.unblock(), connected(site_url):
        yield site_url


@pytest.fixture
def empty_site(store_url: str, django_db_blocker) -> Iterator[str]:
    """Django on an empty, migrated database of the test's own."""
    with django_db_blocker.unblock(), connected(store_url):
        call_command("migrate", verbosity=0)
        yield store_url


@pytest.fixture
def visitor(site: str) -> Client:
    """Somebody who reads Vietnamese."""
    return Client(headers={"accept-language": "vi"})


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that any connection sends from now on, but for setting connections up."""
    sent: list[str] = []
    plain = psycopg.Cursor.execute

    def execute(self, query, *args, **kwargs):
        if "set_config" not in str(query):
            sent.append(str(query))
        return plain(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    return sent
