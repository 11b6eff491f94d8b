"""The document around its events, as it would stand in JSON (EPCIS 2.0 sections 9 and 10)."""

from __future__ import annotations

from typing import Any

from nguon.epcis.writing import make_context
from nguon.epcis.xml.header import find, read_header, read_others, read_vocabularies
from nguon.epcis.xml.namespaces import MARKS, local_name
from nguon.epcis.xml.scope import Scope, text_of

# The roots of documents, and the type that each has in JSON.
ROOTS = {
    "EPCISDocument": "EPCISDocument",
    "EPCISMasterDataDocument": "EPCISDocument",
    "EPCISQueryDocument": "EPCISQueryDocument",
    "QueryResults": "EPCISQueryDocument",
}
_ID = f"{{{MARKS}}}id"


def make_envelope(root: Any, name: str, scope: Scope) -> dict[str, Any]:
    """The document as its JSON would stand, without its events."""
    members, header = read_header(root, scope)
    body = _body(root, name, scope)
    if name == "EPCISMasterDataDocument":
        header = {**(header or {}), **_master_data(root, scope)}
    others = read_others(root, scope) if name != "QueryResults" else {}
    written: dict[str, Any] = {
        "@context": make_context(scope.prefixes.namespaces),
        "type": ROOTS[name],
    }
    attributes = {"id": _ID, "schemaVersion": "schemaVersion", "creationDate": "creationDate"}
    for member, attribute in attributes.items():
        value = root.get(attribute)
        written |= {} if value is None else {member: value.strip()}
    written |= members
    written |= {} if header is None else {"epcisHeader": header}
    written |= {} if body is None else {"epcisBody": body}
    return written | others


def _body(root: Any, name: str, scope: Scope) -> dict[str, Any] | None:
    if name == "QueryResults":
        return {"queryResults": _results(root, scope)}
    body = find(root, "EPCISBody")
    if body is None:
        return None
    served = ROOTS[name] == "EPCISQueryDocument"
    for inner in body:
        if local_name(inner.tag) not in ("QueryResults" if served else "EventList", "extension"):
            _note_stranger(inner, name, scope)
    if not served:
        return {"eventList": []}
    results = find(body, "QueryResults")
    return {} if results is None else {"queryResults": _results(results, scope)}


def _note_stranger(element: Any, name: str, scope: Scope) -> None:
    """Something in the body besides events: others' are let be, but are not kept."""
    if name == "EPCISMasterDataDocument" and local_name(element.tag) == "VocabularyList":
        return
    if local_name(element.tag) is None:
        scope.not_kept("/epcisBody", element, element.tag)
    else:
        scope.unexpected("/epcisBody", element)


def _results(results: Any, scope: Scope) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in ("queryName", "subscriptionID"):
        element = find(results, name)
        written |= {} if element is None else {name: text_of(element)}
    body = find(results, "resultsBody")
    if body is not None:
        listed: dict[str, Any] = {"eventList": []}
        vocabularies = find(body, "VocabularyList")
        if vocabularies is not None:
            pointer = "/epcisBody/queryResults/resultsBody/vocabularyList"
            listed["vocabularyList"] = read_vocabularies(vocabularies, scope, pointer)
        written["resultsBody"] = listed
    return written


def _master_data(root: Any, scope: Scope) -> dict[str, Any]:
    listed = find(root, "EPCISBody", "VocabularyList")
    pointer = "/epcisHeader/epcisMasterData/vocabularyList"
    found = [] if listed is None else read_vocabularies(listed, scope, pointer)
    return {"epcisMasterData": {"vocabularyList": found}}
