"""Addresses of named queries and their subscriptions, below `/epcis/`."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.exchange.subscriptions import views

_ONE = "queries/<str:name>/subscriptions/<str:number>"

urlpatterns: list[URLPattern] = [
    path("queries", views.all_queries, name="epcis-queries"),
    path("queries/<str:name>", views.one_query, name="epcis-query"),
    path("queries/<str:name>/events", views.query_events, name="epcis-query-events"),
    path("queries/<str:name>/subscriptions", views.all_subscriptions, name="epcis-subscriptions"),
    path(_ONE, views.one_subscription, name="epcis-subscription"),
    path(f"{_ONE}/deadLetters", views.letters, name="epcis-dead-letters"),
]
