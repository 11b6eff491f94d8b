"""What a query means: whether one event answers it, read plainly off the standard's text.

Slow and simple on purpose. The store answers by SQL; tests hold the two against one another, and
where SQL can only say "maybe" (spellings of identifiers deep in an event) this has the last word.
EPCIS 2.0 section 8.2.7.1; the numbers of clauses are those of its table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from nguon.epcis.identity import subject
from nguon.epcis.model import AnyEvent, SensorReport
from nguon.epcis.query.conversion import convert
from nguon.epcis.query.extensions import find_fields, literals
from nguon.epcis.query.knowledge import NOTHING, Knowledge
from nguon.epcis.query.model import (
    Answered,
    AtPlace,
    AttributeIs,
    Condition,
    FieldBound,
    FieldExists,
    FieldIs,
    FieldName,
    HasAttribute,
    Listed,
    Matched,
    Measure,
    Measured,
    OneOf,
    Operator,
    PlaceField,
    Present,
    Query,
    Sensed,
    Timed,
)
from nguon.epcis.query.spelling import same_name, spell_id
from nguon.epcis.query.values import exact_number, read_instant, read_number
from nguon.epcis.vocabulary import Kind, normalise
from nguon.gs1 import canonical_key

_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


def matches(
    query: Query,
    event: AnyEvent,
    *,
    record_time: datetime | None = None,
    knowledge: Knowledge = NOTHING,
) -> bool:
    """Whether an event, recorded then, answers a query, given the master data known."""
    return all(meets(each, event, record_time, knowledge) for each in query.conditions)


def meets(
    condition: Condition,
    event: AnyEvent,
    record_time: datetime | None = None,
    knowledge: Knowledge = NOTHING,
) -> bool:
    """Whether an event meets one condition."""
    match condition:
        case OneOf():
            return _is_one_of(condition, event)
        case Timed(member, bounds):
            moments = _moments(member, event, record_time)
            return any(
                all(_COMPARE[b.operator](moment, b.value) for b in bounds) for moment in moments
            )
        case AtPlace():
            return _is_at(condition, event, knowledge)
        case Matched(part, things):
            keys = [canonical_key(text) for text in _things(part, event)]
            return any(key in things.exact or key.startswith(things.prefixes) for key in keys)
        case Present("errorDeclaration"):
            return event.error_declaration is not None
        case Present():
            return bool(event.sensor_element_list)
        case _:
            return _meets_detail(condition, event, knowledge)


def _meets_detail(condition: Condition, event: AnyEvent, knowledge: Knowledge) -> bool:
    match condition:
        case Measured(member, bounds):
            return any(
                all(_measures(amount, uom, b, member) for b in bounds)
                for amount, uom in _amounts(member, event)
            )
        case Listed(member, kind, wanted):
            return any(
                kind == found and any(same_name(text, name) for name in wanted)
                for found, text in _entries(member, event)
            )
        case Sensed(attribute, values):
            return any(_is_sensed(attribute, text, values) for text in _sensed(attribute, event))
        case Answered(value):
            return any(report.boolean_value is value for report in _reports(event))
        case FieldIs(area, inner, field, bounds):
            found = find_fields(event, area, field, inner=inner)
            plain = [value for entry in found for value in literals(entry)]
            return any(all(_agrees(value, bound) for bound in bounds) for value in plain)
        case FieldExists(area, inner, field):
            found = find_fields(event, area, field, inner=inner)
            return any(value not in (None, "", {}) for entry in found for value in _flat(entry))
        case HasAttribute(member, names):
            return any(
                value is not None
                for attributes in _master_data(member, event, knowledge)
                for name, value in attributes.items()
                if name in names
            )
        case AttributeIs():
            return _has_value(condition, event, knowledge)
    raise TypeError(f"no condition: {condition}")


# -- words and ids --------------------------------------------------------------------------


def _is_one_of(condition: OneOf, event: AnyEvent) -> bool:
    wanted = condition.values
    declaration = event.error_declaration
    match condition.member:
        case "eventType":
            return event.type in wanted
        case "action":
            return event.action in wanted
        case "bizStep":
            return event.step in wanted
        case "disposition":
            return event.disp in wanted
        case "transformationID":
            name = getattr(event, "transformation_id", None)
            return any(name in spell_id(each) for each in wanted)
        case "eventID":
            return subject(event) in wanted
        case "errorReason":
            return declaration is not None and _word("errorReason", declaration.reason) in wanted
        case "correctiveEventID":
            named = declaration.corrective_event_ids if declaration else ()
            return any(name in wanted for name in named)
        case "persistentDisposition_set" | "persistentDisposition_unset":
            held = event.persistent_disposition
            words = () if held is None else held.set_
            if held is not None and condition.member.endswith("unset"):
                words = held.unset
            return any(_word("disposition", word) in wanted for word in words)


def _word(kind: Kind, text: str | None) -> str | None:
    return None if text is None else normalise(kind, text)


# -- times, places, things ------------------------------------------------------------------


def _moments(member: str, event: AnyEvent, record_time: datetime | None) -> Iterator[datetime]:
    declaration = event.error_declaration
    single = {
        "eventTime": event.event_time,
        "recordTime": record_time,
        "errorDeclarationTime": declaration.declaration_time if declaration else None,
    }
    if member in single:
        found: list[datetime | None] = [single[member]]
    else:
        name = {"time": "time", "startTime": "start_time", "endTime": "end_time"}[member]
        owners = [element.sensor_metadata for element in event.sensor_element_list]
        found = [getattr(owner, name) for owner in owners if owner is not None]
        if member == "time":
            found += [report.time for report in _reports(event)]
    yield from (moment for moment in found if moment is not None)


def _is_at(condition: AtPlace, event: AnyEvent, knowledge: Knowledge) -> bool:
    place = _place_key(condition.member, event)
    if place is None:
        return False
    if not condition.descendants:
        return place in condition.places
    return any(knowledge.is_within(place, wanted) for wanted in condition.places)


def _place_key(member: PlaceField, event: AnyEvent) -> str | None:
    place = event.read_point if member == "readPoint" else event.biz_location
    return None if place is None else canonical_key(place.id)


_EPCS = ("epc_list", "child_epcs")
_CLASSES = ("quantity_list", "child_quantity_list")
_PARTS: Mapping[str, tuple[str, ...]] = {
    "epc": _EPCS,
    "parentID": ("parent_id",),
    "inputEPC": ("input_epc_list",),
    "outputEPC": ("output_epc_list",),
    "anyEPC": (*_EPCS, "parent_id", "input_epc_list", "output_epc_list"),
    "epcClass": _CLASSES,
    "inputEPCClass": ("input_quantity_list",),
    "outputEPCClass": ("output_quantity_list",),
    "anyEPCClass": (*_CLASSES, "input_quantity_list", "output_quantity_list"),
    # No parameter: what the binding's /epcs/{epc}/events asks for.
    "item": (
        *(*_EPCS, "parent_id", "input_epc_list", "output_epc_list"),
        *(*_CLASSES, "input_quantity_list", "output_quantity_list"),
    ),
}


def _things(part: str, event: AnyEvent) -> Iterator[str]:
    for name in _PARTS[part]:
        held = getattr(event, name, None)
        if isinstance(held, str):
            yield held
        elif held:
            yield from (entry if isinstance(entry, str) else entry.epc_class for entry in held)


# -- amounts and sensors --------------------------------------------------------------------


def _reports(event: AnyEvent) -> Iterator[SensorReport]:
    for element in event.sensor_element_list:
        yield from element.sensor_report


_NUMBERS = {
    "value": "value",
    "minValue": "min_value",
    "maxValue": "max_value",
    "meanValue": "mean_value",
    "sDev": "s_dev",
    "percValue": "perc_value",
    "percRank": "perc_rank",
}


def _amounts(member: str, event: AnyEvent) -> Iterator[tuple[Decimal, str | None]]:
    if member == "quantity":
        lists = (getattr(event, name, ()) for name in _PARTS["anyEPCClass"])
        found = [(entry.quantity, entry.uom) for held in lists for entry in held]
    else:
        found = [(getattr(report, _NUMBERS[member]), report.uom) for report in _reports(event)]
    yield from ((amount, uom) for amount, uom in found if amount is not None)


def _measures(amount: Decimal, uom: str | None, bound: Measure, member: str) -> bool:
    compare = _COMPARE[bound.operator]
    if bound.uom is None:
        return any(compare(amount, wanted) for wanted in bound.values)
    if uom is None:
        return False
    for wanted in bound.values:
        there = convert(wanted, bound.uom, uom, difference=member == "sDev")
        if there is not None and compare(Fraction(amount), there):
            return True
    return False


def _entries(member: str, event: AnyEvent) -> Iterator[tuple[str | None, str]]:
    match member:
        case "bizTransaction":
            for entry in event.biz_transaction_list:
                yield _word("bizTransaction", entry.type), entry.biz_transaction
        case "source":
            for source in event.source_list:
                yield _word("sourceDestination", source.type), source.source
        case _:
            for target in event.destination_list:
                yield _word("sourceDestination", target.type), target.destination


_ATTRIBUTES = {
    "type": "type",
    "deviceID": "device_id",
    "deviceMetadata": "device_metadata",
    "rawData": "raw_data",
    "dataProcessingMethod": "data_processing_method",
    "bizRules": "biz_rules",
    "microorganism": "microorganism",
    "chemicalSubstance": "chemical_substance",
    "stringValue": "string_value",
    "hexBinaryValue": "hex_binary_value",
    "uriValue": "uri_value",
}


def _sensed(attribute: str, event: AnyEvent) -> Iterator[str]:
    """In the metadata or in a report, wherever it stands (TCR-53, step 28)."""
    name = _ATTRIBUTES[attribute]
    owners: list[object] = [element.sensor_metadata for element in event.sensor_element_list]
    for owner in (*owners, *_reports(event)):
        value = getattr(owner, name, None)
        if value is not None:
            yield value


def _is_sensed(attribute: str, text: str, values: Collection[str]) -> bool:
    match attribute:
        case "type":
            return normalise("measurement", text) in values
        case "stringValue":
            return text in values
        case "hexBinaryValue":
            return text.upper() in values
        case _:
            return any(same_name(text, name) for name in values)


# -- fields and master data -----------------------------------------------------------------


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for entry in value:
            yield from _flat(entry)
    else:
        yield value


def _agrees(value: object, bound: FieldBound) -> bool:
    """Texts compare as texts; a number or time may also stand as text, as it does in XML."""
    wanted = bound.value
    if isinstance(wanted, tuple):
        return any(_is_text(value, text) for text in wanted)
    compare = _COMPARE[bound.operator]
    if isinstance(wanted, Decimal):
        number = exact_number(value)
        if number is None and isinstance(value, str):
            number = read_number(value)
        return number is not None and compare(number, wanted)
    moment = read_instant(value) if isinstance(value, str) else None
    return moment is not None and compare(moment, wanted)


def _is_text(value: object, text: str) -> bool:
    if isinstance(value, str):
        if value == text:
            return True
        moment = read_instant(text)
        return moment is not None and read_instant(value) == moment
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    number = exact_number(value)
    return number is not None and read_number(text) == number


def _master_data(
    member: PlaceField | FieldName, event: AnyEvent, knowledge: Knowledge
) -> Iterable[Mapping[str, Any]]:
    if isinstance(member, FieldName):
        found = find_fields(event, "event", member, inner=False)
        ids = [value for entry in found for value in literals(entry) if isinstance(value, str)]
    else:
        place = _place_key(member, event)
        ids = [] if place is None else [place]
    for name in ids:
        yield from knowledge.attributes.get(name, ())


def _has_value(condition: AttributeIs, event: AnyEvent, knowledge: Knowledge) -> bool:
    for attributes in _master_data(condition.member, event, knowledge):
        for name, held in attributes.items():
            if name in condition.names and any(
                _is_text(value, text) for value in literals(held) for text in condition.values
            ):
                return True
    return False
