"""The values of tracing: mentions, links, the reader's protocol, and the shape of an answer.

Items are canonical keys (`nguon.gs1.canonical_key`). All instants are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from nguon.epcis.model import AnyEvent

Direction = Literal["up", "down"]
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
END = datetime(9999, 12, 30, tzinfo=UTC)

# The kinds of link, one letter each, as they stand in the store.
TRANSFORM = "T"  # input -> output
NAMED = "N"  # input -> the lot that a serialised output is named to belong to
SERIAL = "S"  # lot -> serial that a transformation made under that lot's name
MEMBER = "M"  # lot -> serial drawn from a lot that stands on its own
JOIN, LEAVE, SEEN = "J", "L", "O"  # parent -> instance child
JOIN_CLASS, LEAVE_CLASS, SEEN_CLASS = "j", "l", "o"  # parent -> so much of a class
CLEAR = "C"  # parent -> "" : all its children left
DERIVES = TRANSFORM + NAMED + SERIAL + MEMBER
HOLDS = JOIN + LEAVE + SEEN + JOIN_CLASS + LEAVE_CLASS + SEEN_CLASS

# The roles in which an event names an item.
INPUT, INPUT_CLASS, OUTPUT, OUTPUT_CLASS = "i", "I", "o", "O"
OBSERVED, OBSERVED_CLASS = "e", "E"
COMMISSIONED, COMMISSIONED_CLASS = "a", "A"  # named by an ObjectEvent that adds them
PARENT, CHILD, CHILD_CLASS = "p", "c", "C"
LOT = "l"  # the lot that the event's ilmd names for its serials

HUB = "nguon:hub:"


class Mention(NamedTuple):
    """That an event names an item in a role, with how much of it where a class is meant."""

    item: str
    role: str
    quantity: Decimal | None = None
    uom: str | None = None


class Link(NamedTuple):
    """One directed connection that an event makes, at the instant of the event.

    A hub (`nguon:hub:…`) stands between the inputs and outputs of one transformation where
    that needs fewer links than pairs would, or where several events share a transformationID.
    """

    source: str
    target: str
    kind: str
    at: datetime
    event_key: UUID
    quantity: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the store knows it.

    `known_from` is the event's own time, or for a corrective event the time of the declaration
    that brought it. `declared_wrong_at` is the earliest time at which it was declared wrong.
    """

    event_key: UUID
    event: AnyEvent
    record_time: datetime | None = None
    known_from: datetime | None = None
    declared_wrong_at: datetime | None = None


class Reader(Protocol):
    """What a trace needs to know of a store. Declared-wrong events do not count in links."""

    def links_from(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose source is one of the items."""
        ...

    def links_to(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose target is one of the items."""
        ...

    def events_of(self, items: Collection[str]) -> Sequence[Recorded]:
        """Every event that names one of the items, declared-wrong ones too, by event time."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a walk stops. What is cut is said in the answer, never silent."""

    items: int = 200_000
    depth: int = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """An item of an answer: how many steps from the start, and the bound in time it was met at.

    Downstream `at` is the earliest instant from which it is affected; upstream the latest
    instant at which it still could contribute.
    """

    key: str
    depth: int
    at: datetime
    quantity: Decimal | None = None
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A followed connection: from the input, the lot or the content to the output, serial, box."""

    source: str
    target: str
    kind: Literal["transform", "member", "contain"]
    event_key: UUID
    at: datetime


GapKind = Literal[
    "receive_without_ship",
    "ship_without_receive",
    "ship_not_recorded",
    "origin_unknown",
    "quantity_difference",
    "document_missing",
    "local_code",
]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that should be on record and is not. A gap is never read as "not affected"."""

    kind: GapKind
    items: tuple[str, ...]
    event_id: str | None = None
    event_key: UUID | None = None
    at: datetime | None = None
    parties: tuple[str, ...] = ()
    quantity: Decimal | None = None
    uom: str | None = None
    shipped: Decimal | None = None
    received: Decimal | None = None
    percent: Decimal | None = None
    within_tolerance: bool | None = None
    document: str | None = None
    reference: str | None = None

    @property
    def breaks(self) -> bool:
        """Whether the chain is cut here, rather than a remark to be made on it."""
        return not (self.kind == "local_code" or self.within_tolerance or self.reference)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has an item, where, since when, in which state, and inside which container."""

    item: str
    party: str | None = None
    place: str | None = None
    since: datetime | None = None
    state: str | None = None
    inside: str | None = None
    event_key: UUID | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a walk found, with what it could not know.

    `items` never holds a start or a container. `gaps` cut the chain that was walked; `remarks`
    are worth saying beside it. `truncated` says that a limit cut the walk; `withheld` counts
    what this reader may not see.
    """

    starts: tuple[str, ...]
    direction: Direction
    items: Mapping[str, Found]
    containers: Mapping[str, Found]
    followed: Collection[Link] = ()
    gaps: Sequence[Gap] = ()
    remarks: Sequence[Gap] = ()
    truncated: bool = False
    withheld: int = 0

    @property
    def edges(self) -> list[Edge]:
        """The followed links as edges between items, made when asked for."""
        return list(find_edges(self.followed))


_NO_EVENT = UUID(int=0)


def hold_link(child: str, parent: str, at: datetime) -> Link:
    """A child in a box as a followed link: a stay is made by several events, so it names none."""
    return Link(child, parent, JOIN, at, _NO_EVENT)


def find_edges(links: Iterable[Link]) -> Iterable[Edge]:
    """Followed links as edges between items: a hub dissolves into the pairs it stands for."""
    into: dict[str, list[Link]] = {}
    out: dict[str, list[Link]] = {}
    # A link is followed again when its source's bound moves: each pair and event counts once.
    once = {(link.source, link.target, link.event_key, link.kind): link for link in links}
    for link in once.values():
        if link.target.startswith(HUB):
            into.setdefault(link.target, []).append(link)
        elif link.source.startswith(HUB):
            out.setdefault(link.source, []).append(link)
        else:
            yield Edge(link.source, link.target, _edge_kind(link.kind), link.event_key, link.at)
    for hub, targets in out.items():
        for target in targets:
            for source in into.get(hub, ()):
                if source.at <= target.at:
                    key = target.event_key
                    yield Edge(source.source, target.target, "transform", key, target.at)


def _edge_kind(kind: str) -> Literal["transform", "member", "contain"]:
    if kind == JOIN:
        return "contain"
    return "transform" if kind in TRANSFORM + NAMED else "member"
