"""Whatever is on record, its page can be made, and what it says adds up."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings

from nguon.epcis.model import AnyEvent
from nguon.registry.queries import Directory
from nguon.scan.gathering import gather
from nguon.scan.page import build_page, list_keys
from nguon.scan.remembering import RememberingReader
from nguon.scan.standing import find_recall
from nguon.trace import MemoryReader
from tests.chains import chains, find_starts

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@settings(max_examples=40)
@given(chains())
def test_every_item_of_any_chain_has_a_page_that_adds_up(events: list[AnyEvent]) -> None:
    reader = MemoryReader.of(events)
    for key in find_starts(events):
        found = gather(RememberingReader(reader), key)
        if not found.known:
            continue
        page = build_page(found, Directory(), NOW, whole=False)
        assert page.title
        assert page.chain.recorded <= page.chain.expected
        gaps = sum(step.kind == "gap" for step in page.chain.steps)
        assert page.chain.recorded + gaps == page.chain.expected
        assert (page.state.kind == "stop") == (find_recall(found) is not None)
        assert {key} <= list_keys(found)


@settings(max_examples=40)
@given(chains())
def test_no_event_declared_wrong_is_told_as_a_step(events: list[AnyEvent]) -> None:
    reader = MemoryReader.of(events)
    wrong = {e.event_id for e in events if e.error_declaration is not None}
    for key in find_starts(events):
        told = {fact.recorded.event.event_id for fact in gather(reader, key).facts}
        assert not told & wrong


@settings(max_examples=40)
@given(chains())
def test_every_event_that_names_an_item_itself_is_on_its_page(events: list[AnyEvent]) -> None:
    reader = MemoryReader.of(events)
    wrong = {e.event_id for e in events if e.error_declaration is not None}
    for key in find_starts(events):
        named = {entry.event.event_id for entry in reader.events_of([key])} - wrong
        told = {fact.recorded.event.event_id for fact in gather(reader, key).facts}
        assert named <= told
