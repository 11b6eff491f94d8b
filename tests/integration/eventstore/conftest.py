"""A store for a whole module, where every test brings events of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nguon.eventstore import Store
from tests.integration.eventstore.databases import module_url, reused_url, store_url

__all__ = ["module_url", "reused_url", "store_url"]


@pytest.fixture(scope="module")
def module_store(module_url: str) -> Iterator[Store]:
    """The store over it."""
    store = Store.open(module_url)
    yield store
    store.close()
