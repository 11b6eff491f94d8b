"""Master data as entries of vocabularies: what one says, many together, in a reader's language.

EPCIS 2.0 sections 6.1 and 8.2.7.2; CBV 2.0 for the attributes. An entry is the JSON object of a
VocabularyElement: `id`, `attributes` (a list of `{id, attribute}`, where an attribute may stand
several times, once for each language), `children`, and what others add.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from nguon.epcis.query.extensions import literals
from nguon.epcis.writing import format_time, make_context

Namespaces = Mapping[str, str]
_encoder = msgspec.json.Encoder(decimal_format="number")


def merge_attributes(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Attributes by name; one that stands several times has a list of its values."""
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def list_attributes(pairs: Iterable[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Attributes as an entry lists them."""
    return [{"id": name, "attribute": value} for name, value in pairs]


def say(value: object, language: str) -> str:
    """The text of an attribute in a language: its variant, one without a language, any."""
    variants = value if isinstance(value, list) else [value]
    spoken: dict[str, str] = {}
    for variant in variants:
        told = variant.get("@language", "") if isinstance(variant, dict) else ""
        text = next((str(each) for each in literals(variant) if each is not None), "")
        if text:
            spoken.setdefault(str(told).partition("-")[0].lower(), text)
    return spoken.get(language) or spoken.get("") or next(iter(spoken.values()), "")


def find_prefixes(value: object, namespaces: Namespaces) -> dict[str, str]:
    """Those of the prefixes in force that names within a value use."""
    used: dict[str, str] = {}
    _find(value, namespaces, used)
    return used


def _find(value: object, namespaces: Namespaces, used: dict[str, str]) -> None:
    if isinstance(value, list | tuple):
        for entry in value:
            _find(entry, namespaces, used)
    elif isinstance(value, dict):
        for name, entry in value.items():
            prefix, colon, _ = name.partition(":")
            if colon and prefix in namespaces:
                used[prefix] = namespaces[prefix]
            for listed in entry if name == "@attributes" and isinstance(entry, list) else ():
                _find({str(listed): ""}, namespaces, used)
            _find(entry, namespaces, used)


def gather(
    entries: Iterable[tuple[str, dict[str, Any], Namespaces]],
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Entries of several documents as one vocabularyList, with the prefixes that they share.

    Each comes with its vocabulary and its prefixes; one whose prefix means something else here
    gets another. Vocabularies stand in the order of their first entry.
    """
    shared: dict[str, str] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    for kind, entry, namespaces in entries:
        renamed = _settle(namespaces, shared)
        lists.setdefault(kind, []).append(_rename(entry, renamed) if renamed else entry)
    listed = [{"type": kind, "vocabularyElementList": each} for kind, each in lists.items()]
    return listed, shared


def _settle(namespaces: Namespaces, shared: dict[str, str]) -> dict[str, str]:
    renamed = {}
    for prefix, iri in namespaces.items():
        if shared.setdefault(prefix, iri) == iri:
            continue
        known = next((name for name, told in shared.items() if told == iri), None)
        if known is None:
            known = next(name for n in range(1, 10**9) if (name := f"ns{n}") not in shared)
            shared[known] = iri
        renamed[prefix] = known
    return renamed


def _rename(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_rename(entry, renamed) for entry in value]
    if not isinstance(value, dict):
        return value
    written = {}
    for name, entry in value.items():
        if name == "@attributes" and isinstance(entry, list):
            written[name] = [_renamed(str(listed), renamed) for listed in entry]
        else:
            written[_renamed(name, renamed)] = _rename(entry, renamed)
    return written


def _renamed(name: str, renamed: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return f"{renamed[prefix]}:{local}" if colon and prefix in renamed else name


def write_vocabulary_document(
    vocabularies: list[dict[str, Any]],
    namespaces: Namespaces,
    *,
    creation_date: datetime,
    query_name: str = "SimpleMasterDataQuery",
) -> bytes:
    """An EPCISQueryDocument in JSON: the answer to a master data query.

    GS1's JSON Schema has the vocabularyList beside a list of events, which must be there.
    """
    body = {"eventList": (), "vocabularyList": vocabularies}
    results = {"queryName": query_name, "resultsBody": body}
    return _encoder.encode(
        {
            "@context": make_context(namespaces),
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": format_time(creation_date),
            "epcisBody": {"queryResults": results},
        }
    )
