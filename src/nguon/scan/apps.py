"""The scan room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ScanConfig(AppConfig):
    """Pages of codes; also those that the resolver shows to people who come with a wrong one."""

    name = "nguon.scan"

    def ready(self) -> None:
        """Lend the resolver the pages that take a code apart."""
        from nguon.resolver.pages import use
        from nguon.scan.refused import show_not_issued, show_unknown, show_wrong

        use(wrong=show_wrong, unknown=show_unknown, not_issued=show_not_issued)
