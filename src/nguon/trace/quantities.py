"""How much: what a transformation took in and gave out, what became of a lot, and which part of
the inputs stands behind an amount of a lot.

Amounts are exact decimals by unit (UN/CEFACT Rec 20; None is a count). A quantity left out means
"some of it" and takes no part (rule R8); counts become weight only with the weight of one piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from nguon.epcis.model import AnyEvent, TransformationEvent
from nguon.rules import NGUON_VOC
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
from nguon.trace.parties import count_in

KILOGRAM = "KGM"
Amounts = dict[str | None, Decimal]
_CONSUMED = f"{NGUON_VOC}sampleConsumed"


@dataclass(frozen=True, slots=True)
class Weighing:
    """The weight that went into a transformation and came out of it, in kilograms.

    `main` is the first output's; the rest are by-products. `complete` is False where a quantity
    is missing or cannot be weighed, so that the loss is not known either.
    """

    taken: Decimal
    given: Decimal
    main: Decimal
    complete: bool

    @property
    def loss(self) -> Decimal:
        return self.taken - self.given

    @property
    def product_yield(self) -> Decimal | None:
        """The first output's weight over all inputs', None without inputs."""
        return self.main / self.taken if self.taken else None


def weigh(event: TransformationEvent, piece_weights: Mapping[str, Decimal]) -> Weighing:
    """The balance of one transformation; `piece_weights` by product key, kilograms a piece."""
    complete = True
    sides: dict[str, list[Decimal]] = {INPUT_CLASS: [], OUTPUT_CLASS: []}
    for mention in find_mentions(event):
        if mention.role in sides:
            weight = _weight(mention, piece_weights)
            complete = complete and weight is not None
            sides[mention.role].append(weight or Decimal(0))
    given = sides[OUTPUT_CLASS]
    main = given[0] if given else Decimal(0)
    return Weighing(sum(sides[INPUT_CLASS], Decimal(0)), sum(given, Decimal(0)), main, complete)


def _weight(mention: Mention, piece_weights: Mapping[str, Decimal]) -> Decimal | None:
    if mention.quantity is None:
        return None
    if mention.uom == KILOGRAM:
        return mention.quantity
    piece = piece_weights.get(mention.item.partition("/10/")[0])
    return mention.quantity * piece if mention.uom is None and piece is not None else None


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of one lot, by unit."""

    item: str
    made: Amounts = field(default_factory=dict)
    used: Amounts = field(default_factory=dict)
    ended: Amounts = field(default_factory=dict)
    sampled: Amounts = field(default_factory=dict)
    packed: Amounts = field(default_factory=dict)
    unpacked: Amounts = field(default_factory=dict)
    sold: Amounts = field(default_factory=dict)
    shipped: Amounts = field(default_factory=dict)
    received: Amounts = field(default_factory=dict)

    def left(self, uom: str | None = None) -> Decimal:
        """What was made and neither used, ended, sampled nor packed."""
        gone = (self.used, self.ended, self.sampled, self.packed)
        return self.made.get(uom, Decimal(0)) - sum(
            (amounts.get(uom, Decimal(0)) for amounts in gone), Decimal(0)
        )

    def opened(self, uom: str | None = None) -> Decimal:
        """What was taken out of packs again and not sold yet."""
        return self.unpacked.get(uom, Decimal(0)) - self.sold.get(uom, Decimal(0))


def find_balances(
    entries: Iterable[Recorded], items: Sequence[str], as_of: datetime | None = None
) -> Mapping[str, Balance]:
    """The balance of each lot, from the events that count."""
    balances = {item: Balance(item) for item in items}
    for entry in count_in(entries, as_of):
        for mention in find_mentions(entry.event):
            balance = balances.get(mention.item)
            part = None if balance is None else _part(balance, entry.event, mention.role)
            if part is not None and mention.quantity is not None:
                part[mention.uom] = part.get(mention.uom, Decimal(0)) + mention.quantity
    return balances


def _part(balance: Balance, event: AnyEvent, role: str) -> Amounts | None:
    if role in (OUTPUT_CLASS, COMMISSIONED_CLASS):
        return balance.made
    if role == INPUT_CLASS:
        return balance.used
    if role == CHILD_CLASS:
        return {"ADD": balance.packed, "DELETE": balance.unpacked}.get(event.action or "")
    if role != OBSERVED_CLASS:
        return None
    if event.action == "DELETE":
        return balance.ended
    if event.extension_value(_CONSUMED) is True:
        return balance.sampled
    steps = {
        "retail_selling": balance.sold,
        "shipping": balance.shipped,
        "receiving": balance.received,
    }
    return steps.get(event.step or "")


def find_shares(
    entries: Iterable[Recorded], lot: str, as_of: datetime | None = None
) -> Mapping[str, Amounts]:
    """How much of every ancestor stands behind the whole of a lot, in the ancestor's own unit.

    In proportion: when 28 of 78 kg went on, 28/78 of what the 78 kg were made of did. An
    event whose output or input is not counted passes nothing on.
    """
    makers: dict[str, list[TransformationEvent]] = {}
    for entry in count_in(entries, as_of):
        if isinstance(entry.event, TransformationEvent):
            for mention in find_mentions(entry.event):
                if mention.role == OUTPUT_CLASS:
                    makers.setdefault(mention.item, []).append(entry.event)
    shares: dict[str, Amounts] = {}
    _share(lot, None, Decimal(1), makers, shares, ())
    return shares


def _share(
    item: str,
    wanted: Mention | None,
    part: Decimal,
    makers: Mapping[str, Sequence[TransformationEvent]],
    shares: dict[str, Amounts],
    path: tuple[str, ...],
) -> None:
    """Pass on `part` of the wanted amount of an item (of all of it at the start)."""
    events = [] if item in path else makers.get(item, [])
    made = _made(item, events)
    if wanted is not None and wanted.quantity is not None:
        amounts = shares.setdefault(item, {})
        amount = wanted.quantity * part
        amounts[wanted.uom] = amounts.get(wanted.uom, Decimal(0)) + amount
        total = made.get(wanted.uom)
        part = amount / total if total else Decimal(0)
    if not part:
        return
    for event in events:
        for mention in find_mentions(event):
            if mention.role == INPUT_CLASS:
                _share(mention.item, mention, part, makers, shares, (*path, item))


def _made(item: str, events: Sequence[TransformationEvent]) -> Amounts:
    made: Amounts = {}
    for event in events:
        for mention in find_mentions(event):
            if mention.item == item and mention.role == OUTPUT_CLASS and mention.quantity:
                made[mention.uom] = made.get(mention.uom, Decimal(0)) + mention.quantity
    return made
