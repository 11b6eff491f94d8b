"""Reads through the EPCIS door: capture jobs, events, what events speak of."""

from __future__ import annotations

from nguon.exchange.queries.events import find_events, find_page, make_tokens
from nguon.exchange.queries.jobs import (
    find_job,
    list_jobs,
    read_page_size,
    render_job,
    render_jobs,
    write_error,
    write_job,
    write_rehearsal,
)
from nguon.exchange.queries.results import list_results

__all__ = [
    "find_events",
    "find_job",
    "find_page",
    "list_jobs",
    "list_results",
    "make_tokens",
    "read_page_size",
    "render_job",
    "render_jobs",
    "write_error",
    "write_job",
    "write_rehearsal",
]
