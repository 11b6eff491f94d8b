"""The address of the SOAP door, below `/epcis/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.exchange.soap import views

urlpatterns: list[URLPattern] = [path("soap", views.soap, name="epcis-soap")]
