"""What a person sees at a code's address that leads nowhere: the code taken apart."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nguon.gs1 import Gs1Error, identify
from nguon.parts.paths import link_of_path
from nguon.resolver.deciding import Resolution
from nguon.scan.reading import Reading, read_not_issued, read_unknown, read_wrong


def show_wrong(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A code with a fault in it."""
    reading = read_wrong(link_of_path(request.path_info), Gs1Error(*resolution.faults))
    return _show(request, reading, resolution)


def show_unknown(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A well-formed code of nothing that is known here."""
    return _show(request, read_unknown(_key(request, resolution)), resolution)


def show_not_issued(request: HttpRequest, resolution: Resolution) -> HttpResponse:
    """A serial number that nobody issued."""
    return _show(request, read_not_issued(identify(_key(request, resolution))), resolution)


def _key(request: HttpRequest, resolution: Resolution) -> str:
    return resolution.asked.key if resolution.asked else link_of_path(request.path_info)


def _show(request: HttpRequest, reading: Reading, resolution: Resolution) -> HttpResponse:
    told = replace(reading, fault_code=resolution.faults[0].code)
    return render(request, "scan/unknown.html", {"reading": told}, status=resolution.status)
