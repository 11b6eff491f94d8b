"""Addresses of the sender's pages, below `/desk/captures/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.exchange.desk import views

urlpatterns: list[URLPattern] = [
    path("", views.list_captures, name="captures"),
    path("file", views.take_file, name="capture-file"),
    path("<uuid:job>/", views.show_capture, name="capture"),
    path("<uuid:job>/events.csv", views.send_results, name="capture-results"),
]
