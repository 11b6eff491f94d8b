"""Quotas: the most stamps that an organisation is given in a span of days, and what counts."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.labels.models import StampMove, StampOrder, StampQuota, StampRun
from nguon.labels.models.stamps import OrderState, RunKind
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.labels.services.texts import KEY, check_text
from nguon.stamps.spans import Quota

MOST_QUOTA = 100_000_000_000
_COUNTED = (OrderState.APPROVED, OrderState.GENERATED)


@transaction.atomic
def set_quota(
    actor: Actor, organisation: str, most: int, since: date, until: date, product: str = ""
) -> StampQuota:
    """The most stamps an organisation may be given from one day to another."""
    owner = check_text(organisation, KEY, "organisation")
    require(actor, "stamps:quota", owner, owner)
    if not 0 <= most <= MOST_QUOTA or since > until:
        raise refuse("quota_malformed", most, most=MOST_QUOTA)
    return StampQuota.objects.create(
        organisation=owner,
        product=read_class(product).key if product else "",
        most=most,
        valid_from=since,
        valid_until=until,
        by=actor.name,
    )


def check_quota(organisation: str, product: str, quantity: int) -> int:
    """Raise LabelError unless every quota of today leaves room for so many; how many there are.

    The quotas stay locked until the transaction ends, so that no two take the same room.
    """
    today = timezone.localdate()
    quotas = StampQuota.objects.select_for_update().filter(
        organisation=organisation,
        product__in=["", product],
        valid_from__lte=today,
        valid_until__gte=today,
    )
    found = list(quotas.order_by("pk"))
    for quota in found:
        left = measure(quota).left
        if quantity > left:
            raise refuse("over_quota", quantity, most=quota.most, left=left)
    return len(found)


def measure(quota: StampQuota) -> Quota:
    """A quota with what was taken of it: approved orders and taken-over serials.

    Numbers that were void before they were printed come back; printed ones do not, since paper
    with a number on it exists.
    """
    orders = StampOrder.objects.filter(
        organisation=quota.organisation,
        state__in=_COUNTED,
        decided_at__date__gte=quota.valid_from,
        decided_at__date__lte=quota.valid_until,
    )
    imports = StampRun.objects.filter(
        organisation=quota.organisation,
        kind=RunKind.IMPORTED,
        made_at__date__gte=quota.valid_from,
        made_at__date__lte=quota.valid_until,
    )
    if quota.product:
        orders, imports = (
            orders.filter(product=quota.product),
            imports.filter(product=quota.product),
        )
    ordered = orders.aggregate(sum=Sum("quantity"))["sum"] or 0
    imported = imports.aggregate(sum=Sum(F("last") - F("first") + 1))["sum"] or 0
    taken = Quota(quota.most, int(ordered) + int(imported))
    back = StampMove.objects.filter(run__order__in=orders, before="generated", after="void")
    unprinted = int(back.aggregate(sum=Sum(F("last") - F("first") + 1))["sum"] or 0)
    return taken.give_back(unprinted) if unprinted else taken


def count_given(quota: StampQuota) -> int:
    """How many stamps were given under a quota and not given back."""
    counted = measure(quota)
    return counted.taken - counted.returned
