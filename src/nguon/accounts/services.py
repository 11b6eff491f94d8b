"""Writes of accounts, and the gate that every write of other rooms passes."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nguon.accounts.decisions import AccessError, Actor, decide, rules, side_of
from nguon.accounts.models import AccessKey, Member
from nguon.accounts.queries import KEY_SIGN, digest_key
from nguon.errors import Fault, NguonError

SAMPLE_PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("hanh", "Đỗ Thị Hạnh", "https://id.gs1.org/417/9521105000012", "label_keeper"),
    ("tra", "Hoàng Văn Trà", "https://id.gs1.org/417/9521301000014", "owner"),
    ("can-bo", "Vũ Thu Hà", "", "province_admin"),
)


class AccountError(NguonError):
    """What cannot be written about people and keys."""

    status = 400


def require(actor: Actor, action: str, owner: str, subject: str = "") -> None:
    """Raise AccessError, with the reason and who can allow it, unless the actor may."""
    decision = decide(actor, action, owner, subject)
    if decision.fault is not None:
        raise AccessError(decision.fault)


@transaction.atomic
def add_person(
    username: str, password: str, role: str, organisation: str = "", name: str = ""
) -> User:
    """A person who can sign in, with a first role; raises AccountError."""
    _check_role(role, organisation)
    try:
        validate_password(password)
    except ValidationError as error:
        raise AccountError(Fault("accounts.password_refused")) from error
    try:
        with transaction.atomic():
            user = get_user_model().objects.create_user(
                username, password=password, first_name=name
            )
    except IntegrityError as error:
        raise AccountError(Fault("accounts.name_taken", value=username)) from error
    Member.objects.create(user=user, organisation=organisation, role=role)
    return user


def add_key(
    name: str, role: str, organisation: str = "", expires: datetime | None = None
) -> tuple[AccessKey, str]:
    """A machine's key: its entry, and its text, which cannot be shown again."""
    _check_role(role, organisation)
    text = KEY_SIGN + secrets.token_urlsafe(32)
    key = AccessKey.objects.create(
        name=name,
        shown=text[:9],
        digest=digest_key(text),
        organisation=organisation,
        role=role,
        expires=expires,
    )
    return key, text


def withdraw_key(key: AccessKey, at: datetime) -> None:
    """From now on the key opens nothing."""
    AccessKey.objects.filter(pk=key.pk, withdrawn=None).update(withdrawn=at)


def find_key(shown: str) -> AccessKey:
    """The one open key that begins so; raises AccountError where none or several do."""
    shown = shown.rstrip("…. ")
    found = list(AccessKey.objects.filter(shown=shown, withdrawn=None)) if shown else []
    if len(found) != 1:
        raise AccountError(Fault("accounts.key_not_found", value=shown))
    return found[0]


@transaction.atomic
def replace_password(username: str, password: str) -> None:
    """A new password for a person; whoever is signed in with the old one is signed out."""
    user = _find_person(username)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountError(Fault("accounts.password_refused")) from error
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def remove_person(username: str) -> None:
    """Take all roles and sign-in from a person. The name stays: what was done bears it."""
    user = _find_person(username)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Member.objects.filter(user=user).delete()


def _find_person(username: str) -> User:
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise AccountError(Fault("accounts.person_unknown", value=username))
    return user


@transaction.atomic
def load_sample_people() -> None:
    """People of the demonstration, who have no password: the demo signs them in by a button."""
    for username, name, organisation, role in SAMPLE_PEOPLE:
        user, made = get_user_model().objects.get_or_create(
            username=username, defaults={"first_name": name}
        )
        if made:
            user.set_unusable_password()
            user.save()
        Member.objects.get_or_create(
            user=user, organisation=organisation, role=role, defaults={"sample": True}
        )


def _check_role(role: str, organisation: str) -> None:
    known = rules()["roles"]
    if role not in known:
        raise AccountError(
            Fault("accounts.role_unknown", value=role, params={"known": ", ".join(known)})
        )
    if (side_of(role) == "organisation") != bool(organisation):
        raise AccountError(Fault("accounts.role_needs_organisation", value=role))
