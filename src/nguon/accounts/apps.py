"""Accounts as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and keys."""

    name = "nguon.accounts"
    default_auto_field = "django.db.models.BigAutoField"
