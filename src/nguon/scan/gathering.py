"""What belongs on the page of one item: its ancestors, what it travelled in, their events.

Follows the chain to the source in the order of time (`nguon.trace`), then outward to the boxes
around each item while it was inside them. Pure: works over any `nguon.trace.Reader`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nguon.epcis.model import AggregationEvent, TransformationEvent
from nguon.rules.steps import StepWord, name_step
from nguon.trace import Answer, Limits, Mention, Reader, Recorded, explain, find_mentions, trace
from nguon.trace.boxes import Boxes, may_hold
from nguon.trace.containment import Span, merge
from nguon.trace.model import END, MEMBER, OUTPUT, OUTPUT_CLASS, SERIAL
from nguon.trace.parties import count_in

CTE = "nguon:cte"
# A result that comes after the goods were taken on still speaks of them; a state of the place or
# the herd at that time does not (rule R5).
_LATE = ("LAB_TEST", "LAB_SPIRIT", "RECALL")
_LIMITS = Limits(items=2_000, depth=200)
_MOST_BOXES = 400
_MOST_SERIALS = 500
_MOST_LAYERS = 4
Spans = Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One event that matters to the page, with the mentions in it that do."""

    recorded: Recorded
    mentions: tuple[Mention, ...]

    @property
    def words(self) -> StepWord:
        """What the step is called."""
        event = self.recorded.event
        cte = event.extension_value(CTE)
        return name_step(cte if isinstance(cte, str) else None, event.step)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything about an item that its page needs, in the order of event time.

    `facts` matter to the item; `own` are those of the item itself, of its lots, of what it is
    inside of and of what it still holds: from them its state is read. `corrected` maps the id
    of a corrective event to the declaration that it came with.
    """

    key: str
    upstream: Answer
    lots: tuple[str, ...]
    serials: tuple[str, ...]
    inside: tuple[str, ...]
    boxes: Spans
    facts: Sequence[Fact]
    own: Sequence[Fact]
    corrected: Mapping[str, Recorded] = field(default_factory=dict)
    cut: bool = False

    @property
    def known(self) -> bool:
        """Whether any event names the item."""
        named = (m.item for fact in (*self.facts, *self.own) for m in fact.mentions)
        return self.key in named


def gather(reader: Reader, key: str) -> Gathered:
    """Collect what belongs on the page of `key`, a canonical key."""
    upstream = trace(reader, [key], "up", limits=_LIMITS)
    serials, inside = _find_serials(reader, key), _find_inside(reader, key)
    contained = {edge.source for edge in upstream.edges if edge.kind == "contain"}
    apart = [item for item in upstream.items if item not in contained]
    spans = _Surroundings(reader, [key, *apart], [key, *serials])
    lots = [e.source for e in upstream.edges if e.kind == "member" and e.target == key]
    around = [*upstream.items, *upstream.containers, *spans.all, *serials]
    recorded = reader.events_of(list(dict.fromkeys([key, *around])))
    counted = [(entry, find_mentions(entry.event)) for entry in _count(recorded)]
    return Gathered(
        key=key,
        upstream=explain(reader, upstream),
        lots=tuple(lots),
        serials=serials,
        inside=inside,
        boxes=spans.all,
        facts=_keep(counted, _Chain(key, upstream, spans.all).concerns),
        own=_keep(counted, _Own({key, *lots, *serials, *inside}, spans.own).concerns),
        corrected=_find_corrected(recorded),
        cut=spans.cut or upstream.truncated,
    )


def _count(recorded: Iterable[Recorded]) -> list[Recorded]:
    """The events that count, each once; a declaration is no step of its own."""
    return [entry for entry in count_in(recorded) if entry.event.error_declaration is None]


def _find_corrected(recorded: Iterable[Recorded]) -> dict[str, Recorded]:
    return {
        event_id: entry
        for entry in recorded
        if entry.event.error_declaration is not None
        for event_id in entry.event.error_declaration.corrective_event_ids
    }


def _find_serials(reader: Reader, key: str) -> tuple[str, ...]:
    """The single items that bear this lot's name."""
    if "/10/" not in key:
        return ()
    links = reader.links_from([key], SERIAL + MEMBER)
    return tuple(dict.fromkeys(link.target for link in links))[:_MOST_SERIALS]


