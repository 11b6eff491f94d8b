"""One database for the conformance of the store, emptied before each test."""

from __future__ import annotations

from tests.integration.eventstore.databases import reused_url, store_url

__all__ = ["reused_url", "store_url"]
