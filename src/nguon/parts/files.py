"""Files on disk, named by the digest of their content: written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings


def keep(content: bytes, ending: str) -> str:
    """Store content; its name. The same content twice is one file."""
    name = f"{hashlib.sha256(content).hexdigest()}{ending}"
    path = path_of(name)
    if not path.exists():
        _write(path, content)
    return name


def keep_file(source: Path, ending: str) -> str:
    """Store a finished file by moving it; its name."""
    with source.open("rb") as content:
        name = f"{hashlib.file_digest(content, 'sha256').hexdigest()}{ending}"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(source, path)
    return name


def path_of(name: str) -> Path:
    """Where a stored file lies; folders by the first two digits keep each small."""
    return Path(settings.NGUON_FILES) / name[:2] / name


def new_file() -> Path:
    """An empty file beside the stored ones, to be filled and kept."""
    folder = Path(settings.NGUON_FILES)
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as made:
        return Path(made.name)


def _write(path: Path, content: bytes) -> None:
    made = new_file()
    made.write_bytes(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(made, path)
