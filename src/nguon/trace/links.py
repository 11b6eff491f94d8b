"""What one event says about items, as mentions and as links: the only reading of events that
tracing and the store's index share.

Association events fix devices to assets; a device is no lot, so they make mentions but no links.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    QuantityElement,
    TransformationEvent,
)
from nguon.gs1 import canonical_key
from nguon.gs1.charset import encode
from nguon.trace.model import (
    CHILD,
    CHILD_CLASS,
    CLEAR,
    COMMISSIONED,
    COMMISSIONED_CLASS,
    HUB,
    INPUT,
    INPUT_CLASS,
    JOIN,
    JOIN_CLASS,
    LEAVE,
    LEAVE_CLASS,
    LOT,
    MEMBER,
    NAMED,
    OBSERVED,
    OBSERVED_CLASS,
    OUTPUT,
    OUTPUT_CLASS,
    PARENT,
    SEEN,
    SEEN_CLASS,
    SERIAL,
    TRANSFORM,
    Link,
    Mention,
)

LOT_NUMBER = "cbvmda:lotNumber"
_AGGREGATION_KINDS = {
    "ADD": (JOIN, JOIN_CLASS),
    "DELETE": (LEAVE, LEAVE_CLASS),
    "OBSERVE": (SEEN, SEEN_CLASS),
}


_GTIN_KEY = "https://id.gs1.org/01/"
_GTIN_END = len(_GTIN_KEY) + 14
_LONGEST_LOT = 20


def lot_key(serial: str, number: str) -> str | None:
    """The lot that a serialised GTIN belongs to by its lot number; None for other keys."""
    if serial[_GTIN_END : _GTIN_END + 4] != "/21/" or not serial.startswith(_GTIN_KEY):
        return None
    if len(number) > _LONGEST_LOT:
        return None
    return f"{serial[:_GTIN_END]}/10/{encode(number)}"


def find_mentions(event: AnyEvent) -> list[Mention]:
    """Every item the event names, by role, in the order of the event's fields."""
    found: list[Mention] = []
    if isinstance(event, TransformationEvent):
        _add(found, INPUT, event.input_epc_list, INPUT_CLASS, event.input_quantity_list)
        _add(found, OUTPUT, event.output_epc_list, OUTPUT_CLASS, event.output_quantity_list)
        serials: Sequence[str] = event.output_epc_list
    elif isinstance(event, AggregationEvent | AssociationEvent):
        if event.parent_id:
            found.append(Mention(canonical_key(event.parent_id), PARENT))
        _add(found, CHILD, event.child_epcs, CHILD_CLASS, event.child_quantity_list)
        return found
    else:
        parent = getattr(event, "parent_id", None)
        if parent:
            found.append(Mention(canonical_key(parent), PARENT))
        added = event.action == "ADD" and event.type == "ObjectEvent"
        one, many = (COMMISSIONED, COMMISSIONED_CLASS) if added else (OBSERVED, OBSERVED_CLASS)
        _add(found, one, event.epc_list, many, event.quantity_list)
        serials = event.epc_list
    found.extend(Mention(lot, LOT) for lot in dict.fromkeys(_lots(event, serials)))
    return found


def _add(
    found: list[Mention],
    role: str,
    epcs: Sequence[str],
    class_role: str,
    quantities: Sequence[QuantityElement],
) -> None:
    found.extend([Mention(canonical_key(epc), role) for epc in epcs])
    for element in quantities:
        key = canonical_key(element.epc_class)
        found.append(Mention(key, class_role, element.quantity, element.uom))


def _lots(event: AnyEvent, serials: Sequence[str]) -> Iterator[str]:
    """The lots that the serials belong to by the event's `lotNumber` (rule R2)."""
    if not serials:
        return
    number = event.ilmd_value(LOT_NUMBER)
    if not isinstance(number, str) or not number:
        return
    for serial in serials:
        lot = lot_key(canonical_key(serial), number)
        if lot is not None:
            yield lot


def find_links(event_key: UUID, event: AnyEvent, mentions: Sequence[Mention]) -> list[Link]:
    """The links an event makes, from its mentions (`find_mentions` of the same event).

    A declaration repeats the wrong event; give it the wrong event's key, and the same links
    come out, so that a store which never saw the original still knows what was believed.
    """
    if isinstance(event, TransformationEvent):
        return list(_transform_links(event_key, event, mentions))
    if isinstance(event, AggregationEvent):
        return list(_aggregation_links(event_key, event, mentions))
    serials = [mention for mention in mentions if mention.role == COMMISSIONED]
    if serials:
        return list(_serial_links(event_key, event, mentions, serials, MEMBER))
    return []


def _transform_links(
    event_key: UUID, event: TransformationEvent, mentions: Sequence[Mention]
) -> Iterator[Link]:
    at = event.event_time
    inputs = [mention for mention in mentions if mention.role in (INPUT, INPUT_CLASS)]
    outputs = [mention for mention in mentions if mention.role in (OUTPUT, OUTPUT_CLASS)]
    lots = [mention for mention in mentions if mention.role == LOT]
    targets = [(mention.item, TRANSFORM, mention) for mention in outputs]
    targets += [(mention.item, NAMED, mention) for mention in lots]
    if event.transformation_id is not None:
        hub: str | None = f"{HUB}{event.transformation_id}"
    elif len(inputs) * len(targets) > len(inputs) + len(targets):
        hub = f"{HUB}{event_key}"
    else:
        hub = None
    if hub is None:
        for source in inputs:
            for target, kind, _ in targets:
                yield Link(source.item, target, kind, at, event_key, source.quantity, source.uom)
    else:
        for source in inputs:
            yield Link(source.item, hub, TRANSFORM, at, event_key, source.quantity, source.uom)
        for target, kind, mention in targets:
            yield Link(hub, target, kind, at, event_key, mention.quantity, mention.uom)
    serials = [mention for mention in outputs if mention.role == OUTPUT]
    yield from _serial_links(event_key, event, mentions, serials, SERIAL)


def _serial_links(
    event_key: UUID,
    event: AnyEvent,
    mentions: Sequence[Mention],
    serials: Sequence[Mention],
    kind: str,
) -> Iterator[Link]:
    if not serials or mentions[-1].role != LOT:
        return
    number = event.ilmd_value(LOT_NUMBER)
    for serial in serials:
        lot = lot_key(serial.item, number)
        if lot is not None:
            yield Link(lot, serial.item, kind, event.event_time, event_key)


def _aggregation_links(
    event_key: UUID, event: AggregationEvent, mentions: Sequence[Mention]
) -> Iterator[Link]:
    if not mentions or mentions[0].role != PARENT:
        return
    parent, at = mentions[0].item, event.event_time
    kind, class_kind = _AGGREGATION_KINDS[event.action or "OBSERVE"]
    children = mentions[1:]
    if not children and event.action == "DELETE":
        yield Link(parent, "", CLEAR, at, event_key)
    for child in children:
        chosen = kind if child.role == CHILD else class_kind
        yield Link(parent, child.item, chosen, at, event_key, child.quantity, child.uom)
