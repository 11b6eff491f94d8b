"""A store full of stories, and the plain answer to any question: every event, tried one by one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nguon.epcis import AnyEvent, read_document
from nguon.epcis.query import NOTHING, Knowledge, Query, Request, Tokens, matches, read_rest
from nguon.eventstore import Store
from nguon.eventstore.query import Bounds, FoundEvent
from tests.integration.eventstore.table_counts import fetch
from tests.unit.epcis.query.stories import CONTEXT, NAMESPACES

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TOKENS = Tokens(b"a secret of tests")


class Corpus:
    """The store, and beside it what it should hold."""

    def __init__(self, store: Store, url: str, knowledge: Knowledge = NOTHING) -> None:
        # Its workers draw random numbers while they connect, which Hypothesis takes for ours.
        store._pool.pool.wait()
        self.store = store
        self.url = url
        self.knowledge = knowledge
        self.events: dict[UUID, tuple[AnyEvent, datetime]] = {}

    def add(self, events: Sequence[dict[str, Any]], **members: Any) -> None:
        """Capture a document of events; what is refused as unsound is left out."""
        document = {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-05-11T05:00:00Z",
            "epcisBody": {"eventList": list(events)},
            **members,
        }
        self.add_document(json.dumps(document), len(events))

    def add_document(self, text: str | bytes, count: int) -> None:
        """Capture a document that holds so many events."""
        reading = read_document(text)
        result = self.store.capture(reading, proceed=True)
        assert result.refused < max(count // 2, 10)
        stored = [each for each in result.results if each.status == "stored"]
        keys = {each.event_key: reading.events[each.index].event for each in stored}
        rows = fetch(
            self.url,
            "select event_key, record_time from eventstore.event where event_key = any(%s)",
            list(keys),
        )
        for key, recorded in rows:
            event = keys[key]
            assert event is not None
            self.events[key] = (event, recorded)

    def answer(self, query: Query) -> list[UUID]:
        """The keys of all events that answer, in no order."""
        return [
            key
            for key, (event, recorded) in self.events.items()
            if matches(query, event, record_time=recorded, knowledge=self.knowledge)
        ]

    def ordered(self, query: Query, by: str, direction: str) -> list[UUID]:
        """The same in the order of a time, keys parting equals."""

        def place(key: UUID) -> tuple[datetime, UUID]:
            event, recorded = self.events[key]
            return (event.event_time if by == "eventTime" else recorded), key

        return sorted(self.answer(query), key=place, reverse=direction == "DESC")

    def pages(
        self, parameters: Sequence[tuple[str, str]], bounds: Bounds | None = None
    ) -> list[list[FoundEvent]]:
        """All pages of an answer, by following tokens."""
        found: list[list[FoundEvent]] = []
        token: str | None = None
        while True:
            asked = ask([*parameters, *([("nextPageToken", token)] if token else [])])
            page = self.store.query_events(asked, TOKENS, NOW, bounds or Bounds())
            found.append(list(page.events))
            token = page.next_page_token
            if token is None:
                return found
            assert len(found) < 10_000, "pages without end"

    def keys(
        self, parameters: Sequence[tuple[str, str]], bounds: Bounds | None = None
    ) -> list[UUID]:
        """The keys of a whole answer in its order."""
        return [each.event_key for page in self.pages(parameters, bounds) for each in page]


def ask(parameters: Sequence[tuple[str, str]]) -> Request:
    """A request under the prefixes of the stories."""
    return read_rest(parameters, NAMESPACES)
