"""The key ring of this installation, read from its file when that changes."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from nguon.errors import Fault, NguonError
from nguon.stamps import keyfile
from nguon.stamps.keys import KeyRing

_EMPTY = KeyRing("")
_KEPT_SECONDS = 2.0
_looked: dict[str, tuple[float, KeyRing]] = {}


class KeysError(NguonError):
    """The keys cannot be read now, so that nothing can be said of a stamp: neither yes nor no."""

    status = 503


def read_ring() -> KeyRing:
    """The ring of NGUON_STAMP_KEYS; raises `stamps.key_file_missing` where there is none."""
    path = Path(settings.NGUON_STAMP_KEYS)
    try:
        stat = path.stat()
    except OSError:
        return keyfile.load(path)
    # The change time moves with a new mode or owner too: a ring left open is refused at once.
    return _load(path, stat.st_ctime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _load(path: Path, changed: int, size: int) -> KeyRing:
    del changed, size
    return keyfile.load(path)


def read_ring_or_none() -> KeyRing:
    """The ring, at most two seconds old; an empty one where it cannot be read.

    Whoever judges a serial by it must look whether the key is there: see `require_key`.
    """
    name = settings.NGUON_STAMP_KEYS
    known = _looked.get(name)
    now = time.monotonic()
    if known is not None and now - known[0] < _KEPT_SECONDS:
        return known[1]
    try:
        ring = read_ring()
    except (NguonError, OSError):
        ring = _EMPTY
    _looked[name] = (now, ring)
    return ring


def require_key(key_id: str) -> None:
    """Raise KeysError where the ring has no key of this id: a serial of it may be genuine."""
    if read_ring_or_none().get(key_id) is None:
        raise KeysError(Fault("labels.keys_unavailable", value=key_id))
