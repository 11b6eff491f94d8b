"""Faults sown in a lawful province are found by the rule meant for them; clean chains raise none.

The generator (`nguon.rehearsal`) knows nothing of the rules: it tells goods on their lawful way
and then bends one record, writing down which.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from nguon.epcis import read_document
from nguon.epcis.model import AnyEvent
from nguon.rehearsal import KINDS, Plan, Stream, whole_document
from nguon.trace import find_findings, find_gaps
from nguon.trace.contradictions import find_contradictions
from nguon.trace.memory import record
from nguon.trace.omissions import find_omissions

EVENTS = int(os.environ.get("NGUON_REHEARSAL", "1500"))
# By kind of fault: what finds it. A contradiction names the very two records of the sheet.
FOUND_BY = {
    "missing_ship": {"gap:ship_not_recorded", "gap:receive_without_ship"},
    "missing_receive": {"gap:ship_without_receive"},
    "quantity_differs": {"quantity_differs"},
    "wrong_unit": {"quantity_differs"},
    "before_cause": {"before_made"},
    "two_places": {"two_places"},
    "used_twice": {"more_used_than_made"},
    "duplicate_serials": {"made_twice"},
    "output_above_input": {"more_out_than_in"},
    "closed_area": {"finding:harvest_while_area_closed"},
    "missing_kde": {"omission:fact_missing"},
    "late_recording": {"omission:recorded_late"},
    "inside_interval": {"omission:harvest_within_interval"},
}
# Facts that stand in the event's place as well, so that one member less leaves none out.
IN_THE_PLACE = {"rearing_unit", "landing_port"}
SAME_PAIR = {
    *("quantity_differs", "wrong_unit", "before_cause", "two_places", "used_twice"),
    "duplicate_serials",
}


def tell_chains(plan: Plan) -> tuple[Stream, dict[int, list[AnyEvent]]]:
    stream = Stream(plan)
    chains: dict[int, list[bytes]] = {}
    for told in stream:
        chains.setdefault(told.chain, []).append(told.data)
    return stream, {number: read_events(data) for number, data in chains.items()}


def read_events(data: Sequence[bytes]) -> list[AnyEvent]:
    read = read_document(whole_document(data, "2026-01-01T00:00:00Z"))
    return [one.event for one in read.events if one.event is not None]


def judge(events: Sequence[AnyEvent]) -> tuple[set[str], list[set[str | None]]]:
    """What is found in a chain, and the pairs of records that contradict each other."""
    known = record(events)
    against = find_contradictions(known)
    found = {one.kind for one in against}
    found |= {f"gap:{gap.kind}" for gap in find_gaps(known) if gap.breaks}
    found |= {f"finding:{finding.rule}" for finding in find_findings(known)}
    found |= {f"omission:{one.kind}" for one in find_omissions(known)}
    return found, [{one.first.event_id, one.second.event_id} for one in against]


@pytest.mark.parametrize("kind", [*FOUND_BY, "corrected"])
def test_every_fault_is_found_and_nothing_else(kind: str) -> None:
    sectors = ("farmed-seafood",) if kind == "closed_area" else ()
    stream, chains = tell_chains(Plan(seed=7, events=EVENTS, rates={kind: 60.0}, sectors=sectors))
    sown = {fault.chain: fault for fault in stream.sown}
    assert sown, "nothing was sown"
    for number, events in chains.items():
        found, pairs = judge(events)
        fault = sown.get(number)
        if fault is None or fault.lawful:
            assert found == set(), (number, kind)
            continue
        if fault.expected.get("element") in IN_THE_PLACE:
            continue
        assert found & FOUND_BY[kind], (number, fault.as_dict())
        assert all(name.split(":")[-1] in FAMILY for name in found), found
        if kind in SAME_PAIR:
            assert fault.second is not None
            assert {fault.first.event_id, fault.second.event_id} in pairs


FAMILY = {name.split(":")[-1] for names in FOUND_BY.values() for name in names} | {
    "quantity_difference"
}


def test_kinds_without_a_rule_yet_are_known() -> None:
    assert set(KINDS) - set(FOUND_BY) == {
        *("certificate_not_in_force", "corrected"),
    }
