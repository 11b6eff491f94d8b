"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.proofs import views
from nguon.proofs.queries import HOME

_HOME = HOME.lstrip("/")

urlpatterns: list[URLPattern] = [
    path(_HOME, views.answer_ledger, name="ledger"),
    path(f"{_HOME}/checkpoint", views.answer_checkpoint, name="ledger-checkpoint"),
    path(f"{_HOME}/roots", views.answer_roots, name="ledger-roots"),
    path(f"{_HOME}/roots/<int:number>", views.answer_checkpoint, name="ledger-root"),
    path(f"{_HOME}/consistency", views.answer_consistency, name="ledger-consistency"),
]
