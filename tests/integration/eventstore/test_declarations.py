"""Error declarations and corrective events: the same answer in whatever order they arrive."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from nguon.epcis import event_key
from nguon.eventstore import Store
from nguon.trace import trace
from nguon.trace.model import DERIVES, HOLDS
from tests.integration.eventstore.documents import (
    GTIN,
    PRODUCT,
    declare_wrong,
    make_id,
    make_mix,
    read,
)
from tests.integration.eventstore.table_counts import count_rows, fetch

pytestmark = pytest.mark.database

SOURCE, OTHER, TARGET = f"{GTIN}/10/A", f"{GTIN}/10/B", f"{PRODUCT}/10/C"
DECLARED = "2026-05-15T08:00:00Z"
ORDERS = list(itertools.permutations(["wrong", "declaration", "right"]))
BEFORE, AFTER = datetime(2026, 5, 14, tzinfo=UTC), datetime(2026, 5, 16, tzinfo=UTC)


def make_story() -> dict[str, dict[str, Any]]:
    """A recipe recorded from the wrong lot, the declaration of it, and the right one."""
    wrong = make_mix("A", "C")
    right = make_mix("B", "C", eventID=make_id())
    declaration = declare_wrong(wrong, DECLARED, right["eventID"])
    return {"wrong": wrong, "declaration": declaration, "right": right}


def sources(store: Store, as_of: datetime | None = None) -> set[str]:
    """From what the target was made, as it is told; both directions must agree."""
    reader = store.reader(as_of)
    back = {link.source for link in reader.links_to([TARGET], DERIVES + HOLDS)}
    there = {
        link.source
        for link in reader.links_from([SOURCE, OTHER], DERIVES + HOLDS)
        if link.target == TARGET
    }
    assert back == there
    return back


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_arrival_makes_no_difference(
    fresh_store: Store, order: tuple[str, ...]
) -> None:
    story = make_story()
    for name in order:
        assert fresh_store.capture(read(story[name])).stored == 1
    assert sources(fresh_store) == {OTHER}
    assert sources(fresh_store, BEFORE) == {SOURCE}
    assert sources(fresh_store, AFTER) == {OTHER}


@pytest.mark.parametrize("order", ORDERS)
def test_nor_does_one_document_of_them_all(fresh_store: Store, order: tuple[str, ...]) -> None:
    story = make_story()
    assert fresh_store.capture(read(*(story[name] for name in order))).stored == 3
    assert sources(fresh_store) == {OTHER}
    assert sources(fresh_store, BEFORE) == {SOURCE}
    assert sources(fresh_store, AFTER) == {OTHER}


def test_a_declaration_whose_original_never_came_still_tells_what_was_believed(
    fresh_store: Store,
) -> None:
    fresh_store.capture(read(make_story()["declaration"]))
    assert sources(fresh_store) == set()
    assert sources(fresh_store, BEFORE) == {SOURCE}


def test_the_wrong_event_the_declaration_and_the_right_one_are_all_shown(
    fresh_store: Store,
) -> None:
    story = make_story()
    fresh_store.capture(read(*story.values()))
    events = fresh_store.reader().events_of([TARGET])
    assert len(events) == 3
    wrong, declaration = fresh_store.events_by_id(story["wrong"]["eventID"])
    assert wrong.event.error_declaration is None
    assert declaration.event.error_declaration is not None
    moment = datetime.fromisoformat(DECLARED)
    assert wrong.declared_wrong_at == declaration.declared_wrong_at == moment
    (right,) = fresh_store.events_by_id(story["right"]["eventID"])
    assert right.declared_wrong_at is None
    assert right.known_from == moment


def test_the_earliest_of_several_declarations_counts(fresh_store: Store, store_url: str) -> None:
    wrong = make_mix("A", "C")
    later, earlier = "2026-05-20T00:00:00Z", "2026-05-14T00:00:00Z"
    for event in (wrong, declare_wrong(wrong, later), declare_wrong(wrong, earlier)):
        assert fresh_store.capture(read(event)).stored == 1
    assert count_rows(store_url)["declaration"] == 2
    (stored, *declarations) = fresh_store.events_by_id(wrong["eventID"])
    assert len(declarations) == 2
    assert stored.declared_wrong_at == datetime(2026, 5, 14, tzinfo=UTC)
    assert sources(fresh_store, datetime(2026, 5, 13, tzinfo=UTC)) == {SOURCE}
    assert sources(fresh_store, datetime(2026, 5, 15, tzinfo=UTC)) == set()


def test_a_declaration_sent_twice_is_a_duplicate(fresh_store: Store, store_url: str) -> None:
    story = make_story()
    fresh_store.capture(read(*story.values()))
    before = count_rows(store_url, jobs=False)
    assert fresh_store.capture(read(story["declaration"])).duplicates == 1
    assert count_rows(store_url, jobs=False) == before


def test_a_declaration_touches_no_link_of_another_event(fresh_store: Store) -> None:
    story = make_story()
    twin = make_mix("A", "C")
    fresh_store.capture(read(story["wrong"], twin))
    fresh_store.capture(read(story["declaration"]))
    assert sources(fresh_store) == {SOURCE}
    (link,) = fresh_store.reader().links_to([TARGET], DERIVES)
    assert link.event_key == event_key(twin["eventID"])


def test_what_was_recorded_later_does_not_speak_for_earlier(
    fresh_store: Store, store_url: str
) -> None:
    story = make_story()
    fresh_store.capture(read(story["wrong"]))
    ((between,),) = fetch(store_url, "select clock_timestamp()")
    fresh_store.capture(read(story["declaration"], story["right"]))
    reader = fresh_store.reader(recorded_by=between)
    assert {link.source for link in reader.links_to([TARGET], DERIVES)} == {SOURCE}
    assert {link.target for link in reader.links_from([SOURCE], DERIVES)} == {TARGET}
    assert len(reader.events_of([TARGET])) == 1
    assert sources(fresh_store) == {OTHER}
    late = fresh_store.reader(as_of=AFTER, recorded_by=between)
    assert {link.source for link in late.links_to([TARGET], DERIVES)} == {SOURCE}


def test_a_declaration_recorded_later_marks_no_event_told_for_earlier(
    fresh_store: Store, store_url: str
) -> None:
    story = make_story()
    fresh_store.capture(read(story["wrong"], story["right"]))
    ((between,),) = fetch(store_url, "select clock_timestamp()")
    fresh_store.capture(read(story["declaration"]))
    events = fresh_store.reader(recorded_by=between).events_of([TARGET])
    assert [entry.declared_wrong_at for entry in events] == [None, None]
    assert [entry.known_from for entry in events] == [entry.event.event_time for entry in events]


def test_a_correction_recorded_later_hides_no_link_told_for_earlier(
    fresh_store: Store, store_url: str
) -> None:
    story = make_story()
    fresh_store.capture(read(story["wrong"], story["right"]))
    ((between,),) = fetch(store_url, "select clock_timestamp()")
    fresh_store.capture(read(story["declaration"]))
    reader = fresh_store.reader(as_of=BEFORE, recorded_by=between)
    assert {link.source for link in reader.links_to([TARGET], DERIVES)} == {SOURCE, OTHER}


def test_an_event_known_since_the_start_needs_no_declaration(fresh_store: Store) -> None:
    fresh_store.capture(read(make_mix("A", "C")))
    assert sources(fresh_store, datetime(2026, 5, 12, tzinfo=UTC)) == {SOURCE}
    assert sources(fresh_store, datetime(2026, 5, 11, tzinfo=UTC)) == set()


def test_a_declaration_of_an_event_without_an_id_finds_it_by_its_hash(fresh_store: Store) -> None:
    story = make_story()
    wrong, declaration = dict(story["wrong"]), dict(story["declaration"])
    for event in (wrong, declaration):
        event.pop("eventID", None)
    fresh_store.capture(read(wrong))
    assert trace(fresh_store.reader(), [TARGET], "up").items
    fresh_store.capture(read(declaration))
    assert not trace(fresh_store.reader(), [TARGET], "up").items
    ((first, second),) = [fresh_store.reader().events_of([TARGET])]
    assert first.declared_wrong_at == second.declared_wrong_at is not None


def test_a_declaration_that_repeats_another_content_is_flagged(fresh_store: Store) -> None:
    wrong = make_mix("A", "C", eventID=make_id())
    fresh_store.capture(read(wrong))
    other = declare_wrong({**wrong, "bizStep": "storing"}, DECLARED)
    (result,) = fresh_store.capture(read(other)).results
    assert result.status == "stored"
    assert [fault.code for fault in result.faults] == ["eventstore.declaration_differs"]


def test_a_declaration_that_repeats_the_event_is_not_flagged(fresh_store: Store) -> None:
    wrong = make_mix("A", "C", eventID=make_id())
    fresh_store.capture(read(wrong))
    (result,) = fresh_store.capture(read(declare_wrong(wrong, DECLARED))).results
    assert not result.faults
