"""The trace page on a real store that holds the sample chains and their register."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.integration.web.site import sample_template, site, site_url

__all__ = ["sample_template", "site", "site_url"]


@pytest.fixture
def client(site: str) -> Client:
    return Client()
