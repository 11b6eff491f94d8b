"""The package's exception, and what a reader may be asked to bear."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from nguon.errors import NguonError


class EpcisError(NguonError):
    """A document that cannot be read at all, or something asked of EPCIS that it cannot give."""


# A number that takes more digits than this to write out is refused.
MOST_DIGITS = 1000


class Limits(Struct, frozen=True):
    """How much one document may hold: bytes, events, levels of nesting.

    `part` is for documents that are read in a stream: the bytes of one event, and those of all
    that stands around the events.
    """

    bytes: int = 16 * 1024 * 1024
    events: int = 10_000
    depth: int = 64
    part: int = 16 * 1024 * 1024


class Policy(Struct, frozen=True):
    """Choices the standard leaves open.

    `now` is the reader's clock, for events of the future; None skips that check.
    `refuse_misplaced_dispositions` makes a persistentDisposition outside Object- and
    TransformationEvents an error, as GS1's ontology has it; the ratified schema allows it.
    `refuse_sensor_twins` makes an error of a time or device that stands both in the metadata and
    in a report of a sensor: GS1's test case TCR-53 has it refused, five of GS1's own example
    documents do it.
    """

    now: datetime | None = None
    tolerance: timedelta = timedelta(days=1)
    refuse_misplaced_dispositions: bool = False
    refuse_sensor_twins: bool = False
