"""The base as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and catalogues of the base."""

    name = "nguon.web"

    def ready(self) -> None:
        """Translations are there from the first page on, compiled by hand or not."""
        from nguon.web.catalogues import ensure_compiled

        ensure_compiled()
