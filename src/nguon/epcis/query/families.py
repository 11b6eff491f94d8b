"""The families of parameters, whose names hold a type, a unit or a field (section 8.2.7.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Literal, cast

from nguon.epcis import names
from nguon.epcis.hash import format_number
from nguon.epcis.query.error import QueryError, query_error
from nguon.epcis.query.fields import attribute_names, read_field, split_attribute
from nguon.epcis.query.model import (
    Area,
    AttributeIs,
    Condition,
    FieldBound,
    FieldExists,
    FieldIs,
    FieldName,
    HasAttribute,
    Listed,
    Measure,
    Measured,
    Operator,
    PlaceField,
)
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.query.values import Given, exact_number, read_instant, read_number
from nguon.epcis.vocabulary import Kind, normalise

_LISTED = re.compile(r"EQ_(bizTransaction|source|destination)_([!-~]{1,500})", re.ASCII)
_MEASURED = re.compile(
    r"(EQ|GT|GE|LT|LE)_(quantity|value|minValue|maxValue|meanValue|sDev|percValue|percRank)"
    r"(?:_([A-Z0-9]{2,4}))?"
)
_FIELD = re.compile(
    r"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?"
    r"(?:(ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation)_)?"
    r"([!-~]+)",
    re.ASCII,
)
_HAS = re.compile(r"HASATTR_([!-~]{1,500})", re.ASCII)
_ATTRIBUTE = re.compile(r"EQ_?ATTR_([!-~]{1,1000})", re.ASCII)
_AREAS: Mapping[str | None, Area] = {
    None: "event",
    "ILMD": "ilmd",
    "ERROR_DECLARATION": "errorDeclaration",
    "SENSORELEMENT": "sensorElement",
    "SENSORMETADATA": "sensorMetadata",
    "SENSORREPORT": "sensorReport",
    "readPoint": "readPoint",
    "bizLocation": "bizLocation",
}


def read_family(given: Given, namespaces: Mapping[str, str]) -> Condition | None:
    """The condition of a parameter of a family; None for an EXISTS_ that asks nothing.

    Raises `epcis.query_unknown` for what is of no family.
    """
    name = given.name
    if found := _LISTED.fullmatch(name):
        return _listed(given, found[1], found[2], namespaces)
    if found := _MEASURED.fullmatch(name):
        return _measured(given, cast("Operator", found[1]), found[2], found[3])
    if found := _HAS.fullmatch(name):
        return _has(given, found[1], namespaces)
    if found := _ATTRIBUTE.fullmatch(name):
        return _attribute(given, found[1], namespaces)
    if found := _FIELD.fullmatch(name):
        return _field(given, found, namespaces)
    raise query_error("query_unknown", name)


def _listed(given: Given, member: str, kind: str, namespaces: Mapping[str, str]) -> Listed:
    words: Kind = "bizTransaction" if member == "bizTransaction" else "sourceDestination"
    chosen = cast("Literal['bizTransaction', 'source', 'destination']", member)
    expanded = names.expand(kind, namespaces)
    return Listed(chosen, normalise(words, expanded), given.each(plain_name))


def _measured(given: Given, operator: Operator, member: str, uom: str | None) -> Measured:
    if member == "percRank" and uom:
        raise query_error("query_unknown", given.name)
    values = given.numbers() if operator == "EQ" else (given.number(),)
    return Measured(member, (Measure(operator, values, uom),))


def _place_or_field(
    parameter: str, name: str, namespaces: Mapping[str, str]
) -> PlaceField | FieldName:
    if name in ("readPoint", "bizLocation"):
        return cast("PlaceField", name)
    return read_field(parameter, name, namespaces)


def _has(given: Given, name: str, namespaces: Mapping[str, str]) -> HasAttribute:
    member = _place_or_field(given.name, name, namespaces)
    spellings = [s for text in given.texts() for s in attribute_names(text, namespaces)]
    return HasAttribute(member, tuple(dict.fromkeys(spellings)))


def _attribute(given: Given, text: str, namespaces: Mapping[str, str]) -> AttributeIs:
    field, attribute = split_attribute(given.name, text, namespaces)
    member = _place_or_field(given.name, field, namespaces)
    number = exact_number(given.value) if given.json else None
    values = given.texts() if number is None else (format_number(number),)
    return AttributeIs(member, attribute_names(attribute, namespaces), values)


def _field(
    given: Given, found: re.Match[str], namespaces: Mapping[str, str]
) -> FieldIs | FieldExists | None:
    operator, inner, area, name = found.groups()
    field = read_field(given.name, name, namespaces, inner=bool(inner))
    if operator == "EXISTS":
        return FieldExists(_AREAS[area], bool(inner), field) if given.exists() else None
    sign = cast("Operator", operator)
    bound = FieldBound(sign, _bound(given, sign))
    return FieldIs(_AREAS[area], bool(inner), field, (bound,))


def _bound(given: Given, operator: Operator) -> tuple[str, ...] | Decimal | datetime:
    """A list of texts for EQ, a number or a time: of JSON its type says which it is."""
    value = given.value
    if given.json and not isinstance(value, str | list):
        number = exact_number(value)
        if number is None:
            raise given.refuse("field_value" if operator != "EQ" else "texts")
        return number
    if operator == "EQ" and not (given.json and isinstance(value, str) and read_instant(value)):
        return given.texts()
    if not given.json and isinstance(value, str) and (number := read_number(value)) is not None:
        return number
    try:
        return given.instant()
    except QueryError as error:
        raise given.refuse("field_value") from error
