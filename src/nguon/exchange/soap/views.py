"""The SOAP door: envelopes in and out, WSDL and schema on GET (SOAP 1.1 section 6, WSDL 1.1).

Every failure of a call is a SOAP fault with status 500, as SOAP 1.1 has it over HTTP.
"""

from __future__ import annotations

import secrets

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from nguon.epcis.query import QueryError
from nguon.epcis.soap import (
    Call,
    GetQueryNames,
    GetStandardVersion,
    GetSubscriptionIDs,
    GetVendorVersion,
    Poll,
    SoapError,
    Subscribe,
    Unsubscribe,
    guess_version,
    read_call,
    write_fault,
    write_names,
    write_schema,
    write_void,
    write_wsdl,
)
from nguon.epcis.soap.model import FaultCode
from nguon.epcis.subscription import SubscriptionError
from nguon.epcis.xml import Version
from nguon.errors import Language, NguonError
from nguon.exchange.headers import is_xml
from nguon.exchange.http import RETRY_AFTER, check_key, choose_language, door
from nguon.exchange.limits import check_length, read_limited
from nguon.exchange.problem import refuse
from nguon.exchange.soap import queries, services

_MOST = 1 << 20
_TOLD = 10
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "utf-16")
_VERSIONS: dict[str, Version] = {"": "2.0", "2.0": "2.0", "1.2": "1.2"}
_TYPE = "text/xml; charset=utf-8"
_log = structlog.get_logger("nguon.exchange.soap")


def _post(request: HttpRequest) -> HttpResponse:
    body, version = b"", "2.0"
    call: Call | None = None
    try:
        body = _read_body(request)
        call = read_call(body)
        return _answer(_perform(call, request), 200)
    except Exception as error:  # noqa: BLE001 - whatever went wrong leaves as a SOAP fault
        version = guess_version(body) if call is None else call.version
        return _answer_error(request, error, version, getattr(call, "query_name", None))


def _read_body(request: HttpRequest) -> bytes:
    """The message; refused where it says that it is something else, or too long."""
    if not is_xml(request.content_type or ""):
        raise refuse(415, "soap_content", request.content_type or "–")
    charset = (request.content_params or {}).get("charset", "")
    if charset.strip("\"' ").lower() not in _CHARSETS:
        raise refuse(415, "soap_content", charset)
    expected = check_length(request.META.get("CONTENT_LENGTH"), _MOST)
    ends = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    if expected is None and not (ends or request.META.get("wsgi.input_terminated")):
        expected = 0
    return read_limited(request.META["wsgi.input"], expected, _MOST)


def _perform(call: Call, request: HttpRequest) -> bytes:
    match call:
        case GetQueryNames(version):
            return queries.list_names(version)
        case GetStandardVersion(version):
            return queries.tell_standard(version)
        case GetVendorVersion(version):
            return queries.tell_vendor(version)
        case Poll():
            return queries.poll(call)
    sender = check_key(request)
    match call:
        case Subscribe():
            services.subscribe(call, sender)
            return write_void("Subscribe", call.version)
        case Unsubscribe(version, name):
            services.unsubscribe(name, sender)
            return write_void("Unsubscribe", version)
        case GetSubscriptionIDs(version, name):
            return write_names("GetSubscriptionIDs", services.list_ids(name, sender), version)
    raise AssertionError(call)


def _answer(message: bytes, status: int) -> HttpResponse:
    response = HttpResponse(message, status=status, content_type=_TYPE)
    response["Cache-Control"] = "private, no-store"
    return response


def _answer_error(
    request: HttpRequest, error: Exception, version: Version, query: str | None
) -> HttpResponse:
    language = choose_language(request)
    told: tuple[str, FaultCode] = ("ImplementationException", "Server")
    shown = error
    if isinstance(error, DatabaseError | OperationalError | PoolTimeout):
        _log.warning("database did not answer", exc_info=True)
        shown = refuse(503, "database_down", RETRY_AFTER)
    elif not isinstance(error, NguonError):
        number = secrets.token_hex(4)
        _log.error("broken", number=number, exc_info=error)
        shown = refuse(500, "broken", number)
    else:
        told = _judge(error)
    message = write_fault(told[0], _tell(shown, language), version, code=told[1], query_name=query)
    response = _answer(message, 415 if getattr(error, "status", 0) == 415 else 500)
    response["Content-Language"] = language
    return response


def _judge(error: NguonError) -> tuple[str, FaultCode]:
    """The exception of the WSDL for an error, and who is at fault."""
    match error:
        case SoapError():
            return error.exception, error.fault_code
        case SubscriptionError():
            return error.exception, "Client"
        case QueryError():
            ours = error.exception == "ImplementationException"
            return error.exception, "Server" if ours else "Client"
    status = int(getattr(error, "status", 500))
    if status in (401, 403):
        return "SecurityException", "Client"
    if status < 500:
        return "ValidationException", "Client"
    return "ImplementationException", "Server"


def _tell(error: Exception, language: Language) -> str:
    faults = error.faults if isinstance(error, NguonError) else ()
    return "\n".join(fault.sentence(language) for fault in faults[:_TOLD])


def _get(request: HttpRequest) -> HttpResponse:
    """`?wsdl` (or `?wsdl=1.2`), also without anything; `?xsd=2.0` the schema that it imports."""
    described = "xsd" if "xsd" in request.GET else "wsdl"
    version = _VERSIONS.get(request.GET.get(described, ""))
    if version is None:
        raise refuse(404, "no_address", request.get_full_path())
    address = settings.NGUON_BASE_URL + reverse("epcis-soap")
    if described == "xsd":
        message = write_schema(version)
    else:
        message = write_wsdl(version, address, f"{address}?xsd={version}")
    return HttpResponse(message, content_type=_TYPE)


soap = door(GET=_get, POST=_post)
