"""What a query of the store gives back, and what it may cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from nguon.epcis.decoding import decode_event
from nguon.epcis.master import list_attributes
from nguon.epcis.model import AnyEvent
from nguon.epcis.query import query_error
from nguon.eventstore.rows import decode_context


@dataclass(frozen=True)
class FoundEvent:
    """An event that answers a query: its JSON as received, read only when asked for."""

    event_key: UUID
    event_id: str
    record_time: datetime
    at: datetime
    doc: str
    context: str | None

    @property
    def raw(self) -> bytes:
        """The event's JSON as it was received."""
        return self.doc.encode()

    @property
    def namespaces(self) -> Mapping[str, str]:
        """The prefixes that its names stand under."""
        return decode_context(self.context)

    @cached_property
    def event(self) -> AnyEvent:
        """The event itself."""
        event = decode_event(self.raw, self.namespaces)[0]
        if event is None:
            raise query_error("query_unreadable", "query", self.event_key)
        return event


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events. With a token there may be more, also after an empty page."""

    events: Sequence[FoundEvent]
    next_page_token: str | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class MasterElement:
    """One element of master data, as an answer shows it, and since when it is recorded so.

    `id` is its key, `written` how it was captured. `attributes` are by name, a list where one
    stands several times; `listed` as they were captured.
    """

    type: str
    id: str
    attributes: Mapping[str, Any]
    children: Sequence[str]
    recorded: datetime
    written: str = ""
    listed: Sequence[tuple[str, Any]] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)

    @property
    def entry(self) -> dict[str, Any]:
        """The VocabularyElement that it is in JSON."""
        return {
            "id": self.written or self.id,
            **({"attributes": list_attributes(self.listed)} if self.listed else {}),
            **({"children": list(self.children)} if self.children else {}),
            **self.extensions,
        }


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may cost.

    - `examined`: index entries looked at for a page; a page that would need more ends early.
    - `light`: so many of them without a turn (`turns`).
    - `gathered`: events taken at once where the index has them in another order.
    - `places`: places that a hierarchy may unfold to.
    - `seconds`: of one statement.
    - `per_page`: events of a page where nobody says.
    """

    examined: int = 50_000
    light: int = 1_000
    gathered: int = 5_000
    places: int = 2_000
    seconds: float = 5.0
    per_page: int = 30
