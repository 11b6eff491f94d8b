"""A PostgreSQL address, turned into Django's settings of a pooled connection."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import conninfo_to_dict

_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
_WAIT_SECONDS = 5.0


def read_database_url(url: str, *, pool: int) -> dict[str, Any]:
    """Django's settings for `url`, with at most `pool` connections.

    Everything libpq understands is understood (socket folders, service files, options). An
    empty address gives the backend that refuses every query, so that whatever needs no
    database still runs.
    """
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    parts = conninfo_to_dict(url)
    named = {_NAMES[name]: str(value) for name, value in parts.items() if name in _NAMES}
    rest = {name: value for name, value in parts.items() if name not in _NAMES}
    options = {
        **rest,
        "connect_timeout": rest.get("connect_timeout", 5),
        "pool": {"min_size": 1, "max_size": pool, "timeout": _WAIT_SECONDS},
    }
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": options}
