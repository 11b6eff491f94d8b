"""The documents of the crash test: many events each, the same ones for the same number.

The client that sends them and the test that looks for them make them anew from the number.
"""

from __future__ import annotations

import random
from typing import Any

from tests.integration.eventstore.documents import (
    GTIN,
    ID,
    PRODUCT,
    declare_wrong,
    make_document,
    make_id,
    make_mix,
    make_object,
    make_pack,
)

# Every third document declares an event of an earlier one wrong: that touches rows of others.
_EVERY, _BACK = 3, 9


def make_crash_document(number: int) -> dict[str, Any]:
    """Between 12 and 120 events of several kinds."""
    chance = random.Random(number)
    events = [_make_event(number, index) for index in range(chance.randint(10, 110))]
    events.append(_make_mix(number))
    if declared(number) is not None:
        events.append(declare_wrong(_make_mix(number - _BACK)))
    return make_document(*events)


def declared(number: int) -> str | None:
    """The id of the earlier document's event that this one declares wrong."""
    if number % _EVERY or number < _BACK:
        return None
    return mix_id(number - _BACK)


def mix_id(number: int) -> str:
    """The id of the recipe that every document holds."""
    return make_id(f"{number}/mix")


def first_lot(number: int) -> str:
    """The lot that recipe starts from."""
    return f"{GTIN}/10/R{number}"


def _make_mix(number: int) -> dict[str, Any]:
    return make_mix(f"R{number}", f"P{number}", eventID=mix_id(number))


def _make_event(number: int, index: int) -> dict[str, Any]:
    name = make_id(f"{number}/{index}")
    serials = [f"{PRODUCT}/21/{number}X{index}X{each}" for each in range(4)]
    match index % 3:
        case 0:
            ilmd = {"cbvmda:lotNumber": f"P{number}"}
            return make_object(
                eventID=name, quantityList=None, epcList=serials, ilmd=ilmd, bizStep="commissioning"
            )
        case 1:
            return make_pack(f"{ID}/8004/9521101{number:06}X{index}", *serials, eventID=name)
        case _:
            return make_mix(f"A{number}-{index}", f"B{number}-{index}", eventID=name)
