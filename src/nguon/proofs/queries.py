"""Reads: what is published of the ledger, and proofs for exports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from nguon.eventstore.ledger import Proved, Root
from nguon.ledger import (
    LedgerError,
    load_ring,
    publish_keys,
    read_note,
    read_vkey,
    write_proof,
)
from nguon.parts.engine import get_store
from nguon.stamps import KeyRing

PAGE = 100
HOME = "/.well-known/nguon-ledger"


def read_ring() -> KeyRing:
    """The ledger's key ring, read again when its file changes. Raises `ledger.ring_…`."""
    path = Path(settings.NGUON_LEDGER_KEYS)
    try:
        stat = path.stat()
    except OSError:
        return load_ring(path)
    return _load(path, stat.st_ctime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _load(path: Path, changed: int, size: int) -> KeyRing:
    del changed, size
    return load_ring(path)


def describe_ledger() -> dict[str, Any]:
    """What the well-known address answers: name, keys, the newest root, where more is."""
    return {
        **publish_keys(read_ring()),
        "newest": root.as_dict() if (root := find_newest()) else None,
        "checkpoint": f"{HOME}/checkpoint",
        "roots": f"{HOME}/roots",
        "consistency": f"{HOME}/consistency?old={{size}}&new={{size}}",
    }


def find_newest() -> Root | None:
    """The newest root; None while there is none."""
    try:
        return get_store().ledger().root()
    except LedgerError as error:
        if error.code != "ledger.no_root":
            raise
        return None


def find_root(number: int) -> Root:
    """A root by its number. Raises `ledger.no_root`."""
    return get_store().ledger().root(number=number)


def list_roots(after: int) -> dict[str, Any]:
    """A page of roots behind a number, oldest first, and where the next page begins."""
    found = get_store().ledger().roots(after, PAGE)
    page: dict[str, Any] = {"roots": [root.as_dict() for root in found]}
    if len(found) == PAGE:
        page["next"] = f"{HOME}/roots?after={found[-1].number}"
    return page


def prove_growth(old: int, new: int) -> dict[str, Any]:
    """The consistency proof between two sizes. Raises `ledger.no_root`."""
    return {"old": old, "new": new, "path": get_store().ledger().consistency(old, new)}


def prove_events(keys: Sequence[UUID], *, senders: bool = False) -> tuple[bytes, Proved]:
    """The proof file of some events under the newest root, and what is not in it.

    Events are told in full: the caller has decided that the reader may see them. Raises
    `ledger.no_root` before the first closing.
    """
    try:
        vkeys = [member["vkey"] for member in publish_keys(read_ring())["keys"]]
    except LedgerError:
        vkeys = []  # The file then brings no key, as none is here to be brought.
    ledger = get_store().ledger()
    root = ledger.root()
    signed = [line for line in vkeys if _signs(line, root)]
    proved = ledger.prove(keys, root=root, vkeys=signed, senders=senders)
    return write_proof(proved.proof), proved


def _signs(vkey: str, root: Root) -> bool:
    return read_note(root.note).signed_by(read_vkey(vkey))
