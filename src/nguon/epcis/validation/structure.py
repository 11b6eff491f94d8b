"""Members, types and cardinalities of the JSON binding (EPCIS 2.0 section 10; JSON Schema 2.0.0).

`clean` walks a decoded object along a shape, reports every structural fault, and gives back
what is left when the faulty members are taken out: enough to look at the rest of the event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from msgspec import ValidationError, convert

from nguon.epcis.context import escape
from nguon.epcis.memory import remember
from nguon.epcis.model import EXTENSIONS, Instant
from nguon.epcis.names import KNOWN
from nguon.epcis.uri import uri_fault
from nguon.errors import Fault

Faults = list[Fault]
Reader = Callable[[object, str, "Walk"], object]
DROP: Final = object()

TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
# RFC 3986 scheme, then anything: the prefix of a name, checked against the namespaces.
_NAME = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z0-9+.\-]*):[!-~]+", re.ASCII)
_ACTIONS = ("ADD", "OBSERVE", "DELETE")
_KINDS = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


class Repeated(dict[str, Any]):
    """A JSON object in which the names in `twice` stood more than once."""

    twice: tuple[str, ...] = ()


class OutOfRange(str):
    """A number too long to be held, as it was written."""

    __slots__ = ()


class EnoughError(Exception):
    """So many faults that naming more helps nobody, and would fill the memory."""


MOST_FAULTS: Final = 1000
MOST_OF_DOCUMENT: Final = 10_000


@dataclass(slots=True)
class Walk:
    """One walk: the prefixes in force, and the faults met so far.

    At `MOST_FAULTS` it says so and raises `EnoughError`, a `brief` one at its first error; the
    faults met stay in `faults`.
    """

    namespaces: Mapping[str, str]
    faults: Faults = field(default_factory=list)
    brief: bool = False

    def report(self, code: str, pointer: str, value: object = "", **params: object) -> object:
        self.add(Fault(code, pointer, value, None, params))
        return DROP

    def add(self, fault: Fault) -> None:
        if len(self.faults) >= MOST_FAULTS:
            params = {"limit": MOST_FAULTS}
            self.faults.append(Fault("epcis.too_many_faults", fault.pointer, "", None, params))
            raise EnoughError
        self.faults.append(fault)
        if self.brief and fault.level == "error":
            raise EnoughError


class Collected(list[Fault]):
    """Faults of one event, which stop the checks by `EnoughError` when there are too many.

    A `brief` collection stops them at the first error: whether the event is refused is all that
    is asked.
    """

    def __init__(self, faults: Iterable[Fault] = (), *, brief: bool = False) -> None:
        super().__init__(faults)
        self.brief = brief

    def append(self, fault: Fault) -> None:
        if len(self) > MOST_FAULTS:
            raise EnoughError
        super().append(fault)
        if self.brief and fault.level == "error":
            raise EnoughError

    def extend(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.append(fault)


@dataclass(frozen=True, slots=True)
class Shape:
    """The members of one kind of object; `extensible` ones may carry prefixed others."""

    name: str
    members: Mapping[str, Reader]
    required: tuple[str, ...] = ()
    extensible: bool = True


def kind_of(value: object) -> str:
    """The JSON name of a value's type."""
    return _KINDS.get(type(value), "object" if isinstance(value, dict) else "number")


def _expect(expected: str, value: object, pointer: str, walk: Walk) -> object:
    if value is None:
        return walk.report("epcis.null_value", pointer, "null")
    found = kind_of(value)
    return walk.report("epcis.wrong_type", pointer, value, expected=expected, found=found)


def text(value: object, pointer: str, walk: Walk) -> object:
    """Any string; what it must look like is checked on the typed event."""
    if isinstance(value, str) and not isinstance(value, OutOfRange):
        return value
    return _expect("string", value, pointer, walk)


def uri(value: object, pointer: str, walk: Walk) -> object:
    """A URI (RFC 3986)."""
    if text(value, pointer, walk) is DROP:
        return DROP
    fault = uri_fault(str(value))
    if fault is None:
        return value
    walk.add(fault.at(pointer))
    return value if fault.level == "flag" else DROP


