"""The keys that sign roots: the house's key ring in a file of its own, outside the database.

The ring is that of `nguon.stamps`, so that files are written, guarded, rotated and revoked in one
way; its issuer is the ledger's name. Only the signing half of each key is used here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from nguon.errors import Fault
from nguon.ledger.error import LedgerError
from nguon.ledger.note import check_name, sign
from nguon.stamps import KeyRing, StampError, keyfile

_OURS = {
    "stamps.key_file_missing": "ledger.ring_missing",
    "stamps.key_file_open": "ledger.ring_open",
    "stamps.key_file_broken": "ledger.ring_broken",
    "stamps.key_file_exists": "ledger.ring_exists",
    "stamps.key_file_busy": "ledger.ring_busy",
    "stamps.no_active_key": "ledger.no_active_key",
    "stamps.key_unknown": "ledger.key_unknown",
    "stamps.ring_full": "ledger.ring_full",
}


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong in the ledger's words: they name the ledger's commands."""
    try:
        yield
    except StampError as error:
        fault = error.fault
        code = _OURS.get(fault.code, fault.code)
        raise LedgerError(Fault(code, fault.pointer, fault.value, params=fault.params)) from error


def load_ring(path: Path) -> KeyRing:
    """The ring in the file. Raises `ledger.ring_…` when it cannot be read or others may read it."""
    with _told():
        return keyfile.load(path)


def create_ring(path: Path, origin: str, day: date, *, master: bytes, signing: bytes) -> KeyRing:
    """Write a new ring with one key for the ledger of this name; never over a file that is there.

    `master` and `signing`: 32 random bytes each.
    """
    ring = KeyRing(check_name(origin))
    with _told():
        ring = ring.rotate(day, master=master, signing=signing)
        keyfile.create(path, ring)
    return ring


def rotate_ring(path: Path, day: date, *, master: bytes, signing: bytes) -> KeyRing:
    """Add a key that signs from now on; roots of the ones before are still trusted."""
    with _told():
        before = keyfile.load(path)
        ring = before.rotate(day, master=master, signing=signing)
        keyfile.replace(path, before, ring)
    return ring


def revoke_key(path: Path, key_id: str, day: date) -> KeyRing:
    """Trust a key no more: others may have it. Roots that only it signed need a later one."""
    with _told():
        before = keyfile.load(path)
        ring = before.revoke(key_id, day)
        keyfile.replace(path, before, ring)
    return ring


def sign_with(ring: KeyRing, text: str) -> str:
    """The text as a note signed by the active key. Raises `ledger.no_active_key`."""
    with _told():
        return sign(text, ring.issuer, ring.active_key.private)
