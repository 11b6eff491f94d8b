"""The shell of the desk: who is signed in, and the places they may go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from nguon.accounts.decisions import Actor, rules
from nguon.accounts.queries import read_actor
from nguon.parts.words import read_language
from nguon.registry.queries import name_organisations

# The order of the day, with the action that opens each place; "" is open to everybody signed in.
_PLACES: tuple[tuple[str, str, str], ...] = (
    ("/desk/", noop("Today"), ""),
    ("/desk/labels/", noop("Labels"), "labels:read"),
    ("/desk/stamps/", noop("Stamps"), "labels:read"),
    ("/desk/stamps/findings/", noop("Odd scans"), "labels:read"),
    ("/desk/links/", noop("Links of codes"), "links.read"),
    ("/desk/captures/", noop("What was sent"), "captures:read"),
    ("/trace/", noop("Trace"), ""),
)


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """An entry of the side list."""

    href: str
    name: str
    current: bool
    exact: bool


def describe_desk(request: HttpRequest) -> dict[str, Any]:
    """Context of `desk.html`; nothing elsewhere, so that public pages ask for no session."""
    if not request.path.startswith("/desk") or getattr(request, "is_failed", False):
        return {}
    actor = read_actor(request)
    return {
        "actor": actor,
        "actor_place": name_place(actor),
        "places": list_places(request, actor),
        "has_password": actor.user_id is not None and request.user.has_usable_password(),
    }


def list_places(request: HttpRequest, actor: Actor) -> list[PlaceLink]:
    """Where the actor may go; a place that may not be entered is not shown."""
    allowed = [(href, name) for href, name, action in _PLACES if _may_enter(actor, action)]
    fitting = [href for href, _name in allowed if request.path.startswith(href)]
    current = max(fitting, key=len, default="")
    return [
        PlaceLink(href, _(name), href == current, href == request.path) for href, name in allowed
    ]


def _may_enter(actor: Actor, action: str) -> bool:
    may = rules()["actions"][action]["may"] if action else ()
    return not action or any(role in may for _organisation, role in actor.roles)


def name_place(actor: Actor) -> str:
    """Where the actor belongs: its organisation's name, or its role in the authority."""
    if actor.organisations:
        names = name_organisations(actor.organisations)
        return ", ".join(names.get(key, key) for key in actor.organisations)
    language = read_language()
    return ", ".join(rules()["roles"][role][language] for _key, role in actor.roles)
