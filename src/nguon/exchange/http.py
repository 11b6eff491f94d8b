"""One address of the EPCIS door: its methods, OPTIONS, 405, and every failure as a problem body.

RFC 9110 for methods and negotiation, RFC 7807 for refusals, the EPCIS 2.0 REST binding for
the headers. No failure leaves as a page or a stack trace.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from nguon.errors import Language, NguonError
from nguon.exchange.headers import DISCOVERY, JSON_TYPES, VERSIONS, allow, refuse_accept
from nguon.exchange.problem import CONTENT_TYPE, Problem, refuse
from nguon.exchange.senders import read_sender

RETRY_AFTER = 30
Handler = Callable[..., HttpResponse]
_log = structlog.get_logger("nguon.exchange")


def choose_language(request: HttpRequest) -> Language:
    """Vietnamese where Accept-Language puts it before English, else English."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if tag.startswith(("vi", "en")):
            return "vi" if tag.startswith("vi") else "en"
    return "en"


def negotiate(request: HttpRequest) -> str:
    """The JSON media type to answer with; Problem 406 where Accept names none of ours."""
    chosen = request.get_preferred_type(list(JSON_TYPES))
    if chosen is None:
        raise refuse_accept(request.headers.get("Accept", ""))
    return chosen


def answer_json(
    content: object, *, content_type: str, status: int = 200, headers: Mapping[str, str] = VERSIONS
) -> HttpResponse:
    """JSON that no cache may share: what may be read can change with the reader."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    response = HttpResponse(body, status=status, content_type=content_type, headers=dict(headers))
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept"])
    return response


def answer_empty(status: int, headers: Mapping[str, str]) -> HttpResponse:
    """An answer without a body, and so without a type."""
    response = HttpResponse(status=status, headers=dict(headers))
    del response["Content-Type"]
    return response


def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The refusal in the caller's language."""
    language = choose_language(request)
    response = answer_json(
        problem.body(language),
        content_type=CONTENT_TYPE,
        status=problem.status,
        headers={**VERSIONS, **problem.headers},
    )
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def check_key(request: HttpRequest) -> str:
    """Whose capture it is (`senders.read_sender`); Problem 401 or 403 for who may not send."""
    return read_sender(request)


def _explain(error: NguonError) -> Problem:
    if isinstance(error, Problem):
        return error
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
        method = "GET" if request.method == "HEAD" else request.method or ""
        if method == "OPTIONS":
            return answer_empty(204, {**DISCOVERY, **discovery(), **allowed})
        if method not in handlers:
            problem = refuse(405, "method", method, allowed=allowed["Allow"])
            problem.headers.update(allowed)
            return answer_problem(request, problem)
        return _guard(handlers[method], request, given)

    return view
