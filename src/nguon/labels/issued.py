"""Was this serial ever issued? Answered without a row per stamp, and without asking twice.

A serial of ours carries its key and its place in the count (`nguon.stamps`); what is left to ask
is which run holds that place. The runs of a product are few and change seldom, so each process
remembers them for a moment. Serials taken over are looked up, or learnt (`fingerprints`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from psycopg import Cursor, ServerCursor

from nguon.eventstore.sql import query
from nguon.labels.fingerprints import Fingerprints
from nguon.labels.keys import read_ring_or_none, require_key
from nguon.labels.models import StampRun
from nguon.labels.models.stamps import RunKind
from nguon.parts.engine import borrow_pool
from nguon.stamps.serial import read

ROOM = "nguon.labels"

Judgement = Literal["unmanaged", "issued", "not_issued"]
_KEPT_SECONDS = 2.0
_MOST_PRODUCTS = 20_000
_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Run:
    """What of a run matters to a look-up."""

    pk: int
    kind: str
    key_id: str
    first: int
    last: int
    organisation: str
    covered: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """An issued stamp: its product, its serial, its run and its number in the run's count."""

    product: str
    serial: str
    run: Run
    number: int


_runs: dict[str, tuple[float, tuple[Run, ...]]] = {}


def runs_of(product: str) -> tuple[Run, ...]:
    """The runs of a product, at most two seconds old."""
    now = time.monotonic()
    known = _runs.get(product)
    if known is not None and now - known[0] < _KEPT_SECONDS:
        return known[1]
    fields = ("pk", "kind", "key_id", "first", "last", "organisation", "covered")
    rows = StampRun.objects.filter(product=product).order_by("first").values_list(*fields)
    found = tuple(Run(*row) for row in rows)
    if len(_runs) >= _MOST_PRODUCTS:
        _runs.clear()
    _runs[product] = (now, found)
    return found


def forget_runs(product: str) -> None:
    """After a new run: this process need not wait to know it."""
    _runs.pop(product, None)


def find_stamp(product: str, serial: str) -> Stamp | None:
    """The stamp of this serial, where it was issued; None also where nothing is managed.

    Raises KeysError where a key is missing without which that cannot be told.
    """
    runs = runs_of(product)
    return _find(product, serial, runs) if runs else None


def judge_serial(product: str, serial: str) -> Judgement:
    """Whether a product's serials are managed here, and whether this one was issued.

    Raises KeysError as `find_stamp` does.
    """
    runs = runs_of(product)
    if not runs:
        return "unmanaged"
    taken = {run.pk: run.last - run.first + 1 for run in runs if run.kind == RunKind.IMPORTED}
    if taken:
        learnt = _learnt.knows(product, taken, serial)
        if learnt:
            return "issued"
        if learnt is False:
            runs = tuple(run for run in runs if run.kind == RunKind.GENERATED)
    return "issued" if _find(product, serial, runs) else "not_issued"


def _find(product: str, serial: str, runs: tuple[Run, ...]) -> Stamp | None:
    local = not product.startswith("https://id.gs1.org/")
    # A local code is written small; the serials made here are capitals.
    made = read(read_ring_or_none(), product, serial.upper() if local else serial)
    if made is not None:
        for run in runs:
            holds = run.first <= made.counter <= run.last and run.key_id == made.key_id
            if holds and run.kind == RunKind.GENERATED:
                return Stamp(product, serial, run, made.counter)
    imported = {run.pk: run for run in runs if run.kind == RunKind.IMPORTED}
    row = _look_up(product, serial) if imported else None
    if row and row[0] in imported:
        return Stamp(product, serial, imported[row[0]], row[1])
    for key_id in {run.key_id for run in runs if run.kind == RunKind.GENERATED}:
        # Without its key a genuine serial reads like a made-up one: say neither.
        require_key(key_id)
    return None


def _look_up(product: str, serial: str) -> tuple[int, int] | None:
    """Run and number of a serial printed elsewhere: one row by its key, past the ORM.

    Asked by the resolver for every code; a NUL, which PostgreSQL cannot hold, is in no serial.
    """
    if "\0" in serial:
        return None
    asked = {"product": product, "serial": serial}
    with borrow_pool().connection() as connection:
        row = Cursor(connection).execute(query("find_serial", ROOM), asked, prepare=True).fetchone()
    return (int(row[0]), int(row[1])) if row else None


def read_serials(product: str, runs: Sequence[int]) -> Iterator[str]:
    """All serials of a product's runs that were taken over, from a cursor of the server's."""
    asked = {"product": product, "runs": list(runs)}
    with (
        borrow_pool().connection() as connection,
        connection.transaction(),
        ServerCursor(connection, "nguon_serials", scrollable=False) as cursor,
    ):
        cursor.itersize = _BLOCK
        for row in cursor.execute(query("serials_of_runs", ROOM), asked):
            yield row[0]


_learnt = Fingerprints(read_serials)
