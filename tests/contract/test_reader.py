"""One contract, two readers: what memory tells of some events, the store tells too.

Now and as known on an instant; for the sample chains and for generated ones, captured in any
order, one by one or all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis import Document, Reading, encode_event, read_document
from nguon.epcis.model import AnyEvent
from nguon.eventstore import Store
from nguon.samples import iter_documents
from nguon.trace import Answer, MemoryReader, Reader, explain, record, trace
from nguon.trace.links import find_links, find_mentions
from nguon.trace.memory import link_key
from nguon.trace.model import CLEAR, DERIVES, HOLDS, Link
from tests.chains import INSTANTS, chains, find_starts
from tests.conftest import drop_database, make_database
from tests.integration.eventstore.table_counts import empty

pytestmark = pytest.mark.database

KINDS = DERIVES + HOLDS + CLEAR
_MOMENT = timedelta(microseconds=1)

ReaderAt = Callable[[datetime | None], Reader]


@dataclass(frozen=True)
class Subject:
    """The same events behind both readers, and every key worth asking about."""

    memory: ReaderAt
    store: ReaderAt
    keys: list[str]
    instants: list[datetime | None]


def make_subject(events: list[AnyEvent], store: Store) -> Subject:
    recorded = record(events)
    keys = {mention.item for entry in recorded for mention in find_mentions(entry.event)}
    for entry in recorded:
        links = find_links(link_key(entry), entry.event, find_mentions(entry.event))
        keys |= {end for link in links for end in (link.source, link.target)}
    edges = {entry.known_from for entry in recorded} | {e.declared_wrong_at for e in recorded}
    turns = sorted(moment for moment in edges if moment is not None)
    return Subject(
        memory=lambda as_of: MemoryReader(recorded, as_of),
        store=store.reader,
        keys=sorted(keys),
        instants=[None, *turns, *(turn - _MOMENT for turn in turns)],
    )


@pytest.fixture(scope="module")
def store_address(server_url: str, migrated_template: str) -> Iterator[str]:
    url = make_database(server_url, migrated_template)
    yield url
    drop_database(server_url, url)


@pytest.fixture(scope="module")
def store(store_address: str) -> Iterator[Store]:
    """One store, emptied behind its back before each use."""
    opened = Store.open(store_address)
    yield opened
    opened.close()


def link_set(links: Iterable[Link]) -> set[tuple[Any, ...]]:
    return {tuple(link) for link in links}


def event_set(reader: Reader, keys: list[str]) -> set[tuple[Any, ...]]:
    return {
        (entry.event_key, entry.known_from, entry.declared_wrong_at)
        for entry in reader.events_of(keys)
    }


# -- the sample chains ----------------------------------------------------------------------

SAMPLES = [content for _, content in iter_documents()]


@pytest.fixture(scope="module", params=SAMPLES, ids=[name for name, _ in iter_documents()])
def subject(request: pytest.FixtureRequest, store: Store, store_address: str) -> Subject:
    empty(store_address)
    document = read_document(request.param)
    assert store.capture(document).success
    events = [reading.event for reading in document.events if reading.event is not None]
    return make_subject(events, store)


def test_links_out_of_items_agree(subject: Subject) -> None:
    for as_of in subject.instants:
        expected = link_set(subject.memory(as_of).links_from(subject.keys, KINDS))
        assert link_set(subject.store(as_of).links_from(subject.keys, KINDS)) == expected, as_of
    assert link_set(subject.memory(None).links_from(subject.keys, KINDS))


def test_links_into_items_agree(subject: Subject) -> None:
    for as_of in subject.instants:
        expected = link_set(subject.memory(as_of).links_to(subject.keys, KINDS))
        assert link_set(subject.store(as_of).links_to(subject.keys, KINDS)) == expected, as_of


@pytest.mark.parametrize("kind", KINDS)
def test_links_of_one_kind_agree(subject: Subject, kind: str) -> None:
    memory, store = subject.memory(None), subject.store(None)
    for ask in ("links_from", "links_to"):
        expected = link_set(getattr(memory, ask)(subject.keys, kind))
        assert link_set(getattr(store, ask)(subject.keys, kind)) == expected


def test_events_of_items_agree(subject: Subject) -> None:
    for as_of in subject.instants:
        expected = event_set(subject.memory(as_of), subject.keys)
        assert event_set(subject.store(as_of), subject.keys) == expected, as_of


def test_events_come_in_one_order(subject: Subject) -> None:
    memory = [entry.event_key for entry in subject.memory(None).events_of(subject.keys)]
    assert [entry.event_key for entry in subject.store(None).events_of(subject.keys)] == memory
    assert memory


def test_each_item_alone_agrees(subject: Subject) -> None:
    memory, store = subject.memory(None), subject.store(None)
    for key in subject.keys:
        assert link_set(store.links_from([key], KINDS)) == link_set(memory.links_from([key], KINDS))
        assert event_set(store, [key]) == event_set(memory, [key])


@pytest.mark.parametrize("way", ["up", "down"])
def test_traces_of_every_item_agree(subject: Subject, way: Any) -> None:
    for as_of in (None, *subject.instants[1::7]):
        memory, store = subject.memory(as_of), subject.store(as_of)
        for key in subject.keys[::5]:
            expected = explain(memory, trace(memory, [key], way), as_of)
            found = explain(store, trace(store, [key], way), as_of)
            assert shape(found) == shape(expected), (key, as_of)


def shape(answer: Answer) -> tuple[Any, ...]:
    """An answer without the order in which it was found."""
    return (
        answer.items,
        answer.containers,
        set(answer.edges),
        sorted(map(repr, answer.gaps)),
        sorted(map(repr, answer.remarks)),
        answer.truncated,
    )


def test_all_links_upwards_in_one_question_are_those_of_level_by_level(
    subject: Subject, store: Store
) -> None:
    memory = subject.memory(None)
    for key in subject.keys[::3]:
        expected = climb(memory, key)
        found = store.reader().links_to_all([key], DERIVES, len(expected))
        assert found is not None
        assert link_set(found) == expected
        if expected:
            assert store.reader().links_to_all([key], DERIVES, len(expected) - 1) is None
    assert store.reader(datetime(2027, 1, 1, tzinfo=UTC)).links_to_all([""], DERIVES, 9) is None


def climb(reader: Reader, key: str) -> set[tuple[Any, ...]]:
    """Every link above an item, level by level, whatever the times."""
    found: set[tuple[Any, ...]] = set()
    asked: set[str] = set()
    wanted = {key}
    while wanted:
        links = link_set(reader.links_to(wanted, DERIVES))
        asked |= wanted
        found |= links
        wanted = {link[0] for link in links} - asked
    return found


# -- generated chains -----------------------------------------------------------------------


def make_document(events: list[AnyEvent]) -> Document:
    """Events as readings that passed: what generated chains leave out is no matter here."""
    readings = [
        Reading(place, f"/{place}", encode_event(event), event, [])
        for place, event in enumerate(events)
    ]
    return Document("EPCISDocument", "2.0", None, None, None, None, [], readings, [])


def capture_all(store: Store, events: list[AnyEvent], *, at_once: bool) -> None:
    for batch in [events] if at_once else [[event] for event in events]:
        assert store.capture(make_document(batch)).success


@settings(max_examples=settings.default.max_examples // 2)  # type: ignore[union-attr]  # always set
@given(
    events=chains(),
    at_once=st.booleans(),
    as_of=st.one_of(st.none(), st.sampled_from([*INSTANTS, datetime(2027, 1, 1, tzinfo=UTC)])),
    data=st.data(),
)
def test_generated_chains_agree(
    store: Store,
    store_address: str,
    events: list[AnyEvent],
    at_once: bool,
    as_of: datetime | None,
    data: st.DataObject,
) -> None:
    empty(store_address)
    capture_all(store, data.draw(st.permutations(events)), at_once=at_once)
    subject = make_subject(events, store)
    memory, stored = subject.memory(as_of), subject.store(as_of)
    for ask in ("links_from", "links_to"):
        expected = link_set(getattr(memory, ask)(subject.keys, KINDS))
        assert link_set(getattr(stored, ask)(subject.keys, KINDS)) == expected
    for start in data.draw(st.permutations(find_starts(events)))[:3]:
        for way in ("up", "down"):
            assert shape(trace(stored, [start], way)) == shape(trace(memory, [start], way))
