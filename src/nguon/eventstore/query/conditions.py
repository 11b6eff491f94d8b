"""Conditions of a query as SQL over one event `e`, sharp where SQL can be.

What is compared with spellings that cannot all be listed is not exact: it lets pass what might
fit, and `nguon.epcis.query.meets` decides on the few events that are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from nguon.epcis.query.conversion import convert, like
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
    Sensed,
    Things,
    Timed,
)
from nguon.epcis.query.spelling import Spelling, spell_id, spell_name, spell_word
from nguon.epcis.query.values import read_instant, read_number
from nguon.eventstore.query.fragments import Sql, fragment, join, piece
from nguon.trace.model import (
    CHILD,
    CHILD_CLASS,
    COMMISSIONED,
    COMMISSIONED_CLASS,
    INPUT,
    INPUT_CLASS,
    LOT,
    OBSERVED,
    OBSERVED_CLASS,
    OUTPUT,
    OUTPUT_CLASS,
    PARENT,
)

_EPCS = (OBSERVED, COMMISSIONED, CHILD)
_CLASSES = (OBSERVED_CLASS, COMMISSIONED_CLASS, CHILD_CLASS)
_PARTS: Mapping[str, Sequence[str]] = {
    "epc": _EPCS,
    "parentID": (PARENT,),
    "inputEPC": (INPUT,),
    "outputEPC": (OUTPUT,),
    "anyEPC": (*_EPCS, PARENT, INPUT, OUTPUT),
    "epcClass": _CLASSES,
    "inputEPCClass": (INPUT_CLASS,),
    "outputEPCClass": (OUTPUT_CLASS,),
    "anyEPCClass": (*_CLASSES, INPUT_CLASS, OUTPUT_CLASS),
    # Whatever an event says of an item, a lot that its ilmd names included.
    "item": (*_EPCS, PARENT, INPUT, OUTPUT, *_CLASSES, INPUT_CLASS, OUTPUT_CLASS, LOT),
}
# As SQL writes them: these are ours, no one's input.
ROLES: Mapping[str, str] = {
    part: f"'{{{','.join(roles)}}}'::\"char\"[]" for part, roles in _PARTS.items()
}
COLUMNS: Mapping[PlaceField, str] = {"readPoint": "read_point", "bizLocation": "biz_location"}
SIGNS: Mapping[Operator, str] = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
_TIMES = {
    "eventTime": "e.event_time",
    "recordTime": "e.record_time",
    "errorDeclarationTime": "e.declaration_time",
}
_AREAS = {
    "event": "$",
    "ilmd": "$.ilmd",
    "errorDeclaration": "$.errorDeclaration",
    "sensorElement": "$.sensorElementList[*]",
    "sensorMetadata": "$.sensorElementList[*].sensorMetadata",
    "sensorReport": "$.sensorElementList[*].sensorReport[*]",
    "readPoint": "$.readPoint",
    "bizLocation": "$.bizLocation",
}
_NAMED = (
    "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
    "microorganism", "chemicalSubstance", "uriValue",
)  # fmt: skip


def compile_condition(condition: Condition) -> Sql:
    """The SQL of a condition whose places have been resolved."""
    match condition:
        case OneOf():
            return _one_of(condition)
        case Timed():
            return _timed(condition)
        case AtPlace(member, places):
            return piece("where_place", {"values": list(places)}, column=COLUMNS[member])
        case Matched(part, things):
            return _matched(things, ROLES[part])
        case Present("errorDeclaration"):
            return piece("where_declared", {})
        case Present():
            return piece("where_sensing", {})
        case Measured():
            return _measured(condition)
        case Listed():
            return _listed(condition)
        case Sensed():
            return _sensed(condition)
        case Answered(value):
            return piece("where_answered", {"value": "true" if value else "false"})
        case FieldIs() | FieldExists():
            return _field(condition)
        case HasAttribute() | AttributeIs():
            return _attribute(condition)


def _one_of(condition: OneOf) -> Sql:
    values = list(condition.values)
    match condition.member:
        case "eventType" | "action" | "bizStep" | "disposition" | "eventID":
            return piece(_PLAIN[condition.member], {"values": values})
        case "transformationID":
            spelt = dict.fromkeys(s for value in values for s in spell_id(value))
            return piece("where_transformation", {"values": list(spelt)})
        case "errorReason":
            spelt = dict.fromkeys(s for value in values for s in spell_word("errorReason", value))
            return piece("where_error_reason", {"values": list(spelt)})
        case "correctiveEventID":
            uuids = [value for value in values if value.startswith("urn:uuid:")]
            return piece("where_corrective", {"values": values, "uuids": uuids})
        case "persistentDisposition_set" | "persistentDisposition_unset":
            spelt = dict.fromkeys(s for value in values for s in spell_word("disposition", value))
            path = ["persistentDisposition", condition.member.rpartition("_")[2]]
            return piece("where_persistent", {"path": path, "values": list(spelt)})


_PLAIN = {
    "eventType": "where_event_type",
    "action": "where_action",
    "bizStep": "where_biz_step",
    "disposition": "where_disposition",
    "eventID": "where_event_id",
}


def _timed(condition: Timed) -> Sql:
    column = _TIMES.get(condition.member)
    parts = [
        piece(
            "where_time",
            {"bound": bound.value},
            value=column or "moment.value",
            operator=SIGNS[bound.operator],
        )
        for bound in condition.bounds
    ]
    if column is not None:
        return join(parts)
    paths = [f"{_AREAS['sensorMetadata']}.{condition.member}"]
    if condition.member == "time":
        paths.append(f"{_AREAS['sensorReport']}.time")
    bounds = join(parts)
    return piece("where_sensed_time", {"paths": paths, **bounds.values}, bounds=bounds.text)


def _matched(things: Things, roles: str) -> Sql:
    parts = []
    if things.exact:
        values = {"items": list(things.exact)}
        parts.append(piece("where_item", values, roles=roles))
    if things.prefixes:
        likes = dict.fromkeys(like for stem in things.prefixes for like in _likes(stem))
        parts.append(piece("where_item_near", {"likes": list(likes)}, exact=False))
    return join(parts, "or")


def _likes(stem: str) -> list[str]:
    """What an event's text holds if it holds a key that begins so, in whatever syntax."""
    if stem.startswith("urn:epc:"):
        body = stem.split(":", 4)[-1]
        return [f"%{_escape_like(body)}%"] if body else ["%urn:epc:%"]
    if not stem.startswith("https://id.gs1.org/"):
        return [f"%{_escape_like(stem)}%"]
    value = stem.removeprefix("https://id.gs1.org/").partition("/")[2].partition("/")[0]
    start = 1 if stem[19:22] in ("00/", "01/") or stem[19:24] in ("8003/", "8006/") else 0
    needle = value[start : start + 6]
    if len(needle) < 6:
        return ["%"]
    found = [f"%{_escape_like(needle)}%"]
    return [*found, f"%{value.lstrip('0')}%"] if len(value) == 14 else found


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _measured(condition: Measured) -> Sql:
    member = condition.member
    bounds = join(_measure(bound, member) for bound in condition.bounds)
    name = "where_quantity" if member == "quantity" else "where_report"
    return piece(name, bounds.values, bounds=bounds.text)


