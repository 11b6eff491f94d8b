"""The scan log, apart from resolution, and what its rules found.

No entry says who: `device` is a digest under a salt that changes daily and is deleted, `place`
is a province that the person chose to tell.
"""

from __future__ import annotations

from django.db import models


class ScanEntry(models.Model):
    """One look at the page of a stamp, by a device, on a day."""

    product = models.CharField(max_length=400)
    serial = models.CharField(max_length=80)
    run = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    device = models.CharField(max_length=16)
    place = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=12)

    class Meta:
        indexes = (
            models.Index(fields=["product", "serial", "at"], name="labels_scan_of"),
            models.Index(fields=["run", "at"], name="labels_scan_run"),
            models.Index(fields=["at"], name="labels_scan_at"),
        )

    def __str__(self) -> str:
        return f"{self.serial} {self.at:%Y-%m-%d %H:%M}"


class ScanSummary(models.Model):
    """When a stamp was first and last seen, and how often: what the page discloses."""

    product = models.CharField(max_length=400)
    serial = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "serial"], name="labels_summary_once"),
        )

    def __str__(self) -> str:
        return f"{self.serial}: {self.count}"


class ScanSalt(models.Model):
    """The day's salt of device digests; when it is deleted, nothing ties scans to devices."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.day}"


class Unissued(models.Model):
    """How often serials of a product were asked for that nobody issued, by the hour."""

    product = models.CharField(max_length=400)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "hour"], name="labels_unissued_once"),
        )

    def __str__(self) -> str:
        return f"{self.product} {self.count}"


class CoverUse(models.Model):
    """The covered code of a stamp was given: right, it counts once; wrong tries are counted."""

    run = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="labels_cover_once"),)

    def __str__(self) -> str:
        return f"{self.run}/{self.number}"


class Finding(models.Model):
    """What a rule found odd. `subject` is the stamp, the run or the product that it is about."""

    rule = models.CharField(max_length=40)
    organisation = models.CharField(max_length=400)
    product = models.CharField(max_length=400)
    serial = models.CharField(max_length=80, blank=True)
    run = models.BigIntegerField(null=True, blank=True)
    params = models.JSONField(default=dict)
    scans = models.JSONField(default=list)
    opened = models.DateTimeField()
    seen = models.DateTimeField()
    closed = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "product", "serial", "run"],
                condition=models.Q(closed=None),
                nulls_distinct=False,
                name="labels_finding_open_once",
            ),
        )
        indexes = (models.Index(fields=["organisation", "-seen"], name="labels_finding_of"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.product} {self.serial}"
