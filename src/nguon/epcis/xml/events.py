"""One event's element into the members of its JSON form (EPCIS 2.0 sections 9.5 and 10.1).

Both versions come out alike: the `extension` and `baseExtension` shells of EPCIS 1.x are opened
wherever they stand, names count with or without EPCIS's namespace, and order does not matter.
What is missing or malformed is left for the checks of the JSON form to find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nguon.epcis.vocabulary import Kind
from nguon.epcis.xml.namespaces import MARKS, XSI, local_name
from nguon.epcis.xml.scope import SHELLS, Scope, is_nil, number, text_of
from nguon.epcis.xml.sensors import read_sensor
from nguon.epcis.xml.values import Members
from nguon.epcis.xml.words import read_word

Reader = Callable[[Any, Scope, str], Any]
ABSENT: Final = object()
_CERTIFICATES: Final = "certificationInfo"
_MORE_CERTIFICATES = f"{{{MARKS}}}{_CERTIFICATES}"
_IGNORED = frozenset({"schemaVersion", "creationDate"})


def gather(
    element: Any, readers: Mapping[str, Reader], scope: Scope, pointer: str, depth: int = 1
) -> dict[str, Any]:
    """The members of an element of EPCIS: its own by `readers`, those of others as they are."""
    members: dict[str, Any] = {}
    others = None
    for inner in element:
        tag = inner.tag
        reader = readers.get(tag)
        if reader is None or tag in members or tag == _CERTIFICATES:
            if others is None:
                others = Members(scope, pointer, depth)
            _take(inner, readers, members, others)
            continue
        value = reader(inner, scope, f"{pointer}/{tag}")
        if value is not ABSENT:
            members[tag] = value
    return members if others is None else members | others.collect()


def _take(
    element: Any, readers: Mapping[str, Reader], members: dict[str, Any], others: Members
) -> None:
    """What is not a plain member: shells, others' elements, names that stand twice."""
    tag = element.tag
    name = tag if tag in readers else local_name(tag)
    if name is not None and name in readers:
        value = readers[name](element, others.scope, f"{others.pointer}/{name}")
        _put(members, name, value, element, others)
    elif name in SHELLS:
        others.depth = others.scope.descend(others.depth, element)
        for inner in element:
            _take(inner, readers, members, others)
        others.depth -= 1
    elif tag == _MORE_CERTIFICATES:
        members.setdefault(_CERTIFICATES, []).append(text_of(element))
    else:
        others.add(element)


def _put(members: dict[str, Any], name: str, value: Any, element: Any, others: Members) -> None:
    if value is ABSENT:
        return
    if name == _CERTIFICATES:
        members.setdefault(name, []).append(value)
        return
    if name in members:
        pointer = (others.pointer, name)
        others.scope.note("epcis.duplicate_member", pointer, element, name)
    members[name] = value


def text(element: Any, scope: Scope, pointer: str) -> Any:
    """A text; elements have no place inside it."""
    if len(element):
        scope.unexpected(pointer, element[0])
    found = text_of(element)
    return found if found or not is_nil(element) else ABSENT


def decimal(element: Any, scope: Scope, pointer: str) -> Any:
    """A number, absent where it is nil."""
    value = text(element, scope, pointer)
    return value if value is ABSENT else number(value)


def word(kind: Kind) -> Reader:
    """A reader of words of one vocabulary."""

    def read(element: Any, scope: Scope, pointer: str) -> Any:
        value = text(element, scope, pointer)
        return value if value is ABSENT else read_word(kind, value)

    return read


def listing(name: str, item: Reader) -> Reader:
    """A reader of lists whose items all have one name."""

    def read(element: Any, scope: Scope, pointer: str) -> list[Any]:
        values: list[Any] = []
        for inner in element:
            if inner.tag == name or local_name(inner.tag) == name:
                values.append(item(inner, scope, f"{pointer}/{len(values)}"))
            elif local_name(inner.tag) not in SHELLS or len(inner):
                scope.unexpected(pointer, inner)
        return values

    return read


def epcs(element: Any, scope: Scope, pointer: str) -> list[Any]:
    """A list of identifiers: most of what most documents are made of."""
    values = [inner.text for inner in element.iterchildren("epc")]
    if len(values) != len(element) or None in values:
        return list(_epcs(element, scope, pointer))
    return [value.strip() for value in values]


_epcs = listing("epc", text)


def record(readers: Mapping[str, Reader]) -> Reader:
    """A reader of objects."""
    return lambda element, scope, pointer: gather(element, readers, scope, pointer, 2)


