"""Reads through the EPCIS door: capture jobs, events, what events speak of."""

from __future__ import annotations

from nguon.exchange.queries.events import (
    find_event,
    find_events,
    find_page,
    make_tokens,
    read_request,
)
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
from nguon.exchange.queries.resources import find_resource, list_members, write_members
from nguon.exchange.queries.results import list_results
from nguon.exchange.queries.state import find_state

__all__ = [
    "find_event",
    "find_events",
    "find_job",
    "find_page",
    "find_resource",
    "find_state",
    "list_jobs",
    "list_members",
    "list_results",
    "make_tokens",
    "read_page_size",
    "read_request",
    "render_job",
    "render_jobs",
    "write_error",
    "write_job",
    "write_members",
    "write_rehearsal",
]
