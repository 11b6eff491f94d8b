"""Generated chains: small, dense, and full of what makes tracing hard.

Few items and few instants, so that lots are merged, split, packed, repacked, nested, made under
one lot's name by several transformations, declared wrong and corrected, often at one instant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    ErrorDeclaration,
    ObjectEvent,
    QuantityElement,
    TransformationEvent,
)
from nguon.gs1 import check_digit

ID = "https://id.gs1.org"
GTINS = tuple(body + check_digit(body) for body in ("0952123400001", "0952123400002"))
LOTS = [f"{ID}/01/{gtin}/10/{lot}" for gtin in GTINS for lot in ("A", "B", "C")]
SERIALS = [f"{ID}/01/{gtin}/21/{serial}" for gtin in GTINS for serial in ("1", "2", "3")]
BOXES = [
    f"{ID}/00/{body}{check_digit(body)}" for body in (f"3952123400000000{n}" for n in range(1, 5))
]
LOCAL = "https://nguon.example/class/h001/hoa-tuoi/lot/1"
BEGIN = datetime(2026, 5, 1, tzinfo=UTC)
INSTANTS = [BEGIN + timedelta(hours=hour) for hour in range(8)]

instants = st.sampled_from(INSTANTS)
amounts = st.sampled_from([None, Decimal(1), Decimal(2), Decimal(3)])
units = st.sampled_from([None, "KGM"])


@st.composite
def quantities(draw: st.DrawFn, most: int = 2) -> tuple[QuantityElement, ...]:
    classes = draw(st.lists(st.sampled_from([*LOTS, LOCAL]), max_size=most, unique=True))
    elements = []
    for name in classes:
        amount = draw(amounts)
        elements.append(QuantityElement(name, amount, draw(units) if amount is not None else None))
    return tuple(elements)


def instances(most: int = 2, among: list[str] | None = None) -> st.SearchStrategy[tuple[str, ...]]:
    chosen = SERIALS + BOXES if among is None else among
    return st.lists(st.sampled_from(chosen), max_size=most, unique=True).map(tuple)


lot_numbers = st.sampled_from([None, {"cbvmda:lotNumber": "A"}, {"cbvmda:lotNumber": "B"}])


@st.composite
def transformations(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": TransformationEvent,
        "input_epc_list": draw(instances()),
        "input_quantity_list": draw(quantities(3)),
        "output_epc_list": draw(instances(3, SERIALS)),
        "output_quantity_list": draw(quantities(2)),
        "transformation_id": draw(st.sampled_from([None, None, None, "urn:x:t1"])),
        "ilmd": draw(lot_numbers),
    }


@st.composite
def packings(draw: st.DrawFn) -> dict[str, Any]:
    parent = draw(st.sampled_from(BOXES + SERIALS[:1]))
    children = [key for key in SERIALS + BOXES if key > parent or key in SERIALS[1:]]
    return {
        "kind": AggregationEvent,
        "action": draw(st.sampled_from(["ADD", "ADD", "DELETE", "OBSERVE"])),
        "parent_id": parent,
        "child_epcs": draw(instances(2, children)),
        "child_quantity_list": draw(quantities(2)),
    }


@st.composite
def commissions(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "kind": ObjectEvent,
        "action": draw(st.sampled_from(["ADD", "OBSERVE"])),
        "epc_list": draw(instances(3, SERIALS)),
        "quantity_list": draw(quantities(1)),
        "ilmd": draw(lot_numbers),
    }


@st.composite
def chains(draw: st.DrawFn, most: int = 10) -> list[AnyEvent]:
    """Events of one chain; some are declared wrong, some declared ones replaced."""
    parts = draw(
        st.lists(st.one_of(transformations(), packings(), packings(), commissions()), max_size=most)
    )
    events: list[AnyEvent] = []
    for number, part in enumerate(parts, start=1):
        kind = part.pop("kind")
        if kind is ObjectEvent and part["action"] != "ADD":
            part["ilmd"] = None
        events.append(
            kind(
                event_time=draw(instants),
                event_time_zone_offset="+00:00",
                event_id=name_event(number),
                **part,
            )
        )
    for wrong in draw(st.lists(st.integers(0, max(len(parts) - 1, 0)), max_size=2, unique=True)):
        if parts:
            events.append(declare(draw, events[wrong], len(parts)))
    return events


def name_event(number: int) -> str:
    """The id of the n-th event of a chain."""
    return f"urn:uuid:{UUID(int=number)}"


def declare(draw: st.DrawFn, event: AnyEvent, count: int) -> AnyEvent:
    """The declaration that an event was wrong, perhaps naming another in its place."""
    corrective = draw(st.sampled_from([None, *range(1, count + 1)]))
    named = (name_event(corrective),) if corrective else ()
    at = event.event_time + draw(st.sampled_from([timedelta(0), timedelta(hours=2)]))
    values = {name: getattr(event, name) for name in event.__struct_fields__}
    values["error_declaration"] = ErrorDeclaration(at, "incorrect_data", named)
    return type(event)(**values)


def find_starts(events: list[AnyEvent]) -> list[str]:
    """Every item worth asking about."""
    return [*LOTS, *SERIALS, *BOXES, LOCAL] if events else []
