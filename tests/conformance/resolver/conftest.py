"""The furnished site of the resolver's tests, as they are at home in tests/integration."""

from __future__ import annotations

from tests.integration.resolver.conftest import *  # noqa: F403  fixtures, by their names
