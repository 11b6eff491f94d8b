"""Rows of named queries and subscriptions, as values and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.types.json import Jsonb

from nguon.epcis.subscription import Controls
from nguon.eventstore.subscriptions.line import sql
from nguon.eventstore.subscriptions.model import NamedQuery, Place, Subscription

# Kept in columns of their own.
_APART = ("signature_token", "initial_record_time")
# Numbers as they came, though no float may hold them.
_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


def find_query(connection: Connection[Any], name: str) -> NamedQuery | None:
    """A query by its name."""
    row = connection.execute(sql("named_query"), {"name": name}).fetchone()
    return None if row is None else make_query(row)


def make_query(row: tuple[Any, ...]) -> NamedQuery:
    """A query out of its columns."""
    name, query, namespaces, owner, created = row
    return NamedQuery(name, _decoder.decode(query), json.loads(namespaces), owner, created)


def find_subscription(connection: Connection[Any], subscription: UUID) -> Subscription | None:
    """A subscription as it stands now."""
    row = connection.execute(sql("subscription"), {"subscription": subscription}).fetchone()
    return None if row is None else make_subscription(row)


def make_subscription(row: tuple[Any, ...]) -> Subscription:
    """A subscription out of its columns, in the order of the queries."""
    number, name, controls, token, owner, created, initial, minimum, notified = row[:9]
    place, key, until, sent, next_at, state, batch, failures, since, aside = row[9:19]
    error, error_at, letters = row[19:]
    asked = read_controls(controls, token, initial)
    return Subscription(
        id=number,
        query_name=name,
        controls=asked,
        signature_token=token,
        owner=owner,
        created_at=created,
        initial_record_time=initial,
        min_record_time=minimum,
        last_notified_at=notified,
        place=Place(place, key),
        run_until=until,
        run_sent=sent,
        next_at=next_at,
        state=state,
        batch=batch,
        failures=failures,
        failing_since=since,
        set_aside=aside,
        last_error=None if error is None else json.loads(error),
        last_error_at=error_at,
        letters=letters,
    )


def write_controls(controls: Controls) -> dict[str, Any]:
    """What was asked for, but for what has columns of its own."""
    kept = msgspec.to_builtins(controls)
    return {name: value for name, value in kept.items() if name not in _APART and value is not None}


def read_controls(text: str, token: str | None, initial: datetime | None) -> Controls:
    """What was asked for."""
    controls = msgspec.json.decode(text, type=Controls)
    return msgspec.structs.replace(controls, signature_token=token, initial_record_time=initial)


def write_json(value: Mapping[str, Any]) -> Jsonb:
    """A value for a jsonb column."""
    return Jsonb(dict(value), dumps=lambda each: _encoder.encode(each).decode())
