"""The resolver behind the middleware: the same answers, and the pages for people."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from psycopg import Error
from psycopg_pool import PoolTimeout

from nguon.errors import Fault, NguonError
from nguon.resolver.answering import (
    RETRY_AFTER,
    add_headers,
    answer,
    describe_resolver,
    preflight,
    refuse,
    refuse_method,
)
from nguon.resolver.deciding import Resolution, resolve, wants_page
from nguon.resolver.pages import show


@csrf_exempt
def resolve_code(request: HttpRequest, path: str) -> HttpResponse:
    """The answer to a code's address."""
    del path
    if request.method == "OPTIONS":
        return preflight()
    if request.method not in ("GET", "HEAD"):
        return refuse_method(request)
    person = wants_page(request.META.get("HTTP_ACCEPT", ""))
    try:
        resolution = _decide(request)
    except NguonError as error:
        if person:
            raise
        return refuse(request, int(getattr(error, "status", 503)), tuple(error.faults))
    except (DatabaseError, Error, PoolTimeout):
        if person:
            raise
        return refuse(request, 503, (Fault("resolver.database_down", value=RETRY_AFTER),))
    if resolution.outcome.kind == "redirect" or not person:
        return answer(request, resolution)
    return add_headers(request, show(request, resolution), resolution)


def _decide(request: HttpRequest) -> Resolution:
    known: Resolution | None = getattr(request, "resolution", None)
    return known or resolve(request.path_info, request.META, timezone.now())


@csrf_exempt
def describe(request: HttpRequest) -> HttpResponse:
    """`/.well-known/gs1resolver`."""
    if request.method == "OPTIONS":
        return preflight()
    if request.method not in ("GET", "HEAD"):
        return refuse_method(request)
    return describe_resolver(request)
