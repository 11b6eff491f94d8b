"""Addresses of the trace page, below `/trace/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.tracing import views

urlpatterns: list[URLPattern] = [path("", views.trace_code, name="trace")]
