"""Faults that are sown: each is on the sheet and in the records, and clean chains have none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from nguon.epcis import read_document
from nguon.rehearsal import KINDS, LAWFUL, Plan, Sown, Stream, whole_document
from nguon.trace import Recorded, find_findings, find_gaps, record
from nguon.trace.contradictions import find_contradictions
from tests.unit.rehearsal.reading import Event, find_missing, tell

CREATED = "2026-11-24T00:00:00Z"
PLAN = Plan(seed=11, events=14_000, rates=dict.fromkeys(KINDS, 25.0))
# What the engine says of each kind that its rules know by now.
MEANT = {
    "missing_ship": {"ship_not_recorded", "receive_without_ship"},
    "missing_receive": {"ship_without_receive"},
    "quantity_differs": {"quantity_differs"},
    "wrong_unit": {"quantity_differs"},
    "output_above_input": {"more_out_than_in"},
    "before_cause": {"before_made"},
    "two_places": {"two_places"},
    "used_twice": {"more_used_than_made"},
    "duplicate_serials": {"made_twice"},
    "closed_area": {"harvest_while_area_closed"},
}


@cache
def province() -> tuple[Stream, dict[int, list[bytes]]]:
    return tell(PLAN)


@cache
def sheet() -> dict[str, list[Sown]]:
    found: dict[str, list[Sown]] = {kind: [] for kind in KINDS}
    for sown in province()[0].sown:
        found[sown.kind].append(sown)
    return found


def events_of(chain: int) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for data in province()[1][chain]:
        event = json.loads(data)
        found.setdefault(event["eventID"], []).append(event)
    return found


def recorded(data: Iterable[bytes]) -> list[Recorded]:
    read = read_document(whole_document(data, CREATED)).events
    return record(reading.event for reading in read if reading.event is not None)


def findings(entries: list[Recorded]) -> dict[str, set[str]]:
    """What the engine finds, by kind: the items it names."""
    found: dict[str, set[str]] = {}
    for gap in find_gaps(entries):
        if gap.breaks and gap.kind != "quantity_difference":
            found.setdefault(gap.kind, set()).update(gap.items)
    for one in find_contradictions(entries):
        found.setdefault(one.kind, set()).update(one.items)
    for finding in find_findings(entries):
        found.setdefault(finding.rule, set()).update(finding.items)
    return found


def test_every_kind_is_sown_and_no_chain_has_two() -> None:
    assert {kind for kind, sown in sheet().items() if sown} == set(KINDS)
    count = Counter(sown.chain for sown in province()[0].sown)
    assert max(count.values()) == 1


def test_faults_may_overlap_when_asked() -> None:
    plan = Plan(seed=11, events=4000, rates=dict.fromkeys(KINDS, 50.0), overlap=True)
    stream = Stream(plan)
    assert sum(1 for _ in stream)
    assert max(Counter(sown.chain for sown in stream.sown).values()) > 1


def test_both_records_of_a_fault_are_on_record() -> None:
    for sown in province()[0].sown:
        events = events_of(sown.chain)
        for side in (sown.first, sown.second):
            if side is not None:
                (event, *_) = events[side.event_id]
                assert event["eventTime"] == side.at
                assert event["nguon:cte"] == side.cte
                assert event["nguon:performedBy"] == side.party
        assert sown.items
        assert sown.owed_by
        assert json.loads(json.dumps(sown.as_dict()))["kind"] == sown.kind


def test_a_missing_record_is_the_one_that_is_told_to_be_expected() -> None:
    for kind in ("missing_ship", "missing_receive"):
        for sown in sheet()[kind]:
            assert sown.second is None
            assert sown.expected["by"] == sown.owed_by
            told = [event for each in events_of(sown.chain).values() for event in each]
            same = [
                event
                for event in told
                if event["nguon:cte"] == sown.expected["cte"]
                and event["nguon:performedBy"] == sown.owed_by
                and set(sown.items) <= set(_named(event))
            ]
            assert not same


def _named(event: Event) -> list[str]:
    classes = [element["epcClass"] for element in event.get("quantityList", ())]
    return [*classes, *event.get("epcList", ())]


@pytest.mark.parametrize("kind", sorted(MEANT))
def test_the_rule_meant_for_it_finds_it_and_nothing_else_does(kind: str) -> None:
    assert sheet()[kind]
    for sown in sheet()[kind]:
        found = findings(recorded(province()[1][sown.chain]))
        assert set(found) <= MEANT[kind], (sown.chain, found)
        assert any(set(sown.items) & items for items in found.values()), (sown, found)


def test_clean_and_lawful_chains_raise_nothing() -> None:
    at_fault = {sown.chain for sown in province()[0].sown if sown.kind not in LAWFUL}
    unseen = {kind for kind in KINDS if kind not in MEANT and kind not in LAWFUL}
    unknown = {sown.chain for kind in unseen for sown in sheet()[kind]}
    clean = [number for number in province()[1] if number not in at_fault or number in unknown]
    assert len(clean) > 50
    for number in clean:
        assert not findings(recorded(province()[1][number])), number


# -- kinds that the engine's rules do not know yet: the records themselves say it ---------------


def test_a_certificate_that_ran_out_is_named() -> None:
    stream = province()[0]
    holders = {own.party: own for own in stream.province}
    for sown in sheet()["certificate_not_in_force"]:
        (event,) = events_of(sown.chain)[sown.first.event_id]
        day = date.fromisoformat(sown.first.at[:10])
        named = sown.first.figures["certificate"]
        assert event["certificationInfo"] == [named]
        assert holders[sown.owed_by].lapsed("attp", day).uri == named
        assert date.fromisoformat(sown.first.figures["validTo"]) < day


def test_certificates_of_clean_chains_are_in_force() -> None:
    stream, chains = tell(Plan(events=1500))
    holders = {own.party: own for own in stream.province}
    seen = 0
    for data in chains.values():
        for event in map(json.loads, data):
            for named in event.get("certificationInfo", ()):
                day = date.fromisoformat(event["eventTime"][:10])
                certificate = holders[event["nguon:performedBy"]].certificate("attp", day)
                assert certificate.uri == named
                assert certificate.in_force(day)
                seen += 1
    assert seen > 20


def test_a_crop_taken_too_early_is_inside_the_interval_of_the_spray() -> None:
    for sown in sheet()["inside_interval"]:
        assert sown.second is not None
        (spray,) = events_of(sown.chain)[sown.first.event_id]
        (harvest,) = events_of(sown.chain)[sown.second.event_id]
        assert harvest["eventTime"][:10] < spray["nguon:earliestHarvest"]


def test_crops_of_clean_chains_keep_the_interval() -> None:
    for number, data in tell(Plan(events=1500, sectors=("produce", "tea-herb")))[1].items():
        events = [json.loads(each) for each in data]
        for spray in (e for e in events if e["nguon:cte"].endswith(".SPRAY")):
            season = spray["quantityList"][0]["epcClass"]
            taken = [e for e in events if {"epcClass": season} in e.get("inputQuantityList", ())]
            assert taken, number
            assert all(e["eventTime"][:10] >= spray["nguon:earliestHarvest"] for e in taken)


def test_a_late_record_says_when_it_was_made() -> None:
    for sown in sheet()["late_recording"]:
        (event,) = events_of(sown.chain)[sown.first.event_id]
        happened, noted = event["eventTime"], event["nguon:recordedAt"]
        late = datetime.fromisoformat(noted) - datetime.fromisoformat(happened)
        assert late > timedelta(days=sown.expected["most_days"])


def test_just_the_element_on_the_sheet_is_missing() -> None:
    for sown in sheet()["missing_kde"]:
        for told in events_of(sown.chain).values():
            for event in told:
                missing = list(find_missing(event))
                is_it = event["eventID"] == sown.first.event_id
                assert missing == ([sown.expected["element"]] if is_it else [])


def test_a_corrected_amount_is_declared_and_put_right() -> None:
    for sown in sheet()["corrected"]:
        assert sown.second is not None
        events = events_of(sown.chain)
        wrong, declared = events[sown.first.event_id]
        assert wrong == {k: v for k, v in declared.items() if k != "errorDeclaration"} | {
            "nguon:recordedAt": wrong["nguon:recordedAt"]
        }
        assert declared["errorDeclaration"]["correctiveEventIDs"] == [sown.second.event_id]
        (right,) = events[sown.second.event_id]
        amounts = [e["outputQuantityList"][0]["quantity"] for e in (wrong, right)]
        assert Decimal(str(amounts[0])) == 10 * Decimal(str(amounts[1]))
