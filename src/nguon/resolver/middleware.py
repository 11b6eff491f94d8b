"""The fast way: a code's address is answered before sessions, languages and forms are looked at.

What needs a page (a refusal or a link set for a person), a database that is down, or a host that is
not ours goes on through the chain, with the decision on the request where there is one.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from psycopg import Error
from psycopg_pool import PoolTimeout

from nguon.errors import NguonError
from nguon.resolver.answering import answer, find_root, preflight, refuse_method
from nguon.resolver.deciding import resolve, wants_page
from nguon.resolver.reading import is_code

DOWN = (DatabaseError, Error, PoolTimeout, NguonError)


class ResolverMiddleware:
    """Stands first, or right behind the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_code(request.path_info):
            return self._next(request)
        if request.method == "OPTIONS":
            return preflight()
        if request.method not in ("GET", "HEAD"):
            return refuse_method(request)
        try:
            find_root(request)
            resolution = resolve(request.path_info, request.META, timezone.now())
        except (*DOWN, DisallowedHost):
            return self._next(request)
        needs_page = resolution.outcome.kind != "redirect" and wants_page(
            request.META.get("HTTP_ACCEPT", "")
        )
        if needs_page:
            request.resolution = resolution  # type: ignore[attr-defined] # read by the view
            return self._next(request)
        return answer(request, resolution)
