"""What waits for a person today, gathered from the rooms that are installed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.accounts.decisions import Actor, rules
from nguon.labels import queries as labels
from nguon.labels.models.stamps import OrderState
from nguon.parts.words import local, say_date, say_number


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do: what, why, and the button that leads there."""

    when: date | None
    what: str
    why: str
    href: str
    button: str

    @property
    def day(self) -> str:
        """Since when it waits."""
        return say_date(self.when) if self.when else ""


def list_duties(actor: Actor) -> list[Duty]:
    """The duties of an actor, the most pressing first."""
    return [*_odd_scans(actor), *_orders(actor), *_numbers(actor)]


def _may(actor: Actor, action: str) -> bool:
    return any(role in rules()["actions"][action]["may"] for _key, role in actor.roles)


def _odd_scans(actor: Actor) -> list[Duty]:
    open_ones = labels.list_findings(actor)
    count, last = open_ones.count(), open_ones.first()
    if last is None:
        return []
    what = ngettext("%(count)s odd scan to look at", "%(count)s odd scans to look at", count)
    why = _("A label may be copied, or be out before it was activated.")
    told = what % {"count": say_number(count)}
    return [Duty(local(last.seen).date(), told, why, "/desk/stamps/findings/", _("Look at them"))]


def _orders(actor: Actor) -> list[Duty]:
    if not _may(actor, "stamps:approve"):
        return []
    waiting = labels.list_orders(actor).filter(state=OrderState.REQUESTED)
    return [
        Duty(
            local(order.requested_at).date(),
            _("Decide on an order of %(count)s stamps") % {"count": say_number(order.quantity)},
            _("Asked for by %(name)s.") % {"name": order.requested_by},
            f"/desk/stamps/orders/{order.pk}/",
            _("Open the order"),
        )
        for order in waiting.order_by("pk")[:10]
    ]


def _numbers(actor: Actor) -> list[Duty]:
    if not _may(actor, "stamps:print"):
        return []
    approved = labels.list_orders(actor).filter(state=OrderState.APPROVED)
    return [
        Duty(
            local(order.decided_at).date(),
            _("Make the numbers of %(count)s stamps") % {"count": say_number(order.quantity)},
            _("The order was approved by %(name)s.") % {"name": order.decided_by},
            f"/desk/stamps/orders/{order.pk}/",
            _("Open the order"),
        )
        for order in approved.order_by("pk")[:10]
    ]
