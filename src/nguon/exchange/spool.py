"""Long captures on disk: written whole before they are answered, until they are captured.

A body up to `AT_ONCE` is captured while its sender waits. A longer one goes to a file below
NGUON_FILES, and is on the disk (fsync) before its job is; a sender that breaks off leaves no
file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings

from nguon.exchange.limits import CHUNK, Stream
from nguon.exchange.problem import refuse

AT_ONCE: Final = 1 << 20
_PARTIAL: Final = ".part"
# A file of which no job knows may belong to a request that is under way for so long.
_UNCLAIMED_SECONDS: Final = 24 * 3600


def folder() -> Path:
    """Where long captures wait."""
    return Path(settings.NGUON_FILES) / "captures"


def path_of(name: str) -> Path:
    """The file of a waiting job; `name` is what the job keeps."""
    return folder() / Path(name).name


def receive(stream: Stream, expected: int | None, limit: int, *, ending: str) -> bytes | Path:
    """A body: its bytes where it is short, else the file that it was written to.

    Raises Problem 413 once it runs over `limit`, 400 where it stops short of what it announced;
    nothing stays on the disk then.
    """
    head = bytearray()
    for chunk in _chunks(stream, expected, limit):
        head += chunk
        if len(head) > AT_ONCE:
            break
    else:
        return bytes(head)
    return _write(bytes(head), stream, expected, limit, ending)


def _chunks(stream: Stream, expected: int | None, limit: int, size: int = 0) -> Iterator[bytes]:
    """The rest of a body of which `size` bytes were read."""
    while expected is None or size < expected:
        chunk = stream.read(CHUNK if expected is None else min(CHUNK, expected - size))
        if not chunk:
            break
        size += len(chunk)
        if size > limit:
            raise refuse(413, "too_large", size, limit=limit)
        yield chunk
    if expected is not None and size < expected:
        raise refuse(400, "cut_short", size, expected=expected)


def _write(head: bytes, stream: Stream, expected: int | None, limit: int, ending: str) -> Path:
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{uuid4().hex}{ending}"
    partial = path.with_suffix(path.suffix + _PARTIAL)
    try:
        with partial.open("xb") as file:
            file.write(head)
            for chunk in _chunks(stream, expected, limit, len(head)):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync(place)
    except BaseException:
        partial.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
    return path


def _sync(place: Path) -> None:
    """Make the folder remember the names of its files."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def drop(name: str) -> None:
    """Remove the file of a job that is done."""
    path_of(name).unlink(missing_ok=True)


def drop_unclaimed(claimed: set[str]) -> int:
    """Remove files that no running job waits in, once they are a day old; how many."""
    found, now = 0, time.time()
    for path in folder().glob("*") if folder().is_dir() else ():
        with suppress(FileNotFoundError):
            if path.name not in claimed and now - path.stat().st_mtime > _UNCLAIMED_SECONDS:
                path.unlink()
                found += 1
    return found
