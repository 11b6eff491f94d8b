"""The trace page on a real store that holds the sample chains and their register."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from nguon.epcis import read_document
from nguon.parts.engine import get_store
from nguon.registry.services import load_samples
from nguon.samples import iter_documents
from tests.integration.exchange.conftest import door_database

__all__ = ["door_database"]


@pytest.fixture(scope="session")
def samples(door_database: None) -> None:
    """Captured and registered; both are safe to repeat."""
    call_command("migrate", verbosity=0)
    load_samples()
    for _name, data in iter_documents():
        assert get_store().capture(read_document(data)).success


@pytest.fixture
def client(samples: None) -> Client:
    return Client()
