"""Who sends: the key that opens the EPCIS door, and whose captures are then on record.

Three ways in: the operator's one key (`NGUON_CAPTURE_KEY`), a machine's key of an organisation
whose role may record events (`nguon people key`), or a door that the operator left open.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from nguon.accounts.decisions import AccessError, Actor, decide
from nguon.accounts.queries import KEY_SIGN, read_actor
from nguon.exchange.problem import Problem, refuse

ACTION = "events:capture"


def read_sender(request: HttpRequest) -> str:
    """The key of the organisation that sends, "" for the operator or an open door.

    Raises Problem 401 without a key that is known, 403 for one that may not record events or
    where no key was ever set.
    """
    given = _read_bearer(request)
    if given and _is_operators(given):
        return ""
    actor = _find_machine(request) if given.startswith(KEY_SIGN) else None
    if actor is not None:
        return _check_role(actor)
    if settings.NGUON_OPEN_CAPTURE:
        return ""
    if not given and not settings.NGUON_CAPTURE_KEY:
        raise refuse(403, "closed")
    wrong = request.headers.get("Authorization", "")
    problem = refuse(401, "key_wrong" if wrong else "key_missing")
    problem.headers["WWW-Authenticate"] = 'Bearer realm="epcis"'
    raise problem


def _read_bearer(request: HttpRequest) -> str:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def _is_operators(given: str) -> bool:
    key = settings.NGUON_CAPTURE_KEY
    return bool(key) and constant_time_compare(given, key)


def _find_machine(request: HttpRequest) -> Actor | None:
    try:
        return read_actor(request)
    except AccessError:
        return None


def _check_role(actor: Actor) -> str:
    organisation = actor.roles[0][0]
    decision = decide(actor, ACTION, organisation)
    if decision.fault is not None:
        raise Problem(403, decision.fault)
    return organisation
