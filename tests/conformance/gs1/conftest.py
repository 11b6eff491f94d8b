"""The GS1 artefacts beside the checkout; tests that read them are skipped without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

STANDARDS = Path(__file__).resolve().parents[3] / ".." / "shared" / "standards"


@pytest.fixture(scope="session")
def standards() -> Path:
    if not STANDARDS.is_dir():
        pytest.skip("the standards' data are not beside this checkout: shared/ is absent")
    return STANDARDS


@pytest.fixture(scope="session")
def vectors(standards: Path) -> dict[str, Any]:
    """The test vectors of GS1's syntax engine, by category."""
    found: dict[str, Any] = json.loads((standards / "gs1" / "vectors.json").read_text("utf-8"))
    return found
