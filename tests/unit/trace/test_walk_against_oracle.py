"""The walk finds exactly what the slow tracer finds, on generated chains."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.model import AnyEvent
from nguon.trace import MemoryReader, contents, record, trace
from nguon.trace.oracle import Oracle
from tests.chains import BOXES, INSTANTS, chains, find_starts

moments = st.one_of(st.none(), st.sampled_from(INSTANTS))


@settings(max_examples=300)
@given(chains(), moments, moments, st.data())
def test_downstream_agrees_with_the_oracle(
    events: list[AnyEvent], since: datetime | None, as_of: datetime | None, data: st.DataObject
) -> None:
    recorded = record(events)
    reader, oracle = MemoryReader(recorded, as_of), Oracle(recorded, as_of)
    starts = find_starts(events)
    for start in data.draw(st.permutations(starts))[:4] if starts else []:
        answer = trace(reader, [start], "down", since=since)
        expected = oracle.down([start], since) if since else oracle.down([start])
        assert (set(answer.items), set(answer.containers)) == expected


@settings(max_examples=300)
@given(chains(), moments, moments, st.data())
def test_upstream_agrees_with_the_oracle(
    events: list[AnyEvent], until: datetime | None, as_of: datetime | None, data: st.DataObject
) -> None:
    recorded = record(events)
    reader, oracle = MemoryReader(recorded, as_of), Oracle(recorded, as_of)
    starts = find_starts(events)
    for start in data.draw(st.permutations(starts))[:4] if starts else []:
        answer = trace(reader, [start], "up", until=until)
        expected = oracle.up([start], until) if until else oracle.up([start])
        assert (set(answer.items), set(answer.containers)) == expected


@settings(max_examples=200)
@given(chains(), st.sampled_from(BOXES), moments, moments)
def test_contents_agree_with_the_oracle(
    events: list[AnyEvent], box: str, since: datetime | None, until: datetime | None
) -> None:
    if since and until and since > until:
        since, until = until, since
    recorded = record(events)
    answer = contents(MemoryReader(recorded), box, since, until)
    bounds = {"since": since, "until": until}
    expected = Oracle(recorded).inside(box, **{k: v for k, v in bounds.items() if v})
    assert (set(answer.items), set(answer.containers)) == expected


@given(chains(), st.data())
def test_several_starts_find_what_each_finds(events: list[AnyEvent], data: st.DataObject) -> None:
    starts = find_starts(events)
    if not starts:
        return
    chosen = data.draw(st.lists(st.sampled_from(starts), min_size=2, max_size=3, unique=True))
    reader = MemoryReader(record(events))
    for direction in ("up", "down"):
        together = trace(reader, chosen, direction)
        apart = [trace(reader, [start], direction) for start in chosen]
        items = set().union(*(answer.items for answer in apart)) - set(chosen)
        assert set(together.items) == items


@given(chains())
def test_the_order_in_which_events_are_told_does_not_matter(events: list[AnyEvent]) -> None:
    told, reversed_ = MemoryReader(record(events)), MemoryReader(record(events[::-1]))
    for start in find_starts(events)[:6]:
        for direction in ("up", "down"):
            one, other = trace(told, [start], direction), trace(reversed_, [start], direction)
            assert one.items == other.items
            assert set(one.containers) == set(other.containers)