def _measure(bound: Measure, member: str) -> Sql:
    sign = SIGNS[bound.operator]
    if bound.uom is None:
        values = {"member": member, "values": list(bound.values)}
        return piece("bound_number", values, operator=sign)
    rows = [
        (unit, Decimal(there.numerator), Decimal(there.denominator))
        for unit in like(bound.uom)
        for value in bound.values
        if (there := convert(value, bound.uom, unit, difference=member == "sDev")) is not None
    ]
    uoms, above, below = (list(column) for column in zip(*rows, strict=True))
    values = {"member": member, "uoms": uoms, "numerators": above, "denominators": below}
    return piece("bound_measure", values, operator=sign)


_LISTS = {
    "bizTransaction": "bizTransactionList",
    "source": "sourceList",
    "destination": "destinationList",
}


def _names(wanted: Iterable[str]) -> tuple[dict[str, list[str]], bool]:
    """Spellings of identifiers as values, and whether these are all there are."""
    spelt: list[Spelling] = [spell_name(name) for name in wanted]
    values = {
        "exact": list(dict.fromkeys(s for each in spelt for s in each.exact)),
        "needles": list(dict.fromkeys(s for each in spelt for s in each.needles)),
        "homes": list(dict.fromkeys(each.home for each in spelt if each.home)),
    }
    return values, not values["needles"]


