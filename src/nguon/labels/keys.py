"""The key ring of this installation, read from its file when that changes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from nguon.stamps import keyfile
from nguon.stamps.keys import KeyRing

_EMPTY = KeyRing("")


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
    """The ring, or an empty one: without keys nothing of ours can be issued, and no scan fails."""
    return read_ring() if Path(settings.NGUON_STAMP_KEYS).exists() else _EMPTY
