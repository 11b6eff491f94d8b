"""The process of the test of streams that die: captures a file, slowly, in small blocks.

Standard input brings [url, file, job or null, proceed].
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from nguon.epcis import Document, Limits, Reading
from nguon.epcis.streaming import JsonStream
from nguon.eventstore import Store, streamed

LIMITS = Limits(bytes=1 << 30, events=100_000)


class Slow:
    """A document that takes a millisecond an event."""

    def __init__(self, path: str) -> None:
        self._stream = JsonStream(Path(path).open("rb"), limits=LIMITS)  # noqa: SIM115  ends with us

    @property
    def document(self) -> Document:
        return self._stream.document

    def __iter__(self) -> Iterator[Reading]:
        for reading in self._stream:
            time.sleep(0.001)
            yield reading


def main(url: str, path: str, job: str | None, proceed: bool) -> None:
    """Capture until it is done, or until somebody kills us."""
    streamed.BLOCK = 40  # type: ignore[misc]  # final for everybody else
    store = Store.open(url)
    done = store.capture_stream(
        lambda: Slow(path), proceed=proceed, sender="slow", job=UUID(job) if job else None
    )
    sys.stdout.write(f"{done.id} {done.stored}\n")


if __name__ == "__main__":
    main(*json.loads(sys.stdin.readline()))
