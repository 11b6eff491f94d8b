"""What the pages share: refusals beside the form that they are about, and words for rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nguon.accounts.decisions import Actor, decide
from nguon.errors import Fault, NguonError
from nguon.gs1 import Gs1Error, identify
from nguon.gs1.charset import encode
from nguon.parts.words import read_language
from nguon.registry.queries import Directory, look_up, name_organisations
from nguon.stamps.states import state_of

_CHIPS = {"ok": "ok", "off": "", "stop": "stop", "warn": "warn", "odd": "odd", "none": ""}
_ICONS = {
    "ok": "check",
    "off": "pause",
    "stop": "stop",
    "warn": "clock",
    "odd": "alert",
    "none": "help",
}


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    error: NguonError | None = None,
) -> HttpResponse:
    """A page; with an error its sentences stand above, and its status is the answer's."""
    status = int(getattr(error, "status", 400)) if error else 200
    faults = tell_faults(error.faults) if error else []
    return render(request, template, {**context, "faults": faults}, status=status)


def tell_faults(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Sentence and rule of each fault, in the reader's language."""
    language = read_language()
    return [
        {"sentence": fault.sentence(language), "rule": fault.rule, "code": fault.code}
        for fault in faults
    ]


def may(actor: Actor, action: str, owner: str) -> bool:
    """Whether the actor may, for a button that is shown or not."""
    return bool(decide(actor, action, owner))


@dataclass(frozen=True, slots=True)
class Chip:
    """The state of a stretch of stamps as a chip."""

    word: str
    kind: str
    icon: str


def chip_of(state: str) -> Chip:
    """A stamp's state as people read it."""
    found = state_of(state)
    return Chip(found.say(read_language()), _CHIPS[found.kind], _ICONS[found.kind])


class Names:
    """Names of products, lots and organisations for the rows of a page, asked for at once."""

    def __init__(self, keys: Iterable[str], organisations: Iterable[str] = ()) -> None:
        self._directory: Directory = look_up(keys)
        self._organisations = name_organisations(organisations)

    def product(self, key: str) -> str:
        """A product's registered name, else its code."""
        entry = self._directory.product(key)
        return entry.say("name") if entry else say_code(key)

    def organisation(self, key: str) -> str:
        """An organisation's registered name, else its code."""
        return self._organisations.get(key) or say_code(key)


def say_code(key: str) -> str:
    """A key as people read it."""
    try:
        return identify(key).human
    except Gs1Error:
        return key


def lot_code(product: str, lot: str) -> str:
    """The key of a lot that was typed as it is printed; the product's own where none was."""
    joint = "/10/" if product.startswith("https://id.gs1.org/") else "/lot/"
    return f"{product}{joint}{encode(lot.strip())}" if lot.strip() else product


def say_lot(key: str) -> str:
    """The lot number of a lot's key."""
    if not key:
        return ""
    try:
        return identify(key).lot or say_code(key)
    except Gs1Error:
        return key
