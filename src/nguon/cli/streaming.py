"""`nguon stream`: the server of WebSockets, beside the one of pages."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import click

from nguon.cli.common import check_ready, data_option, explained, open_database
from nguon.cli.database import migrate_all, release_django
from nguon.cli.working import beside, end_with_parent


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Server processes.")
@data_option
@explained
def stream(host: str, port: int, workers: int, data: Path) -> None:
    """Serve events over WebSockets to whoever subscribes to a named query so.

    `nguon serve` and `nguon demo` start one by themselves on the port after their own; a proxy in
    front sends it whatever asks for an upgrade.
    """
    with open_database(data) as url:
        if os.environ.get("DATABASE_URL"):
            check_ready(url)
        else:
            migrate_all(url)
        run_stream(url, host, port, workers)


def run_stream(url: str, host: str, port: int, workers: int) -> None:
    """Serve until told to stop."""
    os.environ["DATABASE_URL"] = url
    end_with_parent()
    release_django()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "nguon.web.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_level=LogLevels.warning,
        websockets=True,
    ).serve()


def streaming_beside(url: str, host: str, port: int) -> AbstractContextManager[None]:
    """A server of WebSockets while something else runs; told to stop at the end."""
    return beside(url, "stream", "--host", host, "--port", str(port))
