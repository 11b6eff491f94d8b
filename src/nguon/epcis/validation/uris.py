"""Members that are plain URIs: documents, devices, rules, certificates (RFC 3986)."""

from __future__ import annotations

from nguon.epcis.model import AnyEvent
from nguon.epcis.uri import uri_fault
from nguon.errors import Fault


def append_uri(text: str | None, pointer: str, faults: list[Fault]) -> None:
    """Append what is wrong with a URI that may be absent."""
    fault = None if text is None else uri_fault(text)
    if fault is not None:
        faults.append(fault.at(pointer))


_DEVICE = (
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("bizRules", "biz_rules"),
)
_REPORT = (
    *_DEVICE,
    ("microorganism", "microorganism"),
    ("chemicalSubstance", "chemical_substance"),
    ("coordinateReferenceSystem", "coordinate_reference_system"),
    ("uriValue", "uri_value"),
)


def check_uris(event: AnyEvent, faults: list[Fault]) -> None:
    """Certificates, corrective events, and everything a sensor element points at."""
    for index, certificate in enumerate(event.certification_info):
        append_uri(certificate, f"/certificationInfo/{index}", faults)
    if event.error_declaration is not None:
        for index, corrective in enumerate(event.error_declaration.corrective_event_ids):
            pointer = f"/errorDeclaration/correctiveEventIDs/{index}"
            append_uri(corrective, pointer, faults)
    for index, element in enumerate(event.sensor_element_list):
        pointer = f"/sensorElementList/{index}"
        _check_members(element.sensor_metadata, _DEVICE, pointer + "/sensorMetadata", faults)
        for place, report in enumerate(element.sensor_report):
            _check_members(report, _REPORT, f"{pointer}/sensorReport/{place}", faults)


def _check_members(
    owner: object, members: tuple[tuple[str, str], ...], pointer: str, faults: list[Fault]
) -> None:
    for name, attribute in members:
        append_uri(getattr(owner, attribute, None), f"{pointer}/{name}", faults)
