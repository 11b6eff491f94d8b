"""Who may do what: every role and action, and refusals that say who can."""

from __future__ import annotations

import pytest

from nguon.accounts.decisions import (
    NOBODY,
    AccessError,
    Actor,
    decide,
    may_anywhere,
    rules,
    side_of,
)

MINE, THEIRS = "https://id.gs1.org/417/9521105000012", "https://id.gs1.org/417/9521301000014"
ROLES, ACTIONS = sorted(rules()["roles"]), sorted(rules()["actions"])


def actor(role: str) -> Actor:
    return Actor("A", ((MINE if side_of(role) == "organisation" else "", role),))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_the_table_says_and_only_at_home(role: str, action: str) -> None:
    listed = role in rules()["actions"][action]["may"]
    assert bool(decide(actor(role), action, MINE)) == listed
    at_others = listed and side_of(role) == "authority"
    assert bool(decide(actor(role), action, THEIRS)) == at_others


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_may_do_anything(action: str) -> None:
    decision = decide(NOBODY, action, MINE)
    assert decision.fault is not None
    assert AccessError(decision.fault).status == 401


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_can_be_done_by_somebody_and_has_words(action: str) -> None:
    entry = rules()["actions"][action]
    assert set(entry["may"]) <= set(ROLES)
    assert entry["may"]
    assert entry["vi"]
    assert entry["en"]


def test_a_refusal_names_who_can() -> None:
    decision = decide(actor("viewer"), "stamps:order", MINE, "GTIN 1")
    assert decision.fault is not None
    assert decision.fault.code == "accounts.role_missing"
    assert "người giữ tem nhãn" in decision.fault.sentence("vi")
    assert "label keeper" in decision.fault.sentence("en")


def test_what_nobody_owns_only_the_authority_touches() -> None:
    refused = decide(actor("owner"), "links.edit", "", "GTIN 1")
    assert refused.fault is not None
    assert refused.fault.code == "accounts.nobody_owns"
    assert decide(actor("province_admin"), "links.edit", "")


def test_a_person_of_two_organisations_acts_for_each() -> None:
    both = Actor("A", ((MINE, "viewer"), (THEIRS, "owner")))
    assert not decide(both, "stamps:order", MINE)
    assert decide(both, "stamps:order", THEIRS)
    assert may_anywhere(both, "stamps:order") == (THEIRS,)
