"""Addresses of the resolver: codes at the root of the site, and the pages of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from nguon.resolver import desk, views
from nguon.resolver.reading import CODE_PATH


class CodeConverter(StringConverter):
    """Whatever reads like a code, right or wrong."""

    regex = CODE_PATH


register_converter(CodeConverter, "code")

urlpatterns: list[URLPattern] = [
    path(".well-known/gs1resolver", views.describe, name="resolver-description"),
    path("desk/links/", desk.list_links, name="links"),
    path("desk/links/edit", desk.edit_links, name="links-edit"),
    path("desk/links/remove", desk.remove_links, name="links-remove"),
    path("desk/links/history", desk.show_history, name="links-history"),
    path("desk/links/restore", desk.restore_links, name="links-restore"),
    path("desk/links/upload", desk.upload_links, name="links-upload"),
    path("desk/links/links.csv", desk.download_links, name="links-download"),
    path("<code:path>", views.resolve_code, name="resolve"),
]
