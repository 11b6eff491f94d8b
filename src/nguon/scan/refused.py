"""What a person sees at a code's address that leads nowhere: the code taken apart."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nguon.gs1 import Gs1Error, identify
from nguon.labels.services import note_unissued
from nguon.parts.paths import link_of_path
from nguon.registry.queries import class_key
from nguon.resolver.deciding import Resolution
from nguon.scan.reading import Reading, read_not_issued, read_unknown, read_wrong
from nguon.scan.stamps import counts_as_look


def show_wrong(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A code with a fault in it."""
    reading = read_wrong(link_of_path(request.path_info), Gs1Error(*resolution.faults))
    return _show(request, reading, resolution)


def show_unknown(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A well-formed code of nothing that is known here."""
    return _show(request, read_unknown(_key(request, resolution)), resolution)


def show_not_issued(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A serial number that nobody issued; a person's question for it is counted."""
    found = identify(_key(request, resolution))
    if counts_as_look(request):
        note_unissued(class_key(found.key), timezone.now())
    response = _show(request, read_not_issued(found), resolution)
    response["Cache-Control"] = "private, no-store"
    return response


def _key(request: HttpRequest, resolution: Resolution) -> str:
    return resolution.asked.key if resolution.asked else link_of_path(request.path_info)


def _show(request: HttpRequest, reading: Reading, resolution: Resolution) -> HttpResponse:
    told = replace(reading, fault_code=resolution.faults[0].code)
    return render(request, "scan/unknown.html", {"reading": told}, status=resolution.status)
