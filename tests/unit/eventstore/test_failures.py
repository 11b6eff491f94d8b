"""Failures of PostgreSQL as the store tells them: which code, which status, what stays untold."""

from __future__ import annotations

import pytest
from psycopg import DataError, InterfaceError, OperationalError, errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from nguon.errors import LANGUAGES, Fault
from nguon.eventstore import StoreError
from nguon.eventstore.error import explained

CASES = [
    (errors.DiskFull("could not extend file: No space left on device"), "disk_full", 507),
    (errors.IoError("could not write: errno 28: No space left on device"), "disk_full", 507),
    (errors.IoError("could not read block"), "unreachable", 503),
    (errors.TooManyConnections("sorry, too many clients already"), "busy", 503),
    (errors.OutOfMemory("out of memory"), "busy", 503),
    (errors.InsufficientResources("out of shared memory"), "busy", 503),
    (errors.ConfigurationLimitExceeded("temporary file size exceeds"), "busy", 503),
    (errors.LockNotAvailable("canceling statement due to lock timeout"), "busy", 503),
    (errors.ProgramLimitExceeded("index row size 3048 exceeds maximum"), "too_large", 413),
    (errors.DeadlockDetected("deadlock detected"), "busy", 503),
    (errors.SerializationFailure("could not serialize access"), "busy", 503),
    (errors.AdminShutdown("terminating connection"), "unreachable", 503),
    (errors.CrashShutdown("terminating connection"), "unreachable", 503),
    (errors.CannotConnectNow("the database system is starting up"), "unreachable", 503),
    (OperationalError("connection refused"), "unreachable", 503),
    (InterfaceError("the connection is closed"), "unreachable", 503),
    (PoolTimeout("couldn't get a connection after 5.00 sec"), "unreachable", 503),
    (PoolClosed("the pool is closed"), "unreachable", 503),
    (TooManyRequests("the pool is full"), "unreachable", 503),
    (errors.UndefinedTable('relation "eventstore.event" does not exist'), "not_migrated", 503),
    (errors.UndefinedColumn("column x does not exist"), "not_migrated", 503),
    (errors.InvalidSchemaName('schema "eventstore" does not exist'), "not_migrated", 503),
    (errors.ReadOnlySqlTransaction("cannot execute COPY FROM"), "read_only", 503),
]


@pytest.mark.parametrize(
    ("error", "code", "status"), CASES, ids=[f"{type(e).__name__}-{c}" for e, c, _ in CASES]
)
def test_a_failure_of_the_database_has_a_code_and_a_status(
    error: Exception, code: str, status: int
) -> None:
    with pytest.raises(StoreError) as caught, explained():
        raise error
    assert caught.value.code == f"eventstore.{code}"
    assert caught.value.status == status
    assert caught.value.__cause__ is error
    for language in LANGUAGES:
        assert str(error).split("\n", maxsplit=1)[0] in caught.value.fault.sentence(language)


def test_only_the_first_line_is_told() -> None:
    with pytest.raises(StoreError) as caught, explained():
        raise OperationalError("connection failed\nIs the server running on /secret/place?")
    assert "secret" not in caught.value.fault.sentence("en")


@pytest.mark.parametrize(
    "error", [errors.SyntaxError("at end of input"), DataError("x"), ValueError("x")]
)
def test_a_mistake_of_ours_is_not_dressed_up(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, explained():
        raise error
    assert caught.value is error


def test_a_store_error_passes_as_it_is() -> None:
    own = StoreError(Fault("eventstore.event_conflict", "/x", "urn:x"))
    with pytest.raises(StoreError) as caught, explained():
        raise own
    assert caught.value is own
    assert own.status == 409
