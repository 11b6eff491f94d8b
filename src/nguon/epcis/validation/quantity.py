"""Quantities and their units (EPCIS 2.0 section 7.3.3.3; UN/ECE Recommendation 20)."""

from __future__ import annotations

import re

from nguon.epcis.model import AnyEvent, QuantityElement
from nguon.epcis.units import UNITS
from nguon.epcis.validation.identifiers import things_of
from nguon.errors import Fault

_UOM = re.compile(r"[A-Z0-9]{2,3}")


def check_quantities(event: AnyEvent, faults: list[Fault]) -> None:
    """Sign, wholeness and unit of every quantity."""
    for name, elements in things_of(event)[1]:
        for index, element in enumerate(elements):
            _check_element(element, name, index, faults)


def _check_element(element: QuantityElement, name: str, index: int, faults: list[Fault]) -> None:
    quantity, uom = element.quantity, element.uom
    pointer = f"/{name}/{index}"
    if uom is not None:
        check_uom(uom, pointer + "/uom", faults)
    if quantity is None:
        if uom is not None:
            faults.append(Fault("epcis.uom_without_quantity", pointer + "/quantity", uom))
        return
    if quantity < 0:
        faults.append(Fault("epcis.quantity_negative", pointer + "/quantity", quantity))
    if uom is None and quantity != quantity.to_integral_value():
        faults.append(Fault("epcis.fraction_without_uom", pointer + "/uom", quantity))


def check_uom(uom: str, pointer: str, faults: list[Fault]) -> None:
    """The form of a unit's code, then whether Rec 20 has it."""
    if uom in UNITS:
        return
    code = "epcis.uom_unknown" if _UOM.fullmatch(uom) else "epcis.uom_malformed"
    faults.append(Fault(code, pointer, uom))
