"""The parameters whose names are fixed (EPCIS 2.0 section 8.2.7.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nguon.epcis import names
from nguon.epcis.event_id import plain_id
from nguon.epcis.query.model import (
    Answered,
    AtPlace,
    Condition,
    Matched,
    OneOf,
    Operator,
    PlaceField,
    Present,
    Sensed,
    TimeBound,
    Timed,
)
from nguon.epcis.query.patterns import read_things
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.query.values import Given
from nguon.epcis.uri import uri_fault
from nguon.epcis.vocabulary import Kind, normalise
from nguon.gs1 import Gs1Error, canonical_key, read_code

Namespaces = Mapping[str, str]
Reader = Callable[[Given, Namespaces], Condition | None]


def read_fixed(given: Given, namespaces: Namespaces) -> tuple[bool, Condition | None]:
    """Whether the name is a fixed one, and its condition; None where it asks nothing."""
    reader = FIXED.get(given.name)
    return (False, None) if reader is None else (True, reader(given, namespaces))


def _words(member: str, kind: Kind) -> Reader:
    def read(given: Given, namespaces: Namespaces) -> Condition:
        texts = given.texts()
        expanded = [names.expand(text, namespaces) if ":" in text else text for text in texts]
        words = [normalise(kind, text) for text in (*texts, *expanded)]
        if member == "EQ_type":
            return Sensed("type", tuple(dict.fromkeys(words)))
        return OneOf(member, tuple(dict.fromkeys(words)))  # type: ignore[arg-type]  # see FIXED

    return read


def _texts(member: str) -> Reader:
    def read(given: Given, _: Namespaces) -> Condition:
        return OneOf(member, given.texts())  # type: ignore[arg-type]  # see FIXED

    return read


def _ids(member: str) -> Reader:
    def read(given: Given, _: Namespaces) -> Condition:
        def one(text: str) -> str:
            fault = uri_fault(text)
            if fault is not None and fault.level == "error":
                raise given.refuse("event", text)
            return plain_id(text)

        return OneOf(member, given.each(one))  # type: ignore[arg-type]  # see FIXED

    return read


def _action(given: Given, _: Namespaces) -> Condition:
    actions = ("ADD", "OBSERVE", "DELETE")
    chosen = given.each(lambda text: Given(given.name, text).choice(actions))
    return OneOf("action", chosen)


def _place(member: PlaceField, *, descendants: bool) -> Reader:
    def read(given: Given, _: Namespaces) -> Condition:
        def one(text: str) -> str:
            try:
                return canonical_key(text)
            except Gs1Error as error:
                if error.code != "gs1.not_a_uri":
                    raise given.refuse("uri", text) from error
            try:
                return read_code(text)[0].key
            except Gs1Error as error:
                raise given.refuse("uri", text) from error

        return AtPlace(member, given.each(one), descendants)

    return read


def _match(part: str) -> Reader:
    return lambda given, _: Matched(part, read_things(given))


def _time(operator: Operator, member: str) -> Reader:
    def read(given: Given, _: Namespaces) -> Condition:
        return Timed(member, (TimeBound(operator, given.instant()),))  # type: ignore[arg-type]

    return read


def _present(member: str) -> Reader:
    def read(given: Given, _: Namespaces) -> Condition | None:
        return Present(member) if given.exists() else None  # type: ignore[arg-type]  # see FIXED

    return read


def _names(attribute: str) -> Reader:
    return lambda given, _: Sensed(attribute, given.each(plain_name))


def _hex(given: Given, _: Namespaces) -> Condition:
    return Sensed("hexBinaryValue", given.each(str.upper))


_PARTS = (
    "epc", "parentID", "inputEPC", "outputEPC", "anyEPC",
    "epcClass", "inputEPCClass", "outputEPCClass", "anyEPCClass",
)  # fmt: skip
_SENSOR_NAMES = (
    "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
    "microorganism", "chemicalSubstance", "uriValue",
)  # fmt: skip
_PLACES: tuple[PlaceField, ...] = ("readPoint", "bizLocation")
_OPERATORS: tuple[Operator, ...] = ("EQ", "GT", "GE", "LT", "LE")
FIXED: Mapping[str, Reader] = {
    "eventType": _texts("eventType"),
    "EQ_action": _action,
    "EQ_bizStep": _words("bizStep", "bizStep"),
    "EQ_disposition": _words("disposition", "disposition"),
    "EQ_persistentDisposition_set": _words("persistentDisposition_set", "disposition"),
    "EQ_persistentDisposition_unset": _words("persistentDisposition_unset", "disposition"),
    "EQ_errorReason": _words("errorReason", "errorReason"),
    "EQ_type": _words("EQ_type", "measurement"),
    "EQ_transformationID": _texts("transformationID"),
    "EQ_eventID": _ids("eventID"),
    "EQ_correctiveEventID": _ids("correctiveEventID"),
    "EXISTS_errorDeclaration": _present("errorDeclaration"),
    "EXISTS_sensorElementList": _present("sensorElementList"),
    "EXISTS_sensorElement": _present("sensorElementList"),
    "EQ_stringValue": lambda given, _: Sensed("stringValue", given.texts()),
    "EQ_hexBinaryValue": _hex,
    "EQ_booleanValue": lambda given, _: Answered(given.boolean()),
    **{f"MATCH_{part}": _match(part) for part in _PARTS},
    **{f"EQ_{attribute}": _names(attribute) for attribute in _SENSOR_NAMES},
    **{
        f"{prefix}_{member}": _place(member, descendants=prefix == "WD")
        for prefix in ("EQ", "WD")
        for member in _PLACES
    },
    **{
        f"{operator}_{member}": _time(operator, member)
        for operator in _OPERATORS
        for member in ("time", "startTime", "endTime")
    },
    **{
        f"{operator}_{spelling}": _time(operator, member)
        for operator in ("GE", "LT")
        for spelling, member in (
            ("eventTime", "eventTime"),
            ("recordTime", "recordTime"),
            ("errorDeclarationTime", "errorDeclarationTime"),
            ("errorDeclaration_Time", "errorDeclarationTime"),
        )
    },
}  # fmt: skip
