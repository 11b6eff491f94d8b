"""Where the standards' own artefacts lie, beside the checkout; skipped when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
EPCIS = SHARED / "standards" / "epcis"
HASHES = SHARED / "standards" / "event-hash"
CHAINS = SHARED / "domain" / "sectors" / "chains"

needs_shared = pytest.mark.skipif(
    not EPCIS.is_dir(), reason="the standards' artefacts are not beside the checkout"
)


def example_files() -> list[Path]:
    """GS1's 47 JSON examples."""
    return sorted((EPCIS / "examples-json").rglob("*.jsonld"))


def chain_files() -> list[Path]:
    """The three sample chains."""
    return sorted(CHAINS.glob("*.jsonld"))
