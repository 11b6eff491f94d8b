"""Amounts that do not add up: sent and received, in and out, made and used.

Amounts compare across units of one kind (grams and kilograms, UN/ECE Recommendation 20). An
amount that was left out means "some" (rule R8): where one is missing, nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from nguon.epcis.model import TransformationEvent
from nguon.epcis.query.conversion import convert
from nguon.trace.contradictions.model import Contradiction, tell_side
from nguon.trace.hops import Hop, Packing, find_hops, match_hops
from nguon.trace.links import find_mentions
from nguon.trace.model import (
    CHILD_CLASS,
    COMMISSIONED_CLASS,
    INPUT_CLASS,
    OBSERVED_CLASS,
    OUTPUT_CLASS,
    Mention,
    Recorded,
)
from nguon.trace.quantities import KILOGRAM

_COUNT = "C62"


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What scales, drying and rounding explain, in per cent, and what is known of yields.

    `yields`: the most that comes out of what goes in, in per cent, by product (the key of an
    output without its lot); 100 where nothing is known. Brining and soaking gain weight.
    """

    received: Decimal = Decimal(1)
    made: Decimal = Decimal(1)
    yields: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


def find_amounts(
    counted: Sequence[Recorded], packing: Packing, tolerances: Tolerances
) -> Iterator[Contradiction]:
    """The contradictions of amounts among events that count, given by time."""
    yield from _find_differences(counted, packing, tolerances)
    yield from _find_gains(counted, tolerances)
    yield from _find_overuse(counted, tolerances)


def add_up(mentions: Iterable[Mention], uom: str | None) -> Decimal | None:
    """The sum in a unit (None counts pieces); None where one is missing or of another kind."""
    total = Decimal(0)
    for mention in mentions:
        if mention.quantity is None:
            return None
        found = convert(mention.quantity, mention.uom or _COUNT, uom or _COUNT)
        if found is None:
            return None
        total += Decimal(found.numerator) / Decimal(found.denominator)
    return total


def _over(amount: Decimal, limit: Decimal, percent: Decimal) -> bool:
    return amount > limit * (100 + percent) / 100


# -- sent and received ------------------------------------------------------------------------


def _find_differences(
    counted: Sequence[Recorded], packing: Packing, tolerances: Tolerances
) -> Iterator[Contradiction]:
    ships = find_hops(counted, "shipping", packing)
    match_hops(ships, find_hops(counted, "receiving", packing), packing)
    for ship in ships:
        for item, sent in ship.named.items():
            answers = [one for one in ship.answered.get(item, ()) if item in one.named]
            if sent.quantity is not None and answers:
                found = _compare(ship, item, sent, answers, tolerances)
                if found is not None:
                    yield found


def _compare(
    ship: Hop, item: str, sent: Mention, answers: Sequence[Hop], tolerances: Tolerances
) -> Contradiction | None:
    shipped = sent.quantity or Decimal(0)
    received = add_up([one.named[item] for one in answers], sent.uom)
    if received is None or abs(received - shipped) * 100 <= shipped * tolerances.received:
        return None
    return Contradiction(
        "quantity_differs",
        (item,),
        tell_side(ship.entry, shipped, sent.uom),
        tell_side(answers[-1].entry, received, sent.uom),
        {"shipped": shipped, "received": received},
        sent.uom,
    )


# -- in and out -------------------------------------------------------------------------------


def _find_gains(counted: Sequence[Recorded], tolerances: Tolerances) -> Iterator[Contradiction]:
    """Transformations that gave more weight than they took; those of one id are one."""
    joined: dict[str, list[Recorded]] = {}
    for entry in counted:
        if isinstance(entry.event, TransformationEvent):
            name = entry.event.transformation_id or str(entry.event_key)
            joined.setdefault(name, []).append(entry)
    for entries in joined.values():
        takes, gives = _sides(entries)
        taken = add_up((mention for _, mention in takes), KILOGRAM)
        given = add_up((mention for _, mention in gives), KILOGRAM)
        if not takes or not gives or taken is None or given is None:
            continue
        most = max(
            tolerances.yields.get(mention.item.partition("/10/")[0], Decimal(100))
            for _, mention in gives
        )
        if _over(given, taken * most / 100, tolerances.made):
            yield Contradiction(
                "more_out_than_in",
                tuple(dict.fromkeys(mention.item for _, mention in gives)),
                tell_side(takes[-1][0], taken, KILOGRAM),
                tell_side(gives[-1][0], given, KILOGRAM),
                {"taken": taken, "given": given, "most_percent": most},
                KILOGRAM,
            )


