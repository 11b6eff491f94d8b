"""The event store on PostgreSQL: capture, look-ups, a reader for tracing, the built-in server."""

from __future__ import annotations

from nguon.eventstore.error import StoreError
from nguon.eventstore.migrate import migrate
from nguon.eventstore.model import (
    CaptureJob,
    CaptureResult,
    EventResult,
    JobEvent,
    Status,
    StoredEvent,
    Vocabulary,
)
from nguon.eventstore.reader import StoreReader
from nguon.eventstore.server import Server, running
from nguon.eventstore.store import Store

__all__ = [
    "CaptureJob",
    "CaptureResult",
    "EventResult",
    "JobEvent",
    "Server",
    "Status",
    "Store",
    "StoreError",
    "StoreReader",
    "StoredEvent",
    "Vocabulary",
    "migrate",
    "running",
]
