"""Shapes that are hard on a tracer, at any size, for benches: how many items, how deep.

Each tells its events in the order of time, with flat memory, and knows how much is to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import orjson

from nguon.gs1.checksum import digit_after
from nguon.rehearsal.clock import HOUR, OFFSET, seconds_of, write_instant
from nguon.rehearsal.dice import Dice
from nguon.rehearsal.province import HOME

_BEGIN = seconds_of(date(2026, 1, 5))
_MAKER, _TAKER = "9529900001", "9529900002"
_A_BATCH = 1000


class Shape(NamedTuple):
    """`start` is the key to walk from downstream; `items` and `boxes` are then found.

    `events` makes the stream anew at every call; `length` is how many they are.
    """

    start: str
    items: int
    boxes: int
    length: int
    events: Callable[[], Iterator[bytes]]


def wide_lot(items: int, seed: int = 1, batch: int = _A_BATCH) -> Shape:
    """A lot from which so many items come: batches of serialised packs, a carton for each batch.

    Every batch is one transformation under a lot number of its own; the packs are its serials.
    """
    start = f"{_gtin(0)}/10/NGUON{seed}"
    batches = -(-items // batch)
    count = 1 + 2 * batches

    def events() -> Iterator[bytes]:
        dice = Dice("wide", seed, items)
        yield _object(dice, 0, start)
        left = items
        for number in range(batches):
            inside = min(batch, left)
            left -= inside
            lot = f"B{number}"
            serials = [f"{_gtin(1)}/21/{lot}S{i}" for i in range(inside - 1)]
            body: dict[str, Any] = {
                "inputQuantityList": [{"epcClass": start}],
                "ilmd": {"cbvmda:lotNumber": lot},
            }
            if serials:
                body["outputEPCList"] = serials
            else:
                body["outputQuantityList"] = [{"epcClass": f"{_gtin(1)}/10/{lot}"}]
            yield _event(dice, "TransformationEvent", 2 * number + 1, "commissioning", body)
            children = (
                {"childEPCs": serials}
                if serials
                else {"childQuantityList": body["outputQuantityList"]}
            )
            packed = {"action": "ADD", "parentID": _sscc(number), **children}
            yield _event(dice, "AggregationEvent", 2 * number + 2, "packing", packed)

    return Shape(start, items, batches, count, events)


def deep_chain(events: int = 200, seed: int = 1) -> Shape:
    """A chain of so many events: made, shipped, received, made into the next, again and again."""
    start = f"{_gtin(0)}/10/D{seed}X0"
    lots = 1 + (events - 1) // 3

    def tell() -> Iterator[bytes]:
        dice = Dice("deep", seed, events)
        lot = start
        for number in range(events):
            turn, kind = divmod(number, 3)
            if number == 0:
                yield _object(dice, 0, lot, 100)
            elif kind == 0:
                following = f"{_gtin(turn % 90)}/10/D{seed}X{turn}"
                body: dict[str, Any] = {
                    "inputQuantityList": [_amount(lot)],
                    "outputQuantityList": [_amount(following)],
                }
                yield _event(dice, "TransformationEvent", number, "commissioning", body)
                lot = following
            else:
                step = "shipping" if kind == 1 else "receiving"
                body = {"action": "OBSERVE", "quantityList": [_amount(lot)]}
                yield _event(dice, "ObjectEvent", number, step, body | _parties())

    return Shape(start, lots - 1, 0, events, tell)


def _amount(key: str) -> dict[str, Any]:
    return {"epcClass": key, "quantity": 100, "uom": "KGM"}


def _parties() -> dict[str, Any]:
    return {
        "sourceList": [{"type": "owning_party", "source": _gln("417", _MAKER)}],
        "destinationList": [{"type": "owning_party", "destination": _gln("417", _TAKER)}],
    }


def _object(dice: Dice, number: int, key: str, amount: int = 0) -> bytes:
    element = _amount(key) if amount else {"epcClass": key}
    body = {"action": "ADD", "quantityList": [element]}
    return _event(dice, "ObjectEvent", number, "commissioning", body)


def _event(dice: Dice, kind: str, number: int, step: str, body: dict[str, Any]) -> bytes:
    place = _gln("414", _TAKER if step == "receiving" else _MAKER)
    event = {
        "eventID": dice.uuid(),
        "type": kind,
        "eventTime": write_instant(_BEGIN + number * HOUR),
        "eventTimeZoneOffset": OFFSET,
        "bizStep": step,
        **body,
        "readPoint": {"id": place},
    }
    return orjson.dumps(event)


def _gtin(product: int) -> str:
    body = f"0{_MAKER}{product:02d}"
    return f"{HOME}/01/{body}{digit_after(body)}"


def _gln(ai: str, prefix: str) -> str:
    body = f"{prefix}00"
    return f"{HOME}/{ai}/{body}{digit_after(body)}"


def _sscc(number: int) -> str:
    body = f"{number // 1_000_000}{_MAKER}{number % 1_000_000:06d}"
    return f"{HOME}/00/{body}{digit_after(body)}"
