"""The register as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The register."""

    name = "nguon.registry"
    default_auto_field = "django.db.models.BigAutoField"
