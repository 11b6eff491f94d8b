"""What the records say of each code of a trace: when it came to be, by whom, how sure that is.

Pure: over recorded events and the answers of `nguon.trace`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nguon.epcis.model import AnyEvent
from nguon.rules import NGUON_VOC
from nguon.trace import Answer, Gap, Mention, Recorded, find_mentions
from nguon.trace.model import (
    COMMISSIONED,
    COMMISSIONED_CLASS,
    END,
    LOT,
    OUTPUT,
    OUTPUT_CLASS,
    PARENT,
)
from nguon.trace.parties import count_in, find_performer, find_source, place_key

EVIDENCE = f"{NGUON_VOC}evidence"
CTE = f"{NGUON_VOC}cte"
_MADE = (OUTPUT, OUTPUT_CLASS, COMMISSIONED, COMMISSIONED_CLASS, LOT)
_GRADES = ("self_declared", "counterparty_confirmed", "instrument", "inspected", "laboratory")


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """One code: the event that made it, the first that named it, and what follows from them.

    `made` is None where nobody recorded its beginning; `corrected` counts the records of it
    that were declared wrong; `evidence` is the strongest among the records that count.
    """

    key: str
    made: Recorded | None = None
    first: Recorded | None = None
    events: int = 0
    corrected: int = 0
    evidence: str = "self_declared"

    @property
    def event(self) -> AnyEvent | None:
        """The event to speak of: its making, else where it was met first."""
        entry = self.made or self.first
        return entry.event if entry else None

    @property
    def when(self) -> datetime | None:
        """When it came to be, None where that is not on record."""
        return self.made.event.event_time if self.made else None

    @property
    def party(self) -> str | None:
        """Who made it, or who was first to record it."""
        if self.event is None:
            return None
        return find_performer(self.event) or find_source(self.event) or self.place

    @property
    def place(self) -> str | None:
        """Where that was."""
        if self.event is None:
            return None
        return place_key(self.event.biz_location) or place_key(self.event.read_point)


def gather_facts(
    records: Iterable[Recorded], keys: Iterable[str], as_of: datetime | None = None
) -> dict[str, CodeFacts]:
    """The facts of every key, from the events that count at the instant."""
    wanted = set(keys)
    entries = sorted(records, key=lambda entry: (entry.event.event_time, entry.event_key))
    counted = {entry.event_key for entry in count_in(entries, as_of)}
    now = END if as_of is None else as_of
    wrong = {entry.event_key for entry in entries if (entry.declared_wrong_at or END) < now}
    named: dict[str, list[tuple[Recorded, Mention]]] = defaultdict(list)
    for entry in entries:
        for mention in find_mentions(entry.event):
            if mention.item in wanted:
                named[mention.item].append((entry, mention))
    return {key: _facts(key, named[key], counted, wrong) for key in wanted}


def _facts(
    key: str,
    named: Sequence[tuple[Recorded, Mention]],
    counted: Collection[UUID],
    wrong: Collection[UUID],
) -> CodeFacts:
    valid = [pair for pair in named if pair[0].event_key in counted]
    made = next((entry for entry, mention in valid if _makes(entry.event, mention)), None)
    corrected = {
        entry.event.event_id or str(entry.event_key)
        for entry, _ in named
        if entry.event_key in wrong
    }
    return CodeFacts(
        key=key,
        made=made,
        first=valid[0][0] if valid else None,
        events=len({entry.event_key for entry, _ in valid}),
        corrected=len(corrected),
        evidence=_strongest(entry.event for entry, _ in valid),
    )


def _strongest(events: Iterable[AnyEvent]) -> str:
    told = {event.extension_value(EVIDENCE) for event in events}
    return next((grade for grade in reversed(_GRADES) if grade in told), _GRADES[0])


def _makes(event: AnyEvent, mention: Mention) -> bool:
    return mention.role in _MADE or (event.action == "ADD" and mention.role == PARENT)


def merge_gaps(answers: Iterable[Answer]) -> tuple[list[Gap], list[Gap]]:
    """The gaps and the remarks of several answers, each once; a gap is no remark as well."""
    both = list(answers)
    gaps = list(dict.fromkeys(gap for answer in both for gap in answer.gaps))
    remarks = dict.fromkeys(gap for answer in both for gap in answer.remarks)
    return gaps, [gap for gap in remarks if gap not in gaps]


def find_roles(up: Answer | None, down: Answer | None) -> Mapping[str, tuple[str, int, bool]]:
    """Every code met: its side (up, down, both), its depth, whether it is a container."""
    roles: dict[str, tuple[str, int, bool]] = {}
    for side, answer in (("up", up), ("down", down)):
        if answer is None:
            continue
        for container, found in ((False, answer.items), (True, answer.containers)):
            for key, one in found.items():
                known = roles.get(key)
                if known is None:
                    roles[key] = (side, one.depth, container)
                elif known[0] != side:
                    roles[key] = ("both", min(known[1], one.depth), known[2] or container)
    return roles
