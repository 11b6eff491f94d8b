"""Middleware: logs without identity, the security policy, the language, errors as pages."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, DataError
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from nguon.accounts.doors import keep_private
from nguon.errors import Fault, Language, NguonError
from nguon.parts.words import read_language
from nguon.web.css import hash_stylesheet

type_of_next = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger("nguon.web")


class LogMiddleware:
    """One line an answer: method, route, status, time. No address, no query, no agent."""

    def __init__(self, get_response: type_of_next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self._next(request)
        match = request.resolver_match
        _log.info(
            "answered",
            method=request.method,
            route=match.route if match else "",
            status=response.status_code,
            ms=round((time.perf_counter() - begun) * 1000, 1),
        )
        return response


class PolicyMiddleware:
    """The content security policy: nothing from elsewhere, no script at all, one inline sheet."""

    def __init__(self, get_response: type_of_next) -> None:
        self._next = get_response
        self._policy = "; ".join(
            [
                "default-src 'none'",
                f"style-src 'self' '{hash_stylesheet()}'",
                "img-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
            ]
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._next(request)
        # A browser takes the headers of a 304 over: they must not replace a page's own policy.
        if response.status_code != 304:
            response.headers.setdefault("Content-Security-Policy", self._policy)
        return response


class LanguageMiddleware(LocaleMiddleware):
    """`?lang=en` on any page chooses a language and keeps it; otherwise cookie, then browser."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.GET.get("lang", "")
        if chosen not in dict(settings.LANGUAGES):
            super().process_request(request)
            return
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        request.chosen_language = chosen

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        patch_vary_headers(answer, ["Cookie"])
        if chosen := getattr(request, "chosen_language", ""):
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
            patch_cache_control(answer, private=True)
        return answer


class FaultMiddleware:
    """Faults that no view caught become a page that explains itself, never a stack trace."""

    def __init__(self, get_response: type_of_next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._next(request)
        return keep_private(response) if getattr(request, "is_desk", False) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A fault's own status, else Django's way.

        400 for a value that the database cannot take, 503 where it does not answer.
        """
        if isinstance(exception, NguonError):
            status = int(getattr(exception, "status", 400))
            faults = list(exception.faults)
        elif isinstance(exception, DataError | psycopg.DataError):
            status, faults = 400, [Fault("web.value_too_large")]
        elif isinstance(exception, DatabaseError):
            status, faults = 503, [Fault("web.database_unreachable")]
        else:
            return None
        # What stands around a page asks the database too, and it may be the one that failed.
        request.is_failed = True
        language = read_language()
        _log.warning("refused", status=status, codes=[fault.code for fault in faults])
        response = render(
            request,
            "fault.html",
            {"status": status, "faults": [_show(fault, language) for fault in faults]},
            status=status,
        )
        if status == 503:
            response["Retry-After"] = "30"
        return response


def _show(fault: Fault, language: Language) -> dict[str, str]:
    return {"code": fault.code, "rule": fault.rule, "sentence": fault.sentence(language)}
