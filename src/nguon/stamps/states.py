"""States of orders and stamps, which may follow which, why others may not (`states.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from nguon.errors import LANGUAGES, Language
from nguon.stamps.error import stamp_error

Machine = Literal["order", "stamp"]
Group = Literal["left", "used", "spoilt"]
_LINES = ("why", "rule", "who", "now")


@dataclass(frozen=True, slots=True)
class State:
    """One state: its name in two languages, what may follow, how a page shows it.

    Orders have no `kind`, `group` and `page`: nobody scans an order.
    """

    name: str
    moves: tuple[str, ...]
    words: Mapping[str, str]
    kind: str = ""
    group: str = ""

    def say(self, language: Language = "vi") -> str:
        """The state's name for people."""
        return self.words[language]

    def tell(self, language: Language = "vi") -> str:
        """What somebody is told who scans a stamp in this state."""
        return self.words[f"page_{language}"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is refused, in four lines, in the design's order."""

    why: str
    rule: str
    who: str
    now: str


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("nguon.stamps").joinpath("states.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def states(machine: Machine = "stamp") -> Mapping[str, State]:
    """Every state of an order or a stamp, by name, in the order of life."""
    return {
        name: State(
            name, tuple(entry["moves"]), entry, entry.get("kind", ""), entry.get("group", "")
        )
        for name, entry in _data()[machine].items()
    }


def state_of(name: str, machine: Machine = "stamp") -> State:
    """The state of this name. Raises `stamps.state_unknown`."""
    found = states(machine).get(name)
    if found is None:
        raise stamp_error("state_unknown", name, known=", ".join(states(machine)))
    return found


def may_follow(state: str, to: str, machine: Machine = "stamp") -> bool:
    """Whether `to` may follow `state`."""
    state_of(to, machine)
    return to in state_of(state, machine).moves


def check_order(state: str, to: str) -> None:
    """Raise `stamps.order_move` unless an order in `state` may become `to`."""
    if not may_follow(state, to, "order"):
        names = [states("order")[name] for name in state_of(state, "order").moves]
        allowed = {
            f"allowed_{language}": ", ".join(each.say(language) for each in names) or "–"
            for language in LANGUAGES
        }
        raise stamp_error("order_move", f"{state} → {to}", **allowed)


def refuse(state: str, to: str, language: Language = "vi") -> Refusal:
    """Why a stamp cannot go from `state` to `to`: the nearest reason that the data gives."""
    refusals = _data()["stamp_refusals"]
    entry = next(refusals[name] for name in _names(state, to) if name in refusals)
    words = {"state": state_of(state).say(language), "to": state_of(to).say(language)}
    return Refusal(*(entry[f"{line}_{language}"].format(**words) for line in _LINES))


def _names(state: str, to: str) -> Iterator[str]:
    yield f"{state} to {to}"
    # What a stamp that is gone can still become says more than where it was to go.
    yield from (
        (f"{state} to *", f"* to {to}")
        if state in _GONE
        else (
            f"* to {to}",
            f"{state} to *",
        )
    )
    yield "* to *"


_GONE = ("void", "lost", "recalled", "consumed", "generated")
