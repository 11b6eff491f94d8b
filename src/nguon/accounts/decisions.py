"""May this actor do that with this? Yes or no, always with the reason and who could allow it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from nguon.errors import Fault, NguonError

Side = Literal["organisation", "authority"]


class AccessError(NguonError):
    """A refusal for want of permission."""

    @property
    def status(self) -> int:
        """401 where nobody is known, 403 where somebody may not."""
        return 401 if self.code in ("accounts.not_signed_in", "accounts.key_unknown") else 403


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person or a machine, with its roles as (organisation key, role).

    The authority's roles have no organisation. `name` is shown and written into histories.
    """

    name: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    user_id: int | None = None
    machine: bool = False

    @property
    def known(self) -> bool:
        """Whether this is anybody."""
        return bool(self.roles) or self.user_id is not None

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations it has a role in."""
        return tuple(dict.fromkeys(key for key, _ in self.roles if key))

    @property
    def authority(self) -> bool:
        """Whether it has a role in the authority."""
        return any(not key for key, _ in self.roles)


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes, or no with the fault that explains it."""

    allowed: bool
    fault: Fault | None = None

    def __bool__(self) -> bool:
        return self.allowed


@cache
def rules() -> Mapping[str, Any]:
    """Roles and actions, as `roles.toml` has them."""
    text = resources.files("nguon.accounts").joinpath("roles.toml").read_text("utf-8")
    return tomllib.loads(text)


def side_of(role: str) -> Side:
    """Whether a role is an organisation's or the authority's."""
    side: Side = rules()["roles"][role]["side"]
    return side


def decide(actor: Actor, action: str, owner: str, subject: str = "") -> Decision:
    """Whether `actor` may do `action` with what `owner` (an organisation's key) has.

    `subject` is what it is about, for the sentence of a refusal. An empty owner means that
    nobody is on record for it.
    """
    may = rules()["actions"][action]["may"]
    if not actor.known:
        return _refuse("not_signed_in", action, subject)
    for organisation, role in actor.roles:
        if role in may and (organisation == owner if organisation else True):
            return Decision(allowed=True)
    here = [role for key, role in actor.roles if not key or key == owner]
    if here or not owner:
        code = "role_missing" if here else "nobody_owns"
        return _refuse(code, action, subject, roles=here)
    sides = {side_of(role) for role in may}
    if "organisation" not in sides:
        return _refuse("role_missing", action, subject, roles=[r for _, r in actor.roles])
    return _refuse("other_organisation", action, subject, owner=owner)


def may_anywhere(actor: Actor, action: str) -> tuple[str, ...]:
    """The organisations whose things the actor may do `action` with, of those it belongs to."""
    may = rules()["actions"][action]["may"]
    return tuple(dict.fromkeys(key for key, role in actor.roles if key and role in may))


def _refuse(
    code: str, action: str, subject: str, *, owner: str = "", roles: list[str] | None = None
) -> Decision:
    entry = rules()["actions"][action]
    params = {
        "action_vi": entry["vi"],
        "action_en": entry["en"],
        "who_vi": _list(entry["may"], "vi"),
        "who_en": _list(entry["may"], "en"),
        "roles_vi": _list(roles or [], "vi"),
        "roles_en": _list(roles or [], "en"),
        "owner": owner,
    }
    return Decision(allowed=False, fault=Fault(f"accounts.{code}", value=subject, params=params))


def _list(names: list[str], language: str) -> str:
    return ", ".join(rules()["roles"][name][language] for name in names) or "–"
