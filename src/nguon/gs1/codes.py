"""Code lists that GS1 values are taken from: countries, currencies, package and media types.

The lists are in `codes.toml`, each with its keeper and its date.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import msgspec


class CodeList(msgspec.Struct, frozen=True):
    """One list: who keeps it, the day it was taken over, the codes."""

    source: str
    as_of: date
    codes: frozenset[str]


@cache
def code_list(name: str) -> CodeList:
    """The list of that name: iso3166, iso3166alpha2, iso4217, mediatype or packagetype."""
    facts = _facts()[name]
    return CodeList(facts["source"], facts["as_of"], frozenset(facts["codes"].split()))


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads(resources.files("nguon.gs1").joinpath("codes.toml").read_text("utf-8"))
