"""The rules of tracing one by one, in cases small enough to check by hand.

R1 inputs to outputs, R2 lots named for serials, R3 containers do not spread, R4 what a box held,
R5 the order of time, R6 declared wrong, R7 moving changes nothing, R8 counts, R9 gaps.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    ErrorDeclaration,
    ObjectEvent,
    QuantityElement,
    TransformationEvent,
)
from nguon.trace import Limits, MemoryReader, contents, explain, trace
from tests.chains import BEGIN, BOXES, LOTS, SERIALS, name_event

A, B, C, X, Y, Z = LOTS
ONE, TWO, THREE = SERIALS[:3]
CARTON, PALLET = BOXES[1], BOXES[0]
ZONE = "+00:00"


def at(hour: int):
    return BEGIN + timedelta(hours=hour)


def make(
    hour: int, inputs: list[str], outputs: list[str], number: int = 0, **others: object
) -> TransformationEvent:
    def split(keys: list[str]) -> tuple[tuple[str, ...], tuple[QuantityElement, ...]]:
        epcs = tuple(key for key in keys if "/10/" not in key)
        return epcs, tuple(QuantityElement(key) for key in keys if "/10/" in key)

    taken, made = split(inputs), split(outputs)
    return TransformationEvent(
        event_time=at(hour),
        event_time_zone_offset=ZONE,
        event_id=name_event(number or 100 + hour),
        input_epc_list=taken[0],
        input_quantity_list=taken[1],
        output_epc_list=made[0],
        output_quantity_list=made[1],
        **others,
    )


def pack(
    hour: int, parent: str, children: list[str], action: str = "ADD", count: int | None = None
) -> AggregationEvent:
    amount = None if count is None else Decimal(count)
    return AggregationEvent(
        event_time=at(hour),
        event_time_zone_offset=ZONE,
        event_id=name_event(200 + hour),
        action=action,
        parent_id=parent,
        child_epcs=tuple(key for key in children if "/10/" not in key),
        child_quantity_list=tuple(QuantityElement(k, amount) for k in children if "/10/" in k),
    )


def named(lot: str) -> dict[str, str]:
    return {"cbvmda:lotNumber": lot.rpartition("/10/")[2]}


def up(events: list[AnyEvent], start: str, **bounds: object) -> set[str]:
    return set(trace(MemoryReader.of(events), [start], "up", **bounds).items)


def down(events: list[AnyEvent], start: str, **bounds: object) -> set[str]:
    return set(trace(MemoryReader.of(events), [start], "down", **bounds).items)


# R1 ---------------------------------------------------------------------------------------


def test_every_input_leads_to_every_output() -> None:
    events = [make(1, [A, B, C], [X, Y, Z])]
    assert down(events, A) == {X, Y, Z}
    assert up(events, Y) == {A, B, C}


def test_partners_of_a_merged_batch_do_not_affect_one_another() -> None:
    assert down([make(1, [A, B], [X])], A) == {X}


def test_events_of_one_transformation_are_one() -> None:
    events = [
        make(1, [A], [], 1, transformation_id="urn:x:batch"),
        make(3, [], [X], 2, transformation_id="urn:x:batch"),
        make(5, [B], [], 3, transformation_id="urn:x:batch"),
        make(7, [], [Y], 4, transformation_id="urn:x:batch"),
    ]
    # What was drawn off at 3 cannot hold what was added at 5.
    assert down(events, B) == {Y}
    assert up(events, X) == {A}
    assert up(events, Y) == {A, B}


# R2 ---------------------------------------------------------------------------------------


def test_the_lot_named_for_serials_is_part_of_the_answer() -> None:
    events = [make(1, [X], [ONE, TWO], ilmd=named(A))]
    assert down(events, X) == {ONE, TWO, A}
    assert up(events, A) == {X}
    assert up(events, ONE) == {X, A}


def test_a_lot_named_by_some_of_its_serials_does_not_spread_to_the_others() -> None:
    events = [
        make(1, [X], [ONE], 1, ilmd=named(A)),
        make(2, [Y], [TWO], 2, ilmd=named(A)),
    ]
    assert down(events, X) == {ONE, A}
    assert up(events, TWO) == {Y, A}
    assert down(events, A) == {ONE, TWO}
    assert up(events, A) == {X, Y}


def test_serials_drawn_from_a_lot_share_its_origin() -> None:
    commissioned = ObjectEvent(
        event_time=at(2),
        event_time_zone_offset=ZONE,
        action="ADD",
        epc_list=(ONE, TWO),
        ilmd=named(A),
    )
    events = [make(1, [X], [A]), commissioned]
    assert up(events, ONE) == {A, X}
    assert down(events, X) == {A, ONE, TWO}


# R3, R4 -----------------------------------------------------------------------------------


def test_a_container_is_reported_and_does_not_spread() -> None:
    events = [make(1, [X], [A]), pack(2, CARTON, [A, B]), pack(3, PALLET, [CARTON, ONE])]
    answer = trace(MemoryReader.of(events), [X], "down")
    assert set(answer.items) == {A}
    assert set(answer.containers) == {CARTON, PALLET}


def test_what_a_box_held_in_a_window_down_to_the_innermost() -> None:
    events = [
        pack(1, CARTON, [A], count=25),
        pack(2, PALLET, [CARTON, ONE]),
        pack(4, PALLET, [ONE], "DELETE"),
        pack(6, PALLET, [TWO]),
    ]
    reader = MemoryReader.of(events)
    answer = contents(reader, PALLET, at(5), at(5))
    assert (set(answer.items), set(answer.containers)) == ({A}, {CARTON})
    assert answer.items[A].quantity == Decimal(25)
    # At the very instant of leaving it still counts as inside.
    assert ONE in contents(reader, PALLET, at(4), at(5)).items
    assert TWO in contents(reader, PALLET, at(5), at(6)).items


def test_goods_that_left_the_box_before_it_was_used_up_are_not_in_what_was_made() -> None:
    events = [
        pack(1, CARTON, [ONE, TWO]),
        pack(2, CARTON, [ONE], "DELETE"),
        make(3, [CARTON], [X]),
    ]
    assert down(events, TWO) == {X}
    assert down(events, ONE) == set()
    assert up(events, X) == {TWO}


# R5 ---------------------------------------------------------------------------------------


def test_nothing_made_before_the_incident_is_affected() -> None:
    events = [make(1, [X], [A], 1), make(3, [X], [B], 2)]
    assert down(events, X, since=at(2)) == {B}
    assert down(events, X, since=at(3)) == {B}
    assert down(events, X) == {A, B}


def test_what_went_in_after_the_output_was_made_is_no_source() -> None:
    events = [make(1, [A], [X], 1), make(2, [X], [Y], 2), make(3, [B], [X], 3)]
    assert up(events, Y) == {X, A}
    assert down(events, B) == {X}


# R6 ---------------------------------------------------------------------------------------


def test_a_wrong_event_counts_until_it_is_declared_wrong() -> None:
    wrong = make(1, [X], [A], 1)
    right = make(1, [X], [B], 2)
    declared = make(1, [X], [A], 1, error_declaration=ErrorDeclaration(
        at(5), "incorrect_data", (name_event(2),)))  # fmt: skip
    for events in ([wrong, declared, right], [declared, right], [right, declared, wrong]):
        assert down(events, X) == {B}
        before = MemoryReader.of(events, as_of=at(4))
        assert set(trace(before, [X], "down").items) == {A}
        after = MemoryReader.of(events, as_of=at(5))
        assert set(trace(after, [X], "down").items) == {B}


# R7, R9 -----------------------------------------------------------------------------------


def test_moving_and_testing_change_nothing_and_missing_origins_are_named() -> None:
    moved = ObjectEvent(
        event_time=at(2),
        event_time_zone_offset=ZONE,
        action="OBSERVE",
        biz_step="storing",
        quantity_list=(QuantityElement(A),),
    )
    events: list[AnyEvent] = [make(1, [X], [A]), moved]
    reader = MemoryReader.of(events)
    answer = explain(reader, trace(reader, [A], "up"))
    assert set(answer.items) == {X}
    assert [(gap.kind, gap.items) for gap in answer.gaps] == [("origin_unknown", (X,))]


# Limits -----------------------------------------------------------------------------------


def test_a_walk_that_is_cut_says_so() -> None:
    events = [make(hour, [LOTS[hour - 1]], [LOTS[hour]]) for hour in range(1, 6)]
    reader = MemoryReader.of(events)
    whole = trace(reader, [A], "down")
    assert not whole.truncated
    assert len(whole.items) == 5
    for limits in (Limits(depth=2), Limits(items=3)):
        cut = trace(reader, [A], "down", limits=limits)
        assert cut.truncated
        assert set(cut.items) == {B, C}


def test_an_unknown_item_has_an_empty_answer() -> None:
    answer = trace(MemoryReader.of([]), [A], "up")
    assert not answer.items
    assert not answer.containers
    assert not answer.truncated


def test_a_corrective_event_declared_wrong_was_not_known_before_it_came() -> None:
    wrong = make(1, [X], [A], 1)
    first = make(1, [X], [A], 1, error_declaration=ErrorDeclaration(
        at(5), "incorrect_data", (name_event(2),)))  # fmt: skip
    right = make(1, [X], [B], 2)
    second = make(1, [X], [B], 2, error_declaration=ErrorDeclaration(at(7), "incorrect_data", ()))
    events: list[AnyEvent] = [wrong, first, right, second]
    known = {hour: MemoryReader.of(events, as_of=at(hour)) for hour in (4, 6, 8)}
    found = {hour: set(trace(reader, [X], "down").items) for hour, reader in known.items()}
    assert found == {4: {A}, 6: {B}, 8: set()}
