"""The scan log: a look at a stamp's page, without who looked. Resolving never comes here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

from django.db import connection, transaction
from django.utils import timezone

from nguon.eventstore.sql import query
from nguon.labels.issued import ROOM, Stamp
from nguon.labels.models import ScanEntry, ScanSalt
from nguon.labels.queries import Standing
from nguon.labels.services.error import refuse
from nguon.stamps.places import ABROAD, places

_SAME_LOOK = timedelta(minutes=30)
_PLACE_TOLD = timedelta(hours=1)
_SALT_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stamp's page discloses: first and last seen, how many looks, this one included."""

    first_at: datetime
    last_at: datetime
    count: int
    fresh: bool
    standing: Standing


def note_scan(stamp: Stamp, source: str, at: datetime, *, state: str | None = None) -> Seen:
    """Log a look at a stamp's page, with the state that it is in unless told otherwise.

    `source` is what the request says of the device (address, agent); only its digest under the
    day's salt is kept. The same device within half an hour is the same look.
    """
    values = {
        "product": stamp.product,
        "serial": stamp.serial,
        "run": stamp.run.pk,
        "number": stamp.number,
        "device": _digest(source, timezone.localdate(at)),
        "state": state,
        "at": at,
        "since": at - _SAME_LOOK,
    }
    with connection.cursor() as cursor:
        cursor.execute(query("note_scan", ROOM), values)
        first_at, last_at, count, fresh, *span = cursor.fetchone()
    return Seen(first_at, last_at, count, fresh, Standing(*span))


@transaction.atomic
def note_place(stamp: Stamp, source: str, place: str, at: datetime) -> None:
    """Add the province that the person chose to tell to their look. Raises LabelError.

    A device is in one place at a time: what it tells again within the hour takes the place of
    what it told before, and however often it tells, no look is added.
    """
    if place != ABROAD and place not in places():
        raise refuse("place_unknown", place)
    entry = _find_look(stamp, source, at)
    if entry is None:
        note_scan(stamp, source, at)
        entry = _find_look(stamp, source, at)
    if entry is not None:
        entry.place = place
        entry.save(update_fields=["place"])


def _find_look(stamp: Stamp, source: str, at: datetime) -> ScanEntry | None:
    """The latest look of the device at the stamp within the hour."""
    entries = ScanEntry.objects.select_for_update().filter(
        product=stamp.product,
        serial=stamp.serial,
        device=_digest(source, timezone.localdate(at)),
        at__gt=at - _PLACE_TOLD,
    )
    return entries.order_by("-at").first()


def note_unissued(product: str, at: datetime) -> None:
    """Count that somebody asked for a serial of the product that was never issued."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(query("note_unissued", ROOM), {"product": product, "hour": hour})


def drop_salts(now: datetime | None = None) -> int:
    """Delete the salts of days before yesterday; how many. Meant to be run every hour."""
    kept = timezone.localdate(now) - _SALT_KEPT
    dropped, _kinds = ScanSalt.objects.filter(day__lt=kept).delete()
    return dropped


def _digest(source: str, day: date) -> str:
    salt = _salt(day)
    return blake2b(source.encode("utf-8", "replace"), key=salt, digest_size=8).hexdigest()


def _salt(day: date) -> bytes:
    """The day's salt, the same for all processes; a process remembers no older than yesterday's."""
    for known in list(_salts):
        if abs(known - day) > _SALT_KEPT:
            _salts.pop(known, None)
    salt = _salts.get(day)
    if salt is None:
        made, _new = ScanSalt.objects.get_or_create(
            day=day, defaults={"salt": secrets.token_bytes(32)}
        )
        ScanSalt.objects.filter(day__lt=day - _SALT_KEPT).delete()
        salt = _salts[day] = bytes(made.salt)
    return salt


_salts: dict[date, bytes] = {}
