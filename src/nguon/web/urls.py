"""Addresses: health first, then every room that is installed."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from nguon.web import views

_PREFIXES = {"tracing": "trace/", "exchange": "epcis/", "scan": ""}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.answer_health, name="health"),
    path("readyz", views.answer_readiness, name="ready"),
    *(
        path(prefix, include(f"nguon.{room}.urls"))
        for room, prefix in _PREFIXES.items()
        if room in settings.ROOMS
    ),
]

handler404 = "nguon.web.views.show_missing"
handler500 = "nguon.web.views.show_broken"
