"""Addresses of captured master data, below `/epcis/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.exchange.vocabularies import views

urlpatterns: list[URLPattern] = [
    path("masterData", views.master_data, name="epcis-master-data"),
    path("vocabularies", views.vocabularies, name="epcis-vocabularies"),
    # Names of vocabularies and ids are URIs; percent-encoded slashes arrive decoded.
    path("vocabularies/<path:place>", views.vocabulary, name="epcis-vocabulary"),
]
