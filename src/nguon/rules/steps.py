"""What a step of the chain is called: critical tracking events and CBV business steps in words.

Sources: labels of the sector templates; business steps of CBV 2.0, 7.1. The data is dated
(`edition`) and stands in `steps.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

Kind = Literal[
    "origin", "care", "make", "pack", "move", "keep", "check", "measure", "alert", "aside"
]


@dataclass(frozen=True, slots=True)
class StepWord:
    """A step's names, its icon, and what kind of thing happens in it."""

    code: str
    vi: str
    en: str
    icon: str
    kind: Kind

    def word(self, language: str) -> str:
        """The name in `language`; Vietnamese where there is no English."""
        return self.en if language == "en" else self.vi


@cache
def read_steps() -> dict[str, StepWord]:
    """All steps, by `cte:<code>` and `step:<bare CBV word>`."""
    text = resources.files("nguon.rules").joinpath("steps.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return {
        f"{group}:{code}": StepWord(code, **entry)
        for group in ("cte", "step")
        for code, entry in data[group].items()
    }


def name_step(cte: str | None, step: str | None) -> StepWord:
    """The words for an event: its CTE where we know it, else its business step.

    A CTE of a sector unknown here is looked up among the common ones; an unknown word is shown
    as it is written, never dropped.
    """
    known = read_steps()
    code = cte or ""
    bare = code.rpartition(".")[2]
    for key in (f"cte:{code}", f"cte:common.{bare}", f"step:{step}"):
        if key in known:
            return known[key]
    written = code or step or ""
    return StepWord(written, written or "Sự kiện", written or "Event", "info", "aside")
