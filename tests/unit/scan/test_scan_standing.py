"""The first line of the page: recalled before held before out of date before in circulation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.scan.gathering import Gathered, gather
from nguon.scan.page import Page
from nguon.scan.standing import find_hold, find_making, find_recall, find_shelf, judge, read_day
from nguon.trace import MemoryReader

LOT = "https://id.gs1.org/01/09521105000012/10/T1"
BOX = "https://id.gs1.org/00/395211052605120028"
NOON = "2026-05-{:02}T12:00:00+07:00"
ReadEvents = Callable[[list[dict[str, Any]]], MemoryReader]
BuildPage = Callable[..., Page]
Gather = Callable[[str], Gathered]


def event(day: int, step: str, disposition: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": NOON.format(day),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": step,
        "disposition": disposition,
        "quantityList": [{"epcClass": LOT, "quantity": 10}],
        **more,
    }


def make(day: int = 1, **ilmd: str) -> dict[str, Any]:
    more = {"ilmd": {f"cbvmda:{name}": value for name, value in ilmd.items()}} if ilmd else {}
    return event(day, "commissioning", "active", action="ADD", **more)


def pack(day: int, action: str) -> dict[str, Any]:
    return {
        "type": "AggregationEvent",
        "action": action,
        "eventTime": NOON.format(day),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "packing" if action == "ADD" else "unpacking",
        "parentID": BOX,
        "childQuantityList": [{"epcClass": LOT, "quantity": 10}],
    }


def recall_box(day: int) -> dict[str, Any]:
    told = event(day, "holding", "recalled", persistentDisposition={"set": ["recalled"]})
    del told["quantityList"]
    return {**told, "epcList": [BOX]}


def kind(reader: MemoryReader, now: str = "2026-05-30T09:00:00+07:00", key: str = LOT) -> str:
    found = gather(reader, key)
    return judge(found, find_shelf(find_making(found)), datetime.fromisoformat(now)).kind


def test_a_lot_without_trouble_is_on_the_market(read_events: ReadEvents) -> None:
    assert kind(read_events([make(bestBeforeDate="2026-12-01")])) == "ok"


def test_a_recall_comes_before_everything_else(read_events: ReadEvents) -> None:
    events = [make(bestBeforeDate="2026-05-02"), event(3, "holding", "recalled")]
    assert kind(read_events(events)) == "stop"


def test_a_change_of_the_passing_disposition_does_not_end_a_recall(read_events: ReadEvents) -> None:
    events = [
        make(),
        event(3, "holding", "recalled", persistentDisposition={"set": ["recalled"]}),
        event(4, "storing", "sellable_accessible"),
    ]
    assert kind(read_events(events)) == "stop"


def test_taking_the_lasting_disposition_off_ends_a_recall(read_events: ReadEvents) -> None:
    events = [
        make(),
        event(3, "holding", "recalled", persistentDisposition={"set": ["recalled"]}),
        event(4, "inspecting", "conformant", persistentDisposition={"unset": ["recalled"]}),
    ]
    assert kind(read_events(events)) == "ok"


def test_a_recall_of_the_box_covers_what_was_inside(read_events: ReadEvents) -> None:
    reader = read_events([make(), pack(2, "ADD"), recall_box(3)])
    assert kind(reader) == "stop"
    recall = find_recall(gather(reader, LOT))
    assert recall is not None
    assert not recall.whole


def test_a_recall_of_the_box_leaves_alone_what_had_left_it(read_events: ReadEvents) -> None:
    assert kind(read_events([make(), pack(2, "ADD"), pack(3, "DELETE"), recall_box(4)])) == "ok"


def test_a_recalled_content_shows_on_the_box(read_events: ReadEvents) -> None:
    events = [make(), pack(2, "ADD"), event(3, "holding", "recalled")]
    assert kind(read_events(events), key=BOX) == "stop"


def test_a_recall_that_was_declared_wrong_does_not_count(read_events: ReadEvents) -> None:
    wrong = event(3, "holding", "recalled", eventID="urn:uuid:9c2d1f0a-0000-4000-8000-000000000001")
    declared = {
        **wrong,
        "errorDeclaration": {"declarationTime": NOON.format(4), "reason": "did_not_occur"},
    }
    assert kind(read_events([make(), wrong, declared])) == "ok"


def test_a_hold_lasts_until_something_else_happens_to_the_goods(read_events: ReadEvents) -> None:
    held = [make(), event(3, "holding", "non_sellable_other")]
    assert kind(read_events(held)) == "warn"
    assert kind(read_events([*held, event(4, "shipping", "in_transit")])) == "ok"


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-400, 400))
def test_a_lot_is_past_its_date_from_the_day_after_it(day: date, offset: int) -> None:
    found = read_day(day.isoformat())
    assert found == day
    reader = _dated(day)
    now = datetime.combine(day + timedelta(days=offset), datetime.min.time()).isoformat()
    assert kind(reader, f"{now}+07:00") == ("warn" if offset > 0 else "ok")


def _dated(day: date) -> MemoryReader:
    import json

    from nguon.epcis import read_document
    from nguon.trace import record

    raw = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        **make(bestBeforeDate=day.isoformat()),
    }
    found = read_document(json.dumps(raw)).events[0].event
    assert found is not None
    return MemoryReader(record([found]))


@pytest.mark.parametrize("value", ["", "soon", "2026-13-40", None, 7, ["2026-01-01"]])
def test_what_is_no_date_is_as_if_not_given(value: object) -> None:
    assert read_day(value) is None


@pytest.mark.parametrize(
    ("path", "kind_of_state"),
    [
        ("/01/09521204000043/10/RH260317A", "ok"),
        ("/01/09521105000012/10/L260512A", "stop"),
        ("/01/09521105000012/10/L260512B", "stop"),
        ("/01/09521105000012/10/L260512C", "ok"),
        ("/01/09521204000029/10/T5-260317", "warn"),
        ("/01/09521204000029/10/T5-260324", "stop"),
        ("/01/09521301000052/21/QN7K021", "stop"),
        ("/01/09521301000052/21/QN7K037", "ok"),
        ("/01/09521301000052/10/THV260213", "stop"),
        ("/01/09521301000052/10/THV260214", "ok"),
        ("/00/395211052605120011", "stop"),
        ("/00/395211052605120028", "ok"),
    ],
)
def test_sample_items_have_their_state(page: BuildPage, path: str, kind_of_state: str) -> None:
    assert page(path).state.kind == kind_of_state


def test_a_part_recall_says_that_the_code_cannot_tell_the_part(page: BuildPage) -> None:
    shown = page("/01/09521105000012/10/L260512A")
    assert "Chỉ một phần" in shown.state.reason
    assert shown.recall is not None
    assert shown.recall.number == "TH-DEMO-2026-01"


def test_a_single_recalled_item_is_recalled_as_a_whole(page: BuildPage) -> None:
    assert "Chỉ một phần" not in page("/01/09521301000052/21/QN7K021").state.reason


def test_no_hold_is_found_where_there_is_none(gathered: Gather) -> None:
    assert find_hold(gathered("/01/09521204000043/10/RH260317A")) is None


def test_a_recall_names_what_is_recalled_in_its_first_words(page: BuildPage) -> None:
    assert page("/01/09521105000012/10/L260512A").state.subject == "Chả mực Hạ Long (L260512A)."
    assert page("/01/09521204000043/10/RH260317A").state.subject == ""
