"""The lasting record of captures: their states while they run, and what became of each event."""

from __future__ import annotations

from nguon.eventstore.jobs.record import JobLock, find_job, find_jobs, settle_dead
from nguon.eventstore.jobs.results import MOST_TOLD, describe_errors, find_results, write_results

__all__ = [
    "MOST_TOLD",
    "JobLock",
    "describe_errors",
    "find_job",
    "find_jobs",
    "find_results",
    "settle_dead",
    "write_results",
]
