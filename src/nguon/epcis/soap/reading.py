"""A SOAP 1.1 envelope in, the call that it holds out (SOAP 1.1 section 4; WS-I Basic Profile 1.1).

The parser is that of the documents: no document types, no entities, no instructions, bounded in
size and depth. Local elements belong to no namespace; those who qualify them are understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.soap.model import (
    Call,
    Controls,
    FaultCode,
    GetQueryNames,
    GetStandardVersion,
    GetSubscriptionIDs,
    GetVendorVersion,
    Poll,
    SoapError,
    Subscribe,
    Unsubscribe,
)
from nguon.epcis.soap.values import read_parameters
from nguon.epcis.xml.header import find
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.namespaces import QUERY
from nguon.epcis.xml.parsing import Parsing, cut
from nguon.epcis.xml.scope import boolean, text_of
from nguon.errors import Fault

ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP_12: Final = "http://www.w3.org/2003/05/soap-envelope"
_NEXT: Final = "http://schemas.xmlsoap.org/soap/actor/next"
_LIMITS: Final = Limits(bytes=1 << 20, events=1, depth=32)
_VERSIONS: Mapping[str, Version] = {QUERY["2.0"]: "2.0", QUERY["1.2"]: "1.2"}
_SCHEDULE = ("second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek")


def guess_version(data: bytes) -> Version:
    """The version that a message which could not be read seems to be in, for its fault."""
    old = QUERY["1.2"].encode()
    return "1.2" if old in data and QUERY["2.0"].encode() not in data else "2.0"


def read_call(data: bytes, *, limits: Limits = _LIMITS) -> Call:
    """The call of an envelope.

    Raises `SoapError` for what is no message of this interface, `QueryError` for parameters that
    no query takes.
    """
    element = _operation(_parse(data, limits))
    namespace, _, name = str(element.tag)[1:].partition("}")
    version = _VERSIONS.get(namespace)
    read = _READERS.get(name)
    if version is None or read is None:
        raise _refuse("soap_operation", element, element.tag)
    return read(element, version)


def _parse(data: bytes, limits: Limits) -> Any:
    parsing = Parsing(cut(data), limits, ("Envelope",))
    try:
        for _ in parsing:
            continue
    except EpcisError as error:
        raise SoapError(*error.faults) from error
    root = parsing.root
    if root.tag == f"{{{_SOAP_12}}}Envelope":
        raise _refuse("soap_version", root, root.tag, code="VersionMismatch")
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise _refuse("soap_envelope", root, root.tag)
    _check_depth(root, limits.depth)
    return root


def _check_depth(root: Any, limit: int) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > limit:
            params = {"limit": limit, "line": level[0].sourceline or 0, "column": 1}
            raise SoapError(Fault("epcis.too_deep", "", "", None, params))
        level = [inner for element in level for inner in element]


def _refuse(name: str, element: Any, value: object, code: FaultCode = "Client") -> SoapError:
    params = {"line": element.sourceline or 0}
    return SoapError(Fault(f"epcis.{name}", "", value, None, params), code=code)


def _operation(root: Any) -> Any:
    header = root.find(f"{{{ENVELOPE}}}Header")
    for block in () if header is None else header:
        if block.get(f"{{{ENVELOPE}}}mustUnderstand", "").strip() in ("1", "true") and block.get(
            f"{{{ENVELOPE}}}actor", _NEXT
        ) in ("", _NEXT):
            raise _refuse("soap_header", block, block.tag, code="MustUnderstand")
    body = root.find(f"{{{ENVELOPE}}}Body")
    if body is None or len(body) != 1:
        raise _refuse("soap_envelope", root if body is None else body, "Body")
    return body[0]


def _need(element: Any, name: str) -> Any:
    found = find(element, name)
    if found is None:
        raise _refuse("soap_part", element, name)
    return found


def _text(element: Any, name: str) -> str:
    found = _need(element, name)
    if not text_of(found):
        raise _refuse("soap_part", found, name)
    return text_of(found)


def _optional(element: Any, name: str) -> str | None:
    found = find(element, name)
    return None if found is None else text_of(found) or None


def _poll(element: Any, version: Version) -> Call:
    return Poll(version, _text(element, "queryName"), read_parameters(_need(element, "params")))


def _subscribe(element: Any, version: Version) -> Call:
    return Subscribe(
        version,
        _text(element, "queryName"),
        read_parameters(_need(element, "params")),
        _text(element, "dest"),
        _controls(_need(element, "controls")),
        _text(element, "subscriptionID"),
    )


def _controls(element: Any) -> Controls:
    schedule = find(element, "schedule")
    reported = boolean(_text(element, "reportIfEmpty"))
    if not isinstance(reported, bool):
        raise _refuse("soap_part", _need(element, "reportIfEmpty"), "reportIfEmpty")
    members = None
    if schedule is not None:
        told = {name: _optional(schedule, name) for name in _SCHEDULE}
        members = {name: text for name, text in told.items() if text is not None}
    return Controls(
        members, _optional(element, "trigger"), _optional(element, "initialRecordTime"), reported
    )


_READERS: Mapping[str, Callable[[Any, Version], Call]] = {
    "GetQueryNames": lambda _, version: GetQueryNames(version),
    "GetStandardVersion": lambda _, version: GetStandardVersion(version),
    "GetVendorVersion": lambda _, version: GetVendorVersion(version),
    "Poll": _poll,
    "Subscribe": _subscribe,
    "Unsubscribe": lambda element, version: Unsubscribe(version, _text(element, "subscriptionID")),
    "GetSubscriptionIDs": lambda element, version: GetSubscriptionIDs(
        version, _text(element, "queryName")
    ),
}
