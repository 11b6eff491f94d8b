"""The site over its sample database."""

from __future__ import annotations

from tests.integration.web.site import empty_site, queries, sample_template, site, site_url, visitor

__all__ = ["empty_site", "queries", "sample_template", "site", "site_url", "visitor"]
