"""Reads: who is asking, and who belongs where."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from nguon.accounts.decisions import NOBODY, AccessError, Actor
from nguon.accounts.models import AccessKey, Member
from nguon.errors import Fault

_USE_NOTED = timedelta(minutes=5)
# What the text of every machine's key begins with.
KEY_SIGN = "nq_"


def read_actor(request: HttpRequest) -> Actor:
    """Who sent the request: a bearer key before a session; NOBODY where there is neither.

    Raises AccessError for a key that is wrong, expired or withdrawn.
    """
    known: Actor | None = getattr(request, "actor", None)
    if known is None:
        known = _read_bearer(request) or _read_session(request)
        request.actor = known
    return known


def bears_key(request: HttpRequest) -> bool:
    """Whether the request names a machine's key: then no cookie speaks for it."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def _read_bearer(request: HttpRequest) -> Actor | None:
    if not bears_key(request):
        return None
    given = request.headers["Authorization"].split(" ", 1)[1].strip()
    now = timezone.now()
    key = (
        AccessKey.objects.filter(digest=digest_key(given), withdrawn=None)
        .filter(Q(expires=None) | Q(expires__gt=now))
        .first()
    )
    if key is None:
        raise AccessError(Fault("accounts.key_unknown"))
    if key.last_used is None or now - key.last_used > _USE_NOTED:
        AccessKey.objects.filter(pk=key.pk).update(last_used=now)
    return Actor(key.name, ((key.organisation, key.role),), machine=True)


def _read_session(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    roles = tuple(
        Member.objects.filter(user=user)
        .order_by("organisation", "role")
        .values_list("organisation", "role")
    )
    return Actor(user.get_full_name() or user.get_username(), roles, user.pk)


def digest_key(text: str) -> str:
    """What is kept of a key. Keys are random and long, so a plain digest does."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def list_members() -> list[Member]:
    """Everybody with a role, by name."""
    members = Member.objects.select_related("user").filter(user__is_active=True)
    return list(members.order_by("user__username", "organisation", "role"))


def list_keys() -> list[AccessKey]:
    """Keys that open something now, the newest first."""
    open_keys = AccessKey.objects.filter(withdrawn=None)
    return list(open_keys.exclude(expires__lte=timezone.now()).order_by("-created"))
