"""The generated stream: lawful, the same for the same seed, in order, agreeing with templates."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from nguon.epcis import read_document
from nguon.gs1.checksum import verify_check_digit
from nguon.rehearsal import KINDS, Plan, Stream, whole_document
from nguon.rehearsal.story import read_stories
from nguon.rules.template import Expectation
from tests.unit.rehearsal.reading import Event, find_missing, moment, parse, step_of, tell

CREATED = "2026-11-24T00:00:00Z"
SECTORS = sorted(read_stories())
# A stage of a sector that is one of the common ones under another name.
SAME = {
    "BUY": "RECEIVE", "RAW_RECEIVE": "RECEIVE", "INGREDIENT_RECEIVE": "RECEIVE",
    "MOVE_OUT": "SHIP",
}  # fmt: skip


def digest(plan: Plan) -> str:
    found = hashlib.sha256()
    for recorded in Stream(plan):
        found.update(recorded.data)
    return found.hexdigest()


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = Plan(seed=7, events=600, rates=dict.fromkeys(KINDS, 10.0))
    assert digest(plan) == digest(plan)
    assert digest(plan) != digest(Plan(seed=8, events=600, rates=dict.fromkeys(KINDS, 10.0)))


def test_bytes_are_those_of_every_release_until_a_story_changes() -> None:
    # Change this value with the stories, in the same commit, knowing that benches start anew.
    assert digest(Plan(seed=1, events=400))[:16] == "9a4600e3124b2d49"


def test_events_come_in_the_order_of_their_recording() -> None:
    stream = list(Stream(Plan(events=3000, rates=dict.fromkeys(KINDS, 20.0))))
    assert all(one.at <= other.at for one, other in pairwise(stream))
    names = Counter(json.loads(one.data)["eventID"] for one in stream)
    declared = [one for one in stream if b"errorDeclaration" in one.data]
    assert declared
    assert sum(count > 1 for count in names.values()) == len(declared)


@pytest.mark.parametrize("events", [1, 100, 5000])
def test_as_many_events_as_were_asked_for_within_a_tenth(events: int) -> None:
    told = sum(1 for _ in Stream(Plan(events=events)))
    assert told >= min(events, 10)
    if events > 1000:
        assert abs(told - events) <= events / 10


@pytest.mark.parametrize("rate", [0.0, 40.0])
def test_the_reader_has_no_fault_to_find(rate: float) -> None:
    stream = Stream(Plan(events=2500, rates=dict.fromkeys(KINDS, rate)))
    events = [recorded.data for recorded in stream]
    data = whole_document(events, CREATED, stream.province.vocabulary())
    document = read_document(data)
    assert not document.all_faults
    assert len(document.events) == len(events)
    assert len(document.master_data) > 60


@pytest.mark.parametrize("sector", SECTORS)
def test_every_event_is_what_its_template_says(sector: str) -> None:
    _, chains = tell(Plan(events=400, sectors=(sector,)))
    seen = set()
    for events in chains.values():
        for event in parse(events):
            step = step_of(event)
            form = (event["type"], event.get("action"), event["bizStep"])
            assert form == (step.epcis.type, step.epcis.action, step.epcis.biz_step)
            assert event["disposition"] in step.epcis.disposition
            assert not list(find_missing(event)), step.cte
            seen.add(step.sector)
    assert sector in seen


@pytest.mark.parametrize("sector", SECTORS)
def test_what_the_template_expects_happens_in_time(sector: str) -> None:
    _, chains = tell(Plan(events=400, sectors=(sector,)))
    for events in chains.values():
        told = parse(events)
        for event in told:
            late = list(_unmet(event, told))
            assert not late, (event["nguon:cte"], late)


def _unmet(event: Event, told: list[Event]) -> list[str]:
    step = step_of(event)
    found = [
        each.cte
        for each in step.next
        if each.expect == "required" and not _follows(event, told, each, 1)
    ]
    choices = [each for each in step.next if each.expect == "one_of"]
    if choices and not any(_follows(event, told, each, 1) for each in choices):
        found.append("|".join(each.cte for each in choices))
    return found + [
        each.cte
        for each in step.previous
        if each.expect == "required" and not _follows(event, told, each, -1)
    ]


def _follows(event: Event, told: list[Event], each: Expectation, way: int) -> bool:
    for other in told:
        code = other["nguon:cte"].rpartition(".")[2]
        between = way * (moment(other) - moment(event))
        named = each.cte in (code, SAME.get(code))
        if named and timedelta() <= between <= each.max_delay and other is not event:
            return True
    return False


def test_all_sectors_are_told() -> None:
    stream = Stream(Plan(events=6000))
    assert sum(1 for _ in stream) > 5000
    assert set(stream.sectors) == set(SECTORS)


def test_keys_are_of_the_demo_prefix_with_right_check_digits() -> None:
    stream, chains = tell(Plan(events=800))
    text = b"".join(event for events in chains.values() for event in events).decode()
    for ai, length in (("01", 14), ("00", 18), ("414", 13), ("417", 13)):
        keys = {part[:length] for part in text.split(f"https://id.gs1.org/{ai}/")[1:]}
        assert keys
        for key in keys:
            assert verify_check_digit(key)
            assert "952" in key[:4]
    assert "893" not in {organisation.prefix[:3] for organisation in stream.province}


def test_some_households_go_by_local_codes() -> None:
    households = Stream(Plan(organisations=300)).province.by_kind["household"]
    local = sum(bool(household.local) for household in households)
    assert 0.15 < local / len(households) < 0.45


def test_memory_does_not_grow_with_the_stream() -> None:
    def peak(years: int) -> int:
        plan = Plan(events=800 * years, organisations=100, days=365 * years)
        tracemalloc.start()
        sum(1 for _ in Stream(plan))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(12)
    assert peak(12) < 1.5 * peak(4)


def test_an_unknown_kind_of_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fault: flood"):
        Plan(rates={"flood": 1.0})
