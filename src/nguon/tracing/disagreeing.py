"""Two records that cannot both be true, in words: what is wrong, and the two side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nguon.parts.words import say_instant, say_number, say_quantity
from nguon.trace.contradictions import Contradiction, Side
from nguon.tracing.facts import CTE
from nguon.tracing.queries import Traced
from nguon.tracing.words import name_event, name_place, name_who, say_items


@dataclass(frozen=True, slots=True)
class SideLine:
    """One of the two records: what was done, when, by whom and where."""

    step: str
    when: str
    who: str
    quantity: str


@dataclass(frozen=True, slots=True)
class ContradictionLine:
    """One contradiction."""

    title: str
    sides: tuple[SideLine, SideLine]


def describe_contradiction(traced: Traced, one: Contradiction) -> ContradictionLine:
    """A contradiction in words; it says nothing of who is right."""
    values = {"items": say_items(one.items)}
    values |= {name: say_quantity(value, one.uom) for name, value in one.figures.items()}
    if "most_percent" in one.figures:
        values["most_percent"] = say_number(one.figures["most_percent"], places=1)
    return ContradictionLine(
        title=_TITLES[one.kind]() % values,
        sides=(_describe_side(traced, one.first), _describe_side(traced, one.second)),
    )


def _describe_side(traced: Traced, side: Side) -> SideLine:
    event = next((one.event for one in traced.records if one.event_key == side.event_key), None)
    cte = event.extension_value(CTE) if event is not None else None
    place = name_place(traced, side.place)
    who = name_who(traced, side.party) if side.party else ""
    return SideLine(
        step=name_event(cte, event.step if event is not None else None),
        when=say_instant(side.at),
        who=", ".join(part for part in (who, place) if part),
        quantity=say_quantity(side.quantity, side.uom) if side.quantity is not None else "",
    )


_TITLES: Mapping[str, Callable[[], str]] = {
    "quantity_differs": lambda: _("%(items)s: %(shipped)s sent, %(received)s received."),
    "more_out_than_in": lambda: _("%(items)s: %(given)s came out of %(taken)s."),
    "more_used_than_made": lambda: _("%(items)s: %(made)s made, %(gone)s used, packed or sent."),
    "before_made": lambda: _("%(items)s was handled before it was made."),
    "made_twice": lambda: _("%(items)s is one single thing, and was made twice."),
    "two_places": lambda: _("%(items)s was at two places at one moment."),
    "two_holders": lambda: _("%(items)s was taken over by one holder and handled by another."),
    "two_boxes": lambda: _("%(items)s lay in two containers at a time."),
}
