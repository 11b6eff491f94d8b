"""What the commands share: the database to use, the language to speak, how failures end."""

from __future__ import annotations

import functools
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click

from nguon.errors import Fault, Language, NguonError
from nguon.eventstore import Store, StoreError, migrate, running
from nguon.eventstore.pool import reach
from nguon.gs1 import read_code
from nguon.gs1.local import DEFAULT_HOME

EXIT_REFUSED, EXIT_USAGE, EXIT_DATABASE = 1, 2, 3

P = ParamSpec("P")
R = TypeVar("R")

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=".nguon",
    envvar="NGUON_DATA",
    show_default=True,
    show_envvar=True,
    help="Folder of the built-in database. Not used when DATABASE_URL is set.",
)


def speak() -> Language:
    """The language of reports: NGUON_LANGUAGE, else the terminal's; Vietnamese or English."""
    names = ("NGUON_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    return "vi" if chosen.lower().startswith("vi") else "en"


@contextmanager
def open_database(data: Path) -> Iterator[str]:
    """The address of the database: DATABASE_URL, else the built-in server's over `data`."""
    url = os.environ.get("DATABASE_URL")
    if url:
        yield url
        return
    # Told to end while starting: leave by the usual way, so that the server is stopped too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    with running(data) as own:
        yield own


@contextmanager
def open_store(data: Path) -> Iterator[Store]:
    """A store ready for use. The built-in database is brought up to date by itself."""
    with open_database(data) as url:
        # The pool tells every try it makes; what matters is said by the error at the end.
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
        if os.environ.get("DATABASE_URL"):
            reach(url)
        else:
            migrate(url)
        store = Store.open(url)
        try:
            store.ready()
            yield store
        finally:
            store.close()


def check_ready(url: str) -> None:
    """Raise StoreError unless the database answers and has this version's tables."""
    reach(url)
    store = Store.open(url)
    try:
        store.ready()
    finally:
        store.close()


def read_key(text: str) -> str:
    """The canonical key that a code typed in any form most likely stands for; raises Gs1Error."""
    home = os.environ.get("NGUON_BASE_URL", DEFAULT_HOME).rstrip("/")
    return read_code(text, home)[0].key


def tell(fault: Fault) -> str:
    """One line for a fault: its code, its place, its sentence."""
    return tell_stored(fault.as_dict())


def tell_stored(fault: Mapping[str, Any]) -> str:
    """The same of a fault as JSON has it; line and column of the file stand behind the place."""
    place = f" {fault['pointer']}" if fault["pointer"] else ""
    if place and "line" in fault:
        where = [fault[name] for name in ("line", "column") if name in fault]
        place += f" ({':'.join(map(str, where))})"
    return f"{fault['code']}{place}: {fault[speak()]}"


def fail(error: NguonError) -> NoReturn:
    """Say what is wrong and leave with the exit code of its kind."""
    for fault in error.faults:
        click.echo(tell(fault), err=True)
    raise SystemExit(EXIT_DATABASE if isinstance(error, StoreError) else EXIT_REFUSED)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn errors of ours into sentences and exit codes instead of tracebacks."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except NguonError as error:
            fail(error)

    return run
