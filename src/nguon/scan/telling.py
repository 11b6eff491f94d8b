"""What happened in a step, in one to three short lines: how much of what, where, with which
result. Names are those that the public may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.epcis.model import AggregationEvent, SensorReport, TransformationEvent
from nguon.parts.words import (
    NBSP,
    begin_sentence,
    inside_sentence,
    say_list,
    say_number,
    say_pieces,
    say_quantity,
)
from nguon.registry.queries import Directory, class_key
from nguon.scan.gathering import Fact
from nguon.trace import Mention
from nguon.trace.model import INPUT, INPUT_CLASS, LOT, OUTPUT, OUTPUT_CLASS, PARENT
from nguon.trace.parties import find_destination, find_performer, find_source, place_key

_INPUTS, _OUTPUTS = (INPUT, INPUT_CLASS), (OUTPUT, OUTPUT_CLASS)
_MOST_NAMES = 3
_SENSOR_SIGNS = {"CEL": "°C", "P1": "%", "FAH": "°F", "GL": "g/l"}


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of a step, and whether something in it is alarming."""

    lines: tuple[str, ...]
    alert: bool = False


def tell(group: Sequence[Fact], key: str, directory: Directory) -> Told:
    """The lines of one step: the events of one kind, place and day."""
    result, alert = _say_result(group)
    measured, alarm = _say_sensors(group)
    lines = [_say_where(group, directory), _say_goods(group, key, directory), result, measured]
    return Told(tuple(begin_sentence(line) for line in lines if line), alert or alarm)


def _say_where(group: Sequence[Fact], directory: Directory) -> str:
    event = group[0].recorded.event
    place = directory.name_place(place_key(event.read_point)) or directory.name_place(
        place_key(event.biz_location)
    )
    if event.step == "shipping":
        takers = _name_parties(directory, (find_destination(f.recorded.event) for f in group))
        place = place or directory.name_party(find_source(event))
        return (
            _("From %(place)s to %(party)s") % {"place": place, "party": takers}
            if takers
            else place
        )
    if event.step == "receiving":
        givers = _name_parties(directory, (find_source(f.recorded.event) for f in group))
        return (
            _("%(place)s, from %(party)s") % {"place": place, "party": givers} if givers else place
        )
    return place or directory.name_party(find_performer(event))


def _name_parties(directory: Directory, keys: Iterable[str | None]) -> str:
    names = (directory.name_party(key) for key in keys if key)
    return say_list(list(dict.fromkeys(filter(None, names))))


def _say_goods(group: Sequence[Fact], key: str, directory: Directory) -> str:
    mentions = [mention for fact in group for mention in fact.mentions]
    event = group[0].recorded.event
    if isinstance(event, TransformationEvent):
        inputs = _say_amounts([m for m in mentions if m.role in _INPUTS], directory)
        outputs = _say_amounts([m for m in mentions if m.role in _OUTPUTS], directory)
        both = {"inputs": inputs, "outputs": outputs}
        return _("%(inputs)s made into %(outputs)s") % both if inputs else outputs
    if isinstance(event, AggregationEvent):
        return _say_packing(group, mentions, directory)
    goods = [m for m in mentions if m.role != LOT]
    if {m.item for m in goods} == {key}:
        amount = goods[0]
        return _say_amount(amount.quantity, amount.uom) if len(goods) == 1 else ""
    return _say_amounts(goods, directory)


def _say_packing(group: Sequence[Fact], mentions: Sequence[Mention], directory: Directory) -> str:
    boxes = {m.item for m in mentions if m.role == PARENT}
    goods = _say_amounts([m for m in mentions if m.role != PARENT], directory)
    values = {"goods": goods, "count": say_number(len(boxes))}
    if group[0].recorded.event.action == "DELETE":
        told = ngettext("%(goods)s out of a box", "%(goods)s out of %(count)s boxes", len(boxes))
    else:
        told = ngettext("%(goods)s into a box", "%(goods)s into %(count)s boxes", len(boxes))
    return told % values if goods else ""


def _say_amounts(mentions: Sequence[Mention], directory: Directory) -> str:
    """Amounts by product: `28 kg A, 22 kg B and 2 more`."""
    sums: dict[tuple[str, str | None], Decimal | None] = {}
    for mention in mentions:
        product = directory.product(mention.item)
        slot = (product.say("name") if product else class_key(mention.item), mention.uom)
        single = Decimal(1) if "/21/" in mention.item or "/00/" in mention.item else None
        amount = mention.quantity if mention.quantity is not None else single
        known = sums.get(slot, Decimal(0))
        sums[slot] = None if amount is None or known is None else known + amount
    said = [_say_named(name, amount, uom) for (name, uom), amount in sums.items()]
    rest = len(said) - _MOST_NAMES
    if rest > 0:
        said = [*said[:_MOST_NAMES], _("%(count)s more") % {"count": say_number(rest)}]
    return say_list(said)


def _say_named(name: str, amount: Decimal | None, uom: str | None) -> str:
    quantity = say_quantity(amount, uom)
    if "://" in name:
        shown = _("box") if "/00/" in name else _("goods without a name")
    else:
        shown = inside_sentence(name) if quantity else name
    joiner = " " if uom or "://" in name else f"{NBSP}×{NBSP}"
    return f"{quantity}{joiner}{shown}" if quantity else shown


def _say_amount(quantity: Decimal | None, uom: str | None) -> str:
    if quantity is None:
        return ""
    whole = not uom and quantity == int(quantity)
    return say_pieces(int(quantity)) if whole else say_quantity(quantity, uom)


def _say_result(group: Sequence[Fact]) -> tuple[str, bool]:
    if group[0].words.kind != "check":
        return "", False
    found = {fact.recorded.event.disp for fact in group}
    if "non_conformant" in found:
        return _("Result: does not conform"), True
    return (_("Result: conforms"), False) if "conformant" in found else ("", False)


def _say_sensors(group: Sequence[Fact]) -> tuple[str, bool]:
    reports = [
        report
        for fact in group
        for element in fact.recorded.event.sensor_element_list
        for report in element.sensor_report
    ]
    said = list(dict.fromkeys(filter(None, map(_say_report, reports))))
    alarm = any(report.exception for report in reports)
    if alarm:
        said.append(_("outside the limit"))
    return ", ".join(said), alarm


def _say_report(report: SensorReport) -> str:
    what = _("humidity") + " " if report.type.endswith("Humidity") else ""
    said = _say_values(report, _SENSOR_SIGNS.get(report.uom or "", report.uom or ""))
    return what + said if said else ""


def _say_values(report: SensorReport, sign: str) -> str:
    if report.value is not None:
        return _with(report.value, sign)
    values = {
        "low": _with(report.min_value, sign),
        "high": _with(report.max_value, sign),
        "mean": _with(report.mean_value, sign),
    }
    if report.mean_value is not None and report.max_value is not None:
        return _("on average %(mean)s, at most %(high)s") % values
    if report.min_value is not None:
        return _("at least %(low)s") % values
    return _("at most %(high)s") % values if report.max_value is not None else ""


def _with(value: Decimal | None, sign: str) -> str:
    return "" if value is None else f"{say_number(value)}{NBSP}{sign}"
