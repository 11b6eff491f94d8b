"""Captures outside requests: long documents, one after another, and those left behind."""

from __future__ import annotations

from procrastinate.contrib.django import app

from nguon.exchange import services


@app.task(name="exchange:capture_waiting", queue="capture")
def capture_waiting(job: str) -> None:
    """Capture the document that a job waits with; a job that is done is left as it is."""
    services.capture_waiting(job)


@app.periodic(cron="* * * * *")
@app.task(name="exchange:take_up", queue="capture", queueing_lock="exchange:take_up")
def take_up(timestamp: int) -> None:
    """Jobs that wait and are not queued, jobs whose process died, files that belong to none."""
    del timestamp
    services.take_up_waiting()
