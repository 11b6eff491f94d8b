"""The ledger's publishing as a Django app; its tables are the store's."""

from __future__ import annotations

from django.apps import AppConfig


class ProofsConfig(AppConfig):
    """Roots, keys, proofs."""

    name = "nguon.proofs"
    default_auto_field = "django.db.models.BigAutoField"
