"""Handing over: shipping and receiving, and the faults that live between two parties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nguon.gs1.local import DEFAULT_HOME
from nguon.rehearsal.chain import MILLI, Chain, Lot, Told, write_quantity
from nguon.rehearsal.clock import HOUR, write_instant
from nguon.rehearsal.province import Organisation

_SHRINK_PERMILLE = 6
_LONGEST_TRIP = 20


def hand_over(
    chain: Chain,
    at: int,
    giver: Organisation,
    taker: Organisation,
    lots: Sequence[Lot] = (),
    boxes: Sequence[str] = (),
    *,
    ship: str = "common.SHIP",
    take: str = "common.RECEIVE",
) -> int:
    """Goods go from one party to another; returns the instant of arrival.

    What scales lose on the way comes off the lots' amounts.
    """
    dice = chain.dice
    arrives = at + dice.between(1, _LONGEST_TRIP) * HOUR // 2
    note = f"{DEFAULT_HOME}/doc/desadv/{giver.number}-{chain.number}-{dice.between(0, 9999)}"
    parties = _parties(giver, taker)
    sent = _ship(chain, at, giver, lots, boxes, note, parties, ship)
    if dice.happens(30):
        for lot in lots:
            if lot.uom:
                lot.amount -= lot.amount * dice.between(0, _SHRINK_PERMILLE) // 1000 // 100 * 100
    items = [lot.key for lot in lots] + list(boxes)
    if chain.due("missing_receive"):
        first = sent.side() if sent else None
        if first is not None:
            chain.sow("missing_receive", items, first, None, taker, cte=take, by=taker.party)
            return arrives
    received = _receive(chain, arrives, sent, taker, lots, boxes, note, parties, take)
    if sent is None:
        chain.sow("missing_ship", items, received.side(), None, giver, cte=ship, by=giver.party)
    if boxes and chain.due("two_places"):
        _show_elsewhere(chain, received, boxes[0])
    return arrives


def _parties(giver: Organisation, taker: Organisation) -> dict[str, Any]:
    return {
        "sourceList": [
            {"type": "owning_party", "source": giver.party},
            {"type": "location", "source": giver.site("ship_from")},
        ],
        "destinationList": [
            {"type": "owning_party", "destination": taker.party},
            {"type": "location", "destination": taker.site("receiving_point")},
        ],
    }


def _goods(lots: Sequence[Lot], boxes: Sequence[str]) -> dict[str, Any]:
    goods: dict[str, Any] = {}
    if boxes:
        goods["epcList"] = list(boxes)
    if lots:
        goods["quantityList"] = [lot.element() for lot in lots]
    return goods


def _ship(
    chain: Chain,
    at: int,
    giver: Organisation,
    lots: Sequence[Lot],
    boxes: Sequence[str],
    note: str,
    parties: dict[str, Any],
    cte: str,
) -> Told | None:
    if chain.due("missing_ship"):
        return None
    body = {**_goods(lots, boxes), **parties}
    if cte == "common.SHIP":
        body["bizTransactionList"] = [{"type": "desadv", "bizTransaction": note}]
    early = bool(lots) and chain.due("before_cause")
    said = lots[0].born.at - 2 * HOUR if early else at
    told = chain.tell(cte, said, giver, body, noted=at)
    if early:
        made = lots[0].born
        chain.sow("before_cause", [lots[0].key], told.side(), made.side(), giver)
    return told


def _receive(
    chain: Chain,
    at: int,
    sent: Told | None,
    taker: Organisation,
    lots: Sequence[Lot],
    boxes: Sequence[str],
    note: str,
    parties: dict[str, Any],
    cte: str,
) -> Told:
    body = {**_goods(lots, boxes), **parties}
    if cte in ("common.RECEIVE", "captured-seafood.BUY"):
        body["bizTransactionList"] = [{"type": "desadv", "bizTransaction": note}]
    kind = ""
    figures: dict[str, Any] = {}
    lot = lots[0] if lots else None
    if lot is not None and lot.amount and sent is not None:
        kind, figures = _distort(chain, lot, body["quantityList"][0])
    told = chain.tell(cte, at, taker, body)
    if kind and sent is not None and lot is not None:
        shipped = {"quantity": lot.amount / MILLI, "uom": lot.uom}
        chain.sow(kind, [lot.key], sent.side(**shipped), told.side(**figures), taker)
    return told


def _distort(chain: Chain, lot: Lot, element: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Write the amount received wrongly, where a fault is due."""
    if chain.due("quantity_differs"):
        less = max(MILLI, lot.amount * chain.dice.between(65, 88) // 100 // MILLI * MILLI)
        element.update(write_quantity(lot.key, less, lot.uom))
        return "quantity_differs", {"quantity": less / MILLI, "uom": lot.uom}
    if lot.uom == "KGM" and chain.due("wrong_unit"):
        element["uom"] = "GRM"
        return "wrong_unit", {"quantity": element["quantity"], "uom": "GRM"}
    return "", {}


def _show_elsewhere(chain: Chain, received: Told, box: str) -> None:
    """The same box in another's store at the very instant it was received."""
    other = chain.province.pick(chain.dice, "trader", "exporter")
    place = other.site("storage_room")
    told = chain.tell("common.STORE", received.at, other, {"epcList": [box]}, place=place)
    figures = {"instant": write_instant(received.at)}
    chain.sow("two_places", [box], received.side(**figures), told.side(**figures), other)
