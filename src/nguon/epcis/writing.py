"""The model back into JSON-LD (EPCIS 2.0 section 10; the query document of section 8.2).

Vocabulary and identifiers are written as they stand in the model. Numbers become JSON numbers of
the same value. What is written reads back as an equal event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nguon.epcis.context import GS1_CONTEXT
from nguon.epcis.decoding import load
from nguon.epcis.model import EXTENSIONS, NAMESPACES, AnyEvent
from nguon.epcis.names import KNOWN

Namespaces = Mapping[str, str]
# An event of the model, or one as it was received with the prefixes that were in force for it.
Writable = AnyEvent | tuple[bytes, Namespaces]

_encoder = msgspec.json.Encoder(decimal_format="number")
# A float shows so many digits as they were.
_EXACT_DIGITS = 15


def write_event(event: AnyEvent, *, with_context: bool = False) -> dict[str, Any]:
    """The event's JSON object; `with_context` makes it stand on its own."""
    members: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(Decimal, datetime))
    members.pop(NAMESPACES, None)
    ilmd = members.pop("ilmd", None)
    extensions = members.pop(EXTENSIONS, {})
    written = {name: _plain(value) for name, value in members.items()}
    if ilmd is not None:
        written["ilmd"] = ilmd
    written |= extensions
    return {"@context": make_context(event.namespaces), **written} if with_context else written


def encode_event(event: AnyEvent, *, with_context: bool = False) -> bytes:
    """`write_event` in UTF-8."""
    return _encoder.encode(write_event(event, with_context=with_context))


def _plain(value: Any) -> Any:
    match value:
        case dict():
            extensions = value.pop(EXTENSIONS, {})
            return {name: _plain(entry) for name, entry in value.items()} | extensions
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case Decimal():
            return _number(value)
        case datetime():
            return format_time(value)
        case _:
            return value


def _number(value: Decimal) -> int | float | Decimal:
    whole = value.to_integral_value() if value.is_finite() else value
    if whole == value and abs(value) < 1 << 53:
        return int(value)
    return float(value) if len(value.as_tuple().digits) <= _EXACT_DIGITS else value


def format_time(moment: datetime) -> str:
    """RFC 3339, `Z` for UTC."""
    text = moment.isoformat()
    return text[:-6] + "Z" if moment.tzinfo is UTC else text


def make_context(namespaces: Namespaces) -> list[str | dict[str, str]]:
    """GS1's context, then the prefixes it does not define itself."""
    own = {prefix: iri for prefix, iri in namespaces.items() if KNOWN.get(prefix) != iri}
    return [GS1_CONTEXT, own] if own else [GS1_CONTEXT]


def write_document(
    events: Iterable[Writable],
    *,
    creation_date: datetime,
    identifier: str | None = None,
    header: Mapping[str, Any] | None = None,
) -> bytes:
    """An EPCISDocument in UTF-8. `header` is an epcisHeader as `Document.header` holds it."""
    namespaces, written = _gather(events)
    document = _head("EPCISDocument", namespaces, creation_date, identifier)
    if header is not None:
        document["epcisHeader"] = header
    document["epcisBody"] = {"eventList": written}
    return _encoder.encode(document)


def write_query_document(
    events: Iterable[Writable],
    *,
    creation_date: datetime,
    query_name: str = "SimpleEventQuery",
    subscription_id: str | None = None,
    identifier: str | None = None,
) -> bytes:
    """An EPCISQueryDocument in UTF-8: the answer to a query, or to a subscription."""
    namespaces, written = _gather(events)
    document = _head("EPCISQueryDocument", namespaces, creation_date, identifier)
    results: dict[str, Any] = {"queryName": query_name}
    if subscription_id is not None:
        results["subscriptionID"] = subscription_id
    results["resultsBody"] = {"eventList": written}
    document["epcisBody"] = {"queryResults": results}
    return _encoder.encode(document)


def _head(
    kind: str, namespaces: Namespaces, creation_date: datetime, identifier: str | None
) -> dict[str, Any]:
    head: dict[str, Any] = {"@context": make_context(namespaces)}
    if identifier is not None:
        head["id"] = identifier
    created = format_time(creation_date)
    return head | {"type": kind, "schemaVersion": "2.0", "creationDate": created}


def _gather(events: Iterable[Writable]) -> tuple[dict[str, str], list[Any]]:
    """All events written, and the prefixes they share; one that disagrees carries its own."""
    shared: dict[str, str] = {}
    written: list[Any] = []
    for entry in events:
        namespaces = entry[1] if isinstance(entry, tuple) else entry.namespaces
        agrees = all(shared.get(prefix, iri) == iri for prefix, iri in namespaces.items())
        if agrees:
            shared |= namespaces
        written.append(_one(entry, namespaces, agrees=agrees))
    return shared, written


def _one(entry: Writable, namespaces: Namespaces, *, agrees: bool) -> Any:
    if not isinstance(entry, tuple):
        return write_event(entry, with_context=not agrees)
    if agrees:
        return msgspec.Raw(entry[0])
    return load(entry[0]) | {"@context": make_context(namespaces)}
