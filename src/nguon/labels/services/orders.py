"""Orders of stamps: requested by a maker, approved or refused by the authority, within quotas."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from nguon.accounts.decisions import Actor
from nguon.accounts.services import require
from nguon.carriers import Design
from nguon.errors import LANGUAGES
from nguon.gs1 import Identifier
from nguon.labels.designs import find_design, list_designs
from nguon.labels.models import StampOrder
from nguon.labels.models.stamps import OrderState
from nguon.labels.reading import read_class
from nguon.labels.services.error import refuse
from nguon.labels.services.quotas import check_quota
from nguon.labels.services.texts import KEY, NAME, check_text
from nguon.registry.queries import look_up
from nguon.registry.services import require_grant

MOST = 10_000_000
_OPEN = (OrderState.REQUESTED, OrderState.APPROVED)


@transaction.atomic
def request_stamps(
    actor: Actor,
    organisation: str,
    product: str,
    quantity: int,
    *,
    design: str = "",
    covered: bool = False,
    signed: bool = False,
    note: str = "",
) -> StampOrder:
    """Ask for stamps for a product of one's own.

    `design` is what the maker means to print with; without one, the first that has what the
    stamps carry. Raises AccessError, RegistryError (the product's prefix is not the
    organisation's) or LabelError (no such product, design or number of stamps).
    """
    owner = check_text(organisation, KEY, "organisation")
    found = read_class(product)
    require(actor, "stamps:order", owner, found.key)
    check_product(found, product)
    require_grant(owner, found.key)
    if not 1 <= quantity <= MOST:
        raise refuse("quantity", quantity, most=MOST)
    fitting = _find_fitting(owner, covered=covered, signed=signed)
    chosen = check_text(design, NAME, "design") or fitting
    find_design(owner, chosen)
    return StampOrder.objects.create(
        organisation=owner,
        product=found.key,
        quantity=quantity,
        design=chosen,
        covered=covered,
        signed=signed,
        note=check_text(note, field="note"),
        requested_by=actor.name,
    )


def check_product(found: Identifier, given: str) -> None:
    """Raise LabelError unless this is a product of the register: a class, no lot, no item."""
    if look_up([found.key]).product(found.key) is None or found.level != "class" or found.lot:
        raise refuse("product_unknown", given)


def _find_fitting(organisation: str, *, covered: bool, signed: bool) -> str:
    """The first design that these stamps can be printed with. Raises LabelError for none."""
    known = [view.design for view in list_designs([organisation], stamps=True)]
    for design in known:
        if (design.covered, design.signed) == (covered, signed):
            return design.name
    raise refuse("design_none", **_say_designs(known))


def _say_designs(known: Sequence[Design]) -> dict[str, str]:
    """The designs there are, which say what they carry, for the sentence of a refusal."""
    return {
        f"works_{language}": "; ".join(dict.fromkeys(design.title(language) for design in known))
        for language in LANGUAGES
    }


@transaction.atomic
def approve_order(actor: Actor, number: int, reason: str = "") -> StampOrder:
    """Let the stamps be made. Raises AccessError, or LabelError where it is over the quota."""
    order = _lock(actor, "stamps:approve", number, OrderState.REQUESTED)
    check_quota(order.organisation, order.product, order.quantity)
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
    """Take an order back before its numbers are made; raises AccessError or LabelError."""
    order = _lock(actor, "stamps:order", number, *_OPEN)
    return _decide(order, actor, OrderState.WITHDRAWN, reason)


def _lock(actor: Actor, action: str, number: int, *states: str) -> StampOrder:
    order = StampOrder.objects.select_for_update().filter(pk=number).first()
    if order is None:
        raise refuse("order_unknown", number)
    require(actor, action, order.organisation, order.product)
    if order.state not in states:
        raise refuse("order_decided", number, state=str(OrderState(order.state).label))
    return order


def _decide(order: StampOrder, actor: Actor, state: OrderState, reason: str) -> StampOrder:
    order.state = state
    order.decided_by = actor.name
    order.decided_at = timezone.now()
    order.reason = check_text(reason, field="reason")
    order.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    return order