def _find_inside(reader: Reader, key: str) -> tuple[str, ...]:
    """What a container holds by its last packing event."""
    if not may_hold(key):
        return ()
    store = Boxes(reader)
    store.fetch_inside([key])
    return tuple(stay.child for stay in store.inside(key) if stay.span.until == END)


def _keep(
    counted: Iterable[tuple[Recorded, list[Mention]]],
    concerns: Callable[[Recorded, list[Mention]], list[Mention]],
) -> list[Fact]:
    chosen = [(entry, concerns(entry, mentions)) for entry, mentions in counted]
    facts = [Fact(entry, tuple(mentions)) for entry, mentions in chosen if mentions]
    return sorted(facts, key=lambda fact: (fact.recorded.event.event_time, fact.recorded.event_key))


class _Surroundings:
    """The containers around items, outward layer by layer, for the time of being inside.

    `own` holds those around the page's item (or its serials), `all` those around its ancestors
    as well; `cut` says that there were more than a page looks at.
    """

    def __init__(self, reader: Reader, items: Sequence[str], own: Sequence[str]) -> None:
        self.all: dict[str, list[Span]] = {}
        self.own: dict[str, list[Span]] = {}
        self.cut = False
        self._store = Boxes(reader)
        level = {key: [Span()] for key in (*items, *own)}
        mine = set(own)
        for _ in range(_MOST_LAYERS):
            level = self._step_out(level, mine)
            mine = mine | set(self.own)
            if not level or len(self.all) > _MOST_BOXES:
                break
        self.cut = bool(level)

    def _step_out(self, level: dict[str, list[Span]], mine: set[str]) -> dict[str, list[Span]]:
        self._store.fetch_around(level)
        outer: dict[str, list[Span]] = {}
        for key, windows in level.items():
            for parent, met in self._stays(key, windows):
                if merge(self.all.setdefault(parent, []), met):
                    outer.setdefault(parent, []).append(met)
                if key in mine:
                    merge(self.own.setdefault(parent, []), met)
        return outer

    def _stays(self, key: str, windows: Sequence[Span]) -> Iterable[tuple[str, Span]]:
        for stay in self._store.around(key):
            for window in windows:
                met = stay.span.meet(window)
                if met is not None:
                    yield stay.parent, met


class _Chain:
    """Which mentions matter to the chain of an item."""

    def __init__(self, key: str, upstream: Answer, boxes: Spans) -> None:
        self._ours = {key, *upstream.items, *upstream.containers}
        self._key = key
        within = {**upstream.containers, **upstream.items}
        self._bounds = {key: found.at for key, found in within.items()}
        self._boxes = boxes

    def concerns(self, entry: Recorded, mentions: list[Mention]) -> list[Mention]:
        """The mentions that matter, none when the event does not."""
        event = entry.event
        if isinstance(event, TransformationEvent):
            made = [
                m for m in mentions if m.role in (OUTPUT, OUTPUT_CLASS) and m.item in self._ours
            ]
            return mentions if made or self._names_start(mentions) else []
        late = _speaks_of_the_past(Fact(entry, ()).words)
        kept = [mention for mention in mentions if self._matters(mention, entry, late=late)]
        if isinstance(event, AggregationEvent) and len(kept) < 2 and not self._names_start(kept):
            # Other things were put into a box of ours: that is not our story.
            return []
        return kept

    def _names_start(self, mentions: Iterable[Mention]) -> bool:
        return any(mention.item == self._key for mention in mentions)

    def _matters(self, mention: Mention, entry: Recorded, *, late: bool) -> bool:
        at, item = entry.event.event_time, mention.item
        if item == self._key:
            return True
        if item in self._bounds:
            return late or at <= self._bounds[item]
        return any(span.covers(at) for span in self._boxes.get(item, ()))


def _speaks_of_the_past(words: StepWord) -> bool:
    group, _, code = words.code.rpartition(".")
    return code in _LATE or (not group and words.kind == "check")


class _Own:
    """Which mentions speak of the item itself, or of what it was inside of at the time."""

    def __init__(self, keys: set[str], boxes: Spans) -> None:
        self._keys = keys
        self._boxes = boxes

    def concerns(self, entry: Recorded, mentions: list[Mention]) -> list[Mention]:
        """The mentions that speak of the item."""
        at = entry.event.event_time
        return [m for m in mentions if m.item in self._keys or self._holds(m.item, at)]

    def _holds(self, box: str, at: datetime) -> bool:
        return any(span.covers(at) for span in self._boxes.get(box, ()))
