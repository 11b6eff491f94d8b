"""Addresses of the EPCIS door, below `/epcis/`."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from nguon.exchange import views
from nguon.exchange.soap import urls as soap
from nguon.exchange.subscriptions import urls as subscriptions
from nguon.exchange.vocabularies import urls as vocabularies

urlpatterns: list[URLPattern] = [
    path("capture", views.capture, name="epcis-capture"),
    path("capture/<str:job>", views.job, name="epcis-job"),
    path("capture/<str:job>/events", views.job_events, name="epcis-job-events"),
    path("validate", views.validate, name="epcis-validate"),
    path("events", views.events, name="epcis-events"),
    # An eventID is a URI; percent-encoded slashes arrive decoded.
    path("events/<path:event_id>", views.event, name="epcis-event"),
    *(path(name, view, name=f"epcis-{name}") for name, view in views.lists.items()),
    *(path(f"{name}/<path:name>", view) for name, view in views.ones.items()),
    path("nextPageToken/<path:token>", views.token),
    *subscriptions.urlpatterns,
    *soap.urlpatterns,
    *vocabularies.urlpatterns,
    path("", views.root, name="epcis-root"),
    # Whatever is left, with a line break in it too, which no `path` takes.
    re_path(r"^(?P<address>(?s:.+))$", views.refuse_address),
]
