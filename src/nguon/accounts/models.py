"""Memberships of people in organisations, and keys of machines.

Organisations are named by their canonical key, not by a foreign key: the register may live
elsewhere.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Member(models.Model):
    """A person's role: in an organisation, or (with no organisation) in the authority."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.CharField(max_length=400, blank=True)
    role = models.CharField(max_length=30)
    since = models.DateTimeField(auto_now_add=True)
    sample = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], name="accounts_member_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class AccessKey(models.Model):
    """A machine's key. Only its digest is kept; `shown` is its beginning, to tell keys apart."""

    name = models.CharField(max_length=120)
    shown = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    organisation = models.CharField(max_length=400, blank=True)
    role = models.CharField(max_length=30)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.shown}…)"
