"""A site with the sample register, people with roles, and a key ring of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from nguon.accounts.decisions import Actor
from nguon.labels import issued, keys
from nguon.labels.services import scans
from nguon.stamps import KeyRing, keyfile
from tests.conftest import drop_database, make_database
from tests.integration.web.site import connected, queries, sample_template

__all__ = ["queries", "sample_template"]

MAKER = "https://id.gs1.org/417/9521105000012"
OTHER = "https://id.gs1.org/417/9521301000014"
CAKE = "https://id.gs1.org/01/09521105000012"
LOT_B = f"{CAKE}/10/L260512B"


@pytest.fixture
def shop(
    server_url: str,
    sample_template: str,
    django_db_blocker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """The site: a database of the test's own, keys, a folder for files."""
    monkeypatch.setattr(settings, "NGUON_STAMP_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.setattr(settings, "NGUON_FILES", str(tmp_path / "files"))
    ring = KeyRing("Quảng Ninh").rotate(
        date(2026, 1, 1), master=secrets.token_bytes(32), signing=secrets.token_bytes(32)
    )
    keyfile.create(tmp_path / "keys.json", ring)
    url = make_database(server_url, sample_template)
    forget_all()
    with django_db_blocker.unblock(), connected(url):
        yield url
    forget_all()
    drop_database(server_url, url)


def forget_all() -> None:
    """What processes remember of one database is nothing to the next."""
    issued._runs.clear()
    issued._learnt.forget()
    keys._looked.clear()
    scans._salts.clear()


@pytest.fixture
def keeper() -> Actor:
    """A label keeper of the maker."""
    return Actor("Hạnh", ((MAKER, "label_keeper"),))


@pytest.fixture
def owner() -> Actor:
    """The maker's owner."""
    return Actor("Chủ", ((MAKER, "owner"),))


@pytest.fixture
def officer() -> Actor:
    """An administrator of the province."""
    return Actor("Hà", (("", "province_admin"),))


@pytest.fixture
def stranger() -> Actor:
    """The owner of another organisation."""
    return Actor("Trà", ((OTHER, "owner"),))


def sign_in(username: str) -> Client:
    """A browser of a sample person."""
    client = Client(headers={"accept-language": "vi"})
    client.force_login(get_user_model().objects.get(username=username))
    return client
