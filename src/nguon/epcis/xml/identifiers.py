"""Identifiers from one syntax into the other: EPC URN and GS1 Digital Link (CBV 2.0 section 8).

This is what GS1-EPC-Format of the REST binding asks for; it holds for every syntax of documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from msgspec.structs import replace

from nguon.epcis.memory import remember
from nguon.epcis.model import AnyEvent
from nguon.errors import Fault
from nguon.gs1 import Gs1Error, identify

# GS1-EPC-Format of the REST binding.
EpcFormat = Literal[
    "No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"
]
Say = Callable[[str, str], str]
_SHOWN = {"Always_EPC_URN": "EPC URN", "Always_GS1_Digital_Link": "GS1 Digital Link"}
_LISTS = ("epc_list", "child_epcs", "input_epc_list", "output_epc_list")
_PARTNERS = {
    "biz_transaction_list": "biz_transaction",
    "source_list": "source",
    "destination_list": "destination",
}
_QUANTITIES = (
    "quantity_list",
    "child_quantity_list",
    "input_quantity_list",
    "output_quantity_list",
)


@remember(1 << 16)
def _translated(form: str, text: str) -> str | None:
    """The identifier in the form asked for, itself where it is no GS1 key, None for none.

    A Digital Link keeps its own domain, which may be where it leads somewhere.
    """
    if form == "Always_GS1_Digital_Link" and text[:4] != "urn:":
        return text
    try:
        found = identify(text)
    except Gs1Error:
        return text
    if not found.ais:
        return text
    try:
        return found.urn() if form == "Always_EPC_URN" else found.digital_link()
    except Gs1Error:
        return None


def translate_id(text: str, form: EpcFormat) -> str:
    """One identifier in the form asked for; itself where it has none, or none is asked for."""
    return (_translated(form, text) or text) if form in _SHOWN else text


def translate(event: AnyEvent, form: EpcFormat, faults: list[Fault], pointer: str = "") -> AnyEvent:
    """The event with its identifiers in one syntax; those that have none stay, with a flag."""
    if form not in _SHOWN:
        return event

    def say(text: str, place: str) -> str:
        found = _translated(form, text)
        if found is None:
            params = {"form": _SHOWN[form]}
            faults.append(Fault("epcis.not_translated", pointer + place, text, None, params))
        return text if found is None else found

    return replace(event, **_things(event, say), **_partners(event, say))


def _pointer(event: AnyEvent, name: str) -> str:
    place = event.__struct_fields__.index(name)
    return f"/{event.__struct_encode_fields__[place]}"


def _things(event: AnyEvent, say: Say) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name in _LISTS:
        if listed := getattr(event, name, ()):
            place = _pointer(event, name)
            changed[name] = tuple(say(epc, f"{place}/{i}") for i, epc in enumerate(listed))
    for name in _QUANTITIES:
        if listed := getattr(event, name, ()):
            place = _pointer(event, name)
            changed[name] = tuple(
                _member(one, "epc_class", say, f"{place}/{i}/epcClass")
                for i, one in enumerate(listed)
            )
    for name in ("parent_id", "transformation_id"):
        value = getattr(event, name, None)
        if value is not None:
            changed[name] = say(value, _pointer(event, name))
    return changed


def _partners(event: AnyEvent, say: Say) -> dict[str, Any]:
    changed: dict[str, Any] = {
        "read_point": _member(event.read_point, "id", say, "/readPoint/id"),
        "biz_location": _member(event.biz_location, "id", say, "/bizLocation/id"),
    }
    for name, member in _PARTNERS.items():
        changed[name] = tuple(
            _member(one, member, say, f"{_pointer(event, name)}/{index}")
            for index, one in enumerate(getattr(event, name))
        )
    changed["sensor_element_list"] = tuple(
        replace(
            element,
            sensor_metadata=_member(element.sensor_metadata, "device_id", say, place),
            sensor_report=tuple(
                _member(report, "device_id", say, place) for report in element.sensor_report
            ),
        )
        for index, element in enumerate(event.sensor_element_list)
        for place in (f"/sensorElementList/{index}",)
    )
    return changed


def _member(owner: Any, name: str, say: Say, pointer: str) -> Any:
    """The owner, if there is one, with one of its members said in the form asked for."""
    value = None if owner is None else getattr(owner, name)
    return owner if value is None else replace(owner, **{name: say(value, pointer)})
