"""Reads of captured master data, in the shapes of EPCIS: JSON-LD and XML alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from nguon.epcis import EpcisError
from nguon.epcis.master import gather, write_vocabulary_document
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.writing import format_time
from nguon.epcis.xml import EpcFormat, translate_id, write_vocabulary_answer
from nguon.eventstore.query import MasterElement, Place
from nguon.exchange.answers import Rendered
from nguon.exchange.forms import Form
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.vocabularies.asking import Asked
from nguon.parts.engine import get_store
from nguon.registry.queries import look_up
from nguon.rules import NGUON_VOC

_INSTANT = timedelta(microseconds=1)
# A page of master data: its vocabularies, the prefixes of their names, where the next begins.
Page = tuple[list[dict[str, Any]], dict[str, str], Place | None]


def gather_elements(
    found: Iterable[MasterElement], form: EpcFormat
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Elements as a vocabularyList with its prefixes."""
    return gather((each.type, _write(each, form), each.namespaces) for each in found)


def _write(element: MasterElement, form: EpcFormat) -> dict[str, Any]:
    entry = element.entry
    entry["id"] = translate_id(entry["id"], form)
    if "children" in entry:
        entry["children"] = [translate_id(child, form) for child in entry["children"]]
    return entry


def _gather_told(
    found: Iterable[MasterElement], form: EpcFormat, **told: object
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The same, each with since when it is recorded, and what is told of all, under our prefix."""
    entries = []
    for each in found:
        # An entry that has given our prefix another meaning keeps it.
        free = each.namespaces.get("nguon") in (None, NGUON_VOC)
        prefix = "nguon" if free else "nguon-voc"
        ours = {"recorded": format_time(each.recorded), **told}
        added = {f"{prefix}:{name}": _prefixed(value, prefix) for name, value in ours.items()}
        namespaces = {**each.namespaces, prefix: NGUON_VOC}
        entries.append((each.type, _write(each, form) | added, namespaces))
    return gather(entries)


def _prefixed(value: object, prefix: str) -> object:
    if not isinstance(value, dict):
        return value
    return {f"{prefix}:{name}": entry for name, entry in value.items()}


def _read_registered(name: str) -> dict[str, object]:
    """What the register says of an id: what it is and its name there; nothing of a household."""
    directory = look_up([name])
    groups = {
        "organisation": directory.organisations,
        "place": directory.places,
        "product": directory.products,
    }
    for kind, entries in groups.items():
        entry = entries.get(name)
        if entry is not None and entry.values and not entry.private:
            registered = {"kind": kind, "name": str(entry.values["name"])}
            return {"registered": registered}
    return {}


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
    """One element as it is, or was; with `history` all that it ever was, newest first.

    Since when it is recorded, and what the register calls it, stand beside it under our prefix.
    """
    if asked.history:
        return _find_history(kind, name, asked, form)
    query = msgspec.structs.replace(asked.query, names=(plain_name(name),))
    found = get_store().query_master_data(query, recorded_by=asked.as_of)
    if not found:
        raise refuse(404, "no_master_data", name)
    return (*_gather_told(found, form, **_read_registered(found[0].id)), None)


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
    return (*_gather_told(shown, form), place)


def render_page(page: Page, form: Form, now: datetime) -> Rendered:
    """An EPCISQueryDocument of master data; Problem 406 for what XML cannot hold."""
    vocabularies, namespaces, _ = page
    if not form.xml:
        body = write_vocabulary_document(vocabularies, namespaces, creation_date=now)
        return Rendered(body, form.media_type, form.headers)
    try:
        body = write_vocabulary_answer(
            vocabularies, creation_date=now, version=form.version, namespaces=namespaces
        )
    except EpcisError as error:
        raise Problem(406, *error.faults) from error
    return Rendered(body, form.media_type, form.headers)
