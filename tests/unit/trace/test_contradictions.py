"""Two records that cannot both be true are found, side by side; lawful chains raise none."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from nguon.epcis import read_document
from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    Destination,
    ErrorDeclaration,
    ObjectEvent,
    Place,
    QuantityElement,
    Source,
    TransformationEvent,
)
from nguon.samples import iter_documents
from nguon.trace.contradictions import Contradiction, Tolerances, find_contradictions
from nguon.trace.memory import record
from tests.chains import BEGIN, BOXES, LOTS, SERIALS, name_event

A, B, _, X, *_ = LOTS
ONE, TWO, *_ = SERIALS
CARTON, OTHER_CARTON, PALLET = BOXES[:3]
FARM, SHOP, PLANT = (
    f"https://id.gs1.org/417/{n}" for n in ("9521101000016", "9521105000012", "9521204000029")
)
GATE, DOOR, HALL = (
    f"https://id.gs1.org/414/{n}" for n in ("9521101000023", "9521105000029", "9521204000036")
)
ZONE = "+00:00"


def at(hour: float):
    return BEGIN + timedelta(hours=hour)


def elements(amounts: dict[str, object]) -> tuple[QuantityElement, ...]:
    """`{lot: (12, "KGM")}`, `{lot: 3}` pieces, `{lot: None}` some."""
    made = []
    for key, amount in amounts.items():
        quantity, uom = amount if isinstance(amount, tuple) else (amount, None)
        made.append(QuantityElement(key, None if quantity is None else Decimal(str(quantity)), uom))
    return tuple(made)


def observe(
    hour: float,
    number: int,
    step: str,
    amounts: dict[str, object] | None = None,
    *,
    epcs: tuple[str, ...] = (),
    action: str = "OBSERVE",
    place: str = GATE,
    parties: tuple[str, str] | None = None,
    **others: object,
) -> ObjectEvent:
    gives, takes = parties or ("", "")
    kind = "possessing_party"
    return ObjectEvent(
        event_time=at(hour),
        event_time_zone_offset=ZONE,
        event_id=name_event(number),
        action=action,
        biz_step=step,
        epc_list=epcs,
        quantity_list=elements(amounts or {}),
        read_point=Place(place),
        source_list=(Source(kind, gives),) if gives else (),
        destination_list=(Destination(kind, takes),) if takes else (),
        **others,
    )


def make(
    hour: float, number: int, takes: dict[str, object], gives: dict[str, object], **others: object
):
    return TransformationEvent(
        event_time=at(hour),
        event_time_zone_offset=ZONE,
        event_id=name_event(number),
        input_quantity_list=elements(takes),
        output_quantity_list=elements(gives),
        **others,
    )


def pack(
    hour: float, number: int, parent: str, *children: str, action: str = "ADD", **amounts: object
):
    return AggregationEvent(
        event_time=at(hour),
        event_time_zone_offset=ZONE,
        event_id=name_event(number),
        action=action,
        parent_id=parent,
        child_epcs=children,
        child_quantity_list=elements(amounts.get("lots", {})),
        read_point=Place(GATE),
    )


def find(*events: AnyEvent, **others: object) -> list[Contradiction]:
    return find_contradictions(record(events), **others)


def tell(*events: AnyEvent, **others: object) -> list[tuple[str, str | None, str | None]]:
    return [(one.kind, one.first.event_id, one.second.event_id) for one in find(*events, **others)]


def pair(kind: str, first: int, second: int) -> tuple[str, str, str]:
    return kind, name_event(first), name_event(second)


MADE = observe(0, 1, "commissioning", {A: (100, "KGM")}, action="ADD")


class TestSentAndReceived:
    def ship(self, amount: object = (100, "KGM")) -> ObjectEvent:
        return observe(2, 2, "shipping", {A: amount}, parties=(FARM, SHOP))

    def receive(self, amount: object, hour: float = 3, number: int = 3) -> ObjectEvent:
        return observe(hour, number, "receiving", {A: amount}, place=DOOR, parties=(FARM, SHOP))

    def test_less_came_than_was_sent(self) -> None:
        (found,) = find(MADE, self.ship(), self.receive((80, "KGM")))
        assert (found.kind, found.items) == ("quantity_differs", (A,))
        assert found.figures == {"shipped": Decimal(100), "received": Decimal(80)}
        assert (found.first.quantity, found.second.quantity, found.uom) == (100, 80, "KGM")

    def test_grams_are_kilograms(self) -> None:
        assert tell(MADE, self.ship(), self.receive((100_000, "GRM"))) == []
        assert tell(MADE, self.ship(), self.receive((90_000, "GRM"))) == [
            pair("quantity_differs", 2, 3)
        ]

    @pytest.mark.parametrize("amount", [(99.2, "KGM"), (100.9, "KGM"), None, 100, (3, "MTR")])
    def test_what_scales_explain_or_nobody_counted_is_none(self, amount: object) -> None:
        assert tell(MADE, self.ship(), self.receive(amount)) == []

    def test_parts_that_came_one_by_one_add_up(self) -> None:
        parts = (self.receive((60, "KGM")), self.receive((40, "KGM"), 4, 4))
        assert tell(MADE, self.ship(), *parts) == []


class TestInAndOut:
    def test_more_came_out_than_went_in(self) -> None:
        (found,) = find(MADE, make(1, 2, {A: (50, "KGM")}, {X: (60, "KGM")}))
        assert found.kind == "more_out_than_in"
        assert found.figures["taken"] == 50
        assert found.figures["given"] == 60

    def test_a_yield_that_is_known_decides(self) -> None:
        product = X.partition("/10/")[0]
        events = (MADE, make(1, 2, {A: (50, "KGM")}, {X: (60, "KGM")}))
        assert tell(*events, tolerances=Tolerances(yields={product: Decimal(125)})) == []
        less = (MADE, make(1, 2, {A: (50, "KGM")}, {X: (45, "KGM")}))
        assert tell(*less, tolerances=Tolerances(yields={product: Decimal(60)})) == [
            pair("more_out_than_in", 2, 2)
        ]

    def test_events_of_one_transformation_are_weighed_together(self) -> None:
        one = make(1, 2, {A: (50, "KGM")}, {}, transformation_id="urn:x:t")
        two = make(2, 3, {}, {X: (40, "KGM")}, transformation_id="urn:x:t")
        three = make(3, 4, {}, {B: (20, "KGM")}, transformation_id="urn:x:t")
        assert tell(MADE, one, two) == []
        assert tell(MADE, one, two, three) == [pair("more_out_than_in", 2, 4)]

    @pytest.mark.parametrize("given", [None, 60, (60, "LTR")])
    def test_what_cannot_be_weighed_is_not_judged(self, given: object) -> None:
        assert tell(MADE, make(1, 2, {A: (50, "KGM")}, {X: given})) == []


class TestMadeAndUsed:
    def test_more_was_used_than_made(self) -> None:
        first = make(1, 2, {A: (70, "KGM")}, {X: (60, "KGM")})
        second = make(2, 3, {A: (40, "KGM")}, {B: (30, "KGM")})
        (found,) = find(MADE, first, second)
        assert (found.kind, found.second.event_id) == ("more_used_than_made", name_event(3))
        assert found.figures == {"made": Decimal(100), "gone": Decimal(110)}

    def test_a_lot_that_was_added_to_holds_more(self) -> None:
        more = observe(0.5, 9, "commissioning", {A: (50, "KGM")}, action="ADD")
        used = make(1, 2, {A: (140, "KGM")}, {X: (60, "KGM")})
        assert tell(MADE, more, used) == []

    def test_what_was_unpacked_may_be_packed_again(self) -> None:
        lots = {"lots": {A: (80, "KGM")}}
        in_and_out = (
            pack(1, 2, CARTON, **lots),
            pack(2, 3, CARTON, action="DELETE", **lots),
            pack(3, 4, OTHER_CARTON, **lots),
        )
        assert tell(MADE, *in_and_out) == []
        assert tell(MADE, in_and_out[0], in_and_out[2]) == [pair("more_used_than_made", 1, 4)]

    def test_the_maker_sent_more_than_it_made_but_others_may_pass_it_on(self) -> None:
        first = observe(2, 2, "shipping", {A: (100, "KGM")}, parties=(FARM, SHOP))
        taken = observe(3, 3, "receiving", {A: (100, "KGM")}, place=DOOR, parties=(FARM, SHOP))
        onward = observe(4, 4, "shipping", {A: (100, "KGM")}, place=DOOR, parties=(SHOP, PLANT))
        at_last = observe(5, 5, "receiving", {A: (100, "KGM")}, place=HALL, parties=(SHOP, PLANT))
        assert tell(MADE, first, taken, onward, at_last) == []
        again = observe(6, 6, "shipping", {A: (50, "KGM")}, parties=(FARM, PLANT))
        taken_too = observe(7, 7, "receiving", {A: (50, "KGM")}, place=HALL, parties=(FARM, PLANT))
        assert tell(MADE, first, taken, again, taken_too) == [pair("more_used_than_made", 1, 6)]


class TestTime:
    def test_used_before_it_was_made(self) -> None:
        used = make(-1, 2, {A: (10, "KGM")}, {X: (9, "KGM")})
        assert tell(MADE, used) == [pair("before_made", 2, 1)]

    def test_at_the_same_instant_is_lawful_and_so_is_what_nobody_saw_made(self) -> None:
        assert tell(MADE, make(0, 2, {A: (10, "KGM")}, {X: (9, "KGM")})) == []
        assert tell(make(0, 2, {B: (10, "KGM")}, {X: (9, "KGM")})) == []

    def test_a_serial_made_twice(self) -> None:
        first = observe(1, 2, "commissioning", epcs=(ONE, TWO), action="ADD")
        second = observe(2, 3, "commissioning", epcs=(TWO,), action="ADD")
        (found,) = find(first, second)
        assert (found.kind, found.items) == ("made_twice", (TWO,))

    def test_a_declared_error_is_out_and_its_correction_counts(self) -> None:
        wrong = observe(1, 2, "commissioning", epcs=(ONE,), action="ADD")
        declared = observe(
            1,
            2,
            "commissioning",
            epcs=(ONE,),
            action="ADD",
            error_declaration=ErrorDeclaration(
                declaration_time=at(5), corrective_event_ids=(name_event(3),)
            ),
        )
        right = observe(2, 3, "commissioning", epcs=(ONE,), action="ADD")
        assert tell(wrong, declared, right) == []
        assert tell(wrong, right) == [pair("made_twice", 2, 3)]


class TestPlace:
    def test_one_thing_at_two_places_at_one_instant(self) -> None:
        here = observe(1, 2, "inspecting", epcs=(ONE,))
        there = observe(1, 3, "inspecting", epcs=(ONE,), place=DOOR)
        kinds = [one.kind for one in find(here, there)]
        assert kinds == ["two_places"]
        inside = observe(1, 3, "inspecting", epcs=(ONE,), place=f"{GATE}/254/DOCK-2")
        assert tell(here, inside) == []

    def test_lots_may_be_anywhere(self) -> None:
        assert (
            tell(
                observe(1, 2, "inspecting", {A: 1}), observe(1, 3, "inspecting", {A: 1}, place=DOOR)
            )
            == []
        )

    def test_one_thing_in_two_boxes(self) -> None:
        assert tell(pack(1, 2, CARTON, ONE), pack(2, 3, OTHER_CARTON, ONE)) == [
            pair("two_boxes", 2, 3)
        ]
        out = pack(1.5, 4, CARTON, ONE, action="DELETE")
        assert tell(pack(1, 2, CARTON, ONE), out, pack(2, 3, OTHER_CARTON, ONE)) == []

    def test_a_box_in_a_box_is_no_contradiction(self) -> None:
        assert tell(pack(1, 2, CARTON, ONE), pack(2, 3, PALLET, CARTON)) == []
        assert tell(pack(1, 2, CARTON, ONE), pack(2, 3, PALLET, CARTON, ONE)) == []

    def test_handled_by_one_holder_after_another_took_it(self) -> None:
        first = observe(1, 2, "receiving", epcs=(ONE,), place=GATE, parties=(PLANT, FARM))
        second = observe(2, 3, "receiving", epcs=(ONE,), place=DOOR, parties=(FARM, SHOP))
        handled = observe(3, 4, "inspecting", epcs=(ONE,), place=GATE)
        assert tell(first, second) == []
        assert tell(first, second, handled) == [pair("two_holders", 3, 4)]
        sent = observe(1.5, 5, "shipping", epcs=(ONE,), place=GATE, parties=(FARM, SHOP))
        assert tell(first, sent, second, handled) == []


def test_the_sample_chains_hold_none() -> None:
    for name, data in iter_documents():
        events = [one.event for one in read_document(data).events if one.event is not None]
        assert find(*events) == [], name


def test_the_order_of_records_does_not_matter() -> None:
    events = [
        MADE,
        make(-1, 2, {A: (70, "KGM")}, {X: (90, "KGM")}),
        make(2, 3, {A: (40, "KGM")}, {B: (30, "KGM")}),
        pack(1, 4, CARTON, ONE),
        pack(2, 5, OTHER_CARTON, ONE),
    ]
    assert find(*events) == find(*reversed(events))
    assert len(find(*events)) == 4
