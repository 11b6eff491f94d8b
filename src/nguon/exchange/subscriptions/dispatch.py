"""The loop that serves all subscriptions: looks twice a second for who is to be told something.

Any number of these may run, on any machines: each subscription is served by one of them at a time.
The line of events is looked at rather than listened to, since a notification from every capture
would make PostgreSQL commit them one after another.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone

from nguon.eventstore import StoreError
from nguon.eventstore.subscriptions import Subscriptions
from nguon.exchange.subscriptions.courier import Courier
from nguon.exchange.subscriptions.services import get_limits, make_sender

_PAUSE = 0.5
# At once to one host: the rest of the threads is for others when it hangs.
_PER_HOST = 2
# Seconds that callbacks under way are given when the process is to end.
_GRACE = 10.0
_log = structlog.get_logger("nguon.exchange.subscriptions")


class Dispatcher:
    """Serves whatever is due, a few subscriptions at a time."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        courier: Courier,
        clock: Callable[[], datetime],
        *,
        threads: int = 8,
    ) -> None:
        self._subscriptions = subscriptions
        self._courier = courier
        self._clock = clock
        self._threads = threads
        self._busy: dict[UUID, str] = {}
        self._lock = threading.Lock()

    def run(self, stop: threading.Event) -> None:
        """Serve until told to stop; callbacks under way are finished first."""
        with ThreadPoolExecutor(self._threads, thread_name_prefix="callbacks") as pool:
            while not stop.is_set():
                try:
                    self._hand_out(pool, stop)
                except StoreError as error:
                    _log.warning("subscriptions wait for the database", code=error.code)
                except Exception:  # noqa: BLE001 - whatever it is, others are to be told all the same
                    _log.exception("broken")
                stop.wait(_PAUSE)

    def _hand_out(self, pool: ThreadPoolExecutor, stop: threading.Event) -> None:
        last = self._subscriptions.number()
        for subscription, dest in self._subscriptions.due(self._clock(), last):
            host = urlsplit(dest).netloc
            with self._lock:
                full = len(self._busy) >= self._threads
                crowded = Counter(self._busy.values())[host] >= _PER_HOST
                if subscription in self._busy or crowded or full:
                    continue
                self._busy[subscription] = host
            future = pool.submit(self._courier.serve, subscription, stop)
            future.add_done_callback(self._make_free(subscription))

    def _make_free(self, subscription: UUID) -> Callable[[Future[None]], None]:
        def free(future: Future[None]) -> None:
            with self._lock:
                self._busy.pop(subscription, None)
            error = future.exception()
            if isinstance(error, StoreError):
                _log.warning("a subscription waits for the database", code=error.code)
            elif error is not None:
                _log.error("broken", subscription=str(subscription), exc_info=error)

        return free


@contextmanager
def dispatching(url: str) -> Iterator[None]:
    """Serve the subscriptions of a database by threads, while something else runs."""
    threads = settings.NGUON_CALLBACKS_THREADS
    subscriptions = Subscriptions.open(url, size=threads + 2)
    courier = Courier(subscriptions, make_sender(), timezone.now, get_limits())
    loop = Dispatcher(subscriptions, courier, timezone.now, threads=threads)
    stop = threading.Event()
    # A daemon: who is told to end does not wait for receivers that hang.
    thread = threading.Thread(target=loop.run, args=(stop,), name="dispatcher", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_GRACE)
        subscriptions.close()
