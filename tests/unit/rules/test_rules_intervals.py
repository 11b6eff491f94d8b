"""Pre-harvest intervals: the cases that the rule was written down with, and its corners."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from nguon.rules import Treatment, judge_harvest

P1, P3 = "PHI-DEMO-01", "PHI-DEMO-03"
# (crop, market, treatments, harvest, earliest, verdict, days short)
CASES = [
    ("lychee", "", [(P1, "2026-05-01", 0)], "2026-05-08", "2026-05-08", "ok", 0),
    ("lychee", "", [(P1, "2026-05-01", 0)], "2026-05-07", "2026-05-08", "too_early", 1),
    (
        "lychee", "", [(P1, "2026-05-10", 0), ("PHI-DEMO-02", "2026-05-05", 0)],
        "2026-05-18", "2026-05-19", "too_early", 1,
    ),
    ("lychee", "JP", [(P3, "2026-05-01", 0)], "2026-05-16", "2026-05-22", "too_early", 6),
    ("lychee", "", [(P3, "2026-05-01", 0)], "2026-05-16", "2026-05-15", "ok", 0),
    ("custard_apple", "", [], "2026-08-10", None, "no_spray", 0),
    ("custard_apple", "", [("UNKNOWN", "2026-08-01", 0)], "2026-08-30", None, "unknown_phi", 0),
    ("rice", "", [("PHI-DEMO-08", "2026-08-01", 0)], "2026-10-01", None, "not_permitted", 0),
    ("lychee", "", [("PHI-DEMO-04", "2026-05-08", 0)], "2026-05-08", "2026-05-08", "ok", 0),
    ("lychee", "", [(P1, "2026-05-01", 10)], "2026-05-09", "2026-05-11", "too_early", 2),
    ("lychee", "", [(P1, "2026-05-01", 3)], "2026-05-05", "2026-05-08", "too_early", 3),
    ("egg", "", [("WDR-DEMO-01", "2026-06-01", 0)], "2026-06-05", "2026-06-06", "too_early", 1),
    ("lychee", "", [(P1, "2028-02-25", 0)], "2028-03-03", "2028-03-03", "ok", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("crop", "market", "treated", "harvest", "earliest", "verdict", "short"), CASES
)
def test_harvest_is_judged(
    crop: str,
    market: str,
    treated: list[tuple[str, str, int]],
    harvest: str,
    earliest: str | None,
    verdict: str,
    short: int,
) -> None:
    treatments = [Treatment(p, date.fromisoformat(day), typed) for p, day, typed in treated]
    found = judge_harvest(treatments, crop, date.fromisoformat(harvest), market=market)
    expected = date.fromisoformat(earliest) if earliest else None
    assert (found.verdict, found.earliest, found.short_by_days) == (verdict, expected, short)


def test_days_are_those_of_the_place() -> None:
    sprayed = Treatment.at("PHI-DEMO-01", datetime(2026, 4, 30, 23, 30, tzinfo=UTC))
    assert sprayed.day == date(2026, 5, 1)
