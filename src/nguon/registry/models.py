"""Organisations, places, products and certificates, known by their canonical keys.

Nothing here refers to the event store by foreign key: both name a thing by the same key
(`nguon.gs1.canonical_key`), so that either may live on another machine.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# Both end up in links of public pages.
_OUR_PATH = RegexValidator(r"^/(?:static|media)/[\w./-]+\Z")
_PHONE = RegexValidator(r"^\+?[0-9][0-9 .]{5,}\Z")


class Kind(models.TextChoices):
    """What an organisation is."""

    ENTERPRISE = "enterprise", _("Enterprise")
    COOPERATIVE = "cooperative", _("Cooperative")
    HOUSEHOLD = "household", _("Household")
    AUTHORITY = "authority", _("Authority")
    LABORATORY = "laboratory", _("Laboratory")
    CARRIER = "carrier", _("Carrier")
    SHOP = "shop", _("Shop")


class Registered(models.Model):
    """What all entries share. `sample` marks what is invented for demonstration."""

    key = models.CharField(max_length=400, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    sample = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ("key",)

    def __str__(self) -> str:
        return self.name


class Organisation(Registered):
    """A party of the chain. `name_shared`: a household agreed to be named in public."""

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ENTERPRISE)
    address = models.CharField(max_length=300, blank=True)
    commune = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True, validators=[_PHONE])
    name_shared = models.BooleanField(default=False)


class Place(Registered):
    """A physical place. `organisation` is the key of who runs it."""

    organisation = models.CharField(max_length=400, blank=True)
    address = models.CharField(max_length=300, blank=True)
    commune = models.CharField(max_length=120, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)


class Product(Registered):
    """A class of goods: a GTIN, or a local class where there is none."""

    brand = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    image = models.CharField(max_length=200, blank=True, validators=[_OUR_PATH])
    image_alt = models.CharField(max_length=200, blank=True)
    image_alt_en = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=60, blank=True)
    storage = models.CharField(max_length=200, blank=True)
    storage_en = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    origin_en = models.CharField(max_length=200, blank=True)
    producer = models.CharField(max_length=400, blank=True)
    standards = models.JSONField(default=list, blank=True)


class Certificate(Registered):
    """A paper that events refer to by `certificationInfo`."""

    holder = models.CharField(max_length=400, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    issued = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True)


class KeyGrant(models.Model):
    """Who may use a GS1 company prefix, a single GTIN-8, or a namespace of local codes, and when.

    `prefix` is digits (4 to 12; 8 with a check digit for a GTIN-8 issued singly, written `=` and
    the digits), or a local namespace such as `qn-06978-h003` (NĐ 74/2018, Điều 19b; GS1 General
    Specifications 1.4.4).
    """

    prefix = models.CharField(max_length=80)
    organisation = models.CharField(max_length=400)
    issuer = models.CharField(max_length=120, blank=True)
    document = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    sample = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["prefix"], name="registry_grant_prefix"),)

    def __str__(self) -> str:
        return f"{self.prefix} → {self.organisation}"
