"""Registered links: one row an anchor with what holds now, one row a version with its story.

Keys are texts, not foreign keys: the register and the event store may live elsewhere.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Registration(models.Model):
    """The links of one anchor as they are now. An empty list says that they were removed.

    `family` is the key without lot and serial number; `organisation` the holder of the prefix at
    the last change.
    """

    anchor = models.CharField(max_length=2000, unique=True)
    family = models.CharField(max_length=2000, db_index=True)
    organisation = models.CharField(max_length=400, blank=True, db_index=True)
    description = models.CharField(max_length=300, blank=True)
    links = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=0)
    changed = models.DateTimeField(auto_now=True)
    sample = models.BooleanField(default=False)

    class Meta:
        ordering = ("anchor",)

    def __str__(self) -> str:
        return f"{self.anchor} v{self.version}"


class Verb(models.TextChoices):
    """What made a version."""

    SET = "set"
    REMOVE = "remove"
    RESTORE = "restore"
    IMPORT = "import"


class Version(models.Model):
    """What an anchor's links were from a moment on, who made it so, and why. Never changed."""

    anchor = models.CharField(max_length=2000)
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    description = models.CharField(max_length=300, blank=True)
    links = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    who = models.CharField(max_length=200)
    why = models.CharField(max_length=300, blank=True)
    organisation = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("anchor", "-number")
        constraints = (
            models.UniqueConstraint(fields=["anchor", "number"], name="resolver_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.anchor} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once."""
        if self.pk is not None:
            raise PermissionDenied("a version is never changed")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: history stays."""
        raise PermissionDenied("a version is never removed")
