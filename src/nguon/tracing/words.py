"""Words of the trace page: the answering sentence, short codes, gaps and who owes them.

Voice and honesty grammar: design language, sections 2 and 10. *Chưa* for what may still come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.epcis.model import AnyEvent
from nguon.gs1 import identify
from nguon.parts.words import read_language, say_instant, say_list, say_number, say_quantity
from nguon.rules.documents import find_required
from nguon.rules.steps import name_step
from nguon.trace import Gap
from nguon.trace.parties import find_performer
from nguon.tracing.facts import CTE
from nguon.tracing.queries import Traced

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GapLine:
    """One gap in words; `number` is that of its pin, 0 for a remark."""

    number: int
    title: str
    detail: str
    owed_by: str = ""


def shorten_key(key: str) -> str:
    """What a label shows of a key: the serial, the lot, the SSCC, or the end of a local code."""
    known = identify(key)
    short = known.serial or known.lot
    if short is None and known.ais:
        short = known.ais[0][1]
    return short or unquote(key.rstrip("/").rpartition("/")[2]) or key


def name_code(traced: Traced, key: str) -> str:
    """The product's name, or what kind of thing a container is."""
    product = traced.directory.product(key)
    if product is not None:
        return product.say("name")
    if "/00/" in key:
        return _("Logistic unit")
    return ""


def name_who(traced: Traced, key: str | None) -> str:
    """A party or place for the public; its key where the register does not know it."""
    if not key:
        return _("Not recorded")
    directory = traced.directory
    return directory.name_party(key) or directory.name_place(key) or shorten_key(key)


def name_place(traced: Traced, key: str | None) -> str:
    """A place for the public, empty where it is not known."""
    return traced.directory.name_place(key) if key else ""


def count_sources(traced: Traced) -> int:
    """How many different makers stand at the beginnings of the chain."""
    if traced.up is None:
        return 0
    made_of = {edge.target for edge in traced.up.edges}
    roots = [key for key in traced.up.items if key not in made_of]
    return len({traced.facts[key].party or key for key in roots})


def count_receivers(traced: Traced) -> int:
    """How many others hold the code or something it went into."""
    maker = traced.facts[traced.key].party
    held = {holder.party for holder in traced.holders.values() if holder.party}
    return len(held - {maker})


def say_answer(traced: Traced) -> str:
    """The page's heading: where from, where to, how much is unclear."""
    if not traced.roles:
        return _("Nothing is linked to this code yet.")
    parts = []
    if traced.up is not None:
        parts.append(_say_sources(count_sources(traced)))
    if traced.down is not None:
        parts.append(_say_receivers(count_receivers(traced), alone=traced.up is None))
    unclear = len(traced.gaps)
    rest = (
        ngettext("%(count)s place is unclear.", "%(count)s places are unclear.", unclear)
        % {"count": say_number(unclear)}
        if unclear
        else _("No gap has been found.")
    )
    said = [f"{', '.join(parts)}.", rest]
    if against := len(traced.contradictions):
        text = ngettext(
            "%(count)s pair of records disagrees.", "%(count)s pairs of records disagree.", against
        )
        said.append(text % {"count": say_number(against)})
    return " ".join(said)


def _say_sources(count: int) -> str:
    if not count:
        return _("The record begins with this code")
    return ngettext(
        "This code comes from %(count)s source", "This code comes from %(count)s sources", count
    ) % {"count": say_number(count)}


def _say_receivers(count: int, *, alone: bool) -> str:
    if not count:
        return _("No receiver is on record yet") if alone else _("no receiver is on record yet")
    text = (
        ngettext(
            "This code has reached %(count)s receiver",
            "This code has reached %(count)s receivers",
            count,
        )
        if alone
        else ngettext("has reached %(count)s receiver", "has reached %(count)s receivers", count)
    )
    return text % {"count": say_number(count)}


