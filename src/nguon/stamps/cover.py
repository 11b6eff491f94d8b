"""Covered codes: the second factor below the scratch layer, derived and never stored.

A photograph of the visible code does not show it, so it cannot use the stamp up. Whether it was
used is a state of the stamp and stands in the database.
"""

from __future__ import annotations

import hmac
from hashlib import blake2b

from nguon.stamps import crockford
from nguon.stamps.keys import StampKey

LENGTH = 8


def cover_code(key: StampKey, class_key: str, counter: int) -> str:
    """The eight characters below the cover of the stamp at `counter`: 40 bits."""
    name = class_key.encode("utf-8")
    state = blake2b(key=key.cover, person=b"nguon.cover.code", digest_size=5)
    state.update(key.id.encode() + len(name).to_bytes(4, "big") + name + counter.to_bytes(8, "big"))
    return crockford.encode(int.from_bytes(state.digest(), "big"), LENGTH)


def is_cover_code(key: StampKey, class_key: str, counter: int, typed: str) -> bool:
    """Whether `typed` is the covered code, however it was typed; compared in constant time."""
    given = crockford.normalise(typed).encode("utf-8", "replace")
    return hmac.compare_digest(cover_code(key, class_key, counter).encode(), given)
