"""Designs that an organisation keeps, and runs of printing with their finished parts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LabelDesign(models.Model):
    """An organisation's own design; the form of `data` is that of `nguon.carriers`."""

    organisation = models.CharField(max_length=400)
    name = models.CharField(max_length=80)
    data = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "name", "version"], name="labels_design_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class PrintState(models.TextChoices):
    """How far a print run has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Stopped by a fault")
    CANCELLED = "cancelled", _("Cancelled")


class PrintRun(models.Model):
    """Labels of one lot, or stamps of one run, as a file: made in parts, so it can be resumed.

    `design` and `values` are copies of what was asked for: a design changed later changes nothing.
    `printed`: when somebody confirmed that its stamps came out of the printer.
    """

    organisation = models.CharField(max_length=400)
    subject = models.CharField(max_length=400)
    design = models.JSONField()
    layout = models.CharField(max_length=12)
    values = models.JSONField()
    stamps = models.ForeignKey("labels.StampRun", models.PROTECT, null=True, blank=True)
    first = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PrintState.choices, default=PrintState.WAITING)
    fault = models.JSONField(null=True, blank=True)
    file = models.CharField(max_length=80, blank=True)
    printed = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=150)
    asked = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["organisation", "-asked"], name="labels_print_of"),)

    def __str__(self) -> str:
        return f"{self.pk}: {self.done}/{self.total}"


class PrintPart(models.Model):
    """A finished part of a print run: a file named by its digest, every symbol read back."""

    run = models.ForeignKey(PrintRun, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=80)
    labels = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="labels_part_once"),)

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class PrintTaking(models.Model):
    """Somebody took the file of a print run: who and when, kept for good."""

    run = models.ForeignKey(PrintRun, models.PROTECT, related_name="takings")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["run", "-at"], name="labels_taking_of"),)

    def __str__(self) -> str:
        return f"{self.run_id}: {self.by}"