def _listed(condition: Listed) -> Sql:
    member = condition.member
    names, exact = _names(condition.names)
    kind = "bizTransaction" if member == "bizTransaction" else "sourceDestination"
    types = list(spell_word("bizTransaction", condition.type))
    if kind != "bizTransaction":
        types = list(spell_word("sourceDestination", condition.type))
    values = {"list": _LISTS[member], "member": member, "types": types, **names}
    return piece("where_listed", values, exact=exact)


def _sensed(condition: Sensed) -> Sql:
    attribute, values = condition.attribute, list(condition.values)
    owners = ("sensorMetadata", "sensorReport") if attribute != "type" else ("sensorReport",)
    paths = [f"{_AREAS[owner]}.{attribute}" for owner in owners]
    if attribute in _NAMED:
        names, exact = _names(values)
        return piece("where_sensed_name", {"paths": paths, **names}, exact=exact)
    if attribute == "type":
        values = [s for value in values for s in spell_word("measurement", value)]
    value = "upper(held #>> '{}')" if attribute == "hexBinaryValue" else "held #>> '{}'"
    return piece("where_sensed_text", {"paths": paths, "values": values}, value=value)


def _field_values(field: FieldName) -> dict[str, list[str]]:
    return {
        "iris": list(field.iris),
        "ends": list(dict.fromkeys(iri[-1:] for iri in field.iris)),
    }


def _field(condition: FieldIs | FieldExists) -> Sql:
    values = {
        **_field_values(condition.field),
        "area": _AREAS[condition.area],
        "nested": condition.inner,
    }
    if isinstance(condition, FieldExists):
        return piece("where_field_exists", values)
    bounds = join(_field_bound(bound) for bound in condition.bounds)
    return piece("where_field", {**values, **bounds.values}, bounds=bounds.text)


def _field_bound(bound: FieldBound) -> Sql:
    wanted = bound.value
    if isinstance(wanted, tuple):
        return _text_bound(wanted)
    name = "bound_value" if isinstance(wanted, Decimal) else "bound_moment"
    return piece(name, {"bound": wanted}, operator=SIGNS[bound.operator])


def _text_bound(texts: Sequence[str]) -> Sql:
    instants: list[datetime] = [t for text in texts if (t := read_instant(text)) is not None]
    numbers = [n for text in texts if (n := read_number(text)) is not None]
    return piece("bound_text", {"texts": list(texts), "instants": instants, "numbers": numbers})


def _attribute(condition: HasAttribute | AttributeIs) -> Sql:
    values: dict[str, object] = {"names": list(condition.names)}
    if isinstance(condition, AttributeIs):
        bound = join([_text_bound(condition.values)])
        values |= bound.values
        attribute = fragment("attribute_value", bounds=bound.text)
    else:
        attribute = fragment("attribute_there")
    member = condition.member
    if isinstance(member, FieldName):
        fields = _field_values(member)
        return piece("where_field_attribute", {**values, **fields}, attribute=attribute)
    column = COLUMNS[member]
    return piece("where_place_attribute", values, column=column, attribute=attribute)
