"""Health, readiness, and the pages for what is missing or broken."""

from __future__ import annotations

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nguon.accounts.doors import desk
from nguon.accounts.queries import read_actor
from nguon.errors import Fault, NguonError
from nguon.parts.engine import get_store
from nguon.web.duties import list_duties


@never_cache
@require_safe
def answer_health(_request: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def answer_readiness(_request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated: 200, else 503 with the reason."""
    try:
        get_store().ready()
        waiting = _count_waiting_migrations()
    except NguonError as error:
        return _refuse([fault.as_dict() for fault in error.faults])
    except DatabaseError:
        return _refuse([Fault("web.database_unreachable").as_dict()])
    if waiting:
        return _refuse([Fault("web.not_migrated", value=waiting).as_dict()])
    return JsonResponse({"ready": True})


def _refuse(reasons: list[dict[str, object]]) -> JsonResponse:
    return JsonResponse({"ready": False, "reasons": reasons}, status=503)


def _count_waiting_migrations() -> int:
    executor = MigrationExecutor(connections["default"])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def show_missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page for an address that leads nowhere."""
    del exception
    return render(request, "missing.html", status=404)


def show_broken(request: HttpRequest) -> HttpResponse:
    """A page for our own mistakes, without details."""
    return render(request, "broken.html", status=500)


@desk
@require_safe
def show_desk(request: HttpRequest) -> HttpResponse:
    """The day's work: what waits for this person, room by room."""
    return render(request, "desk/home.html", {"duties": list_duties(read_actor(request))})
