"""Which key was met first where, in few bytes: a million keys take about forty megabytes.

An open-addressed table over flat arrays. A dict of the same keys would take four times as much,
and how much a capture holds is what grows with its document.
"""

from __future__ import annotations

from array import array
from typing import Final
from uuid import UUID

_SMALL: Final = 1 << 10
_HALF: Final = (1 << 64) - 1


class KeyMap:
    """Keys (UUIDs, evenly spread as hashes are) with the number first given for each."""

    def __init__(self) -> None:
        self._count = 0
        self._make(_SMALL)

    def __len__(self) -> int:
        return self._count

    def _make(self, size: int) -> None:
        self._mask = size - 1
        self._high = array("Q", bytes(8 * size))
        self._low = array("Q", bytes(8 * size))
        # One more than the number, for nothing is there where it is zero.
        self._number = array("I", bytes(4 * size))

    def first(self, key: UUID, number: int) -> int:
        """The number first given for a key: this one, where it is new."""
        high, low = key.int >> 64, key.int & _HALF
        place = self._find(high, low)
        known = self._number[place]
        if known:
            return known - 1
        self._put(place, high, low, number + 1)
        self._count += 1
        if 3 * self._count > 2 * self._mask:
            self._grow()
        return number

    def __contains__(self, key: UUID) -> bool:
        return self._number[self._find(key.int >> 64, key.int & _HALF)] != 0

    def _find(self, high: int, low: int) -> int:
        """Where a key stands, or would."""
        place = low & self._mask
        while self._number[place] and (self._low[place] != low or self._high[place] != high):
            place = (place + 1) & self._mask
        return place

    def _put(self, place: int, high: int, low: int, number: int) -> None:
        self._high[place], self._low[place], self._number[place] = high, low, number

    def _grow(self) -> None:
        entries = zip(self._high, self._low, self._number, strict=True)
        self._make(2 * (self._mask + 1))
        for high, low, number in entries:
            if number:
                self._put(self._find(high, low), high, low, number)
