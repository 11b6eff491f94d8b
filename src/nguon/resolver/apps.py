"""The resolver as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ResolverConfig(AppConfig):
    """Links of codes, and the answers to whoever scans them."""

    name = "nguon.resolver"
    default_auto_field = "django.db.models.BigAutoField"
