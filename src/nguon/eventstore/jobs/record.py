"""Jobs as rows: begun, told of while they run, finished; and those whose process died.

Whoever works on a job holds a lock in the database that ends with its session. So a running job
without a lock, and without a file that it waits in, is one that nobody works on any more; it is
finished as failed by whoever notices. Nothing of it was stored, since its events were in one
transaction with its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from psycopg import Connection

from nguon.errors import Fault
from nguon.eventstore.jobs.results import PACKAGE, describe_errors
from nguon.eventstore.model import CaptureJob
from nguon.eventstore.sql import query

# Locks share a space of 64 bits with others'; ours are told apart by their upper half.
_OURS: Final = 0x4E67_4A62 << 32


def _lock_number(job: UUID) -> int:
    return _OURS | (job.int & 0xFFFF_FFFF)


class JobLock:
    """The right to work on a job, held by a session until it is given back or the session ends."""

    def __init__(self, connection: Connection, job: UUID) -> None:
        self._connection = connection
        self._lock = {"lock": _lock_number(job)}

    def take(self) -> bool:
        """Whether the right was free; it is ours then."""
        row = self._connection.execute(query("lock_job", PACKAGE), self._lock).fetchone()
        return bool(row and row[0])

    def give(self) -> None:
        """Give it back; a session that is gone has done so already."""
        if not self._connection.closed:
            self._connection.execute(query("unlock_job", PACKAGE), self._lock)


def insert_running(
    connection: Connection, job: UUID, *, proceed: bool, sender: str, source: str | None
) -> None:
    """Write down that a capture runs, or waits in a file."""
    values = {"job": job, "proceed": proceed, "sender": sender, "source": source}
    connection.execute(query("insert_running", PACKAGE), values)


def take_running(connection: Connection, job: UUID) -> tuple[bool, str, int, str | None] | None:
    """Begin a job: (proceed, sender, which try this is, file). None where it is done."""
    row = connection.execute(query("take_running", PACKAGE), {"job": job}).fetchone()
    connection.execute(query("drop_results", PACKAGE), {"job": job})
    return None if row is None else (row[0], row[1], row[2], row[3])


def fail_job(connection: Connection, job: UUID, *faults: Fault) -> bool:
    """Finish a running job as failed; whether it was running."""
    with connection.transaction():
        values = {"job": job, "errors": describe_errors(faults)}
        failed = connection.execute(query("fail_job", PACKAGE), values).fetchone() is not None
        if failed:
            connection.execute(query("withhold_results", PACKAGE), {"job": job})
    return failed


def settle_dead(connection: Connection, job: UUID) -> bool:
    """Finish a job as failed if nobody works on it any more; whether that was so."""
    lock = JobLock(connection, job)
    if not lock.take():
        return False
    try:
        return fail_job(connection, job, Fault("eventstore.interrupted"))
    finally:
        lock.give()


def find_running(connection: Connection) -> list[tuple[UUID, str | None]]:
    """Jobs that are not done, with the file that they wait in, oldest first."""
    return connection.execute(query("running_jobs", PACKAGE)).fetchall()


def find_job(connection: Connection, job: UUID) -> CaptureJob | None:
    """The record of a capture, settled if its process died."""
    row = connection.execute(query("job", PACKAGE), {"job": job}).fetchone()
    found = None if row is None else _make_job(row)
    if found is not None and found.running and not found.waiting and settle_dead(connection, job):
        return find_job(connection, job)
    return found


def find_jobs(
    connection: Connection,
    limit: int,
    before: tuple[datetime, UUID] | None,
    sender: str | None,
) -> Sequence[CaptureJob]:
    """Captures, newest first; dead ones are settled as they are met."""
    at, job = before or (None, None)
    values = {"at": at, "job": job, "limit": limit, "sender": sender}
    name = "jobs" if sender is None else "jobs_of"
    jobs = [_make_job(row) for row in connection.execute(query(name, PACKAGE), values)]
    for place, each in enumerate(jobs):
        if each.running and not each.waiting:
            jobs[place] = find_job(connection, each.id) or each
    return jobs


def _make_job(row: tuple[Any, ...]) -> CaptureJob:
    *values, errors = row
    return CaptureJob(*values, errors=orjson.loads(errors))  # type: ignore[misc]  # twelve columns
