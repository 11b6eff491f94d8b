"""Bringing a database to this version: numbered SQL files, each applied once, in order.

`migrations/NNNN_name.sql` run in one transaction each, under an advisory lock, with lock and
statement time-outs so that a migration waits briefly rather than blocking others for long.
`schema.sql` is what all of them together make; a test holds the two equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import psycopg

from nguon.errors import Fault
from nguon.eventstore.error import StoreError, explained

# Any constant of our own: the lock under which only one process migrates.
_LOCK = 0x6E67756F6E


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def find_migrations() -> Sequence[Migration]:
    """The steps of this version, by number."""
    folder = resources.files("nguon.eventstore").joinpath("migrations")
    steps = [
        Migration(int(entry.name[:4]), entry.name[5:-4], entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    ]
    return sorted(steps, key=lambda step: step.number)


def newest() -> int:
    """The number of the last step of this version."""
    return find_migrations()[-1].number


def migrate(url: str) -> list[Migration]:
    """Apply what is missing; returns the steps applied now.

    Raises StoreError when the database is unreachable, newer than this software, or was made
    by a step whose text has changed since.
    """
    with explained(), psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            applied = _read_applied(connection)
            steps = find_migrations()
            _check(applied, steps)
            missing = [step for step in steps if step.number not in applied]
            for step in missing:
                _apply(connection, step)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", [_LOCK])
    return missing


def _read_applied(connection: psycopg.Connection) -> dict[int, str]:
    connection.execute("set client_min_messages = warning")
    connection.execute("create schema if not exists eventstore")
    connection.execute(
        "create table if not exists eventstore.migration (number integer primary key,"
        " name text not null, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = connection.execute("select number, checksum from eventstore.migration")
    return dict(rows.fetchall())


def _check(applied: dict[int, str], steps: Sequence[Migration]) -> None:
    known = {step.number: step for step in steps}
    for number, checksum in applied.items():
        step = known.get(number)
        if step is None:
            raise StoreError(Fault("eventstore.newer_database", value=number))
        if step.checksum != checksum:
            raise StoreError(Fault("eventstore.migration_changed", value=number))


def _apply(connection: psycopg.Connection, step: Migration) -> None:
    with connection.transaction():
        connection.execute("set local lock_timeout = '4s'")
        connection.execute("set local statement_timeout = '15min'")
        connection.execute(step.text)
        connection.execute(
            "insert into eventstore.migration (number, name, checksum) values (%s, %s, %s)",
            [step.number, step.name, step.checksum],
        )
