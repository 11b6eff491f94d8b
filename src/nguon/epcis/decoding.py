"""One event's JSON into the model (EPCIS 2.0 section 10).

Two ways lead there. The short one lets the decoder's own type check stand for the structural
rules, and looks by hand only at what it cannot see: unknown members, nulls, numbers written as
strings, the lexical form of times, repeated names. Whatever is odd takes the long way,
`structure.sift`, which finds every structural fault and its place. Both give the same event.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import orjson
from msgspec.structs import force_setattr

from nguon.epcis.error import MOST_DIGITS
from nguon.epcis.event_id import plain_id
from nguon.epcis.model import (
    EXTENSIONS,
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
)
from nguon.epcis.validation import structure
from nguon.epcis.validation.structure import OutOfRange, Repeated, Walk
from nguon.errors import Fault

CLASSES: Mapping[str, type[AnyEvent]] = {
    kind.type: kind
    for kind in (
        ObjectEvent,
        AggregationEvent,
        TransactionEvent,
        TransformationEvent,
        AssociationEvent,
    )
}
_MEMBERS = {name: frozenset(shape.members) for name, shape in structure.EVENTS.items()}
_REQUIRED = {name: frozenset(shape.required) for name, shape in structure.EVENTS.items()}
_QUANTITIES = (
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputQuantityList",
)
_PLACEHOLDERS = {"eventTime": "9999-12-31T00:00:00Z", "eventTimeZoneOffset": "+00:00"}
# Years in which a time zone may carry an instant out of the calendar.
_EDGES = ("0001", "9999")
# A float shows any number of so many characters as it was, far from the ends of its range.
_PLAIN = 16
_SMALLEST, _LARGEST = 1e-290, 1e290


class _OddError(Exception):
    """The short way does not lead there."""


def _number(text: str) -> Any:
    """A float where it is exact, else a Decimal."""
    if len(text) <= _PLAIN:
        near = float(text)
        if _SMALLEST < abs(near) < _LARGEST or not text.strip("-0."):
            return near
    return _long_number(text)


def _long_number(text: str) -> Any:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return OutOfRange(text)
    _, shown, exponent = exact.as_tuple()
    if max(len(shown), abs(exact.adjusted()), abs(int(exponent))) > MOST_DIGITS:
        return OutOfRange(text)
    near = float(text)
    return near if Decimal(repr(near)) == exact else exact


def _strict_number(text: str) -> Any:
    value = _number(text)
    if isinstance(value, OutOfRange):
        raise _OddError
    return value


_typed = msgspec.json.Decoder(AnyEvent, float_hook=_strict_number)
_untyped = msgspec.json.Decoder(float_hook=_strict_number)


def decode_event(
    raw: bytes, namespaces: Mapping[str, str], *, careful: bool = False, brief: bool = False
) -> tuple[AnyEvent | None, list[Fault], bool]:
    """The event, its structural faults, and whether its eventTime can be believed.

    With faults the event holds what was sound in it, so that the other checks can still speak.
    `careful` sends the event the long way (see `text.needs_care`); `brief` leaves it at the first
    error.
    """
    if not careful:
        try:
            return _name_plainly(_decode_plain(raw, namespaces)), [], True
        except (_OddError, msgspec.MsgspecError, ValueError, TypeError):
            pass  # TypeError: orjson holds whole numbers of 64 bits only
    event, faults, timed = _decode_odd(raw, namespaces, brief=brief)
    return event and _name_plainly(event), faults, timed


def _name_plainly(event: AnyEvent) -> AnyEvent:
    """The event itself, its own id and those that it points at in their one spelling."""
    if event.event_id is not None:
        force_setattr(event, "event_id", plain_id(event.event_id))
    if event.error_declaration is not None:
        named = tuple(map(plain_id, event.error_declaration.corrective_event_ids))
        force_setattr(event.error_declaration, "corrective_event_ids", named)
    return event


def _decode_plain(raw: bytes, namespaces: Mapping[str, str]) -> AnyEvent:
    members = _untyped.decode(raw)
    event: AnyEvent = _typed.decode(raw)
    # A name given twice leaves fewer colons in what was understood than in what was sent.
    if raw.count(b":") != orjson.dumps(members, default=str).count(b":"):
        raise _OddError
    unknown = members.keys() - _MEMBERS[event.type]
    if not _REQUIRED[event.type] <= members.keys():
        raise _OddError
    if event.type == "TransactionEvent" and not event.biz_transaction_list:
        raise _OddError
    if unknown:
        # First: a member of another type of event was not typed and may hold anything.
        extensions = {name: members[name] for name in members if name in unknown}
        _check_names(extensions, namespaces)
        force_setattr(event, "extensions", extensions)
    _check_times(members)
    _check_nested(members)
    if "ilmd" in members:
        _check_names(members["ilmd"], namespaces)
    force_setattr(event, "namespaces", namespaces)
    return event


def _check_times(members: Mapping[str, Any]) -> None:
    _check_time(members["eventTime"])
    if "recordTime" in members:
        _check_time(members["recordTime"])


def _check_time(text: str) -> None:
    if structure.TIME.fullmatch(text) is None or text[:4] in _EDGES:
        raise _OddError


def _check_nested(members: Mapping[str, Any]) -> None:
    for name in ("readPoint", "bizLocation"):
        if len(members.get(name, "1")) != 1:
            raise _OddError
    for name in _QUANTITIES:
        for element in members.get(name, ()):
            if type(element.get("quantity")) is str:
                raise _OddError
    if (
        "sensorElementList" in members
        or "errorDeclaration" in members
        or "persistentDisposition" in members
    ):
        _check_rare(members)


def _check_rare(members: Mapping[str, Any]) -> None:
    """Sensor data and declarations: checked by the walk itself, which any oddity leaves."""
    walk = Walk({})
    for name in ("sensorElementList", "errorDeclaration", "persistentDisposition"):
        if name in members:
            structure.COMMON[name](members[name], "", walk)
            if _is_extended(members[name]):
                raise _OddError
    if walk.faults:
        raise _OddError


def _is_extended(value: object) -> bool:
    """Whether somewhere inside stands a member with a prefix, which the typed decoder drops."""
    if isinstance(value, dict):
        return any(":" in name or _is_extended(entry) for name, entry in value.items())
    return isinstance(value, list) and any(_is_extended(entry) for entry in value)


def _check_names(members: Mapping[str, Any], namespaces: Mapping[str, str]) -> None:
    for name, value in members.items():
        if ":" not in name or structure.name_fault(name, namespaces) is not None:
            raise _OddError
        if isinstance(value, dict | list):
            _check_deep(value, namespaces)


def _check_deep(value: object, namespaces: Mapping[str, str]) -> None:
    walk = Walk(namespaces)
    structure.check_free(value, "", walk)
    if walk.faults:
        raise _OddError


def _repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeated = Repeated(members)
    counts = Counter(name for name, _ in pairs)
    repeated.twice = tuple(name for name, count in counts.items() if count > 1)
    return repeated


def _whole(text: str) -> Any:
    return int(text) if len(text) <= MOST_DIGITS else OutOfRange(text)


def load(raw: bytes) -> Any:
    """JSON with exact numbers, knowing which names stood twice (see `Repeated`)."""
    return json.loads(
        raw,
        object_pairs_hook=_repeats,
        parse_float=_number,
        parse_int=_whole,
        parse_constant=OutOfRange,
    )


def load_fast(raw: bytes) -> Any:
    """JSON with exact numbers, by the quickest way that can read it."""
    try:
        return _untyped.decode(raw)
    except (_OddError, msgspec.MsgspecError, ValueError):
        return load(raw)


def _decode_odd(
    raw: bytes, namespaces: Mapping[str, str], *, brief: bool
) -> tuple[AnyEvent | None, list[Fault], bool]:
    try:
        members = load(raw)
    except ValueError as error:
        return None, [Fault("epcis.event_malformed", "", str(error))], False
    return decode_members(members, namespaces, brief=brief)


def decode_members(
    members: object, namespaces: Mapping[str, str], *, brief: bool = False
) -> tuple[AnyEvent | None, list[Fault], bool]:
    """The long way, from members already parsed by `load`."""
    if not isinstance(members, dict):
        return None, [Fault("epcis.not_an_event", "", structure.kind_of(members))], False
    kind = members.get("type")
    if kind is None:
        params = {"name": "type", "owner": "Event"}
        return None, [Fault("epcis.member_missing", "/type", "", None, params)], False
    if not isinstance(kind, str) or kind not in CLASSES:
        return None, [Fault("epcis.event_type", "/type", kind)], False
    walk = Walk(namespaces, brief=brief)
    try:
        kept = structure.sift(members, structure.EVENTS[kind], "", walk)
    except structure.EnoughError:
        return None, walk.faults, False
    timed = "eventTime" in kept
    for name, value in _PLACEHOLDERS.items():
        kept.setdefault(name, value)
    kept.pop("@context", None)
    extensions = kept.pop(EXTENSIONS, {})
    event = msgspec.convert(kept, CLASSES[kind])
    force_setattr(event, "extensions", extensions)
    force_setattr(event, "namespaces", namespaces)
    return event, walk.faults, timed
