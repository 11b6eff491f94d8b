"""Reads of captured master data, in the shapes of EPCIS: JSON-LD and XML alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from nguon.epcis.master import gather, write_vocabulary_document
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.writing import format_time, make_context
from nguon.epcis.xml import EpcFormat, translate_id, write_vocabulary_answer
from nguon.eventstore.query import MasterElement, Place
from nguon.exchange.problem import refuse
from nguon.exchange.vocabularies.asking import Asked
from nguon.parts.engine import get_store
from nguon.rules import NGUON_VOC

_INSTANT = timedelta(microseconds=1)
# A page of master data: its vocabularies, the prefixes of their names, where the next begins.
Page = tuple[list[dict[str, Any]], dict[str, str], Place | None]


def gather_elements(
    found: Iterable[MasterElement], form: EpcFormat, *, dated: bool = False
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Elements as a vocabularyList with its prefixes; `dated` adds since when each is recorded."""
    return gather((each.type, *_write(each, form, dated=dated)) for each in found)


def _write(
    element: MasterElement, form: EpcFormat, *, dated: bool
) -> tuple[dict[str, Any], Mapping[str, str]]:
    entry = element.entry
    entry["id"] = translate_id(entry["id"], form)
    if "children" in entry:
        entry["children"] = [translate_id(child, form) for child in entry["children"]]
    if not dated:
        return entry, element.namespaces
    # An entry that has given our prefix another meaning keeps it.
    free = element.namespaces.get("nguon") in (None, NGUON_VOC)
    prefix = "nguon" if free else "nguon-voc"
    told = {f"{prefix}:recorded": format_time(element.recorded)}
    return entry | told, {**element.namespaces, prefix: NGUON_VOC}


def list_vocabularies() -> list[str]:
    """The names of all vocabularies that master data was captured of."""
    return get_store().vocabularies()


def find_page(asked: Asked, form: EpcFormat) -> Page:
    """A page of elements."""
    found, place = get_store().master_data_page(
        asked.query, want=asked.size, after=asked.after, recorded_by=asked.as_of
    )
    return (*gather_elements(found, form), place)


def find_element(kind: str, name: str, asked: Asked, form: EpcFormat) -> Page:
    """One element as it is, or was; with `history` all that it ever was, newest first."""
    if asked.history:
        return _find_history(kind, name, asked, form)
    query = msgspec.structs.replace(asked.query, names=(plain_name(name),))
    found = get_store().query_master_data(query, recorded_by=asked.as_of)
    if not found:
        raise refuse(404, "no_master_data", name)
    return (*gather_elements(found, form, dated=True), None)


def _find_history(kind: str, name: str, asked: Asked, form: EpcFormat) -> Page:
    until = asked.as_of
    if asked.after is not None:
        until = datetime.fromisoformat(asked.after[1]) - _INSTANT
    found = get_store().master_data_history(name, kind, limit=asked.size + 1, recorded_by=until)
    if not found:
        raise refuse(404, "no_master_data", name)
    more = len(found) > asked.size
    shown = found[: asked.size]
    place = (kind, shown[-1].recorded.isoformat()) if more else None
    return (*gather_elements(shown, form, dated=True), place)


def write_page(page: Page, now: datetime, *, xml: bool) -> bytes:
    """An EPCISQueryDocument of master data."""
    vocabularies, namespaces, _ = page
    if xml:
        return write_vocabulary_answer(vocabularies, creation_date=now, namespaces=namespaces)
    return write_vocabulary_document(vocabularies, namespaces, creation_date=now)


def write_names(names: list[str], now: datetime, *, xml: bool) -> bytes:
    """The names of vocabularies: a Collection in JSON, vocabularies without elements in XML."""
    if xml:
        return write_vocabulary_answer([{"type": name} for name in names], creation_date=now)
    collection = {"@context": make_context({}), "type": "Collection", "member": names}
    return msgspec.json.encode(collection)
