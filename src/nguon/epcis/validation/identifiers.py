"""Identifiers where they stand: things, classes, places, parties (CBV 2.0 section 8).

Whether an identifier is well formed is `nguon.gs1`'s to say; here it is whether the kind of
thing it names may stand in that place.
"""

from __future__ import annotations

from collections.abc import Sequence

from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    ObjectEvent,
    QuantityElement,
    TransactionEvent,
    TransformationEvent,
)
from nguon.epcis.validation.uris import append_uri
from nguon.epcis.vocabulary import normalise
from nguon.errors import Fault
from nguon.gs1 import Gs1Error, canonical_key, level_of

_PLACES = frozenset({"location", "other"})
_PARTIES = frozenset({"party", "location", "relation", "other"})
# The schema wants the texts of these classes' EPC lists to differ; of the others it says nothing.
_UNIQUE = frozenset({"ObjectEvent", "TransformationEvent"})
_NO_THINGS = frozenset({"party", "location"})

Named = tuple[str, Sequence[str]]
Counted = tuple[str, Sequence[QuantityElement]]


def things_of(event: AnyEvent) -> tuple[tuple[Named, ...], tuple[Counted, ...]]:
    """The lists of instances and of classes in an event, each with its member's name."""
    match event:
        case ObjectEvent() | TransactionEvent():
            return (("epcList", event.epc_list),), (("quantityList", event.quantity_list),)
        case AggregationEvent() | AssociationEvent():
            return (
                (("childEPCs", event.child_epcs),),
                (("childQuantityList", event.child_quantity_list),),
            )
        case TransformationEvent():
            return (
                ("inputEPCList", event.input_epc_list),
                ("outputEPCList", event.output_epc_list),
            ), (
                ("inputQuantityList", event.input_quantity_list),
                ("outputQuantityList", event.output_quantity_list),
            )


_KEYS = "https://id.gs1.org/"
_BY_KEY: dict[str, str] = {"00/": "instance", "414": "location", "417": "party"}
_GTINS = _KEYS + "01/"
_GTIN_AT = len(_GTINS)
_GTIN_END = _GTIN_AT + 14
_BY_QUALIFIER: dict[str, str] = {"": "class", "/10/": "class", "/21/": "instance"}


def _level(text: str) -> str:
    """`level_of`, read off the canonical key, which is wanted anyhow, for the keys most met."""
    key = canonical_key(text)
    if key.startswith(_KEYS):
        primary = key[len(_KEYS) : len(_KEYS) + 3]
        level = _BY_KEY.get(primary)
        if primary == "01/":
            level = _BY_QUALIFIER.get(key[_GTIN_END : _GTIN_END + 4])
        if level is not None:
            return level
    return level_of(text)


def read_level(text: str, pointer: str, faults: list[Fault]) -> str | None:
    """What an identifier names, or None once it is found to be none; its faults are appended."""
    try:
        level = _level(text)
    except Gs1Error as error:
        faults.extend(fault.at(pointer) for fault in error.faults)
        return None
    if level == "other":
        append_uri(text, pointer, faults)
    return level


def check_identifiers(event: AnyEvent, faults: list[Fault]) -> None:
    """Every identifier of the what and where dimensions, and those of the parties."""
    instances, classes = things_of(event)
    for name, epcs in instances:
        if epcs:
            unique = event.type in _UNIQUE
            _check_instances(name, epcs, faults, unique=unique)
    for name, elements in classes:
        if elements:
            _check_classes(name, elements, faults)
    parent = getattr(event, "parent_id", None)
    if parent is not None:
        _check_parent(event, parent, instances[0][1], faults)
    if event.read_point is not None:
        _check_place(event.read_point.id, "/readPoint/id", faults)
    if event.biz_location is not None:
        _check_place(event.biz_location.id, "/bizLocation/id", faults)
    _check_transfers(event, faults)
    for index, transaction in enumerate(event.biz_transaction_list):
        pointer = f"/bizTransactionList/{index}/bizTransaction"
        read_level(transaction.biz_transaction, pointer, faults)
    transformation = getattr(event, "transformation_id", None)
    if transformation is not None:
        read_level(transformation, "/transformationID", faults)


