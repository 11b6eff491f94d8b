"""Shapes for benches hold what they say, and the tracer finds it."""

from __future__ import annotations

from datetime import datetime
from itertools import islice, pairwise

import pytest

from nguon.epcis import read_document
from nguon.rehearsal import whole_document
from nguon.rehearsal.shapes import Shape, deep_chain, wide_lot
from nguon.trace import MemoryReader, trace

CREATED = "2026-11-24T00:00:00Z"


@pytest.mark.parametrize(
    "shape",
    [
        wide_lot(1),
        wide_lot(10),
        wide_lot(2345),
        wide_lot(3000, batch=50),
        deep_chain(),
        deep_chain(7),
    ],
)
def test_the_tracer_finds_what_the_shape_holds(shape: Shape) -> None:
    document = read_document(whole_document(shape.events(), CREATED))
    assert not document.all_faults
    assert len(document.events) == shape.length
    events = [reading.event for reading in document.events if reading.event is not None]
    times: list[datetime] = [event.event_time for event in events]
    assert all(one < other for one, other in pairwise(times))
    answer = trace(MemoryReader.of(events), [shape.start], "down")
    assert len(answer.items) == shape.items
    assert len(answer.containers) == shape.boxes
    assert list(shape.events()) == list(shape.events())


def test_a_million_items_are_told_lazily() -> None:
    shape = wide_lot(1_000_000)
    assert shape.items == 1_000_000
    assert len(list(islice(shape.events(), 5))) == 5
