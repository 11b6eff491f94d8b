"""Chance that is the same everywhere: one integer of state, no dependence on Python's versions.

SplitMix64 (Steele, Lea, Flood 2014). Good enough to invent a province, not for secrets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_MASK = (1 << 64) - 1
_ONE = 1 << 64


class Dice:
    """A stream of chance by seed and name; streams of other names know nothing of it."""

    __slots__ = ("_state",)

    def __init__(self, *names: object) -> None:
        text = "/".join(str(name) for name in names).encode()
        self._state = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")

    def bits(self) -> int:
        """The next 64 bits."""
        self._state = z = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.bits() * (high - low + 1) // _ONE

    def pick(self, choices: Sequence[T]) -> T:
        """One of some choices."""
        return choices[self.bits() * len(choices) // _ONE]

    def happens(self, percent: float) -> bool:
        """Whether something happens that does so in so many of a hundred cases."""
        return self.bits() < percent * _ONE / 100

    def uuid(self) -> str:
        """A UUID (RFC 9562, version 4 by form) as a URN."""
        a, b = self.bits(), self.bits()
        return (
            f"urn:uuid:{a >> 32:08x}-{a >> 16 & 0xFFFF:04x}-4{a & 0xFFF:03x}"
            f"-{0x8000 | b >> 48 & 0x3FFF:04x}-{b & 0xFFFFFFFFFFFF:012x}"
        )
