"""Subscriptions of EPCIS 2.0 as values: when they fire, what they ask for, how an answer is judged.

EPCIS 2.0 section 8.2.5 (query schedules) and the REST binding (`/queries/…/subscriptions`).
Storing them is the store's business (`nguon.eventstore.subscriptions`), sending the exchange's.
"""

from __future__ import annotations

from nguon.epcis.subscription.controls import Controls, read_controls, read_stream_controls
from nguon.epcis.subscription.delivery import (
    DEFAULT_LIMITS,
    Answer,
    Attempt,
    DeliveryLimits,
    Verdict,
    judge,
)
from nguon.epcis.subscription.error import SubscriptionError, subscription_error
from nguon.epcis.subscription.schedule import Schedule, read_schedule
from nguon.epcis.subscription.signature import sign, verify

__all__ = [
    "DEFAULT_LIMITS",
    "Answer",
    "Attempt",
    "Controls",
    "DeliveryLimits",
    "Schedule",
    "SubscriptionError",
    "Verdict",
    "judge",
    "read_controls",
    "read_schedule",
    "read_stream_controls",
    "sign",
    "subscription_error",
    "verify",
]