_Told = list[tuple[Recorded, Mention]]


def _sides(entries: Iterable[Recorded]) -> tuple[_Told, _Told]:
    """What went in and what came out, each with its event.

    Single things have no weight on record, so an event that names any is not weighed.
    """
    takes: _Told = []
    gives: _Told = []
    for entry in entries:
        for mention in find_mentions(entry.event):
            if mention.role == INPUT_CLASS:
                takes.append((entry, mention))
            elif mention.role == OUTPUT_CLASS:
                gives.append((entry, mention))
            else:
                return [], []
    return takes, gives


# -- made and used ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Account:
    """What became of one lot so far, in the unit that it was made in."""

    made: _Told = field(default_factory=list)
    used: _Told = field(default_factory=list)
    packed: _Told = field(default_factory=list)
    unpacked: _Told = field(default_factory=list)
    sent: _Told = field(default_factory=list)


def _find_overuse(counted: Sequence[Recorded], tolerances: Tolerances) -> Iterator[Contradiction]:
    """Lots of which more was used, packed or sent off by the maker than was ever made."""
    accounts: dict[str, _Account] = {}
    for entry in counted:
        for mention in find_mentions(entry.event):
            part = _part_of(entry, mention.role)
            if part:
                account = accounts.setdefault(mention.item, _Account())
                getattr(account, part).append((entry, mention))
    for item, account in accounts.items():
        if account.made:
            yield from _judge_account(item, account, tolerances)


def _part_of(entry: Recorded, role: str) -> str:
    event = entry.event
    if role in (OUTPUT_CLASS, COMMISSIONED_CLASS):
        return "made"
    if role == INPUT_CLASS:
        return "used"
    if role == CHILD_CLASS and event.type == "AggregationEvent":
        return {"ADD": "packed", "DELETE": "unpacked"}.get(event.action or "", "")
    if role == OBSERVED_CLASS and event.action == "DELETE":
        return "used"
    return "sent" if role == OBSERVED_CLASS and event.step == "shipping" else ""


def _judge_account(item: str, account: _Account, tolerances: Tolerances) -> Iterator[Contradiction]:
    uom = account.made[0][1].uom
    made = add_up((mention for _, mention in account.made), uom)
    if made is None:
        return
    back = add_up((mention for _, mention in account.unpacked), uom)
    maker = tell_side(account.made[0][0]).place
    sent = [told for told in account.sent if tell_side(told[0]).place == maker]
    for told, returned in ((account.used, Decimal(0)), (account.packed, back), (sent, Decimal(0))):
        if returned is None:
            continue
        crossing = _find_crossing(told, made, returned, uom, tolerances.made)
        if crossing is not None:
            entry, gone = crossing
            yield Contradiction(
                "more_used_than_made",
                (item,),
                tell_side(account.made[-1][0], made, uom),
                tell_side(entry, gone, uom),
                {"made": made, "gone": gone},
                uom,
            )
            return


def _find_crossing(
    told: _Told, made: Decimal, returned: Decimal, uom: str | None, percent: Decimal
) -> tuple[Recorded, Decimal] | None:
    """The event with which more was gone than made, and how much is gone in all."""
    gone = add_up((mention for _, mention in told), uom)
    if gone is None or not _over(gone - returned, made, percent):
        return None
    running = -returned
    for entry, mention in told:
        running += add_up((mention,), uom) or Decimal(0)
        if _over(running, made, percent):
            return entry, gone - returned
    return None
