"""Addresses of signing in and out."""

from __future__ import annotations

from django.urls import URLPattern, path

from nguon.accounts import views

urlpatterns: list[URLPattern] = [
    path("sign-in", views.SignIn.as_view(), name="sign-in"),
    path("sign-in/sample/<slug:username>", views.sign_in_sample, name="sign-in-sample"),
    path("sign-out", views.SignOut.as_view(), name="sign-out"),
    path("desk/password", views.change_password, name="password"),
]
