"""Reads of the trace page: the only file of this room that touches the store and the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nguon.errors import Fault
from nguon.gs1 import Gs1Error, level_of
from nguon.parts.codes import read_any
from nguon.parts.engine import get_store
from nguon.proofs.queries import find_newest, prove_events
from nguon.registry.queries import Directory, look_up
from nguon.trace import (
    Answer,
    Direction,
    Gap,
    Holder,
    Limits,
    Reader,
    Recorded,
    contents,
    custody,
    explain,
    trace,
)
from nguon.trace.boxes import find_holders
from nguon.trace.contradictions import Contradiction, find_contradictions
from nguon.tracing.asking import Question
from nguon.tracing.facts import CodeFacts, find_roles, gather_facts, merge_gaps

# Most codes a page follows in one direction; what is beyond is said, never silent.
LIMITS = Limits(items=5_000, depth=1_000)
_MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a typed code may be: keys on record, or what was read and why it leads nowhere."""

    keys: Sequence[str] = ()
    read: Sequence[str] = ()
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """Everything known of one code and of what it is linked to.

    `opened` says that the code is a box, and that downstream means what it held.
    """

    key: str
    up: Answer | None = None
    down: Answer | None = None
    gaps: Sequence[Gap] = ()
    remarks: Sequence[Gap] = ()
    roles: Mapping[str, tuple[str, int, bool]] = field(default_factory=dict)
    facts: Mapping[str, CodeFacts] = field(default_factory=dict)
    records: Sequence[Recorded] = ()
    holders: Mapping[str, Holder] = field(default_factory=dict)
    directory: Directory = field(default_factory=Directory)
    opened: bool = False
    contradictions: Sequence[Contradiction] = ()
    provable: bool = False

    def is_container(self, key: str) -> bool:
        """Whether the code stands for a box rather than for goods."""
        return self.roles[key][2] if key in self.roles else self.opened

    @property
    def answers(self) -> list[Answer]:
        return [answer for answer in (self.up, self.down) if answer is not None]

    @property
    def truncated(self) -> bool:
        return any(answer.truncated for answer in self.answers)

    @property
    def withheld(self) -> int:
        return sum(answer.withheld for answer in self.answers)


def recognise(text: str) -> Recognised:
    """The keys on record that a typed code may stand for; a bare lot or serial number too."""
    store = get_store()
    try:
        read = list(dict.fromkeys(one.key for one in read_any(text)))
    except Gs1Error as error:
        found = list(store.find_lots(text, _MOST_CHOICES))
        return Recognised(found, (), () if found else error.faults)
    known = [key for key in read if store.knows(key)]
    if not known and text.isascii() and text.isalnum():
        known = list(store.find_lots(text, _MOST_CHOICES))
    if not known:
        known = [lot for key in read[:2] for lot in store.lots_of(key, _MOST_CHOICES)]
    return Recognised(known, read)


def make_trace(key: str, question: Question) -> Traced:
    """Both directions of one canonical key (or the one asked for), with all that is said of it."""
    reader = get_store().reader(as_of=question.as_of)
    held = contents(reader, key, question.since, question.until)
    opened = bool(held.items or held.containers)
    up = down = None
    if question.direction in ("up", "both"):
        up = _walk(reader, key, "up", question)
    if question.direction in ("down", "both"):
        # A box stands for what it held; the rest of those lots is not in it (rule R4).
        down = held if opened else _walk(reader, key, "down", question)
        down = explain(reader, down, question.as_of)
    if up is not None:
        up = explain(reader, up, question.as_of)
    roles = find_roles(up, down)
    keys = [key, *roles]
    records = reader.events_of(keys)
    facts = gather_facts(records, keys, question.as_of)
    spread = _find_spread([answer for answer in (up, down) if answer])
    moving = [
        one
        for one in keys
        if one not in spread and (one == key or _moves(one, roles[one][0], opened=opened))
    ]
    holders = custody(reader, moving, question.as_of)
    gaps, remarks = merge_gaps([answer for answer in (up, down) if answer])
    if opened:
        others = find_holders(reader, held.items) - {*keys}
        gaps, remarks = _leave_out(gaps, keys, others), _leave_out(remarks, keys, others)
    against = _find_contradictions(records, set(keys), question)
    named = _named(keys, facts.values(), holders.values(), [*gaps, *remarks], against)
    return Traced(
        *(key, up, down, gaps, remarks, roles, facts, records, holders),
        look_up(named, filled=True),
        opened,
        against,
        find_newest() is not None,
    )


def prove_trace(traced: Traced) -> tuple[bytes, int]:
    """The proof file of all events of a trace, and how many no signed root covers yet.

    Raises LedgerError before the ledger's first closing.
    """
    keys = dict.fromkeys(record.event_key for record in traced.records)
    content, proved = prove_events(list(keys))
    return content, len(proved.waiting)


def _find_contradictions(
    records: Sequence[Recorded], keys: set[str], question: Question
) -> list[Contradiction]:
    """What contradicts itself among the codes of the answer.

    What was sent and what came differ as a gap already, with who owes the answer.
    """
    found = find_contradictions(records, question.as_of)
    return [one for one in found if one.kind != "quantity_differs" and keys.intersection(one.items)]


def _walk(reader: Reader, key: str, direction: Direction, question: Question) -> Answer:
    window = {"since": question.since, "until": question.until}
    return trace(reader, [key], direction, limits=LIMITS, **window)


def _leave_out(gaps: Iterable[Gap], keys: Sequence[str], others: set[str]) -> list[Gap]:
    """Gaps without those of other boxes, which only share a lot with the box in question."""
    return [
        gap for gap in gaps if others.isdisjoint(gap.items) or not {*keys}.isdisjoint(gap.items)
    ]


def _find_spread(answers: Iterable[Answer]) -> set[str]:
    """Lots that went into boxes or single items: those say where it is, the lot cannot."""
    return {
        edge.source
        for answer in answers
        for edge in answer.edges
        if edge.kind != "transform" and level_of(edge.source) == "class"
    }


def _moves(key: str, side: str, *, opened: bool) -> bool:
    """Whether who has it now belongs to the answer: what came after the code in question.

    Of a box's content only single things: a lot may be in many places besides this box.
    """
    return side != "up" and (not opened or level_of(key) == "instance")


def _named(
    keys: Iterable[str],
    facts: Iterable[CodeFacts],
    holders: Iterable[Holder],
    gaps: Iterable[Gap],
    contradictions: Iterable[Contradiction],
) -> set[str | None]:
    named: set[str | None] = set(keys)
    for fact in facts:
        named |= {fact.party, fact.place}
    for holder in holders:
        named |= {holder.party, holder.place}
    for gap in gaps:
        named |= {*gap.parties, *gap.items}
    for one in contradictions:
        named |= {*one.items, one.first.party, one.first.place}
        named |= {one.second.party, one.second.place}
    return named
