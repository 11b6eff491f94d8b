"""What the store hands out: stored events, the outcome of a capture, jobs, master data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from nguon.errors import Fault
from nguon.trace.model import Recorded

Status = Literal["stored", "duplicate", "refused", "conflict", "withheld"]


@dataclass(frozen=True, slots=True)
class StoredEvent(Recorded):
    """An event of the store: what tracing needs, and its JSON as it was received."""

    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one event of a capture.

    stored: it is there now. duplicate: it was there before, the same. conflict: its id is
    taken by other content. refused: it holds errors. withheld: sound, but not stored because
    another one was refused and the capture rolls back.
    """

    index: int
    pointer: str
    status: Status
    event_id: str
    event_key: UUID | None
    faults: Sequence[Fault] = ()
    hash: str = ""


class JobEvent(Struct, frozen=True):
    """What became of one event of a capture, as its job tells it.

    `hash` is the event hash (`ni:///…`), empty where it is not known: of an event that could not
    be read, or that a long capture held back when it was rolled back. Of a job that still runs
    "stored" says what will be, if nothing goes wrong.
    """

    position: int
    status: Status
    event_id: str
    event_key: UUID | None
    hash: str
    faults: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CaptureResult:
    """What became of a document: every event in its order, and the document's own faults."""

    job: UUID
    proceed: bool
    results: Sequence[EventResult]
    faults: Sequence[Fault] = ()

    def count(self, *statuses: Status) -> int:
        """How many events ended so."""
        return sum(result.status in statuses for result in self.results)

    @property
    def stored(self) -> int:
        return self.count("stored")

    @property
    def duplicates(self) -> int:
        return self.count("duplicate")

    @property
    def refused(self) -> int:
        return self.count("refused", "conflict")

    @property
    def success(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused and all(fault.level == "flag" for fault in self.faults)


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """The lasting record of a capture (EPCIS 2.0 REST, CaptureJob).

    `success` of a running job says that nothing went wrong yet. `waiting`: what was sent lies in
    a file and is captured, or captured again, by the next worker. `errors` are the first 1000.
    """

    id: UUID
    created_at: datetime
    finished_at: datetime | None
    running: bool
    success: bool
    proceed: bool
    sender: str
    stored: int
    duplicates: int
    refused: int
    withheld: int = 0
    waiting: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The newest master data of an id. Attributes by the last part of their name.

    Where several vocabularies speak of the id, the newest recorded decides, for each attribute.
    """

    id: str
    type: str
    attributes: Mapping[str, Any]
    children: Sequence[str] = ()
    recorded: datetime | None = None
