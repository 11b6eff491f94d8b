"""The addresses of the EPCIS door (EPCIS 2.0 REST binding)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from nguon.exchange.answers import answer_problem
from nguon.exchange.problem import refuse
from nguon.exchange.views.capture import capture, job, job_events, validate
from nguon.exchange.views.events import event, events
from nguon.exchange.views.resources import lists, ones, root, token

__all__ = [
    "capture",
    "event",
    "events",
    "job",
    "job_events",
    "lists",
    "ones",
    "refuse_address",
    "root",
    "token",
    "validate",
]


@csrf_exempt
def refuse_address(request: HttpRequest, address: str = "") -> HttpResponse:
    """404 in the form that machines read, for whatever stands below `/epcis/` but is not there."""
    return answer_problem(request, refuse(404, "no_address", f"/epcis/{address}"))
