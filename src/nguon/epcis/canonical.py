"""Whether two events mean the same, however they are written.

The canonical form has words and identifiers in one syntax, names by their namespace, times as
UTC instants (the offset is kept beside), numbers normalised, and EPCIS's lists sorted, since
they are sets. recordTime takes no part: each repository has its own. Unlike the event hash it
leaves nothing else out and rounds nothing; arrays inside extensions keep their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import orjson

from nguon.epcis.decoding import load_fast
from nguon.epcis.hash import format_number, qualify
from nguon.epcis.model import EXTENSIONS, NAMESPACES, AnyEvent
from nguon.epcis.vocabulary import Kind, web_uri
from nguon.gs1 import Gs1Error, canonical_key

_WORDS: Mapping[str, Kind] = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "set": "disposition",
    "unset": "disposition",
    "reason": "errorReason",
    "exception": "sensorAlert",
    "component": "component",
}
_TYPES: Mapping[str, Kind] = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "sourceDestination",
    "destinationList": "sourceDestination",
    "sensorReport": "measurement",
}
_LITERALS = frozenset({"eventTimeZoneOffset", "eventID", "stringValue", "uom", "action"})


def canonical(event: AnyEvent) -> dict[str, Any]:
    """The canonical form: equal for two events exactly when they mean the same."""
    members: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(Decimal, datetime))
    members.pop(NAMESPACES, None)
    members.pop("recordTime", None)
    ilmd = members.pop("ilmd", None)
    form = _object(members, "event", event.namespaces)
    if ilmd:
        form["ilmd"] = _free(ilmd, event.namespaces)
    return form


def digest(event: AnyEvent) -> bytes:
    """SHA-256 of the canonical form: 32 bytes that tell "the same again" from "other content"."""
    return hashlib.sha256(orjson.dumps(canonical(event), option=orjson.OPT_SORT_KEYS)).digest()


def fast_digest(raw: bytes, namespaces: Mapping[str, str]) -> bytes:
    """SHA-256 of the event's own JSON, its members sorted and recordTime left out.

    Equal digests mean equal events. Different ones decide nothing: ask `digest`.
    """
    members = load_fast(raw)
    members.pop("recordTime", None)
    whole = [members, dict(namespaces)]
    try:
        text = orjson.dumps(whole, _exact, orjson.OPT_SORT_KEYS)
    except TypeError:  # a whole number of more than 64 bits
        text = json.dumps(whole, default=_exact, sort_keys=True).encode()
    return hashlib.sha256(text).digest()


def _exact(value: object) -> object:
    # Numbers that a float cannot hold, told apart from texts of the same digits.
    return {"@decimal": str(value)}


def _object(
    members: Mapping[str, Any], owner: str, namespaces: Mapping[str, str]
) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, value in members.items():
        if name == EXTENSIONS:
            form |= {qualify(key, namespaces): _free(own, namespaces) for key, own in value.items()}
        elif name == "type" and owner in _TYPES:
            form[name] = web_uri(_TYPES[owner], value)
        else:
            form[name] = _known(value, name, namespaces)
    return form


def _known(value: Any, name: str, namespaces: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return _object(value, name, namespaces)
        case list() | tuple():
            entries = [_known(entry, name, namespaces) for entry in value]
            return sorted(entries, key=_order)
        case str() if name in _WORDS:
            return web_uri(_WORDS[name], value)
        case str() if name not in _LITERALS:
            return _identifier(value)
        case _:
            return _scalar(value)


def _order(entry: Any) -> bytes:
    return orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)


def _identifier(text: str) -> str:
    if ":" not in text:
        return text
    try:
        return canonical_key(text)
    except Gs1Error:
        return text


def _scalar(value: Any) -> Any:
    match value:
        case bool() | str() | None:
            return value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            number = value if isinstance(value, Decimal) else Decimal(repr(value))
            return {"@decimal": format_number(number)}


def _free(value: Any, namespaces: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {qualify(key, namespaces): _free(own, namespaces) for key, own in value.items()}
        case list():
            return [_free(entry, namespaces) for entry in value]
        case _:
            return _scalar(value)
