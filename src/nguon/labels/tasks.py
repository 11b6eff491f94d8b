"""Work outside requests: print runs, a look at the scan log every few minutes, old salts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from nguon.labels import services


@app.task(name="labels:make_print", queue="print", queueing_lock=None)
def make_print(number: int) -> None:
    """Make a print run's parts, and its file; goes on where an earlier try stopped."""
    services.make_print(number)


@app.periodic(cron="7 * * * *")
@app.task(name="labels:drop_salts", queue="watch", queueing_lock="labels:drop_salts")
def drop_salts(timestamp: int) -> None:
    """Salts of days before yesterday: without them nothing ties scans to devices."""
    del timestamp
    services.drop_salts()


@app.periodic(cron="*/5 * * * *")
@app.task(name="labels:judge_recent", queue="watch", queueing_lock="labels:judge_recent")
def judge_recent(timestamp: int) -> None:
    """Bursts over runs of stamps, and products asked for numbers never issued."""
    del timestamp
    services.judge_recent()
