"""The key ring's file: outside the database, readable by its owner alone, replaced whole.

A backup of the database then holds no key, and a backup of the file no data.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nguon.stamps.error import stamp_error
from nguon.stamps.keys import KeyRing

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load(path: Path) -> KeyRing:
    """The ring in the file.

    Raises `stamps.key_file_missing`, `stamps.key_file_open` when others than its owner may
    read it, `stamps.key_file_broken`.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & _OTHERS:
                raise stamp_error("key_file_open", path, mode=f"{stat.S_IMODE(mode):04o}")
            data = file.read()
    except OSError as error:
        raise stamp_error("key_file_missing", path, reason=error.strerror or "") from error
    return KeyRing.from_bytes(data)


def create(path: Path, ring: KeyRing) -> None:
    """Write a new file. Raises `stamps.key_file_exists` rather than overwrite keys."""
    with _written(path, ring) as made:
        try:
            # A link, unlike a rename, never takes the place of a file that is there.
            os.link(made, path)
        except FileExistsError as error:
            raise stamp_error("key_file_exists", path) from error


def replace(path: Path, before: KeyRing, ring: KeyRing) -> None:
    """Put `ring` in the place of `before`: whole or not at all.

    Raises `stamps.key_file_busy` when somebody else changes the file at the same time.
    """
    with _written(path, ring) as made:
        if load(path) != before:
            raise stamp_error("key_file_busy", path, lock=made.name)
        made.replace(path)


@contextmanager
def _written(path: Path, ring: KeyRing) -> Iterator[Path]:
    """A finished copy beside `path`; its fixed name keeps two writers apart."""
    made = path.with_name(f".{path.name}.new")
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise stamp_error("key_file_busy", path, lock=made.name) from error
    except OSError as error:
        raise stamp_error("key_file_missing", path, reason=error.strerror or "") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(ring.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        yield made
    finally:
        made.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the folder's new entry survive a power cut."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
