"""Recorded events that go against a rule: not a gap (nothing is missing), but a wrong.

Now one rule: bivalves harvested from an area while it was closed (Circular 33/2015/TT-BNNPTNT).
What the sectors' templates say beyond it is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from nguon.epcis.model import AnyEvent
from nguon.rules import NGUON_VOC
from nguon.trace.links import find_mentions
from nguon.trace.model import INPUT, INPUT_CLASS, OUTPUT, OUTPUT_CLASS, Recorded
from nguon.trace.parties import count_in

_HARVEST = "farmed-seafood.HARVEST"


@dataclass(frozen=True, slots=True)
class Finding:
    """An event against a rule: the items it made, and the event that makes it wrong."""

    rule: Literal["harvest_while_area_closed"]
    level: Literal["error"]
    items: tuple[str, ...]
    event_id: str | None
    event_key: UUID
    at: datetime
    because: str | None


@dataclass(frozen=True, slots=True)
class _Status:
    at: datetime
    closed: bool
    event_id: str | None


def find_findings(entries: Iterable[Recorded], as_of: datetime | None = None) -> list[Finding]:
    """What the events that count do against the rules, by time."""
    counted = count_in(entries, as_of)
    areas: dict[str, list[_Status]] = {}
    for entry in counted:
        status = _read_status(entry.event)
        if status is not None:
            for mention in find_mentions(entry.event):
                areas.setdefault(mention.item, []).append(status)
    found = [finding for entry in counted for finding in _judge_harvest(entry, areas)]
    return sorted(found, key=lambda finding: (finding.at, finding.event_key))


def _read_status(event: AnyEvent) -> _Status | None:
    """What an event says of the area its lots grow in, from when on."""
    status = event.extension_value(f"{NGUON_VOC}areaStatus")
    if event.extension_value(f"{NGUON_VOC}cte") == _HARVEST:
        return None  # what the harvester says of the area is a claim, and no news of the area
    if status not in ("open", "closed"):
        return None
    stated = event.extension_value(f"{NGUON_VOC}areaStatusFrom")
    at = event.event_time
    if isinstance(stated, str):
        try:
            moment = datetime.fromisoformat(stated)
            at = moment if moment.tzinfo else at
        except ValueError:
            pass  # an unreadable date leaves the event's own time
    return _Status(at, status == "closed", event.event_id)


def _judge_harvest(entry: Recorded, areas: dict[str, list[_Status]]) -> Sequence[Finding]:
    event = entry.event
    if event.extension_value(f"{NGUON_VOC}cte") != _HARVEST:
        return ()
    mentions = find_mentions(event)
    made = tuple(m.item for m in mentions if m.role in (OUTPUT, OUTPUT_CLASS))
    for mention in mentions:
        if mention.role not in (INPUT, INPUT_CLASS):
            continue
        past = [each for each in areas.get(mention.item, ()) if each.at <= event.event_time]
        latest = max(past, key=lambda each: each.at, default=None)
        if latest is not None and latest.closed:
            return [
                Finding(
                    rule="harvest_while_area_closed",
                    level="error",
                    items=made,
                    event_id=event.event_id,
                    event_key=entry.event_key,
                    at=event.event_time,
                    because=latest.event_id,
                )
            ]
    return ()
