"""On which side an actor stands: with the maker, or with the authority that oversees it."""

from __future__ import annotations

from dataclasses import replace

from nguon.accounts.decisions import Actor, decide


def acts_as_authority(actor: Actor, action: str) -> bool:
    """Whether a role of the authority allows the actor the action."""
    roles = tuple((key, role) for key, role in actor.roles if not key)
    return bool(roles) and bool(decide(replace(actor, roles=roles), action, ""))
