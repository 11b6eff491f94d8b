"""Addresses of the start page and of the pages of codes."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from nguon.scan import views

# The primary keys of GS1 Digital Link URI Syntax 1.6, 4.
_KEYS = "01|00|253|255|401|402|414|417|8003|8004|8006|8010|8013|8017|8018"

urlpatterns: list[URLPattern] = [
    path("", views.show_start, name="start"),
    path("scan/k/", views.show_key, name="key"),
    re_path(rf"^scan/(?P<path>(?:{_KEYS})/.+)$", views.show_path, name="item"),
]
