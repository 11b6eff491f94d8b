"""Running `nguon` as people do: a process of its own, or its commands within this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from nguon.cli import main

ROOT = Path(__file__).resolve().parents[3]


def make_environment(**changes: str) -> dict[str, str]:
    """This process's surroundings without anything that speaks to nguon; then the changes."""
    foreign = ("NGUON_", "DATABASE_URL", "DJANGO_", "LC_", "LANG", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"NGUON_LANGUAGE": "en", "PYTHONUTF8": "1"} | changes


def run(
    *arguments: str | Path, seconds: float = 60, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """`nguon` in a process of its own, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "nguon.cli", *map(str, arguments)],
        env=make_environment(**environment),
        input=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
        cwd=ROOT,
    )


def invoke(
    *arguments: str | Path, database: str = "", stdin: bytes | None = None, language: str = "en"
) -> Result:
    """A command within this process, over a database that is there."""
    return CliRunner().invoke(
        main,
        [str(each) for each in arguments],
        input=stdin,
        env={"DATABASE_URL": database or None, "NGUON_LANGUAGE": language, "COLUMNS": "200"},
    )
