"""Elements of others into JSON-LD values (EPCIS 2.0 sections 9.1 and 10).

An element is a member: repeated ones are an array, one with children an object, others a text,
or a number or boolean where `xsi:type` says so. An attribute is a member like any other (so the
vectors of the event hash have it), its name listed under `@attributes` so that it can become an
attribute again; the text beside attributes stands under `@value`, as JSON-LD has it.

What only JSON can say is marked with attributes of the namespace `MARKS`: `list` for an array of
one, `json` for a value that no element shows (an empty array, an array in an array, a character
that XML cannot hold), `name` and `namespace` for a name that is no XML name. Names in such JSON
have the prefixes of the XML, or `{namespace}local` where XML could declare none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from nguon.epcis.decoding import load
from nguon.epcis.xml.namespaces import MARKS, XSI
from nguon.epcis.xml.scope import Pointer, Scope, boolean, is_nil, number, text_of

ATTRIBUTES: Final = "@attributes"
VALUE: Final = "@value"
LANGUAGE: Final = "@language"
LIST = f"{{{MARKS}}}list"
JSON = f"{{{MARKS}}}json"
NAME = f"{{{MARKS}}}name"
NAMESPACE = f"{{{MARKS}}}namespace"
XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE: Final = f"{XML}lang"
_TYPE = f"{{{XSI}}}type"
_NUMBERS = frozenset(
    (
        *("byte", "decimal", "double", "float", "int", "integer", "long", "short"),
        *("negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger"),
        *("unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
    )
)


class Members:
    """The members of one object, gathered element by element."""

    def __init__(self, scope: Scope, pointer: Pointer, depth: int) -> None:
        self.scope = scope
        self.pointer = pointer
        self.depth = depth
        self._values: dict[str, list[Any]] = {}
        self._lists: set[str] = set()

    def add(self, element: Any) -> None:
        """One element of somebody else's."""
        told = self.scope.attributes(element)
        name = self._name(element) if told else self.scope.name(element.tag, element.prefix)
        place = (self.pointer, self.scope.fit(name, element))
        value = read_value(element, told, self.scope, place, self.depth)
        self._values.setdefault(name, []).append(value)
        if told and element.get(LIST) == "true":
            self._lists.add(name)

    def add_attribute(self, name: str, value: str, element: Any) -> None:
        """One attribute of somebody else's, standing for a member."""
        self._values.setdefault(attribute_name(name, element, self.scope), []).append(value)

    def collect(self) -> dict[str, Any]:
        """The object."""
        return {
            name: values if len(values) > 1 or name in self._lists else values[0]
            for name, values in self._values.items()
        }

    def _name(self, element: Any) -> str:
        given = element.get(NAME)
        if given is None:
            return self.scope.name(element.tag, element.prefix)
        namespace = element.get(NAMESPACE)
        return given if namespace is None else f"{self.scope.prefixes.of(namespace, None)}:{given}"


def read_value(
    element: Any, told: Sequence[tuple[str, str]], scope: Scope, pointer: Pointer, depth: int
) -> Any:
    """The value of an element of somebody else's, `told` being its attributes."""
    depth = scope.descend(depth, element)
    if not told:
        return _read_object(element, scope, pointer, depth) if len(element) else text_of(element)
    written = element.get(JSON)
    if written is not None:
        return read_json(written, element, scope, pointer)
    if is_nil(element):
        return None
    attributes = _attributes(element, told, scope, pointer)
    if len(element) or (attributes and not text_of(element)):
        members = _read_object(element, scope, pointer, depth)
        for name in attributes.keys() & members.keys():
            scope.not_kept(pointer, element, name)
        return attributes | members
    value = _read_text(element)
    return {VALUE: value, **attributes} if attributes else value


def _read_object(element: Any, scope: Scope, pointer: Pointer, depth: int) -> dict[str, Any]:
    members = Members(scope, pointer, depth)
    stray = text_of(element)
    for inner in element:
        members.add(inner)
        stray = stray or (inner.tail or "").strip()
    if stray:
        scope.not_kept(pointer, element, stray)
    return members.collect()


def _read_text(element: Any) -> object:
    text = text_of(element)
    kind = element.get(_TYPE)
    if kind is None:
        return text
    local = kind.rpartition(":")[2]
    if local in _NUMBERS:
        return number(text)
    return boolean(text) if local == "boolean" else text


def _attributes(
    element: Any, told: Sequence[tuple[str, str]], scope: Scope, pointer: Pointer
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in told:
        if name == _LANGUAGE:
            found[LANGUAGE] = value
        elif name.startswith(XML):
            scope.not_kept(pointer, element, name)
        elif not name.startswith((f"{{{XSI}}}", f"{{{MARKS}}}")):
            found[attribute_name(name, element, scope)] = value
    listed = [name for name in found if name != LANGUAGE]
    return {ATTRIBUTES: listed, **found} if listed else found


def attribute_name(name: str, element: Any, scope: Scope) -> str:
    """The JSON-LD name of an attribute."""
    if name[0] != "{" or scope.prefixes.knows(name[1:].partition("}")[0]):
        return scope.name(name, None)
    namespace = name[1:].partition("}")[0]
    nsmap = element.nsmap
    prefix = next((key for key, iri in nsmap.items() if key and iri == namespace), None)
    return scope.name(name, prefix)


def read_json(text: str, element: Any, scope: Scope, pointer: Pointer) -> Any:
    """A value written as JSON, its prefixes being those that the root declares."""
    try:
        return _rename(load(text.encode("utf-8")), element, scope, 0)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        scope.not_kept(pointer, element, text)
        return text


def _rename(value: Any, element: Any, scope: Scope, depth: int) -> Any:
    if depth > scope.depth:
        raise ValueError
    match value:
        case dict():
            return {
                scope.fit(_renamed(name, scope), element): _rename(entry, element, scope, depth + 1)
                for name, entry in value.items()
            }
        case list():
            return [_rename(entry, element, scope, depth + 1) for entry in value]
        case _:
            return value


def _renamed(name: str, scope: Scope) -> str:
    if name.startswith("{"):
        told, _, local = name[1:].partition("}")
        return f"{scope.prefixes.of(told, None)}:{local}" if told else local
    prefix, colon, local = name.partition(":")
    if not colon or not prefix or local.startswith("//"):
        return name
    namespace = scope.declared.get(prefix)
    return name if namespace is None else f"{scope.prefixes.of(namespace, prefix)}:{local}"
