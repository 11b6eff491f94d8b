"""Labels and stamps as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LabelsConfig(AppConfig):
    """Designs, print runs, stamps."""

    name = "nguon.labels"
    default_auto_field = "django.db.models.BigAutoField"