def describe_gap(traced: Traced, gap: Gap, number: int = 0) -> GapLine:
    """A gap in words: what is missing, the figures behind it, who owes it."""
    giver, taker = ([*gap.parties, None, None])[:2]
    event = next((one.event for one in traced.records if one.event_key == gap.event_key), None)
    values = {
        "items": say_items(gap.items),
        "paper": _name_paper(gap, event),
        "doer": name_who(traced, find_performer(event)) if event else "",
        "giver": name_who(traced, giver),
        "taker": name_who(traced, taker),
        "quantity": say_quantity(gap.quantity, gap.uom),
    }
    title, owed_by = _WORDS[gap.kind](gap, values)
    detail = say_instant(gap.at) if gap.at else ""
    return GapLine(number, title, detail, owed_by)


def _name_paper(gap: Gap, event: AnyEvent | None) -> str:
    cte = event.extension_value(CTE) if event else None
    if event is None or not isinstance(cte, str):
        return gap.document or ""
    required = find_required(cte, event.event_time.date())
    names = (
        paper.en if read_language() == "en" else paper.vi
        for paper in required
        if paper.type == gap.document
    )
    return next(names, gap.document or "")


def say_items(items: tuple[str, ...]) -> str:
    """Some codes as labels show them, the rest counted."""
    shown = [shorten_key(key) for key in items[:_SHOWN]]
    more = len(items) - len(shown)
    if more:
        shown.append(
            ngettext("%(count)s other code", "%(count)s other codes", more) % {"count": more}
        )
    return say_list(shown)


_Words = Mapping[str, str]


def _receive_without_ship(_gap: Gap, values: _Words) -> tuple[str, str]:
    title = _("%(taker)s received %(items)s; %(giver)s has not recorded handing it over.") % values
    return title, values["giver"]


def _ship_without_receive(_gap: Gap, values: _Words) -> tuple[str, str]:
    if values["quantity"]:
        title = _("%(taker)s has not confirmed receiving %(items)s (%(quantity)s).") % values
    else:
        title = _("%(taker)s has not confirmed receiving %(items)s.") % values
    return title, values["taker"]


def _origin_unknown(gap: Gap, values: _Words) -> tuple[str, str]:
    if gap.reference:
        return (
            _("%(items)s names %(reference)s as its beginning; no record of that is here.")
            % {**values, "reference": gap.reference},
            values["doer"],
        )
    return _("Nobody has recorded where %(items)s comes from.") % values, values["doer"]


def _quantity_difference(gap: Gap, values: _Words) -> tuple[str, str]:
    figures = {
        **values,
        "shipped": say_quantity(gap.shipped, gap.uom),
        "received": say_quantity(gap.received, gap.uom),
        "percent": say_number(gap.percent or 0, places=2),
    }
    title = _("%(items)s: %(shipped)s sent, %(received)s received, %(percent)s %% apart.") % figures
    if gap.within_tolerance:
        return title, ""
    return title, _("%(giver)s or %(taker)s") % values


def _document_missing(_gap: Gap, values: _Words) -> tuple[str, str]:
    return _("%(items)s: the paper “%(paper)s” is missing.") % values, values["doer"]


def _local_code(_gap: Gap, values: _Words) -> tuple[str, str]:
    return (
        _("%(items)s is a code of its maker's own; other systems cannot read it.") % values,
        "",
    )


_WORDS: Mapping[str, Callable[[Gap, _Words], tuple[str, str]]] = {
    "receive_without_ship": _receive_without_ship,
    "ship_not_recorded": _receive_without_ship,
    "ship_without_receive": _ship_without_receive,
    "origin_unknown": _origin_unknown,
    "quantity_difference": _quantity_difference,
    "document_missing": _document_missing,
    "local_code": _local_code,
}


def name_event(cte: object, step: str | None) -> str:
    """What a step of the chain is called."""
    return name_step(cte if isinstance(cte, str) else None, step).word(read_language())