def typed(name: str, kind: Kind) -> Reader:
    """A reader of a text whose type is an attribute."""

    def read(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
        value = text(element, scope, pointer)
        found = {} if value is ABSENT else {name: value}
        own = element.get("type")
        return found if own is None else {"type": read_word(kind, own.strip()), **found}

    return read


def persistent(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
    """Dispositions set and unset; a list that has none is absent."""
    found: dict[str, list[str]] = {}
    for inner in element:
        name = local_name(inner.tag)
        if name in ("set", "unset"):
            found.setdefault(name, []).append(read_word("disposition", text_of(inner)))
        else:
            scope.unexpected(pointer, inner)
    return dict(found)


_QUANTITIES = listing(
    "quantityElement", record({"epcClass": text, "quantity": decimal, "uom": text})
)
_PLACE = record({"id": text})
_COMMON: Mapping[str, Reader] = {
    "eventTime": text,
    "recordTime": text,
    "eventTimeZoneOffset": text,
    "eventID": text,
    "certificationInfo": text,
    "errorDeclaration": record(
        {
            "declarationTime": text,
            "reason": word("errorReason"),
            "correctiveEventIDs": listing("correctiveEventID", text),
        }
    ),
    "bizStep": word("bizStep"),
    "disposition": word("disposition"),
    "persistentDisposition": persistent,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": listing("bizTransaction", typed("bizTransaction", "bizTransaction")),
    "sourceList": listing("source", typed("source", "sourceDestination")),
    "destinationList": listing("destination", typed("destination", "sourceDestination")),
    "sensorElementList": listing("sensorElement", read_sensor),
}
_ACTED: Mapping[str, Reader] = {**_COMMON, "action": text}
_ILMD = record({})
_CHILDREN: Mapping[str, Reader] = {
    **_ACTED,
    "parentID": text,
    "childEPCs": epcs,
    "childQuantityList": _QUANTITIES,
}
EVENTS: Mapping[str, Mapping[str, Reader]] = {
    "ObjectEvent": {**_ACTED, "epcList": epcs, "quantityList": _QUANTITIES, "ilmd": _ILMD},
    "AggregationEvent": _CHILDREN,
    "TransactionEvent": {
        **_ACTED,
        "parentID": text,
        "epcList": epcs,
        "quantityList": _QUANTITIES,
    },
    "TransformationEvent": {
        **_COMMON,
        "inputEPCList": epcs,
        "inputQuantityList": _QUANTITIES,
        "outputEPCList": epcs,
        "outputQuantityList": _QUANTITIES,
        "transformationID": text,
        "ilmd": _ILMD,
    },
    "AssociationEvent": _CHILDREN,
}
_QUANTITY_EVENT: Mapping[str, Reader] = {**_COMMON, "epcClass": text, "quantity": decimal}


def read_event(element: Any, kind: str, scope: Scope) -> dict[str, Any]:
    """The event's JSON members; its own notes are left in `scope`."""
    if kind == "QuantityEvent":
        return _read_quantity_event(element, scope)
    return {"type": kind, **_without_type(gather(element, EVENTS[kind], scope, ""), element, scope)}


def _without_type(members: dict[str, Any], element: Any, scope: Scope) -> dict[str, Any]:
    if members.pop("type", None) is not None:
        scope.unexpected("/type", next(element.iter("type", "{*}type"), element))
    if element.attrib:
        _add_attributes(members, element, scope)
    return members


def _add_attributes(members: dict[str, Any], element: Any, scope: Scope) -> None:
    others = Members(scope, "", 1)
    for name, value in scope.attributes(element):
        if name[0] != "{" and name not in _IGNORED:
            scope.not_kept(f"/{name}", element, value)
        elif name[0] == "{" and not name.startswith(f"{{{XSI}}}"):
            others.add_attribute(name, value, element)
    members |= others.collect()


def _read_quantity_event(element: Any, scope: Scope) -> dict[str, Any]:
    """EPCIS 1.0's event of a class, which 1.1 replaced by an ObjectEvent of that quantity."""
    members = _without_type(gather(element, _QUANTITY_EVENT, scope, ""), element, scope)
    amount = {name: members.pop(name) for name in ("epcClass", "quantity") if name in members}
    scope.note("epcis.xml_quantity_event", "", element, "QuantityEvent")
    return {"type": "ObjectEvent", **members, "action": "OBSERVE", "quantityList": [amount]}
