"""The furnished site of the resolver's tests."""

from __future__ import annotations

from tests.integration.resolver.resolving import resolver_site, resolver_url, web
from tests.integration.web.site import empty_site, queries, sample_template, site, site_url, visitor

__all__ = [
    "empty_site",
    "queries",
    "resolver_site",
    "resolver_url",
    "sample_template",
    "site",
    "site_url",
    "visitor",
    "web",
]
