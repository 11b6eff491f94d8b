"""Findings over scans: each rule fires where it should, not beside it, and explains itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.errors import Fault
from nguon.stamps import Scan, Sighting, StampError, Step, find_bursts, find_odd, find_unknown
from nguon.stamps.findings import policies, policy_on
from nguon.stamps.places import ABROAD, least_km, name_place, places

ZONE = timezone(timedelta(hours=7))
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONE)
POLICY = policy_on(NOON.date())
QUANG_NINH, HAI_PHONG, CA_MAU, HO_CHI_MINH = "22", "31", "96", "79"
LIFE = [
    Step("generated", NOON - timedelta(days=30)),
    Step("printed", NOON - timedelta(days=29)),
    Step("activated", NOON - timedelta(days=10)),
]


def at(minutes: float, place: str = "", device: str = "", kind: str = "public") -> Scan:
    return Scan(NOON + timedelta(minutes=minutes), device, place, kind)


def codes(findings: list) -> list[str]:
    return [finding.code for finding in findings]


def test_honest_scans_give_rise_to_nothing() -> None:
    scans = [at(0, QUANG_NINH, "a"), at(60, HAI_PHONG, "b"), at(60 * 24, HAI_PHONG, "b")]
    assert find_odd(scans, LIFE) == []
    assert find_odd([], LIFE) == []


def test_two_far_places_within_minutes_are_one_too_many() -> None:
    scans = [at(12, CA_MAU, "b"), at(0, QUANG_NINH, "a")]
    (finding,) = find_odd(scans, LIFE)
    assert (finding.code, finding.kind, finding.scans) == ("speed", "odd", (1, 0))
    assert finding.params["minutes"] == 12
    said = finding.sentence("vi")
    assert "Quảng Ninh lúc 12:00 24/11/2026" in said
    assert "Cà Mau" in said
    assert str(finding.params["kmh"]) in said
    assert "900" in finding.sentence("en")


def test_a_flight_is_possible_and_neighbours_are_never_far() -> None:
    assert find_odd([at(0, QUANG_NINH), at(130, HO_CHI_MINH)], LIFE) == []
    assert find_odd([at(0, QUANG_NINH), at(0.2, HAI_PHONG)], LIFE) == []
    assert find_odd([at(0, QUANG_NINH), at(1, ABROAD)], LIFE) == []


def test_scans_in_one_instant_do_not_divide_by_zero() -> None:
    (finding,) = find_odd([at(0, QUANG_NINH), at(0, HO_CHI_MINH)], LIFE)
    assert finding.params["minutes"] == 1


def test_one_device_is_never_in_two_places() -> None:
    assert find_odd([at(0, QUANG_NINH, "a"), at(1, CA_MAU, "a")], LIFE) == []
    assert codes(find_odd([at(0, QUANG_NINH, "a"), at(1, CA_MAU, "b")], LIFE)) == ["speed"]
    assert codes(find_odd([at(0, QUANG_NINH), at(1, CA_MAU)], LIFE)) == ["speed"]


def test_the_fastest_pair_is_told() -> None:
    scans = [at(0, QUANG_NINH), at(30, CA_MAU), at(35, QUANG_NINH)]
    (finding,) = find_odd(scans, LIFE)
    assert finding.scans == (1, 2)


def test_a_scan_before_activation_is_found_and_work_is_not() -> None:
    early = -60 * 24 * 12
    (finding,) = find_odd([at(0), at(early), at(early - 5, kind="trade")], LIFE)
    assert (finding.code, finding.kind, finding.scans) == ("before_activation", "off", (1,))
    assert finding.params["count"] == 1
    never = find_odd([at(0)], LIFE[:2])
    assert codes(never) == ["before_activation"]
    assert find_odd([at(0)], []) == []


@pytest.mark.parametrize(("state", "said"), [("void", "Đã hủy"), ("recalled", "Đang thu hồi")])
def test_a_scan_after_the_end_is_found(state: str, said: str) -> None:
    history = [*LIFE, Step(state, NOON)]
    (finding,) = find_odd([at(-5), at(5), at(9, kind="officer")], history)
    assert (finding.code, finding.kind, finding.scans) == ("after_end", "odd", (1,))
    assert said in finding.sentence("vi")


def test_the_buyer_who_used_the_code_may_come_back() -> None:
    history = [*LIFE, Step("consumed", NOON)]
    scans = [at(-1, device="buyer"), at(120, device="buyer")]
    assert find_odd(scans, history) == []
    (finding,) = find_odd([*scans, at(180, device="other"), at(190)], history)
    assert (finding.code, finding.scans) == ("after_end", (2, 3))
    void = [*LIFE, Step("void", NOON)]
    assert codes(find_odd(scans, void)) == ["after_end"]


def test_after_a_lifted_recall_scans_are_honest_again() -> None:
    history = [*LIFE, Step("recalled", NOON), Step("activated", NOON + timedelta(hours=1))]
    assert find_odd([at(90)], history) == []
    assert codes(find_odd([at(30)], history)) == ["after_end"]


def test_too_many_provinces_within_the_time_are_found() -> None:
    day = 60 * 24
    scans = [
        at(day * number, place) for number, place in enumerate(["22", "31", "33", "37", ABROAD])
    ]
    (finding,) = find_odd(scans, LIFE)
    assert (finding.code, finding.params["count"]) == ("places", 5)
    assert "nước ngoài" in finding.sentence("vi")
    slow = [at(day * 20 * number, scan.place) for number, scan in enumerate(scans)]
    assert find_odd(slow, LIFE) == []


def test_too_many_devices_are_found_and_officers_do_not_count() -> None:
    many = [at(number * 60, device=str(number)) for number in range(POLICY.devices_limit + 1)]
    assert codes(find_odd(many, LIFE)) == ["devices"]
    assert find_odd(many[1:], LIFE) == []
    work = [msgspec.structs.replace(scan, kind="officer") for scan in many]
    assert find_odd(work, LIFE) == []


def sightings(count: int, start: int = 0, apart: float = 0.1, kind: str = "public") -> list:
    return [Sighting(start + number, at(number * apart, kind=kind)) for number in range(count)]


def test_many_stamps_of_one_roll_within_minutes_are_a_burst() -> None:
    (finding,) = find_bursts(sightings(40, start=10))
    assert (finding.code, finding.kind) == ("burst", "note")
    assert (finding.params["first_counter"], finding.params["last_counter"]) == (10, 49)
    assert len(finding.scans) == 40
    assert "12:00 24/11/2026" in finding.sentence("en")


@pytest.mark.parametrize(
    "honest",
    [
        [],
        sightings(POLICY.burst_limit),
        sightings(60, apart=1),
        sightings(60, kind="trade"),
        [Sighting(5, at(number / 10)) for number in range(60)],
        [Sighting(number * 6000, at(number / 10)) for number in range(60)],
    ],
    ids=["none", "few", "slow", "trade", "one stamp", "many rolls"],
)
def test_other_ways_of_scanning_are_no_burst(honest: list) -> None:
    assert find_bursts(honest) == []


def test_two_bursts_are_told_twice() -> None:
    later = [Sighting(each.counter, at(600 + n / 10)) for n, each in enumerate(sightings(40))]
    assert codes(find_bursts([*sightings(40), *later])) == ["burst", "burst"]


def test_a_share_of_unknown_serials_is_found_only_among_many() -> None:
    (finding,) = find_unknown(200, 21, NOON.date())
    assert finding.params == {"asked": 200, "unknown": 21, "percent": "10.5", "limit": "5"}
    assert "10.5 %" in finding.sentence("vi")
    assert find_unknown(200, 10, NOON.date()) == []
    assert find_unknown(39, 39, NOON.date()) == []
    assert find_unknown(0, 0, NOON.date()) == []
    with pytest.raises(StampError) as raised:
        find_unknown(1, 2, NOON.date())
    assert isinstance(raised.value.fault, Fault)


def test_thresholds_are_dated_and_each_says_why() -> None:
    assert policy_on(date(1990, 1, 1)) == policies()[0]
    for policy in policies():
        fields = msgspec.structs.asdict(policy)
        assert all(fields[name] for name in fields if name.endswith("_why"))
    strict = msgspec.structs.replace(POLICY, speed_kmh=100)
    assert codes(find_odd([at(0, QUANG_NINH), at(130, HO_CHI_MINH)], LIFE, strict)) == ["speed"]


scans = st.builds(
    at,
    st.integers(-100_000, 100_000),
    st.sampled_from(["", ABROAD, "22", "31", "96", "79", "??"]),
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["public", "trade", "officer"]),
)


@given(st.lists(scans, max_size=12), st.integers(0, 3))
def test_findings_do_not_depend_on_the_order_and_always_speak(log: list, known: int) -> None:
    found = find_odd(log, LIFE[:known])
    turned = find_odd(log[::-1], LIFE[:known][::-1])
    assert [finding.code for finding in found] == [finding.code for finding in turned]
    for finding in found:
        assert set(finding.scans) <= set(range(len(log)))
        for language in ("vi", "en"):
            assert "{" not in finding.sentence(language)


def test_the_places_are_the_thirty_four_units() -> None:
    assert len(places()) == 34
    assert name_place("22") == "Quảng Ninh"
    assert name_place(ABROAD, "en") == "abroad"
    assert name_place("99") == "99"
    assert all(8.5 < place.latitude < 23.4 for place in places().values())
    assert all(102.1 < place.longitude < 109.5 for place in places().values())


def test_distances_are_the_least_that_they_can_be() -> None:
    assert 950 < least_km(QUANG_NINH, HO_CHI_MINH) < 1150
    assert least_km(QUANG_NINH, HAI_PHONG) == 0
    assert least_km(CA_MAU, QUANG_NINH) == least_km(QUANG_NINH, CA_MAU)
    assert least_km("22", "nowhere") == 0
