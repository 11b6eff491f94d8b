"""Which papers a stage must name, as dated data (`documents.toml`): history is judged under the
rule then in force.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """A business-transaction type that events of a stage must carry from a day on."""

    cte: str
    type: str
    since: date
    source: str
    vi: str
    en: str


@cache
def _table() -> dict[str, list[RequiredDocument]]:
    text = resources.files("nguon.rules").joinpath("documents.toml").read_text("utf-8")
    return {
        cte: [
            RequiredDocument(cte, row["type"], row["from"], row["source"], row["vi"], row["en"])
            for row in rows
        ]
        for cte, rows in tomllib.loads(text).items()
    }


def find_required(cte: str, day: date) -> Sequence[RequiredDocument]:
    """The papers that an event of this stage must name on this day."""
    return [document for document in _table().get(cte, ()) if document.since <= day]
