"""Answers and faults as SOAP 1.1 envelopes, valid by the schema of the version that was asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from nguon.epcis.soap.model import FaultCode
from nguon.epcis.soap.reading import ENVELOPE
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.namespaces import QUERY
from nguon.epcis.xml.signs import FORBIDDEN, in_text, tagged
from nguon.epcis.xml.writing import write_query_exception

_DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8'?>\n"
_OPEN: Final = f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}"><soapenv:Body>'.encode()
_CLOSE: Final = b"</soapenv:Body></soapenv:Envelope>"


def _envelope(body: bytes) -> bytes:
    return b"".join((_DECLARATION, _OPEN, body.removeprefix(_DECLARATION), _CLOSE))


def _result(name: str, version: Version, inner: str) -> bytes:
    told = f'xmlns:epcisq="{QUERY[version]}"'
    return _envelope(f"<epcisq:{name} {told}>{inner}</epcisq:{name}>".encode())


def write_results(results: bytes) -> bytes:
    """The answer to a poll: its QueryResults element, as `nguon.epcis.xml` writes it."""
    return _envelope(results)


def write_names(operation: str, names: Iterable[str], version: Version) -> bytes:
    """The answer of an operation that lists texts: `GetQueryNames`, `GetSubscriptionIDs`."""
    return _result(f"{operation}Result", version, "".join([tagged("string", n) for n in names]))


def write_text(operation: str, text: str, version: Version) -> bytes:
    """The answer of an operation that gives one text: `GetStandardVersion`, `GetVendorVersion`."""
    return _result(f"{operation}Result", version, in_text(text))


def write_void(operation: str, version: Version) -> bytes:
    """The answer of an operation that only succeeds: `Subscribe`, `Unsubscribe`."""
    return _result(f"{operation}Result", version, "")


def write_fault(
    exception: str,
    reason: str,
    version: Version,
    *,
    code: FaultCode = "Client",
    query_name: str | None = None,
) -> bytes:
    """A SOAP fault whose detail is the exception of the WSDL.

    Faults of the envelope itself (VersionMismatch, MustUnderstand) have no detail: SOAP 1.1
    section 4.4 keeps that for faults of the body.
    """
    # What was wrong may stand in the sentence, signs that XML cannot hold among it.
    shown = FORBIDDEN.sub("\ufffd", reason)
    detail = ""
    if code in ("Client", "Server"):
        severe = exception == "ImplementationException"
        named = exception in ("ImplementationException", "QueryTooLargeException")
        written = write_query_exception(
            exception,
            shown,
            version=version,
            severity="ERROR" if severe else None,
            query_name=FORBIDDEN.sub("\ufffd", query_name) if named and query_name else None,
        )
        detail = f"<detail>{written.removeprefix(_DECLARATION).decode()}</detail>"
    fault = tagged("faultcode", f"soapenv:{code}") + tagged("faultstring", shown) + detail
    return _envelope(f"<soapenv:Fault>{fault}</soapenv:Fault>".encode())
