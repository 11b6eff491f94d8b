"""What an event of each class must name (EPCIS 2.0 section 7.4)."""

from __future__ import annotations

from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    ObjectEvent,
    TransactionEvent,
    TransformationEvent,
)
from nguon.errors import Fault


def check_cardinality(event: AnyEvent, faults: list[Fault]) -> None:
    """Things, parents, children, inputs and outputs where the class asks for them."""
    if isinstance(event, ObjectEvent):
        _check_object(event, faults)
    elif isinstance(event, TransactionEvent):
        if event.action != "DELETE" and not (
            event.epc_list or event.quantity_list or event.parent_id
        ):
            faults.append(_nothing(event, "epcList"))
    elif isinstance(event, TransformationEvent):
        _check_transformation(event, faults)
    else:
        _check_children(event, faults)


def _nothing(event: AnyEvent, name: str) -> Fault:
    return Fault("epcis.nothing_named", f"/{name}", "", None, {"owner": event.type, "name": name})


def _check_object(event: ObjectEvent, faults: list[Fault]) -> None:
    if event.ilmd is not None and event.action != "ADD":
        faults.append(Fault("epcis.ilmd_without_add", "/ilmd", event.action))
    if event.epc_list or event.quantity_list:
        return
    if not event.sensor_element_list:
        faults.append(_nothing(event, "epcList"))
    elif event.read_point is None:
        faults.append(Fault("epcis.sensor_without_place", "/readPoint", ""))
    elif event.action == "ADD":
        faults.append(Fault("epcis.sensor_added", "/action", event.action))


def _check_children(event: AggregationEvent | AssociationEvent, faults: list[Fault]) -> None:
    if event.parent_id is None and event.action != "OBSERVE" and event.type == "AggregationEvent":
        params = {"action": event.action}
        faults.append(Fault("epcis.parent_missing", "/parentID", "", None, params))
    if event.action != "DELETE" and not (event.child_epcs or event.child_quantity_list):
        faults.append(_nothing(event, "childEPCs"))


def _check_transformation(event: TransformationEvent, faults: list[Fault]) -> None:
    inputs = event.input_epc_list or event.input_quantity_list
    outputs = event.output_epc_list or event.output_quantity_list
    joined = event.transformation_id is not None
    if not inputs and not (joined and outputs):
        faults.append(_one_sided("inputQuantityList"))
    if not outputs and not (joined and inputs):
        faults.append(_one_sided("outputQuantityList"))


def _one_sided(name: str) -> Fault:
    return Fault("epcis.one_sided_transformation", f"/{name}", "", None, {"name": name})
