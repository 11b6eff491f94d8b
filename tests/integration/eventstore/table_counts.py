"""Counting, reading and dropping rows of the store behind its back."""

from __future__ import annotations

from typing import Any

import psycopg

TABLES = (
    "event", "event_item", "link", "link_back", "declaration", "correction", "vocabulary",
    "capture_job",
)  # fmt: skip
LEDGER = (
    "ledger_leaf", "ledger_node", "ledger_entry", "ledger_root", "ledger_run", "ledger_erasure",
)  # fmt: skip

_OTHERS = (
    "capture_result", "arrival", "dead_letter", "subscription", "named_query", "soap_subscription",
)  # fmt: skip


def fetch(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    """All rows of a query over a connection of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[arg-type]  # tests' own


def count_rows(url: str, *, jobs: bool = True) -> dict[str, int]:
    """Rows by table; without the record of captures where that is not the point."""
    names = [name for name in TABLES if jobs or name != "capture_job"]
    return {name: fetch(url, f"select count(*) from eventstore.{name}")[0][0] for name in names}


def empty(url: str) -> None:
    """Empty all tables, past the triggers that refuse it: cheaper than a new database."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        names = ", ".join(f"eventstore.{name}" for name in (*TABLES, *LEDGER, *_OTHERS))
        connection.execute(f"truncate {names}")  # type: ignore[arg-type]  # tests' own
