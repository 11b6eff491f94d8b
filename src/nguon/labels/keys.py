"""The key ring of this installation, read from its file when that changes."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from nguon.errors import NguonError
from nguon.stamps import keyfile
from nguon.stamps.keys import KeyRing

_EMPTY = KeyRing("")
_KEPT_SECONDS = 2.0
_looked: dict[str, tuple[float, KeyRing]] = {}


def read_ring() -> KeyRing:
    """The ring of NGUON_STAMP_KEYS; raises `stamps.key_file_missing` where there is none."""
    path = Path(settings.NGUON_STAMP_KEYS)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return keyfile.load(path)
    return _load(path, changed)


@lru_cache(maxsize=4)
def _load(path: Path, changed: int) -> KeyRing:
    del changed
    return keyfile.load(path)


def read_ring_or_none() -> KeyRing:
    """The ring, at most two seconds old, or an empty one: no look-up fails for want of keys.

    A file that cannot be read is as good as none here; whoever makes stamps is told.
    """
    name = settings.NGUON_STAMP_KEYS
    known = _looked.get(name)
    now = time.monotonic()
    if known is not None and now - known[0] < _KEPT_SECONDS:
        return known[1]
    try:
        ring = read_ring()
    except NguonError:
        ring = _EMPTY
    _looked[name] = (now, ring)
    return ring
