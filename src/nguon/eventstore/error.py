"""What the store refuses, and how failures of the database below it are told to people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

from nguon.errors import Fault, NguonError

_STATUS = {
    "eventstore.unreachable": 503,
    "eventstore.busy": 503,
    "eventstore.searches_busy": 503,
    "eventstore.not_migrated": 503,
    "eventstore.disk_full": 507,
    "eventstore.read_only": 503,
    "eventstore.event_conflict": 409,
    "eventstore.too_large": 413,
    "eventstore.server_failed": 503,
}
# The classes of psycopg follow single codes, so each of class 53 is named.
_BUSY = (
    errors.InsufficientResources,
    errors.OutOfMemory,
    errors.TooManyConnections,
    errors.ConfigurationLimitExceeded,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)
_TOO_LARGE = (errors.ProgramLimitExceeded, errors.StatementTooComplex)


class StoreError(NguonError):
    """The store cannot do what was asked. Nothing was stored."""

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        return _STATUS.get(self.code, 500)


@contextmanager
def explained() -> Iterator[None]:
    """Turn failures of the database into `StoreError`; leave programming errors as they are."""
    try:
        yield
    except (PoolTimeout, TooManyRequests) as error:
        raise StoreError(_unreachable(error)) from error
    except (PoolClosed, psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreError(_operational(error)) from error
    except (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedColumn) as error:
        raise StoreError(Fault("eventstore.not_migrated", value=_first_line(error))) from error
    except errors.ReadOnlySqlTransaction as error:
        raise StoreError(Fault("eventstore.read_only", value=_first_line(error))) from error


def _operational(error: Exception) -> Fault:
    if isinstance(error, errors.DiskFull):
        return Fault("eventstore.disk_full", value=_first_line(error))
    if isinstance(error, _BUSY):
        return Fault("eventstore.busy", value=_first_line(error))
    if isinstance(error, _TOO_LARGE):
        return Fault("eventstore.too_large", value=_first_line(error))
    if isinstance(error, errors.IoError) and f"errno {errno.ENOSPC}" in str(error):
        return Fault("eventstore.disk_full", value=_first_line(error))
    return _unreachable(error)


def _unreachable(error: Exception) -> Fault:
    return Fault("eventstore.unreachable", value=_first_line(error))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
