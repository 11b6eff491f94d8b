"""Signs of copied or misused stamps in a log of scans: pure rules, each finding with its reason.

Texts and thresholds are data (`findings.toml`), the thresholds by the day from which they hold.
A finding is a question for people, never a proof: every rule also fires on honest goods.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, Literal

import msgspec

from nguon.errors import Language
from nguon.stamps.error import stamp_error
from nguon.stamps.places import ABROAD, least_km, name_place, places
from nguon.stamps.states import state_of

_ENDED = ("consumed", "void", "lost", "recalled")
_IN_USE = ("activated", "shipped", "sold", "consumed", "recalled")


class Scan(msgspec.Struct, frozen=True):
    """One look at a stamp: when, with what, roughly where (province code, "abroad" or empty).

    `device` is a salted hash without identity. `kind`: "public", or "trade" and "officer",
    whose scans are work and count for no rule about how many people looked.
    """

    at: datetime
    device: str = ""
    place: str = ""
    kind: Literal["public", "trade", "officer"] = "public"


class Step(msgspec.Struct, frozen=True):
    """One entry of a stamp's history: the state it went to, and when."""

    state: str
    at: datetime


class Sighting(msgspec.Struct, frozen=True):
    """A scan of one stamp of a run, by its counter."""

    counter: int
    scan: Scan


class Policy(msgspec.Struct, frozen=True):
    """Thresholds of the rules, in force since a day; each has its `…_why` beside it."""

    since: date
    speed_kmh: float
    speed_why: str
    places_limit: int
    places_days: int
    places_why: str
    devices_limit: int
    devices_days: int
    devices_why: str
    burst_limit: int
    burst_minutes: int
    burst_span: int
    burst_why: str
    unknown_percent: float
    unknown_least: int
    unknown_why: str


