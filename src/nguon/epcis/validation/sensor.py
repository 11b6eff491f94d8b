"""Sensor elements (EPCIS 2.0 section 7.3.7; CBV 2.0 section 7.6; GS1 test case TCR-53)."""

from __future__ import annotations

import re

from nguon.epcis.error import Policy
from nguon.epcis.model import AnyEvent, SensorElement, SensorMetadata, SensorReport
from nguon.epcis.units import PLACED, TYPES
from nguon.epcis.validation.quantity import check_uom
from nguon.epcis.vocabulary import normalise
from nguon.errors import Fault

_HEX = re.compile(r"[A-Fa-f0-9]+")
# TCR-53 set 3: in the metadata or in the reports, never in both.
_ONCE = (
    ("time", "time"),
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("bizRules", "biz_rules"),
)
_PLAIN_NUMBERS = ("Dimensionless", "Count")


def check_sensors(event: AnyEvent, faults: list[Fault], policy: Policy, *, timed: bool) -> None:
    """Every sensor element of the event."""
    for index, element in enumerate(event.sensor_element_list):
        pointer = f"/sensorElementList/{index}"
        metadata = element.sensor_metadata
        if metadata is not None:
            _check_period(metadata, pointer, faults)
            _check_once(element, metadata, pointer, faults, policy)
        for place, report in enumerate(element.sensor_report):
            _check_report(report, f"{pointer}/sensorReport/{place}", faults)
        if timed:
            _check_times(event, element, pointer, faults)


def _check_period(metadata: SensorMetadata, pointer: str, faults: list[Fault]) -> None:
    start, end = metadata.start_time, metadata.end_time
    if start is not None and end is not None and start > end:
        place = pointer + "/sensorMetadata/endTime"
        params = {"start": start.isoformat()}
        faults.append(Fault("epcis.sensor_period", place, end.isoformat(), None, params))


def _check_once(
    element: SensorElement,
    metadata: SensorMetadata,
    pointer: str,
    faults: list[Fault],
    policy: Policy,
) -> None:
    code = "epcis.sensor_twice" if policy.refuse_sensor_twins else "epcis.sensor_twin"
    for name, attribute in _ONCE:
        if getattr(metadata, attribute) is None:
            continue
        for place, report in enumerate(element.sensor_report):
            value = getattr(report, attribute)
            if value is not None:
                params = {"name": name, "twin": f"{pointer}/sensorMetadata/{name}"}
                where = f"{pointer}/sensorReport/{place}/{name}"
                faults.append(Fault(code, where, value, None, params))


def _check_times(
    event: AnyEvent, element: SensorElement, pointer: str, faults: list[Fault]
) -> None:
    metadata = element.sensor_metadata
    places = [
        (f"{pointer}/sensorReport/{place}/time", report.time)
        for place, report in enumerate(element.sensor_report)
    ]
    if metadata is not None:
        places.append((pointer + "/sensorMetadata/time", metadata.time))
    for place, moment in places:
        if moment is not None and moment > event.event_time:
            params = {"event": event.event_time.isoformat()}
            faults.append(
                Fault("epcis.sensor_after_event", place, moment.isoformat(), None, params)
            )


def _check_report(report: SensorReport, pointer: str, faults: list[Fault]) -> None:
    numbers = (report.value, report.min_value, report.max_value, report.mean_value)
    measurement = normalise("measurement", report.type)
    if report.uom is not None:
        _check_unit(report.uom, measurement, pointer + "/uom", faults)
    elif any(number is not None for number in numbers) and measurement not in _PLAIN_NUMBERS:
        params = {"type": report.type}
        faults.append(Fault("epcis.value_without_uom", pointer + "/uom", "", None, params))
    low, high = report.min_value, report.max_value
    if low is not None and high is not None and low > high:
        faults.append(Fault("epcis.min_above_max", pointer + "/minValue", low, None, {"max": high}))
    if report.hex_binary_value is not None and not _HEX.fullmatch(report.hex_binary_value):
        place = pointer + "/hexBinaryValue"
        faults.append(Fault("epcis.hex_malformed", place, report.hex_binary_value))


def _check_unit(uom: str, measurement: str, pointer: str, faults: list[Fault]) -> None:
    expected = TYPES.get(measurement)
    if expected is None or uom not in PLACED:
        check_uom(uom, pointer, faults)
    elif uom not in expected:
        params = {"type": measurement, "units": ", ".join(sorted(expected)[:8])}
        faults.append(Fault("epcis.uom_of_other_type", pointer, uom, None, params))
