"""Every write of the room: taking events in, closing roots, publishing them, erasing events.

Nobody does these over HTTP: the worker closes by the clock, an administrator by command.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from nguon.eventstore.ledger import Root
from nguon.ledger import LedgerError, publish_keys
from nguon.ledger.ring import sign_with
from nguon.parts.engine import get_store
from nguon.proofs.queries import find_newest, read_ring

_log = structlog.get_logger("nguon.proofs")
_PAGE = 500
_IDLE = ("ledger.ring_missing", "ledger.busy")


def close_ledger(*, sweep: bool = False) -> Root:
    """Take all events in, close and sign a root, publish it as a file.

    `sweep` looks at every event there is. Raises `ledger.ring_…`, `ledger.no_active_key`,
    `ledger.busy`, `ledger.tree_broken`.
    """
    ring = read_ring()
    ledger = get_store().ledger()
    root = ledger.close(ring.issuer, lambda text: sign_with(ring, text), sweep=sweep)
    publish_files(Path(settings.NGUON_FILES) / "ledger")
    _log.info("ledger closed", number=root.number, size=root.size)
    return root


def keep_ledger(now: datetime) -> Root | None:
    """What the worker does every hour: close the first time of a day, else only take events in.

    Without a key nothing can be signed, and events are still taken in. Sundays sweep.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    newest = find_newest()
    try:
        if newest is None or newest.closed_at.astimezone(zone).date() < today:
            return close_ledger(sweep=today.isoweekday() == 7)
    except LedgerError as error:
        if error.code not in _IDLE:
            raise
        _log.warning("ledger not closed", code=error.code)
        if error.code == "ledger.busy":
            return None
    get_store().ledger().take_in()
    return None


def publish_files(folder: Path) -> int:
    """Every root that is no file yet as `roots/N.txt`, the newest as `checkpoint`, the keys as
    `keys.json`: a folder that any web server, or a USB stick, can carry. How many are new.
    """
    roots = folder / "roots"
    roots.mkdir(parents=True, exist_ok=True)
    made, after, newest = 0, 0, ""
    ledger = get_store().ledger()
    while page := ledger.roots(after, _PAGE):
        for root in page:
            path = roots / f"{root.number:08}.txt"
            if not path.exists():
                _write(path, root.note)
                made += 1
        after, newest = page[-1].number, page[-1].note
    if newest:
        _write(folder / "checkpoint", newest)
    shown = json.dumps(publish_keys(read_ring()), ensure_ascii=False, indent=1)
    _write(folder / "keys.json", f"{shown}\n")
    return made


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    made.write_text(text, "utf-8")
    made.replace(path)


def erase_events(keys: Sequence[UUID], reason: str) -> list[int]:
    """Erase events for good, with the declarations of their errors; where their leaves are.

    Raises `ledger.unknown_event`, `ledger.reason`, `ledger.busy`.
    """
    positions = get_store().ledger().erase(keys, reason)
    # Keys of events may follow from their content, so the log tells places alone.
    _log.info("events erased", leaves=positions)
    return positions
