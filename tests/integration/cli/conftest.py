"""A database for a whole module, for commands that leave nothing in it that another minds."""

from __future__ import annotations

from tests.integration.eventstore.databases import module_url, reused_url, store_url

__all__ = ["module_url", "reused_url", "store_url"]
