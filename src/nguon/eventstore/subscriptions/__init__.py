"""Named queries and subscriptions over the store: who is told, of what, and how far.

docs/explanation/subscriptions.md tells why nothing is lost and in which order events are told.
"""

from __future__ import annotations

from nguon.eventstore.subscriptions.line import number_arrivals, read_line
from nguon.eventstore.subscriptions.model import (
    LAST_KEY,
    DeadLetter,
    NamedQuery,
    Place,
    State,
    Stretch,
    Subscription,
)
from nguon.eventstore.subscriptions.storage import Subscriptions
from nguon.eventstore.subscriptions.turn import Turn

__all__ = [
    "LAST_KEY",
    "DeadLetter",
    "NamedQuery",
    "Place",
    "State",
    "Stretch",
    "Subscription",
    "Subscriptions",
    "Turn",
    "number_arrivals",
    "read_line",
]
