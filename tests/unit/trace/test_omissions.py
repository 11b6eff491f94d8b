"""What an event leaves out of what its stage asks for, one case at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nguon.epcis import read_document
from nguon.epcis.model import AnyEvent
from nguon.rehearsal import whole_document
from nguon.samples import iter_documents
from nguon.trace.memory import record
from nguon.trace.omissions import RECORDED_WITHIN, Omission, find_omissions
from tests.integration.exchange.samples import make_event, write

LOT = "https://id.gs1.org/01/09521301000014/10/BUP-1"
SEASON = "https://nguon.example/class/qn-1/che/lot/vu-1"


def read(*events: dict[str, Any]) -> list[AnyEvent]:
    data = whole_document([write(event) for event in events], "2026-01-01T00:00:00Z")
    return [one.event for one in read_document(data).events if one.event is not None]


def find(*events: dict[str, Any], recorded: datetime | None = None) -> list[Omission]:
    return find_omissions(record(read(*events), recorded))


def spray(day: int, interval: object, **others: Any) -> dict[str, Any]:
    return make_event(
        eventTime=f"2026-03-{day:02d}T08:00:00+07:00",
        action="OBSERVE",
        bizStep="inspecting",
        quantityList=[{"epcClass": SEASON}],
        **{"nguon:cte": "tea-herb.SPRAY", "nguon:phiDays": interval},
        **others,
    )


def pick(day: int) -> dict[str, Any]:
    return make_event(
        type="TransformationEvent",
        eventTime=f"2026-03-{day:02d}T08:00:00+07:00",
        action=None,
        quantityList=None,
        inputQuantityList=[{"epcClass": SEASON}],
        outputQuantityList=[{"epcClass": LOT, "quantity": 10, "uom": "KGM"}],
        **{"nguon:cte": "tea-herb.PICK"},
    )


def hasty(*events: dict[str, Any]) -> list[Omission]:
    return [one for one in find(*events) if one.kind == "harvest_within_interval"]


def test_a_crop_taken_before_the_interval_is_over_names_the_treatment_and_the_first_day() -> None:
    treated = spray(1, 10)
    (found,) = hasty(treated, pick(8))
    assert found.because == treated["eventID"]
    assert found.items == (LOT,)
    assert found.due is not None
    assert found.due.date().isoformat() == "2026-03-11"
    assert hasty(treated, pick(11)) == []


def test_the_longest_interval_counts_and_later_treatments_too() -> None:
    assert hasty(spray(1, 10), spray(5, 1), pick(8))
    assert hasty(spray(1, 1), spray(5, 10), pick(8))
    assert hasty(spray(1, 1), spray(5, 2), pick(8)) == []


@pytest.mark.parametrize("interval", [None, "10", True, -1, 1e9, {"days": 3}])
def test_an_interval_that_is_no_number_of_days_says_nothing(interval: object) -> None:
    assert hasty(spray(1, interval), pick(2)) == []


def test_an_event_without_a_stage_of_a_template_owes_nothing() -> None:
    late = datetime(2027, 1, 1, tzinfo=UTC)
    assert find(make_event(), recorded=late) == []
    assert find(make_event(**{"nguon:cte": "no.SUCH"}), recorded=late) == []


def test_what_is_recorded_after_a_week_is_late_by_the_senders_word_before_ours() -> None:
    stage = {"nguon:cte": "common.STORE"}
    event = make_event(action="OBSERVE", bizStep="storing", **stage)
    at = read(event)[0].event_time

    def late(moment: datetime | None, **others: Any) -> bool:
        found = find({**event, **others}, recorded=moment)
        return any(one.kind == "recorded_late" for one in found)

    assert late(at + RECORDED_WITHIN + timedelta(seconds=1))
    assert not late(at + RECORDED_WITHIN)
    assert not late(None)
    soon = (at + timedelta(days=1)).isoformat()
    assert not late(at + timedelta(days=90), **{"nguon:recordedAt": soon})
    assert late(at + timedelta(days=90), **{"nguon:recordedAt": "last week"})


def test_the_tea_sample_holds_the_picking_that_its_recall_is_about() -> None:
    data = next(data for name, data in iter_documents() if name.startswith("tra-"))
    events = [one.event for one in read_document(data).events if one.event is not None]
    found = [one for one in find_omissions(record(events)) if one.kind != "fact_missing"]
    assert [one.kind for one in found] == ["harvest_within_interval"]
    assert found[0].cte == "tea-herb.PICK"


def test_missing_facts_are_told_by_the_templates_own_codes() -> None:
    event = spray(1, 10)
    missing = {one.element for one in find(event) if one.kind == "fact_missing"}
    assert "dose" in missing
    assert "phi_days" not in missing
