"""Orders and runs of stamps. A run is a range of counters; nothing is kept per stamp.

A stamp is (product, serial); its serial is computed from the product and a counter, so a run of a
million stamps is one row, and its states are as many rows as there are different stretches.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    """How far an order has come."""

    REQUESTED = "requested", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    GENERATED = "generated", _("Numbers made")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class StampQuota(models.Model):
    """The most stamps that an organisation may be given in a span of days, for a product or all."""

    organisation = models.CharField(max_length=400)
    product = models.CharField(max_length=400, blank=True)
    most = models.PositiveBigIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.most}"


class StampOrder(models.Model):
    """A request for stamps and what became of it. `product` is the class's canonical key."""

    organisation = models.CharField(max_length=400)
    product = models.CharField(max_length=400)
    quantity = models.PositiveBigIntegerField()
    design = models.CharField(max_length=80)
    covered = models.BooleanField(default=False)
    signed = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=12, choices=OrderState.choices, default=OrderState.REQUESTED
    )
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=["organisation", "-requested_at"], name="labels_order_of"),)

    def __str__(self) -> str:
        return f"{self.pk}: {self.quantity} × {self.product}"


class StampCounter(models.Model):
    """The next counter of a product: its row is locked while a run takes its share."""

    product = models.CharField(max_length=400, primary_key=True)
    following = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.product}: {self.following}"


class RunKind(models.TextChoices):
    """Where the serials of a run come from."""

    GENERATED = "generated", _("Numbers made here")
    IMPORTED = "imported", _("Numbers printed elsewhere")


class StampRun(models.Model):
    """Counters `first` to `last` of a product, made with the key `key_id`."""

    order = models.OneToOneField(StampOrder, models.PROTECT, null=True, blank=True)
    organisation = models.CharField(max_length=400)
    product = models.CharField(max_length=400)
    kind = models.CharField(max_length=10, choices=RunKind.choices, default=RunKind.GENERATED)
    key_id = models.CharField(max_length=4, blank=True)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    covered = models.BooleanField(default=False)
    signed = models.BooleanField(default=False)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["product", "first"], name="labels_run_of"),)

    def __str__(self) -> str:
        return f"{self.pk}: {self.first}–{self.last}"

    @property
    def size(self) -> int:
        """How many stamps."""
        return self.last - self.first + 1


class StampSpan(models.Model):
    """A stretch of a run whose stamps are alike now; spans cover a run without overlap."""

    run = models.ForeignKey(StampRun, models.PROTECT, related_name="spans")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12)
    lot = models.CharField(max_length=400, blank=True)
    maker = models.CharField(max_length=400, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "first"], name="labels_span_start"),
            models.CheckConstraint(
                condition=models.Q(first__lte=models.F("last")), name="labels_span_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.first}–{self.last} {self.state}"


class StampMove(models.Model):
    """One change of a stretch of stamps, kept for good: the history behind the spans.

    `authority`: it was made with a role of the authority, and so stands above the maker's.
    """

    run = models.ForeignKey(StampRun, models.PROTECT, related_name="moves")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    lot = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150)
    authority = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["run", "-at"], name="labels_move_of"),)

    def __str__(self) -> str:
        return f"{self.first}–{self.last} {self.before} → {self.after}"


class ImportedSerial(models.Model):
    """A serial printed before or elsewhere: its number in its run, found by product and serial."""

    product = models.CharField(max_length=400)
    serial = models.CharField(max_length=80)
    run = models.ForeignKey(StampRun, models.PROTECT, related_name="serials")
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["product", "serial"], name="labels_serial_once"),
            models.UniqueConstraint(fields=["run", "number"], name="labels_serial_number"),
        )

    def __str__(self) -> str:
        return self.serial
