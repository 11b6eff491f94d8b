"""What a document says outside its events: header, sender, master data (EPCIS 2.0 section 10.4).

Everything is kept whole; master data is also read into elements, leniently, since what is wrong
with its shape has been reported already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nguon.epcis.model import VocabularyElement

_OWN = frozenset(("id", "attributes", "children", "type"))


def read_header(skeleton: Mapping[str, Any]) -> dict[str, Any] | None:
    """The epcisHeader as it stands, None when there is none."""
    header = skeleton.get("epcisHeader")
    return header if isinstance(header, dict) else None


def read_master_data(skeleton: Mapping[str, Any]) -> list[VocabularyElement]:
    """The master data elements of a document's header, or of a query's results."""
    return [
        element
        for vocabulary in _vocabularies(skeleton)
        for entry in _entries(vocabulary)
        if (element := _element(str(vocabulary.get("type", "")), entry)) is not None
    ]


def _inside(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def _vocabularies(skeleton: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _objects(_inside(skeleton, "epcisHeader", "epcisMasterData", "vocabularyList"))
    path = ("epcisBody", "queryResults", "resultsBody", "vocabularyList")
    yield from _objects(_inside(skeleton, *path))


def _entries(vocabulary: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _objects(vocabulary.get("vocabularyElementList"))


def _element(kind: str, entry: Mapping[str, Any]) -> VocabularyElement | None:
    identity = entry.get("id")
    if not isinstance(identity, str):
        return None
    attributes = tuple(
        (attribute["id"], attribute.get("attribute"))
        for attribute in _objects(entry.get("attributes"))
        if isinstance(attribute.get("id"), str)
    )
    children = entry.get("children")
    listed = children if isinstance(children, list) else []
    return VocabularyElement(
        type=kind,
        id=identity,
        attributes=attributes,
        children=tuple(child for child in listed if isinstance(child, str)),
        extensions={name: value for name, value in entry.items() if name not in _OWN},
    )
