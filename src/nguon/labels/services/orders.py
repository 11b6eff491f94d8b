"""Orders of stamps: requested by a maker, approved or refused by the authority, within quotas."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.labels.models import StampOrder, StampQuota
from nguon.labels.models.stamps import OrderState
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.registry.queries import look_up
from nguon.registry.services import require_grant

MOST = 10_000_000
_COUNTED = (OrderState.APPROVED, OrderState.GENERATED)


@transaction.atomic
def request_stamps(
    actor: Actor,
    organisation: str,
    product: str,
    quantity: int,
    *,
    design: str = "stamp-30x20",
    covered: bool = False,
    signed: bool = False,
    note: str = "",
) -> StampOrder:
    """Ask for stamps for a product of one's own.

    Raises AccessError, RegistryError (the product's prefix is not the organisation's) or
    LabelError (no such product, no such number of stamps).
    """
    found = read_class(product)
    require(actor, "stamps:order", organisation, found.key)
    if look_up([found.key]).product(found.key) is None or found.level != "class" or found.lot:
        raise refuse("product_unknown", product)
    require_grant(organisation, found.key)
    if not 1 <= quantity <= MOST:
        raise refuse("quantity", quantity, most=MOST)
    return StampOrder.objects.create(
        organisation=organisation,
        product=found.key,
        quantity=quantity,
        design=design,
        covered=covered,
        signed=signed,
        note=note,
        requested_by=actor.name,
    )


@transaction.atomic
def approve_order(actor: Actor, number: int, reason: str = "") -> StampOrder:
    """Let the stamps be made. Raises AccessError, or LabelError where it is over the quota."""
    order = _lock(actor, "stamps:approve", number, OrderState.REQUESTED)
    _check_quota(order)
    return _decide(order, actor, OrderState.APPROVED, reason)


@transaction.atomic
def refuse_order(actor: Actor, number: int, reason: str) -> StampOrder:
    """Say no, with the reason; raises AccessError or LabelError."""
    if not reason.strip():
        raise refuse("reason_missing")
    order = _lock(actor, "stamps:approve", number, OrderState.REQUESTED)
    return _decide(order, actor, OrderState.REFUSED, reason)


@transaction.atomic
def withdraw_order(actor: Actor, number: int, reason: str = "") -> StampOrder:
    """Take an order back before it was decided; raises AccessError or LabelError."""
    order = _lock(actor, "stamps:order", number, OrderState.REQUESTED)
    return _decide(order, actor, OrderState.WITHDRAWN, reason)


@transaction.atomic
def set_quota(
    actor: Actor, organisation: str, most: int, since: date, until: date, product: str = ""
) -> StampQuota:
    """The most stamps an organisation may be given from one day to another."""
    require(actor, "stamps:quota", organisation, organisation)
    if most < 0 or since > until:
        raise refuse("quota_malformed", most)
    return StampQuota.objects.create(
        organisation=organisation,
        product=read_class(product).key if product else "",
        most=most,
        valid_from=since,
        valid_until=until,
        by=actor.name,
    )


def _lock(actor: Actor, action: str, number: int, state: str) -> StampOrder:
    order = StampOrder.objects.select_for_update().filter(pk=number).first()
    if order is None:
        raise refuse("order_unknown", number)
    require(actor, action, order.organisation, order.product)
    if order.state != state:
        raise refuse("order_decided", number, state=str(OrderState(order.state).label))
    return order


def _decide(order: StampOrder, actor: Actor, state: OrderState, reason: str) -> StampOrder:
    order.state = state
    order.decided_by = actor.name
    order.decided_at = timezone.now()
    order.reason = reason.strip()[:300]
    order.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return order


def _check_quota(order: StampOrder) -> None:
    """Raise unless what was approved in each quota's days leaves room for the order."""
    today = timezone.localdate()
    quotas = StampQuota.objects.select_for_update().filter(
        organisation=order.organisation,
        product__in=["", order.product],
        valid_from__lte=today,
        valid_until__gte=today,
    )
    for quota in quotas:
        given = count_given(quota)
        if given + order.quantity > quota.most:
            left = max(0, quota.most - given)
            raise refuse("over_quota", order.quantity, most=quota.most, left=left)


def count_given(quota: StampQuota) -> int:
    """How many stamps were approved under a quota."""
    orders = StampOrder.objects.filter(
        organisation=quota.organisation,
        state__in=_COUNTED,
        decided_at__date__gte=quota.valid_from,
        decided_at__date__lte=quota.valid_until,
    )
    if quota.product:
        orders = orders.filter(product=quota.product)
    return int(orders.aggregate(sum=Sum("quantity"))["sum"] or 0)
