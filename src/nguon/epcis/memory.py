"""Remembering what short texts came to, without letting long ones fill the memory.

The same few words, names and addresses stand in millions of events. Texts are the sender's
choice, so only short ones are kept: no document can pin megabytes here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

_SHORT = 256
Answer = TypeVar("Answer")
Before = TypeVarTuple("Before")


def remember(
    size: int,
) -> Callable[[Callable[[*Before, str], Answer]], Callable[[*Before, str], Answer]]:
    """Cache a function by its arguments, the last of which is a text, while that is short."""

    def decorate(function: Callable[[*Before, str], Answer]) -> Callable[[*Before, str], Answer]:
        cached = lru_cache(maxsize=size)(function)

        @wraps(function)
        def answer(*arguments: *tuple[*Before, str]) -> Answer:
            if len(arguments[-1]) > _SHORT:
                return function(*arguments)
            return cached(*arguments)

        return answer

    return decorate
