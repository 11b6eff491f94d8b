"""What should be on record and is not (rule R9): hops with one side, items without a beginning,
differences between what was sent and what came, papers that a stage must have, codes that only
we can read. What a sector's template expects beyond these is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from nguon.epcis.model import AssociationEvent
from nguon.gs1 import level_of
from nguon.rules import NGUON_VOC
from nguon.rules.documents import find_required
from nguon.trace.boxes import find_holders
from nguon.trace.hops import (
    Hop,
    Packing,
    compare_quantities,
    find_hops,
    is_answered,
    match_hops,
)
from nguon.trace.links import find_mentions
from nguon.trace.model import (
    COMMISSIONED,
    COMMISSIONED_CLASS,
    LOT,
    OUTPUT,
    OUTPUT_CLASS,
    Answer,
    Gap,
    Mention,
    Reader,
    Recorded,
)
from nguon.trace.parties import count_in, find_destination, find_source

# Difference between shipped and received that scales and drying explain (per cent).
TOLERANCE = Decimal(1)
_CTE = f"{NGUON_VOC}cte"
_FLOCK = f"{NGUON_VOC}flock"
_DOCUMENT = f"{NGUON_VOC}BTT-"
_GS1_KEY = "https://id.gs1.org/"
_DEVICE = "https://id.gs1.org/8004/"
_MADE = (OUTPUT, OUTPUT_CLASS, COMMISSIONED, COMMISSIONED_CLASS, LOT)


def find_gaps(
    entries: Iterable[Recorded],
    judged: Collection[str] | None = None,
    as_of: datetime | None = None,
) -> list[Gap]:
    """The gaps that some events show, in the order of time.

    `judged` limits the answer to gaps of these items; the events may name others too.
    """
    counted = sorted(
        count_in(entries, as_of), key=lambda entry: (entry.event.event_time, entry.event_key)
    )
    packing = Packing(counted)
    gaps = [
        *_hop_gaps(counted, packing),
        *_origin_gaps(counted, packing),
        *_document_gaps(counted),
    ]
    if judged is not None:
        chosen = set(judged)
        gaps = [gap for gap in gaps if chosen.intersection(gap.items)]
    return sorted(gaps, key=lambda gap: (gap.at is None, gap.at, gap.kind, gap.items))


# -- handing over ---------------------------------------------------------------------------


def _hop_gaps(counted: Sequence[Recorded], packing: Packing) -> Iterator[Gap]:
    ships = find_hops(counted, "shipping", packing)
    receives = find_hops(counted, "receiving", packing)
    for receive, items in match_hops(ships, receives, packing).items():
        in_trade = [item for item in items if _was_received(item, receive, receives)]
        straight = [item for item in items if item not in in_trade]
        if in_trade:
            yield _hop_gap("receive_without_ship", receive, in_trade)
        if straight:
            yield _hop_gap("ship_not_recorded", receive, straight)
    for ship in ships:
        missing = [item for item in ship.named if not is_answered(ship, item, packing)]
        if missing:
            yield _hop_gap("ship_without_receive", ship, missing)
        yield from _differences(ship)


def _was_received(item: str, receive: Hop, receives: Sequence[Hop]) -> bool:
    """Whether the giver had got the item from somebody else before, on record."""
    return any(
        item in earlier.carried
        and earlier.at < receive.at
        and (not receive.gives or not earlier.takes or bool(earlier.takes & receive.gives))
        for earlier in receives
    )


def _hop_gap(kind: str, hop: Hop, items: Sequence[str]) -> Gap:
    event = hop.entry.event
    one = hop.named[items[0]] if len(items) == 1 else Mention("", "")
    parties = (find_source(event, owner_first=True), find_destination(event, owner_first=True))
    return Gap(
        kind=kind,  # type: ignore[arg-type]  # one of the three hop kinds
        items=tuple(items),
        event_id=event.event_id,
        event_key=hop.entry.event_key,
        at=hop.at,
        parties=tuple(party for party in parties if party is not None),
        quantity=one.quantity,
        uom=one.uom,
    )


def _differences(ship: Hop) -> Iterator[Gap]:
    for item in ship.named:
        compared = compare_quantities(ship, item)
        if compared is None or compared[0] == compared[1] or not compared[0]:
            continue
        shipped, received = compared
        percent = abs(shipped - received) * 100 / shipped
        yield replace(
            _hop_gap("quantity_difference", ship.answered[item][-1], [item]),
            quantity=None,
            shipped=shipped,
            received=received,
            percent=percent.quantize(Decimal("0.01"), ROUND_HALF_UP),
            within_tolerance=percent <= TOLERANCE,
        )


# -- beginnings -----------------------------------------------------------------------------


def _origin_gaps(counted: Sequence[Recorded], packing: Packing) -> Iterator[Gap]:
    first: dict[str, Recorded] = {}
    made: dict[str, Recorded] = {}
    for entry in counted:
        if isinstance(entry.event, AssociationEvent):
            continue
        for mention in find_mentions(entry.event):
            first.setdefault(mention.item, entry)
            if mention.role in _MADE:
                made.setdefault(mention.item, entry)
    for item, entry in first.items():
        if item.startswith(_DEVICE) or packing.is_container(item):
            continue
        if item not in made and level_of(item) in ("instance", "class", "other"):
            at, key = entry.event.event_time, entry.event_key
            yield Gap("origin_unknown", (item,), at=at, event_key=key)
        if not item.startswith(_GS1_KEY):
            yield Gap("local_code", (item,), at=entry.event.event_time, event_key=entry.event_key)
    numbers = {item.rpartition("/10/")[2] for item in made}
    for item, entry in made.items():
        flock = entry.event.ilmd_value(_FLOCK)
        if isinstance(flock, str) and flock not in numbers:
            event = entry.event
            yield Gap(
                "origin_unknown", (item,), event.event_id, entry.event_key, event.event_time,
                reference=flock,
            )  # fmt: skip


# -- papers ---------------------------------------------------------------------------------


def _document_gaps(counted: Sequence[Recorded]) -> Iterator[Gap]:
    for entry in counted:
        event = entry.event
        cte = event.extension_value(_CTE)
        if not isinstance(cte, str):
            continue
        present = {event.expand(d.type) for d in event.biz_transaction_list if d.type}
        for required in find_required(cte, event.event_time.date()):
            if f"{_DOCUMENT}{required.type}" not in present:
                mentions = find_mentions(event)
                items = [m.item for m in mentions if m.role in (OUTPUT, OUTPUT_CLASS)]
                items = items or [mention.item for mention in mentions]
                yield Gap(
                    "document_missing", tuple(items), event.event_id, entry.event_key,
                    event.event_time, document=required.type,
                )  # fmt: skip


# -- beside an answer -----------------------------------------------------------------------


def explain(reader: Reader, answer: Answer, as_of: datetime | None = None) -> Answer:
    """The same answer with its gaps and remarks.

    Upstream only hops towards the starts are judged, and goods of a lot that went elsewhere
    unanswered are a remark once the lot is on record as received on the way walked.
    """
    up = answer.direction == "up"
    judged = set(answer.items) | set(answer.containers)
    if up:
        judged |= find_holders(reader, answer.items)
    asked = judged | set(answer.starts)
    entries = reader.events_of(asked | find_holders(reader, asked))
    gaps = find_gaps(entries, judged if up else asked, as_of)
    if up:
        gaps += [
            gap
            for gap in find_gaps(entries, answer.starts, as_of)
            if gap.kind in ("origin_unknown", "local_code", "document_missing")
        ]
    received = _received(entries, as_of) if up else set()
    cuts = [gap for gap in gaps if gap.breaks and not _is_aside(gap, received)]
    remarks = [gap for gap in gaps if not gap.breaks or _is_aside(gap, received)]
    return replace(answer, gaps=cuts, remarks=remarks)


def _is_aside(gap: Gap, received: Collection[str]) -> bool:
    return gap.kind == "ship_without_receive" and all(item in received for item in gap.items)


def _received(entries: Sequence[Recorded], as_of: datetime | None) -> set[str]:
    counted = count_in(entries, as_of)
    receives = find_hops(counted, "receiving", Packing(counted))
    return {item for receive in receives for item in receive.carried}
