"""Work by the clock: events into the ledger every hour, a root every day."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from nguon.proofs import services


# Minute 7 of the hour: the first run of a day in Vietnam, 17:07 UTC, closes the day before.
@app.periodic(cron="7 * * * *")
@app.task(name="proofs:keep_ledger", queue="watch", queueing_lock="proofs:keep_ledger")
def keep_ledger(timestamp: int) -> None:
    """Take events in; the first time of a day close and publish a root."""
    del timestamp  # a run that was late is about now all the same
    services.keep_ledger(datetime.now(UTC))