def time(value: object, pointer: str, walk: Walk) -> object:
    """A dateTimeStamp: RFC 3339 with its zone."""
    if not isinstance(value, str) or isinstance(value, OutOfRange):
        return _expect("string", value, pointer, walk)
    match = TIME.fullmatch(value)
    if match is None:
        return walk.report("epcis.time_malformed", pointer, value)
    if match["zone"] is None:
        return walk.report("epcis.time_without_zone", pointer, value)
    if read_time(value) is None:
        at_edge = value[:4] in ("0001", "9999")
        code = "epcis.time_out_of_range" if at_edge else "epcis.time_malformed"
        return walk.report(code, pointer, value)
    return value


# Two days inside the calendar's ends, so that every zone can show every time (and END lies behind).
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9999, 12, 29, tzinfo=UTC)


def read_time(value: object) -> datetime | None:
    """The instant of a time with its zone; None for none, or one that some zone cannot show."""
    try:
        moment: datetime = convert(value, Instant)
        return moment if _EARLIEST <= moment <= _LATEST else None
    except (ValidationError, OverflowError):
        return None


def number(value: object, pointer: str, walk: Walk) -> object:
    """A JSON number, exact."""
    if isinstance(value, OutOfRange):
        return walk.report("epcis.number_range", pointer, value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value if isinstance(value, Decimal) else Decimal(repr(value))
    return _expect("number", value, pointer, walk)


def boolean(value: object, pointer: str, walk: Walk) -> object:
    """True or false."""
    return value if isinstance(value, bool) else _expect("boolean", value, pointer, walk)


def action(value: object, pointer: str, walk: Walk) -> object:
    """ADD, OBSERVE or DELETE."""
    if isinstance(value, str) and value not in _ACTIONS:
        return walk.report("epcis.action_unknown", pointer, value)
    return text(value, pointer, walk)


def listing(item: Reader, *, least: int = 0, unique: bool = False) -> Reader:
    """A reader of arrays; `unique` refuses a text that stands twice."""

    def read(value: object, pointer: str, walk: Walk) -> object:
        if not isinstance(value, list):
            return _expect("array", value, pointer, walk)
        if len(value) < least:
            return walk.report("epcis.too_few", pointer, "[]", least=least)
        kept: list[object] = []
        seen: dict[str, int] = {}
        for index, entry in enumerate(value):
            place = f"{pointer}/{index}"
            if unique and isinstance(entry, str) and seen.setdefault(entry, index) != index:
                walk.report("epcis.duplicate_value", place, entry, first=seen[entry])
                continue
            clean_entry = item(entry, place, walk)
            if clean_entry is not DROP:
                kept.append(clean_entry)
        return kept

    return read


def record(shape: Shape) -> Reader:
    """A reader of objects of one shape."""

    def read(value: object, pointer: str, walk: Walk) -> object:
        if not isinstance(value, dict):
            return _expect("object", value, pointer, walk)
        return clean(value, shape, pointer, walk)

    return read


def clean(value: Mapping[str, Any], shape: Shape, pointer: str, walk: Walk) -> object:
    """The object without its faulty members; DROP when one it cannot do without is gone."""
    kept = sift(value, shape, pointer, walk)
    return kept if all(name in kept for name in shape.required) else DROP


def sift(value: Mapping[str, Any], shape: Shape, pointer: str, walk: Walk) -> dict[str, object]:
    """The members that are sound, those not EPCIS's own together under `EXTENSIONS`."""
    report_repeats(value, pointer, walk)
    kept: dict[str, object] = {}
    extensions: dict[str, object] = {}
    for name, member in value.items():
        place = f"{pointer}/{escape(name)}"
        reader = shape.members.get(name)
        if reader is not None:
            entry = reader(member, place, walk)
            if entry is not DROP:
                kept[name] = entry
        elif check_name(name, place, shape, walk):
            check_free(member, place, walk)
            extensions[name] = member
    if extensions:
        kept[EXTENSIONS] = extensions
    for name in shape.required:
        if name not in value:
            params = {"name": name, "owner": shape.name}
            walk.report("epcis.member_missing", f"{pointer}/{name}", "", **params)
    return kept


def report_repeats(value: Mapping[str, Any], pointer: str, walk: Walk) -> None:
    """Say which names of an object stood more than once."""
    for name in value.twice if isinstance(value, Repeated) else ():
        walk.report("epcis.duplicate_member", f"{pointer}/{escape(name)}", name)


def check_name(name: str, pointer: str, shape: Shape, walk: Walk) -> bool:
    """Whether a member that EPCIS does not define may stand: it needs a prefix that is defined."""
    if not shape.extensible or ":" not in name:
        walk.report("epcis.member_unknown", pointer, name, name=name, owner=shape.name)
        return False
    fault = name_fault(name, walk.namespaces)
    if fault is not None:
        walk.add(fault.at(pointer))
        return fault.level == "flag"
    return True


def name_fault(name: str, namespaces: Mapping[str, str]) -> Fault | None:
    """What is wrong with a prefixed name, or None."""
    prefix, sound = _parse(name)
    if prefix is not None and prefix not in namespaces and prefix not in KNOWN:
        return Fault("epcis.prefix_undefined", "", name, None, {"prefix": prefix})
    return None if sound else Fault("epcis.name_not_uri", "", name)


@remember(8192)
def _parse(name: str) -> tuple[str | None, bool]:
    """The prefix, None for an absolute IRI; and whether the schema would take the name."""
    prefix, _, local = name.partition(":")
    absolute = local.startswith("//") or prefix == "urn"
    return None if absolute else prefix, _NAME.fullmatch(name) is not None


# A pointer whose steps are put together only when somebody reads it: most are never read, and
# names may be long.
Steps = str | tuple["Steps", str | int]
_LONGEST_POINTER = 4000


def check_free(value: object, pointer: Steps, walk: Walk) -> None:
    """Members inside an extension: any JSON, but prefixes defined and numbers that can be held."""
    if isinstance(value, OutOfRange):
        walk.report("epcis.number_range", spell(pointer), value)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if isinstance(entry, dict | list | OutOfRange):
                check_free(entry, (pointer, index), walk)
    elif isinstance(value, dict):
        if isinstance(value, Repeated):
            report_repeats(value, spell(pointer), walk)
        for name, member in value.items():
            fault = name_fault(name, walk.namespaces) if ":" in name else None
            if fault is not None:
                walk.add(fault.at(spell((pointer, name))))
            if isinstance(member, dict | list | OutOfRange):
                check_free(member, (pointer, name), walk)


def spell(pointer: Steps) -> str:
    """The JSON pointer; where it would be very long, that of the nearest part around it."""
    steps: list[str | int] = []
    while isinstance(pointer, tuple):
        pointer, step = pointer
        steps.append(step)
    text = pointer
    for step in reversed(steps):
        token = escape(step) if isinstance(step, str) else step
        if isinstance(token, str) and len(text) + len(token) > _LONGEST_POINTER:
            break
        text = f"{text}/{token}"
    return text


def free(value: object, pointer: str, walk: Walk) -> object:
    """Anything, kept whole."""
    check_free(value, pointer, walk)
    return value


def ilmd(value: object, pointer: str, walk: Walk) -> object:
    """Instance/lot master data: prefixed members only."""
    if not isinstance(value, dict):
        return _expect("object", value, pointer, walk)
    kept = clean(value, _ILMD, pointer, walk)
    return kept.get(EXTENSIONS, {}) if isinstance(kept, dict) else DROP


def certifications(value: object, pointer: str, walk: Walk) -> object:
    """One URI or an array of them."""
    if isinstance(value, str):
        return [value]
    return listing(text)(value, pointer, walk)


_ILMD = Shape("ilmd", MappingProxyType({}))


def _shape(
    name: str, members: dict[str, Reader], *required: str, extensible: bool = True
) -> Reader:
    return record(Shape(name, MappingProxyType(members), required, extensible))


_QUANTITY = _shape(
    "quantityElement",
    {"epcClass": text, "quantity": number, "uom": text},
    "epcClass",
    extensible=False,
)
_PLACE = _shape("readPoint/bizLocation", {"id": text}, "id")
_TRANSACTION = _shape(
    "bizTransaction", {"type": text, "bizTransaction": text}, "bizTransaction", extensible=False
)
_SOURCE = _shape("source", {"type": text, "source": text}, "type", "source", extensible=False)
_DESTINATION = _shape(
    "destination", {"type": text, "destination": text}, "type", "destination", extensible=False
)
_PERSISTENT = _shape(
    "persistentDisposition",
    {
        "set": listing(text, least=1, unique=True),
        "unset": listing(text, least=1, unique=True),
    },
    extensible=False,
)
_DECLARATION = _shape(
    "errorDeclaration",
    {"declarationTime": time, "reason": text, "correctiveEventIDs": listing(text)},
    "declarationTime",
)
_DEVICE: dict[str, Reader] = dict.fromkeys(
    ("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"), text
)
_METADATA = _shape("sensorMetadata", {**_DEVICE, "time": time, "startTime": time, "endTime": time})
_TEXTS = (
    "type",
    "exception",
    "microorganism",
    "chemicalSubstance",
    "coordinateReferenceSystem",
    "component",
    "stringValue",
    "hexBinaryValue",
    "uriValue",
    "uom",
)
NUMBERS = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
_REPORT = _shape(
    "sensorReport",
    {
        **_DEVICE,
        **dict.fromkeys(_TEXTS, text),
        **dict.fromkeys(NUMBERS, number),
        "time": time,
        "booleanValue": boolean,
    },
    "type",
)
_SENSOR = _shape(
    "sensorElement",
    {"sensorMetadata": _METADATA, "sensorReport": listing(_REPORT, least=1)},
    "sensorReport",
)

COMMON: dict[str, Reader] = {
    "type": text,
    "@context": free,
    "eventTime": time,
    "recordTime": time,
    "eventTimeZoneOffset": text,
    "eventID": text,
    "certificationInfo": certifications,
    "errorDeclaration": _DECLARATION,
    "bizStep": text,
    "disposition": text,
    "persistentDisposition": _PERSISTENT,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": listing(_TRANSACTION),
    "sourceList": listing(_SOURCE),
    "destinationList": listing(_DESTINATION),
    "sensorElementList": listing(_SENSOR),
}
_EPCS = listing(text, unique=True)
_FREE_EPCS = listing(text)
_QUANTITIES = listing(_QUANTITY)
_CHILDREN: dict[str, Reader] = {
    "action": action,
    "parentID": text,
    "childEPCs": _FREE_EPCS,
    "childQuantityList": _QUANTITIES,
}
_ALWAYS = ("type", "eventTime", "eventTimeZoneOffset")


def _event(name: str, members: dict[str, Reader], *required: str) -> Shape:
    return Shape(name, MappingProxyType({**COMMON, **members}), (*_ALWAYS, *required))


EVENTS: Mapping[str, Shape] = MappingProxyType(
    {
        "ObjectEvent": _event(
            "ObjectEvent",
            {"action": action, "epcList": _EPCS, "quantityList": _QUANTITIES, "ilmd": ilmd},
            "action",
        ),
        "AggregationEvent": _event("AggregationEvent", _CHILDREN, "action"),
        "TransactionEvent": _event(
            "TransactionEvent",
            {
                "action": action,
                "parentID": text,
                "epcList": _FREE_EPCS,
                "quantityList": _QUANTITIES,
                "bizTransactionList": listing(_TRANSACTION, least=1),
            },
            "action",
            "bizTransactionList",
        ),
        "TransformationEvent": _event(
            "TransformationEvent",
            {
                "inputEPCList": _EPCS,
                "inputQuantityList": _QUANTITIES,
                "outputEPCList": _EPCS,
                "outputQuantityList": _QUANTITIES,
                "transformationID": text,
                "ilmd": ilmd,
            },
        ),
        "AssociationEvent": _event("AssociationEvent", _CHILDREN, "action", "parentID"),
    }
)
