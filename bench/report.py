"""What a measurement prints, and where it finds a database."""

from __future__ import annotations

import os
import platform
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from nguon.eventstore import running


@dataclass(frozen=True, slots=True)
class Report:
    """A named list of figures, the ratio last."""

    name: str
    what: str
    figures: list[tuple[str, str]]

    def text(self) -> str:
        width = max(len(label) for label, _ in self.figures)
        lines = [f"{self.name}: {self.what}"]
        lines += [f"  {label:<{width}}  {value:>12}" for label, value in self.figures]
        return "\n".join(lines)


def describe_machine() -> str:
    """The machine in a line; figures of different machines do not compare."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


@contextmanager
def make_database(data: Path | None = None) -> Iterator[str]:
    """A database of our own on DATABASE_URL's server, else on a built-in one for this run."""
    given = os.environ.get("DATABASE_URL")
    if given:
        with _own_database(given) as url:
            yield url
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running(data or Path(folder)) as server,
        _own_database(server) as url,
    ):
        yield url


@contextmanager
def _own_database(server: str) -> Iterator[str]:
    name = f"nguon_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")
