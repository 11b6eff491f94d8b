"""What an XML document says outside its events: SBDH, master data, extensions (section 9).

It becomes the envelope that the same document would have in JSON. The Standard Business Document
Header is kept whole in the epcisHeader under its own namespace; sender, receiver and instance
identifier stand also where GS1's JSON has them.
"""

from __future__ import annotations

from typing import Any, Final

from nguon.epcis.xml.namespaces import SBDH, local_name
from nguon.epcis.xml.scope import Scope, text_of
from nguon.epcis.xml.values import Members, read_value

STANDARD_HEADER: Final = "sbdh:StandardBusinessDocumentHeader"
_SBDH = f"{{{SBDH}}}StandardBusinessDocumentHeader"
_MASTER = "/epcisHeader/epcisMasterData/vocabularyList"


def find(element: Any, *names: str) -> Any:
    """The first descendant down a path of EPCIS's own names, shells looked through."""
    for name in names:
        if element is None:
            return None
        element = next(_children(element, name), None)
    return element


def _children(element: Any, name: str) -> Any:
    for inner in element:
        local = local_name(inner.tag)
        if local == name:
            yield inner
        elif local == "extension":
            yield from _children(inner, name)


def read_header(root: Any, scope: Scope) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The members that the header gives to the document itself, and the epcisHeader."""
    header = find(root, "EPCISHeader")
    if header is None:
        return {}, None
    written: dict[str, Any] = {}
    others = Members(scope, "/epcisHeader", 2)
    lists = find(header, "EPCISMasterData", "VocabularyList")
    if lists is not None:
        written["epcisMasterData"] = {"vocabularyList": read_vocabularies(lists, scope, _MASTER)}
    for inner in (*header, *_found(header, "others")):
        if local_name(inner.tag) is None:
            others.add(inner)
        elif local_name(inner.tag) != "extension":
            scope.unexpected("/epcisHeader", inner)
    written |= others.collect()
    return _standard_members(header.find(_SBDH)), written


def _found(element: Any, name: str) -> Any:
    found = find(element, name)
    return () if found is None else found


def _standard_members(header: Any) -> dict[str, str]:
    if header is None:
        return {}
    paths = {
        "sender": "Sender/Identifier",
        "receiver": "Receiver/Identifier",
        "instanceIdentifier": "DocumentIdentification/InstanceIdentifier",
    }
    found = {}
    for name, path in paths.items():
        element = header.find("/".join(f"{{{SBDH}}}{step}" for step in path.split("/")))
        if element is not None and text_of(element):
            found[name] = text_of(element)
    return found


def read_others(root: Any, scope: Scope) -> dict[str, Any]:
    """What others have put beside header and body."""
    others = Members(scope, "", 1)
    for inner in root:
        if local_name(inner.tag) is None:
            others.add(inner)
        elif local_name(inner.tag) not in ("EPCISHeader", "EPCISBody", "extension"):
            scope.unexpected("", inner)
    return others.collect()


def read_vocabularies(element: Any, scope: Scope, pointer: str) -> list[dict[str, Any]]:
    """The vocabularies of a VocabularyList."""
    return [
        _vocabulary(inner, scope, f"{pointer}/{index}")
        for index, inner in enumerate(_children(element, "Vocabulary"))
    ]


def _vocabulary(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
    others = Members(scope, pointer, 3)
    found: dict[str, Any] = _attribute(element, "type")
    for inner in element:
        if local_name(inner.tag) == "VocabularyElementList":
            place = f"{pointer}/vocabularyElementList"
            found["vocabularyElementList"] = [
                _element(entry, scope, f"{place}/{index}")
                for index, entry in enumerate(_children(inner, "VocabularyElement"))
            ]
        else:
            _add(inner, others, frozenset(("VocabularyElementList",)))
    return others.collect() | found


def _add(element: Any, others: Members, own: frozenset[str]) -> None:
    """What is no part of EPCIS's own: others' elements, and any in the shell kept for them."""
    name = local_name(element.tag)
    if name is None:
        others.add(element)
    elif name == "extension":
        for inner in element:
            if local_name(inner.tag) not in own:
                others.add(inner)
    else:
        others.scope.unexpected(others.pointer, element)


def _element(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
    others = Members(scope, pointer, 4)
    attributes: list[dict[str, Any]] = []
    children: list[str] = []
    for inner in element:
        name = local_name(inner.tag)
        if name == "attribute":
            place = f"{pointer}/attributes/{len(attributes)}"
            attributes.append(_attribute_of(inner, scope, place))
        elif name == "children":
            children += [text_of(entry) for entry in _children(inner, "id")]
        else:
            _add(inner, others, frozenset(("attribute", "children")))
    found: dict[str, Any] = _attribute(element, "id")
    found |= {"attributes": attributes} if attributes else {}
    found |= {"children": children} if children else {}
    return others.collect() | found


def _attribute(element: Any, name: str) -> dict[str, Any]:
    value = element.get(name)
    return {} if value is None else {name: value.strip()}


def _attribute_of(element: Any, scope: Scope, pointer: str) -> dict[str, Any]:
    """A master data attribute: its id is an XML attribute, its value the element's content."""
    identity = _attribute(element, "id")
    element.attrib.pop("id", None)
    told = scope.attributes(element)
    return {**identity, "attribute": read_value(element, told, scope, f"{pointer}/attribute", 5)}
