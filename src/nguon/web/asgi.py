"""The door for ASGI servers: WebSockets alone. Whole requests are answered by `web.wsgi`."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nguon.web.settings")
django.setup()

from nguon.eventstore.subscriptions import Subscriptions  # noqa: E402  Django first
from nguon.exchange.subscriptions.streaming import StreamApplication  # noqa: E402  the same

application = StreamApplication(
    Subscriptions.open(
        os.environ.get("DATABASE_URL", ""), size=int(os.environ.get("NGUON_POOL", "8"))
    )
)
