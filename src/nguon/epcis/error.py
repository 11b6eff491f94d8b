"""The package's exception, and what a reader may be asked to bear."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from nguon.errors import NguonError


class EpcisError(NguonError):
    """A document that cannot be read at all, or something asked of EPCIS that it cannot give."""


class Limits(Struct, frozen=True):
    """How much one document may hold. Bytes, events, levels of nesting, digits of a number."""

    bytes: int = 16 * 1024 * 1024
    events: int = 10_000
    depth: int = 64
    digits: int = 1000


class Policy(Struct, frozen=True):
    """Choices the standard leaves open.

    `now` is the reader's clock, for events of the future; None skips that check.
    `refuse_misplaced_dispositions` makes a persistentDisposition outside Object- and
    TransformationEvents an error, as GS1's ontology has it; the ratified schema allows it.
    `accept_sensor_twins` makes a flag of what GS1's test case TCR-53 has refused: a time or
    device in both the metadata and a report of a sensor. Five of GS1's own examples do so.
    """

    now: datetime | None = None
    tolerance: timedelta = timedelta(days=1)
    refuse_misplaced_dispositions: bool = False
    accept_sensor_twins: bool = False
