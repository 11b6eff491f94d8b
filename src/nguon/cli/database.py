"""`nguon migrate` and `nguon db`: bringing the database up to date, and the built-in server."""

from __future__ import annotations

import os
from pathlib import Path

import click

from nguon.cli.common import data_option, explained, open_database
from nguon.eventstore import Server
from nguon.eventstore import migrate as migrate_store


def migrate_all(url: str) -> list[str]:
    """Bring the event store and the rooms' tables up to date; the names of what was applied."""
    applied = [f"eventstore {step.number:04} {step.name}" for step in migrate_store(url)]
    start_django(url)
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied += [f"{step.app_label} {step.name}" for step, _ in plan]
    call_command("migrate", interactive=False, verbosity=0)
    release_django()
    return applied


def start_django(url: str) -> None:
    """Set Django up over a database; once a process."""
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nguon.web.settings")
    import django

    django.setup()


def release_django() -> None:
    """Close Django's connections and its pool: a forked worker would inherit a dead pool."""
    from django.conf import settings
    from django.db import connections

    if settings.configured:
        for connection in connections.all(initialized_only=True):
            connection.close()
            connection.close_pool()


@click.command()
@data_option
@explained
def migrate(data: Path) -> None:
    """Bring the database up to this version; safe to repeat."""
    with open_database(data) as url:
        applied = migrate_all(url)
    for name in applied:
        click.echo(name)
    if not applied:
        click.echo("nothing to do")


@click.group()
def db() -> None:
    """The built-in database server."""


@db.command()
@data_option
@explained
def status(data: Path) -> None:
    """Say whether the built-in server runs, and its address."""
    server = Server(data)
    running = server.is_running()
    click.echo(f"running {server.url}" if running else f"stopped {server.data}")
    raise SystemExit(0 if running else 1)


@db.command()
@data_option
@explained
def stop(data: Path) -> None:
    """Stop the built-in server, whoever uses it."""
    server = Server(data)
    if server.is_running():
        server.stop()
    click.echo(f"stopped {server.data}")