def _check_instances(name: str, epcs: Sequence[str], faults: list[Fault], *, unique: bool) -> None:
    keys: list[str] = []
    for index, epc in enumerate(epcs):
        key = _key(epc)
        keys.append(key)
        serial = key[:_GTIN_AT] == _GTINS and key[_GTIN_END : _GTIN_END + 4] == "/21/"
        if not serial and not _is_instance(epc):
            pointer = f"/{name}/{index}"
            level = read_level(epc, pointer, faults)
            fault = None if level is None else _not_an_instance(epc, level)
            if fault is not None:
                faults.append(fault.at(pointer))
    if len(set(keys)) != len(keys):
        _say_repeats(name, epcs, keys, faults, unique=unique)


def _is_instance(text: str) -> bool:
    try:
        return _level(text) == "instance"
    except Gs1Error:
        return False


def _not_an_instance(epc: str, level: str) -> Fault | None:
    if level == "class":
        return Fault("epcis.class_as_instance", "", epc)
    if level == "other":
        return Fault("epcis.private_identifier", "", epc)
    return Fault("epcis.no_thing", "", epc) if level in _NO_THINGS else None


def _say_repeats(
    name: str, epcs: Sequence[str], keys: Sequence[str], faults: list[Fault], *, unique: bool
) -> None:
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        earlier = first.setdefault(key, index)
        if earlier != index:
            same_text = unique and epcs[earlier] == epcs[index]
            code = "epcis.duplicate_value" if same_text else "epcis.same_thing"
            params = {"first": earlier}
            faults.append(Fault(code, f"/{name}/{index}", epcs[index], None, params))


def _check_classes(name: str, elements: Sequence[QuantityElement], faults: list[Fault]) -> None:
    for index, element in enumerate(elements):
        pointer = f"/{name}/{index}/epcClass"
        level = read_level(element.epc_class, pointer, faults)
        if level == "instance":
            faults.append(Fault("epcis.instance_as_class", pointer, element.epc_class))
        elif level in _NO_THINGS:
            faults.append(Fault("epcis.no_thing", pointer, element.epc_class))


def _check_parent(
    event: AnyEvent, parent: str, children: Sequence[str], faults: list[Fault]
) -> None:
    level = read_level(parent, "/parentID", faults)
    if level is None:
        return
    place_allowed = event.type == "AssociationEvent"
    if level != "instance" and not (place_allowed and level == "location"):
        fault = _not_an_instance(parent, level)
        if fault is not None:
            faults.append(fault.at("/parentID"))
    key = _key(parent)
    if any(_key(child) == key for child in children):
        faults.append(Fault("epcis.parent_in_children", "/parentID", parent))


def _key(text: str) -> str:
    """The canonical key; a malformed text is told apart from every key, and from others."""
    try:
        return canonical_key(text)
    except Gs1Error:
        return f"?{text}"


def _check_place(text: str, pointer: str, faults: list[Fault]) -> None:
    level = read_level(text, pointer, faults)
    if level is not None and level not in _PLACES:
        faults.append(Fault("epcis.not_a_place", pointer, text))


def _check_transfers(event: AnyEvent, faults: list[Fault]) -> None:
    for index, source in enumerate(event.source_list):
        _check_end(source.type, source.source, f"/sourceList/{index}/source", faults)
    for index, destination in enumerate(event.destination_list):
        pointer = f"/destinationList/{index}/destination"
        _check_end(destination.type, destination.destination, pointer, faults)


def _check_end(kind: str, text: str, pointer: str, faults: list[Fault]) -> None:
    level = read_level(text, pointer, faults)
    if level is None:
        return
    word = normalise("sourceDestination", kind)
    if word == "location" and level not in _PLACES:
        faults.append(Fault("epcis.not_a_place", pointer, text))
    elif word in ("owning_party", "possessing_party") and level not in _PARTIES:
        faults.append(Fault("epcis.not_a_party", pointer, text, None, {"kind": word}))
