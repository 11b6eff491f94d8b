"""Sensor elements, whose members are attributes in XML (EPCIS 2.0 section 7.3.7 and 9.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nguon.epcis.vocabulary import Kind
from nguon.epcis.xml.namespaces import XSI, local_name
from nguon.epcis.xml.scope import SHELLS, Scope, boolean, number, text_of
from nguon.epcis.xml.values import JSON, Members, read_json
from nguon.epcis.xml.words import read_word

Attribute = Callable[[str], object]


def _stripped(value: str) -> object:
    return value.strip()


def _sensor_word(kind: Kind) -> Attribute:
    return lambda value: read_word(kind, value.strip())


_METADATA: Mapping[str, Attribute] = dict.fromkeys(
    [
        "time",
        "startTime",
        "endTime",
        "deviceID",
        "deviceMetadata",
        "rawData",
        "dataProcessingMethod",
        "bizRules",
    ],
    _stripped,
)
_REPORT: Mapping[str, Attribute] = {
    **_METADATA,
    **dict.fromkeys(
        ("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "hexBinaryValue"),
        _stripped,
    ),
    **dict.fromkeys(
        ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"),
        lambda value: number(value.strip()),
    ),
    "uriValue": _stripped,
    "uom": _stripped,
    "stringValue": str,
    "booleanValue": lambda value: boolean(value.strip()),
    "type": _sensor_word("measurement"),
    "exception": _sensor_word("sensorAlert"),
    "component": _sensor_word("component"),
}


def _attributed(readers: Mapping[str, Attribute]) -> Callable[[Any, Scope, str], dict[str, Any]]:
    """A reader of sensor elements, whose members are attributes."""

    def read(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        others = Members(scope, pointer, 3)
        for name, value in scope.attributes(element):
            own = readers.get(name)
            if own is not None:
                found[name] = own(value)
            elif name[0] != "{":
                found[name] = value
            elif name == JSON:
                found |= _object(read_json(value, element, scope, pointer))
            elif not name.startswith(f"{{{XSI}}}"):
                others.add_attribute(name, value, element)
        for inner in element:
            others.add(inner)
        if text_of(element):
            scope.not_kept(pointer, element, text_of(element))
        return found | others.collect()

    return read


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def read_sensor(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
    """Metadata, reports, and what others added."""
    reports: list[Any] = []
    found: dict[str, Any] = {}
    others = Members(scope, pointer, 2)
    for inner in element:
        name = local_name(inner.tag)
        if name == "sensorReport":
            reports.append(_report(inner, scope, f"{pointer}/sensorReport/{len(reports)}"))
        elif name == "sensorMetadata":
            found[name] = _metadata(inner, scope, f"{pointer}/sensorMetadata")
        elif name in SHELLS:
            for deeper in inner:
                others.add(deeper)
        else:
            others.add(inner)
    if reports:
        found["sensorReport"] = reports
    return found | others.collect()


_report = _attributed(_REPORT)
_metadata = _attributed(_METADATA)
