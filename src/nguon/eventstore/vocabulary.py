"""Master data of a document into the store: the newest recorded of an id speaks.

What says nothing new adds no row. An entry that stands twice in one document counts once, as it
stands last: a document is read from its beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection

from nguon.epcis import Document
from nguon.epcis.context import read_context
from nguon.epcis.master import find_prefixes, list_attributes, merge_attributes
from nguon.epcis.model import VocabularyElement
from nguon.eventstore.sql import query
from nguon.gs1 import Gs1Error, canonical_key

# Numbers as they came: a header may hold some that no float holds.
_json = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def write_master_data(connection: Connection[Any], document: Document, job: UUID) -> None:
    """Keep what a document's header, or the vocabularies of its results, say that is new."""
    if not document.master_data:
        return
    namespaces = read_context(document.context, {}, gs1_required=False)[0]
    rows = {
        (row["id"], row["type"]): row
        for row in (_make_row(element, namespaces) for element in document.master_data)
    }
    with connection.cursor() as cursor:
        cursor.executemany(
            query("insert_vocabulary"), [{**row, "job": job} for row in rows.values()]
        )


def _make_row(element: VocabularyElement, namespaces: Mapping[str, str]) -> dict[str, Any]:
    try:
        name = canonical_key(element.id)
    except Gs1Error:
        name = element.id
    entry = {
        **element.extensions,
        "id": element.id,
        "attributes": list_attributes(element.attributes),
    }
    context = find_prefixes(entry, namespaces)
    return {
        "id": name,
        "type": element.type,
        "attributes": _encode(merge_attributes(element.attributes)),
        "children": list(element.children),
        "element": _encode(entry),
        "context": _encode(context) if context else None,
    }


def _encode(value: object) -> str:
    return _json.encode(value).decode()
