"""What a process remembers of the database for two seconds, and no longer.

Codes are scanned in bursts: a lot on a shelf, a product in an advertisement. Within a burst the
same few facts are asked for again and again; a change is seen two seconds later at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

from nguon.parts.engine import borrow_pool

KEPT_SECONDS = 2.0
_MOST = 20_000
Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Facts by key. When there are too many all are forgotten: that costs one look-up each."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[float, Value]] = {}
        self._pool: Callable[[], object] = lambda: None

    def get(self, key: str) -> Value | None:
        """The fact, where it is fresh."""
        pool = borrow_pool()
        if self._pool() is not pool:
            # What was remembered of one database says nothing of another.
            self._facts.clear()
            self._pool = ref(pool)
        found = self._facts.get(key)
        if found is None or time.monotonic() - found[0] >= KEPT_SECONDS:
            return None
        return found[1]

    def put(self, key: str, value: Value) -> Value:
        """Remember a fact from now on; gives it back."""
        if len(self._facts) >= _MOST:
            self._facts.clear()
        self._facts[key] = (time.monotonic(), value)
        return value

    def forget(self, key: str) -> None:
        """After a change: this process need not wait to know it."""
        self._facts.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._facts.clear()
