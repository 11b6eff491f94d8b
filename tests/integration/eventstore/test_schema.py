"""`schema.sql` and the migrations make the same database, to the last default."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import psycopg
import pytest

from tests.conftest import drop_database, make_database
from tests.integration.eventstore.catalogue import describe, describe_over

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def written(server_url: str) -> Iterator[str]:
    """A database made by schema.sql."""
    url = make_database(server_url)
    text = resources.files("nguon.eventstore").joinpath("schema.sql").read_text("utf-8")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(text)  # type: ignore[arg-type]  # a file of the package
    yield url
    drop_database(server_url, url)


def test_the_schema_file_is_what_all_migrations_make(written: str, module_url: str) -> None:
    assert describe(written) == describe(module_url)


def test_the_catalogue_is_read_at_all(module_url: str) -> None:
    lines = describe(module_url)
    for kind in ("relation", "column", "index", "constraint", "function", "trigger", "schema"):
        assert any(line.startswith(f"{kind} ") for line in lines), kind
    assert len(lines) > 100


CHANGES = [
    "alter table eventstore.event add column more text",
    "alter table eventstore.link alter column quantity type double precision",
    "alter table eventstore.event alter column event_id type text collate \"default\"",
    "alter table eventstore.event_item alter column item type text collate \"default\"",
    "alter table eventstore.link alter column recorded drop default",
    "alter table eventstore.capture_job alter column sender set default '?'",
    "alter table eventstore.event alter column action set not null",
    "alter table eventstore.event alter column doc set storage external",
    "alter table eventstore.event set (fillfactor = 70)",
    "alter table eventstore.event enable row level security",
    "alter table eventstore.link add constraint positive check (quantity > 0)",
    "alter table eventstore.declaration drop constraint declaration_pkey",
    "create index extra on eventstore.link (target)",
    "drop index eventstore.event_time",
    "alter index eventstore.event_item_number rename to event_item_end",
    "drop trigger event_append_only on eventstore.event",
    "alter table eventstore.event disable trigger event_append_only",
    "alter function eventstore.refuse_rewriting() cost 7",
    "create function eventstore.another() returns int language sql as 'select 1'",
    "create view eventstore.seen as select 1 as one",
    "create type eventstore.mood as enum ('a')",
    "create sequence eventstore.counter",
    "create schema other",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_any_difference_is_seen(module_url: str, change: str) -> None:
    before = describe(module_url)
    with psycopg.connect(module_url) as connection:
        connection.execute(change)  # type: ignore[arg-type]  # from the list above
        assert describe_over(connection) != before
        connection.rollback()
