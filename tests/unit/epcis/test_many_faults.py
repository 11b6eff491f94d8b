"""A document wrong from end to end: every event keeps its place, the checks do not run on."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from nguon.epcis import Reading, read_document
from nguon.epcis.reading import EventReader
from nguon.epcis.streaming import JsonStream
from nguon.epcis.validation import structure
from nguon.epcis.validation.structure import MOST_FAULTS, spell
from tests.unit.epcis.events import ITEM, document, event


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nguon.epcis.reading.MOST_OF_DOCUMENT", 6)


def read(*events: dict[str, Any]) -> list[Reading]:
    data = json.dumps(document(*events)).encode()
    whole, stream = read_document(data).events, list(JsonStream(io.BytesIO(data)))
    assert [each.faults for each in whole] == [each.faults for each in stream]
    return whole


def wrong(number: int) -> dict[str, Any]:
    return event(epcList=[f"urn:epc:id:sgtin:{number}.{each}" for each in range(4)])


@pytest.mark.usefixtures("few")
def test_past_the_limit_events_are_judged_right_and_told_briefly() -> None:
    sound, flagged = event(), event(bizStep="https://ref.gs1.org/cbv/BizStep-shipping")
    broken = event(eventTime="soon", action=5, other=1)
    got = read(wrong(1), sound, wrong(2), wrong(3), flagged, sound, broken, wrong(4))
    assert [each.accepted for each in got] == [
        False, True, False, False, True, True, False, False,
    ]  # fmt: skip
    assert [each.index for each in got] == list(range(8))
    assert [len(each.faults) for each in got[:3]] == [4, 0, 4]
    for each in (got[3], got[6], got[7]):
        first, last = each.faults
        assert first.level == "error"
        assert first.pointer.startswith(each.pointer + "/")
        assert (last.code, last.params["limit"]) == ("epcis.too_many_faults", 6)


@pytest.mark.parametrize("count", [MOST_FAULTS, MOST_FAULTS + 1, MOST_FAULTS + 2, 5 * MOST_FAULTS])
def test_one_event_names_a_thousand_faults_and_says_that_there_are_more(count: int) -> None:
    (got,) = read(event(epcList=[f"urn:epc:id:sgtin:{each}" for each in range(count)]))
    codes = [fault.code for fault in got.faults]
    if count <= MOST_FAULTS + 1:
        assert len(codes) == count
        assert "epcis.too_many_faults" not in codes
    else:
        assert len(codes) == MOST_FAULTS + 1
        assert codes[-1] == "epcis.too_many_faults"
        assert [f.pointer[-4:] for f in got.faults[:3]] == ["st/0", "st/1", "st/2"]


def test_checks_stop_where_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "nguon.epcis.validation.identifiers._key", lambda text: asked.append(text) or text
    )
    reader = EventReader({}, read_document.__kwdefaults__["policy"])
    bad = [f"urn:epc:id:sgtin:{each}" for each in range(20_000)]
    reader.read(0, "", json.dumps(event(epcList=bad)).encode())
    assert len(asked) <= MOST_FAULTS + 2
    assert reader.read(1, "", json.dumps(event(epcList=[ITEM])).encode()).event is not None


def test_long_names_in_deep_nests_are_walked_without_long_pointers() -> None:
    name = "k" * 3000
    nested: Any = {"none:here": 1}
    for _ in range(30):
        nested = {name: nested}
    (got,) = read(event(**{"ex:a": nested}))
    (fault,) = got.faults
    assert fault.code == "epcis.prefix_undefined"
    assert fault.pointer.startswith("/epcisBody/eventList/0/ex:a/kkk")
    assert len(fault.pointer) < 4100


def test_short_pointers_are_spelled_as_they_stand() -> None:
    assert spell(((("/a", "b/c~"), 3), "d")) == "/a/b~1c~0/3/d"
    walk = structure.Walk({})
    structure.check_free({"x": [1, {"un:known": 2}]}, "/ex:a", walk)
    assert [fault.pointer for fault in walk.faults] == ["/ex:a/x/1/un:known"]
