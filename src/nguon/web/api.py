"""The JSON API, `/api/v1`: one router a room, one way to refuse (RFC 9457 problem details)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
import psycopg
from django.conf import settings
from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

from nguon.accounts.decisions import AccessError, Actor
from nguon.accounts.queries import bears_key, read_actor
from nguon.errors import Fault, NguonError

_SAFE = ("GET", "HEAD", "OPTIONS")


def identify_caller(request: HttpRequest) -> Actor:
    """The actor of a call. A session is enough to read; whoever writes shows a key.

    A key is sent on purpose, a cookie by any page: so the API needs no token against forged
    requests.
    """
    actor = read_actor(request)
    if not actor.known or (request.method not in _SAFE and not bears_key(request)):
        words = {"action_vi": "gọi API này", "action_en": "call this"}
        raise AccessError(Fault("accounts.not_signed_in", params=words))
    return actor


def answer_refusal(request: HttpRequest, error: NguonError) -> HttpResponse:
    """The faults as a problem body, in both languages."""
    status = int(getattr(error, "status", 400))
    language = "vi" if str(getattr(request, "LANGUAGE_CODE", "vi")).startswith("vi") else "en"
    body = {
        "type": f"urn:nguon:fault:{error.code}",
        "title": "This cannot be done" if language == "en" else "Không thực hiện được",
        "status": status,
        "detail": error.fault.sentence(language),
        "errors": [fault.as_dict() for fault in error.faults],
    }
    response = HttpResponse(
        orjson.dumps(body), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="nguon"'
    return response


def answer_malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or parameter of the wrong form, each with its place."""
    faults = [
        Fault(
            "web.value_malformed",
            pointer="/" + "/".join(map(str, entry["loc"])),
            value=entry.get("input", ""),
            params={"reason": entry["msg"]},
        )
        for entry in error.errors
    ]
    refusal = NguonError(*faults)
    refusal.status = 422  # type: ignore[attr-defined] # read by answer_refusal
    return answer_refusal(request, refusal)


def answer_value(request: HttpRequest, _error: Any) -> HttpResponse:
    """A value that the database cannot take: too long, too large, or with a sign it has not."""
    return answer_refusal(request, NguonError(Fault("web.value_too_large")))


def answer_outage(request: HttpRequest, _error: Any) -> HttpResponse:
    """The database does not answer."""
    refusal = NguonError(Fault("web.database_unreachable"))
    refusal.status = 503  # type: ignore[attr-defined] # read by answer_refusal
    response = answer_refusal(request, refusal)
    response["Retry-After"] = "30"
    return response


def make_api() -> NinjaAPI:
    """The API with the router of every room that has one."""
    made = NinjaAPI(
        title="Nguồn",
        version="1",
        urls_namespace="api",
        docs_url=None,
        auth=identify_caller,
    )
    made.add_exception_handler(NguonError, answer_refusal)
    made.add_exception_handler(ValidationError, answer_malformed)
    made.add_exception_handler(DatabaseError, answer_outage)
    for kind in (DataError, psycopg.DataError):
        made.add_exception_handler(kind, answer_value)
    for room in settings.ROOMS:
        if find_spec(f"nguon.{room}.api") is not None:
            router: Any = import_module(f"nguon.{room}.api").router
            made.add_router("", router, tags=[room])
    return made


api = make_api()