class Finding(msgspec.Struct, frozen=True):
    """One rule that fired: its code, the figures in its sentence, the scans that it rests on.

    `scans` are indexes into what was handed in.
    """

    code: str
    params: dict[str, Any]
    scans: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """ "odd", "off" or "note", as `findings.toml` says."""
        return str(_data()["findings"][self.code]["kind"])

    def sentence(self, language: Language = "vi") -> str:
        """What was found, with its figures."""
        return str(_data()["findings"][self.code][language]).format_map(self.params)


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("nguon.stamps").joinpath("findings.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def policies() -> tuple[Policy, ...]:
    """Every set of thresholds, the oldest first."""
    found = [msgspec.convert(entry, type=Policy) for entry in _data()["policy"]]
    return tuple(sorted(found, key=lambda policy: policy.since))


def policy_on(day: date) -> Policy:
    """The thresholds in force on a day; before the first, the first."""
    held = [policy for policy in policies() if policy.since <= day]
    return held[-1] if held else policies()[0]


def find_odd(
    scans: Sequence[Scan], history: Sequence[Step] = (), policy: Policy | None = None
) -> list[Finding]:
    """What one stamp's scans and history give rise to, in the order of the rules."""
    if not scans:
        return []
    # By place and device too, so that scans of one instant are taken alike however they came.
    order = sorted(range(len(scans)), key=lambda index: _place_in_order(scans[index]))
    log = [(index, scans[index]) for index in order]
    chosen = policy or policy_on(log[-1][1].at.date())
    return [
        *_scanned_before(log, history),
        *_scanned_after(log, history),
        *_flown(log, chosen),
        *_scattered(log, chosen),
        *_passed_around(log, chosen),
    ]


_Log = Sequence[tuple[int, Scan]]


def _place_in_order(scan: Scan) -> tuple[datetime, str, str]:
    return scan.at, scan.place, scan.device


def _scanned_before(log: _Log, history: Sequence[Step]) -> Iterator[Finding]:
    begun = min((step.at for step in history if step.state in _IN_USE), default=None)
    # Whoever prints and applies stamps reads them back: that is work, not the market.
    early = [
        (index, scan)
        for index, scan in log
        if scan.kind != "trade" and (begun is None or scan.at < begun)
    ]
    if early and history:
        words = {"count": len(early), "first": _say_time(early[0][1].at)}
        yield Finding("before_activation", words, tuple(index for index, _ in early))


def _scanned_after(log: _Log, history: Sequence[Step]) -> Iterator[Finding]:
    steps = sorted(history, key=lambda step: step.at)
    for number, step in enumerate(steps):
        if step.state not in _ENDED:
            continue
        until = steps[number + 1].at if number + 1 < len(steps) else None
        owners = _seen_by(log, step)
        late = [
            (index, scan)
            for index, scan in log
            if scan.kind == "public"
            and scan.at > step.at
            and (until is None or scan.at < until)
            and scan.device not in owners
        ]
        if late:
            words = {
                "count": len(late),
                "first": _say_time(late[0][1].at),
                "ended": _say_time(step.at),
                "state_vi": state_of(step.state).say("vi"),
                "state_en": state_of(step.state).say("en"),
            }
            yield Finding("after_end", words, tuple(index for index, _ in late))


def _seen_by(log: _Log, step: Step) -> set[str]:
    """The devices that looked before a stamp was used up: one of them is the buyer's.

    Whoever gives the covered code has the page open, so the buyer is among them, and may come
    back. Digests of devices change daily: this holds for the day on which the code was given.
    """
    if step.state != "consumed":
        return set()
    return {scan.device for _, scan in log if scan.device and scan.at <= step.at}


def _flown(log: _Log, policy: Policy) -> Iterator[Finding]:
    """The fastest pair of neighbouring scans, when it is too fast; abroad is anywhere.

    A device is never in two places: two that one device told are a slip of its owner's finger.
    """
    placed = [(index, scan) for index, scan in log if scan.place in places()]
    fastest: Finding | None = None
    top = policy.speed_kmh
    for (before, one), (after, other) in pairwise(placed):
        if one.device and one.device == other.device:
            continue
        km = least_km(one.place, other.place)
        # Clocks are taken to the minute: less than one cannot be told from none.
        hours = max((other.at - one.at).total_seconds(), 60) / 3600
        if km / hours > top:
            top = km / hours
            words = _say_flight(one, other, km, hours, policy)
            fastest = Finding("speed", words, (before, after))
    if fastest is not None:
        yield fastest


def _say_flight(one: Scan, other: Scan, km: float, hours: float, policy: Policy) -> dict[str, Any]:
    return {
        "from_vi": name_place(one.place, "vi"),
        "from_en": name_place(one.place, "en"),
        "to_vi": name_place(other.place, "vi"),
        "to_en": name_place(other.place, "en"),
        "first": _say_time(one.at),
        "second": _say_time(other.at),
        "km": round(km),
        "minutes": round(hours * 60),
        "kmh": round(km / hours),
        "limit": round(policy.speed_kmh),
    }


def _scattered(log: _Log, policy: Policy) -> Iterator[Finding]:
    placed = [(index, scan) for index, scan in log if scan.place]
    window = _busiest(placed, timedelta(days=policy.places_days), lambda scan: scan.place)
    seen = sorted({scan.place for _, scan in window} - {ABROAD})
    seen += [ABROAD] * any(scan.place == ABROAD for _, scan in window)
    if len(seen) > policy.places_limit:
        words = {
            "count": len(seen),
            "days": policy.places_days,
            "limit": policy.places_limit,
            "places_vi": ", ".join(name_place(place, "vi") for place in seen),
            "places_en": ", ".join(name_place(place, "en") for place in seen),
        }
        yield Finding("places", words, tuple(index for index, _ in window))


def _passed_around(log: _Log, policy: Policy) -> Iterator[Finding]:
    public = [(index, scan) for index, scan in log if scan.kind == "public" and scan.device]
    window = _busiest(public, timedelta(days=policy.devices_days), lambda scan: scan.device)
    count = len({scan.device for _, scan in window})
    if count > policy.devices_limit:
        words = {"count": count, "days": policy.devices_days, "limit": policy.devices_limit}
        yield Finding("devices", words, tuple(index for index, _ in window))


def _busiest(log: _Log, length: timedelta, name: Any) -> _Log:
    """Of all stretches of time of this length, the one with the most different names."""
    best: tuple[int, int, int] = (0, 0, 0)
    held: dict[str, int] = {}
    start = 0
    for end, (_, scan) in enumerate(log):
        held[name(scan)] = held.get(name(scan), 0) + 1
        while scan.at - log[start][1].at > length:
            leaving = name(log[start][1])
            held[leaving] -= 1
            if not held[leaving]:
                del held[leaving]
            start += 1
        if len(held) > best[0]:
            best = (len(held), start, end + 1)
    return log[best[1] : best[2]]


def find_bursts(sightings: Iterable[Sighting], policy: Policy | None = None) -> list[Finding]:
    """Many different stamps of one stretch of a run, scanned by the public within minutes.

    A stretch holds `burst_span` counters, about a roll; each burst is told once.
    """
    public = sorted(
        (
            (each.scan.at, each.counter, index)
            for index, each in enumerate(sightings)
            if each.scan.kind == "public"
        ),
    )
    if not public:
        return []
    chosen = policy or policy_on(public[-1][0].date())
    rolls: dict[int, list[tuple[datetime, int, int]]] = {}
    for entry in public:
        rolls.setdefault(entry[1] // chosen.burst_span, []).append(entry)
    return [finding for roll in rolls.values() for finding in _burst(roll, chosen)]


def _burst(roll: list[tuple[datetime, int, int]], policy: Policy) -> Iterator[Finding]:
    length = timedelta(minutes=policy.burst_minutes)
    start = 0
    while start < len(roll):
        window = [entry for entry in roll[start:] if entry[0] - roll[start][0] <= length]
        counters = {counter for _, counter, _ in window}
        if len(counters) <= policy.burst_limit:
            start += 1
            continue
        words = {
            "count": len(counters),
            "first_counter": min(counters),
            "last_counter": max(counters),
            "minutes": policy.burst_minutes,
            "first": _say_time(window[0][0]),
            "limit": policy.burst_limit,
        }
        yield Finding("burst", words, tuple(index for _, _, index in window))
        start += len(window)


def find_unknown(
    asked: int, unknown: int, day: date, policy: Policy | None = None
) -> list[Finding]:
    """Whether too many look-ups of one class were numbers that were never issued."""
    if not 0 <= unknown <= asked:
        raise stamp_error("count", unknown)
    chosen = policy or policy_on(day)
    if asked < chosen.unknown_least or unknown * 100 <= chosen.unknown_percent * asked:
        return []
    words = {
        "asked": asked,
        "unknown": unknown,
        "percent": f"{unknown * 100 / asked:.1f}",
        "limit": f"{chosen.unknown_percent:g}",
    }
    return [Finding("unknown_rate", words)]


def _say_time(moment: datetime) -> str:
    """A moment as it came, in its own zone: the caller knows whose clock people read."""
    return f"{moment:%H:%M %d/%m/%Y}"
