"""What the teller knows, the tracer finds, and the slow tracer finds: three opinions, one answer.

NGUON_REHEARSAL_CHAINS sets how many chains are held against the engine (200 where it is unset);
a tenth of them are held against the slow tracer too.
"""

from __future__ import annotations

import os

from nguon.epcis import read_document
from nguon.epcis.model import AnyEvent
from nguon.rehearsal import Plan, whole_document
from nguon.rehearsal.truth import Sets
from nguon.trace import Direction, MemoryReader, record, trace
from nguon.trace.oracle import Oracle
from tests.unit.rehearsal.reading import tell

CHAINS = int(os.environ.get("NGUON_REHEARSAL_CHAINS", "200"))
CREATED = "2026-11-24T00:00:00Z"


def events_of(data: list[bytes]) -> list[AnyEvent]:
    read = read_document(whole_document(data, CREATED)).events
    return [reading.event for reading in read if reading.event is not None]


def test_three_opinions_agree() -> None:
    stream, chains = tell(Plan(seed=3, events=CHAINS * 36, truths=True))
    assert len(chains) == CHAINS
    compared = 0
    for number, data in chains.items():
        truth, recorded = stream.truths[number], record(events_of(data))
        reader = MemoryReader(recorded)
        oracle = Oracle(recorded) if number % 10 == 0 else None
        items = truth.items()
        for start in items[number % 3 :: 3]:
            both: list[tuple[Direction, Sets]] = [
                ("up", truth.upstream(start)),
                ("down", truth.downstream(start)),
            ]
            for direction, known in both:
                answer = trace(reader, [start], direction)
                found = (set(answer.items), set(answer.containers))
                assert found == known, (number, start, direction)
                compared += 1
            if oracle is not None and start == items[number % 3]:
                assert oracle.up([start]) == truth.upstream(start)
                assert oracle.down([start]) == truth.downstream(start)
    assert compared > CHAINS * 5


def test_something_is_found_in_every_chain() -> None:
    stream, chains = tell(Plan(seed=4, events=500, truths=True))
    for number in chains:
        truth = stream.truths[number]
        first = min(truth.born, key=lambda key: truth.born[key])
        items, boxes = truth.downstream(first)
        assert items
        assert boxes
        assert all(first in truth.upstream(item)[0] for item in items if item in truth.sources)
