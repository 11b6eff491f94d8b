"""Members that are not EPCIS's own: where they may stand in an event, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nguon.epcis.model import AnyEvent
from nguon.epcis.query.model import Area, FieldName


def find_fields(event: AnyEvent, area: Area, field: FieldName, *, inner: bool) -> Iterator[object]:
    """The values of a field of an area; `inner`: of those nested within its top fields."""
    for members in holders(event, area):
        for name, value in members.items():
            if inner:
                for nested, found in _nested(value):
                    if event.expand(nested) in field.iris:
                        yield found
            elif event.expand(name) in field.iris:
                yield value


def holders(event: AnyEvent, area: Area) -> Iterator[Mapping[str, Any]]:
    """The objects of an area, each as the fields that it holds."""
    match area:
        case "event":
            yield event.extensions
        case "ilmd":
            yield getattr(event, "ilmd", None) or {}
        case "readPoint" | "bizLocation":
            place = event.read_point if area == "readPoint" else event.biz_location
            yield place.extensions if place else {}
        case "errorDeclaration":
            yield event.error_declaration.extensions if event.error_declaration else {}
        case _:
            yield from _sensor_holders(event, area)


def _sensor_holders(event: AnyEvent, area: Area) -> Iterator[Mapping[str, Any]]:
    for element in event.sensor_element_list:
        if area == "sensorElement":
            yield element.extensions
        elif area == "sensorMetadata":
            yield element.sensor_metadata.extensions if element.sensor_metadata else {}
        else:
            yield from (report.extensions for report in element.sensor_report)


def _nested(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, entry in value.items():
            yield name, entry
            yield from _nested(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _nested(entry)


def literals(value: object) -> Iterator[object]:
    """The plain values of a field: an array is the field repeated, `@value` and `@id` are plain."""
    if isinstance(value, list):
        for entry in value:
            yield from literals(entry)
    elif isinstance(value, dict):
        literal = value.get("@value", value.get("@id"))
        if not isinstance(literal, list | dict):
            yield literal
    else:
        yield value
