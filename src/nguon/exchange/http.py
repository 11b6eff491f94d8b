"""One address of the EPCIS door: its methods, OPTIONS, 405, and every failure as a problem body.

RFC 9110 for methods and negotiation, RFC 7807 for refusals, the EPCIS 2.0 REST binding for
the headers. No failure leaves as a page or a stack trace.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from nguon.epcis.query import QueryError
from nguon.errors import NguonError
from nguon.exchange.answers import (
    RETRY_AFTER,
    answer_empty,
    answer_json,
    answer_problem,
    choose_language,
)
from nguon.exchange.forms import prefer
from nguon.exchange.headers import DISCOVERY, JSON_TYPES, allow, refuse_accept
from nguon.exchange.limits import check_address
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.senders import read_sender

__all__ = [
    "RETRY_AFTER",
    "Handler",
    "answer_empty",
    "answer_json",
    "answer_problem",
    "check_key",
    "choose_language",
    "door",
    "negotiate",
]

_SAFE = ("GET", "HEAD", "OPTIONS")
# Pages of partners may read what is open, without cookies and without keys (Fetch Standard, CORS).
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Accept, GS1-EPCIS-Min, GS1-EPCIS-Max, GS1-EPCIS-Version, GS1-CBV-Min, GS1-CBV-Max, "
        "GS1-EPC-Format, GS1-CBV-XML-Format, GS1-Extensions"
    ),
    "Access-Control-Expose-Headers": (
        "Link, Allow, Retry-After, GS1-EPCIS-Version, GS1-CBV-Version, GS1-EPC-Format, "
        "GS1-CBV-XML-Format, GS1-Extensions, GS1-Next-Page-Token-Expires, Nguon-Flags"
    ),
    "Access-Control-Max-Age": "86400",
}
Handler = Callable[..., HttpResponse]
_log = structlog.get_logger("nguon.exchange")


def negotiate(request: HttpRequest) -> str:
    """The JSON media type to answer with; Problem 406 where Accept names none of ours."""
    chosen = prefer(request, JSON_TYPES)
    if chosen is None:
        raise refuse_accept(request.headers.get("Accept", ""))
    return chosen


def check_key(request: HttpRequest) -> str:
    """Whose capture it is (`senders.read_sender`); Problem 401 or 403 for who may not send."""
    return read_sender(request)


def _explain(error: NguonError) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryError):
        return Problem(error.status, *error.faults, name=error.exception)
    return Problem(int(getattr(error, "status", 400)), *error.faults)


def _guard(handler: Handler, request: HttpRequest, given: Mapping[str, Any]) -> HttpResponse:
    try:
        return handler(request, **given)
    except NguonError as error:
        return answer_problem(request, _explain(error))
    except (DatabaseError, OperationalError, PoolTimeout):
        _log.warning("database did not answer", exc_info=True)
        name = "ImplementationException"
        return answer_problem(request, refuse(503, "database_down", RETRY_AFTER, name=name))
    except Exception:  # noqa: BLE001 - the last resort: a machine gets a problem body, we the trace
        number = secrets.token_hex(4)
        _log.exception("broken", number=number)
        return answer_problem(request, refuse(500, "broken", number))


def door(*, discovery: Callable[[], Mapping[str, str]] = dict, **handlers: Handler) -> Handler:
    """A view out of one handler a method; OPTIONS and 405 come by themselves."""
    allowed = allow(handlers)

    @csrf_exempt
    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        response = act(request, given)
        if "GET" in handlers and request.method in _SAFE:
            for name, value in _CROSS_ORIGIN.items():
                response.headers[name] = value
        return response

    def act(request: HttpRequest, given: Mapping[str, Any]) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else request.method or ""
        if problem := check_address(request.path, request.META.get("QUERY_STRING", "")):
            return answer_problem(request, problem)
        if method == "OPTIONS":
            return answer_empty(204, {**DISCOVERY, **discovery(), **allowed})
        if method not in handlers:
            problem = refuse(405, "method", method, allowed=allowed["Allow"])
            problem.headers.update(allowed)
            return answer_problem(request, problem)
        return _guard(handlers[method], request, given)

    return view
