"""Gaps of a chain as sentences: what is missing, and who could add it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from nguon.gs1 import Gs1Error, identify
from nguon.parts.words import say_list, say_number, say_quantity
from nguon.registry.queries import Directory
from nguon.trace import Gap

_TITLES = {
    "receive_without_ship": noop("Not recorded: the shipment"),
    "ship_not_recorded": noop("Not recorded: the shipment"),
    "ship_without_receive": noop("Not recorded: the receipt"),
    "origin_unknown": noop("Not recorded: where this comes from"),
    "quantity_difference": noop("Quantities differ"),
    "document_missing": noop("Not recorded: a document"),
    "local_code": noop("A code of this system alone"),
}
_ICONS = {
    "origin_unknown": "help",
    "quantity_difference": "scale",
    "document_missing": "cert",
    "local_code": "tag",
}
_MOST_NAMES = 2
_MOST_APART = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap in words: title, what is missing, the party who owes it."""

    title: str
    text: str
    owed_by: str
    icon: str


def merge_gaps(gaps: Sequence[Gap]) -> list[Gap]:
    """Many gaps of one sort and one owner as one, so that a page says it once.

    A few stay apart, each in its place in time; of many the first names the rest.
    """
    groups: dict[tuple[object, ...], list[Gap]] = {}
    for gap in gaps:
        key = (gap.kind, gap.parties, gap.document, gap.reference, gap.shipped is None)
        groups.setdefault(key, []).append(gap)
    merged: list[Gap] = []
    for group in groups.values():
        if len(group) <= _MOST_APART or group[0].shipped is not None:
            merged += group
            continue
        items = dict.fromkeys(item for gap in group for item in gap.items)
        merged.append(replace(group[0], items=tuple(items), quantity=None, uom=None))
    return merged


def say_gap(gap: Gap, directory: Directory) -> Missing:
    """One gap, for the chain and for the list of what is not known."""
    owner = _owner(gap, directory)
    text = _explain(gap, name_items(gap.items, directory))
    return Missing(_(_TITLES[gap.kind]), text, owner, _ICONS.get(gap.kind, "truck"))


def say_gap_sentence(gap: Gap, directory: Directory) -> str:
    """A gap as one entry of a list."""
    said = say_gap(gap, directory)
    owed = (
        " " + _("Could be added by: %(party)s.") % {"party": said.owed_by} if said.owed_by else ""
    )
    return said.text + owed


def name_items(keys: Sequence[str], directory: Directory) -> str:
    """Items by product and lot, two of them and the number of others."""
    named = [name_item(key, directory) for key in keys[:_MOST_NAMES]]
    rest = len(keys) - len(named)
    if rest:
        named.append(_("%(count)s more") % {"count": say_number(rest)})
    return say_list(named)


def name_item(key: str, directory: Directory) -> str:
    """One item: the product's name, and the lot or serial that tells it from others."""
    product = directory.product(key)
    name = product.say("name") if product else ""
    mark = mark_item(key)
    return f"{name} ({mark})" if name and mark else name or mark


def mark_item(key: str) -> str:
    """The lot or serial number of an item, or the code itself."""
    try:
        found = identify(key)
    except Gs1Error:
        return key
    return found.serial or found.lot or (found.ais[-1][1] if found.ais else key.rpartition("/")[2])


def _owner(gap: Gap, directory: Directory) -> str:
    if not gap.parties:
        return ""
    taker = gap.kind == "ship_without_receive"
    return directory.name_party(gap.parties[-1] if taker else gap.parties[0])


def _explain(gap: Gap, items: str) -> str:
    values = {"items": items, "document": gap.document or "", "reference": gap.reference or ""}
    if gap.kind == "quantity_difference":
        return _say_difference(gap, items)
    if gap.kind == "origin_unknown" and gap.reference:
        return _("%(items)s: the herd or plot %(reference)s is named, but has no record.") % values
    sentences = {
        "receive_without_ship": _("%(items)s: received, but the sender recorded no shipment."),
        "ship_not_recorded": _("%(items)s: received, but the sender recorded no shipment."),
        "ship_without_receive": _("%(items)s: sent, but no receipt is recorded."),
        "origin_unknown": _("%(items)s: used here, but its own source is not recorded."),
        "document_missing": _("%(items)s: the document this step needs is not on record."),
        "local_code": _("%(items)s: a code that only this system can read."),
    }
    return sentences[gap.kind] % values


def _say_difference(gap: Gap, items: str) -> str:
    values = {
        "items": items,
        "shipped": say_quantity(gap.shipped, gap.uom),
        "received": say_quantity(gap.received, gap.uom),
        "percent": say_number(gap.percent or 0, places=1),
    }
    if gap.within_tolerance:
        sentence = _("%(items)s: %(shipped)s sent, %(received)s received; scales differ that much.")
        return sentence % values
    return _("%(items)s: %(shipped)s sent, %(received)s received (%(percent)s %%).") % values
