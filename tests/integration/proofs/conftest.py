"""A site with a key ring of the ledger and a folder for what is published."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from nguon.ledger.ring import create_ring
from tests.conftest import drop_database, make_database
from tests.integration.web.site import connected, sample_template

__all__ = ["sample_template"]


@pytest.fixture
def ledger_site(
    server_url: str,
    sample_template: str,
    django_db_blocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Client]:
    """A client of the site over a database of the test's own that holds the samples."""
    path = tmp_path / "ledger-keys.json"
    create_ring(
        path,
        "trace.example/ledger",
        date(2026, 1, 1),
        master=secrets.token_bytes(32),
        signing=secrets.token_bytes(32),
    )
    monkeypatch.setattr(settings, "NGUON_LEDGER_KEYS", str(path))
    monkeypatch.setattr(settings, "NGUON_FILES", str(tmp_path / "files"))
    url = make_database(server_url, sample_template)
    with django_db_blocker.unblock(), connected(url):
        yield Client()
    drop_database(server_url, url)
