"""`nguon worker`: the process that does long work, and tells subscribers of events."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from nguon.cli.common import data_option, explained, open_database
from nguon.cli.database import start_django

_DEAD_SECONDS = 15.0
# Tells a command started beside another whose it is.
_PARENT, _LOOK_SECONDS = "_BESIDE", 1.0


@click.command()
@data_option
@explained
def worker(data: Path) -> None:
    """Do the work that waits: print runs, looks at the scan log, events to subscribers.

    `nguon serve` and `nguon demo` start one by themselves; more may run beside, on any machine
    that reaches the database and the folder of files.
    """
    with open_database(data) as url:
        start_django(url)
        from nguon.exchange.subscriptions.dispatch import dispatching

        with dispatching(url):
            run_worker()


def run_worker() -> None:
    """Work until told to stop; a job under way is finished first."""
    from procrastinate.contrib.django import app

    end_with_parent()

    async def retry() -> None:
        """Give the jobs of workers that died to whoever works: they hold nothing of their own."""
        while True:
            stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD_SECONDS)
            for job in stalled:
                await app.job_manager.retry_job(job)
            await asyncio.sleep(_DEAD_SECONDS / 2)

    async def work() -> None:
        async with app.open_async():
            watching = asyncio.create_task(retry())
            try:
                await app.run_worker_async(
                    concurrency=1,
                    delete_jobs="successful",
                    update_heartbeat_interval=_DEAD_SECONDS / 5,
                    stalled_worker_timeout=_DEAD_SECONDS,
                )
            finally:
                watching.cancel()

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined] # Django's connector has it
        asyncio.run(work())


def end_with_parent() -> None:
    """Stop as if told to, once the command that started this one is gone, however it went."""
    parent = os.environ.pop(_PARENT, "")
    if parent.isdigit():
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def beside(url: str, *arguments: str) -> Iterator[None]:
    """A command of ours, `worker` unless told, while something else runs; stopped at the end."""
    command = [sys.executable, "-m", "nguon.cli", *(arguments or ("worker",))]
    environment = {**os.environ, "DATABASE_URL": url, _PARENT: str(os.getpid())}
    process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
