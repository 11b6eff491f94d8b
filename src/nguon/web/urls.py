"""Addresses: health first, then every room that is installed."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from nguon.web import views
from nguon.web.api import api

_PREFIXES = {
    "accounts": "",
    "labels": "",
    "proofs": "",
    "tracing": "trace/",
    "exchange": "epcis/",
    "scan": "",
    "resolver": "",
}

# Rooms whose doors for machines and pages on the desk do not stand below one address.
_DESKS = {"exchange": "desk/captures/"}


def has_addresses(room: str) -> bool:
    """Whether a room has pages of its own."""
    return find_spec(f"nguon.{room}.urls") is not None


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.answer_health, name="health"),
    path("readyz", views.answer_readiness, name="ready"),
    path("api/v1/", api.urls),
    path("desk/", views.show_desk, name="desk"),
    *(
        path(prefix, include(f"nguon.{room}.urls"))
        for room, prefix in _PREFIXES.items()
        if room in settings.ROOMS and has_addresses(room)
    ),
    *(
        path(prefix, include(f"nguon.{room}.desk.urls"))
        for room, prefix in _DESKS.items()
        if room in settings.ROOMS
    ),
]

handler404 = "nguon.web.views.show_missing"
handler500 = "nguon.web.views.show_broken"
