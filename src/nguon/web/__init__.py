"""The roof: settings, addresses, base templates, components and static files of the web."""

from __future__ import annotations
