"""Sample data: three chains as EPCIS documents, and the register entries that go with them.

Everything here is invented, says so (`sample`), and uses GS1's demonstration prefix 952. Pure
data and its loader; who writes it where is not this package's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Example:
    """A code worth trying, its canonical key, and what it shows, in both languages."""

    code: str
    key: str
    vi: str
    en: str


def iter_documents() -> Iterable[tuple[str, bytes]]:
    """The sample chains: name of the file and the EPCIS document, in the order of names."""
    folder = resources.files("nguon.samples").joinpath("chains")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".jsonld"):
            yield entry.name, entry.read_bytes()


@cache
def registry_data() -> dict[str, list[dict[str, Any]]]:
    """Register entries by kind (`organisations`, `places`, `products`, `certificates`)."""
    loaded: dict[str, list[dict[str, Any]]] = json.loads(
        _read("registry.json"), parse_float=Decimal
    )
    return loaded


@cache
def scan_examples() -> tuple[Example, ...]:
    """Codes to start with, the most telling first."""
    return tuple(Example(**entry) for entry in json.loads(_read("examples.json")))


def _read(name: str) -> str:
    return resources.files("nguon.samples").joinpath(name).read_text("utf-8")
