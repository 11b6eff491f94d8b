"""How many searches of one process may be long at the same time.

A page is cheap while it looks at few entries of an index. One that goes on takes a turn; there are
half as many as the server has threads, so that strangers who ask much at once slow one another
down, and nobody else. Without a turn a page ends early, as one does whose price is spent.
"""

from __future__ import annotations

import os
from threading import BoundedSemaphore
from typing import Final, Self

# `nguon serve` has as many threads as cores, four at most.
LONG: Final = BoundedSemaphore(max(1, min(4, os.cpu_count() or 1) // 2))


class Turn:
    """One search's turn: asked for when it gets long, given back when it is over."""

    def __init__(self, patience: float = 0.0) -> None:
        """`patience`: seconds to wait for a turn."""
        self._patience = patience
        self._held = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._held:
            self._held = False
            LONG.release()

    def granted(self) -> bool:
        """Whether the search may go on."""
        if not self._held:
            self._held = LONG.acquire(timeout=self._patience) if self._patience else _try()
        return self._held


def _try() -> bool:
    return LONG.acquire(blocking=False)
