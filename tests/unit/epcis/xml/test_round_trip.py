"""Any event means the same after having been XML, in either version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from nguon.epcis import (
    AnyEvent,
    canonical,
    digest,
    event_hash,
    read_document,
    write_document,
)
from nguon.epcis.xml import Version, read_xml, write_xml
from tests.unit.epcis.events import read_one
from tests.unit.epcis.generated import events

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)


def through(event: AnyEvent, version: Version) -> AnyEvent:
    reading = read_xml(write_xml([event], version=version, creation_date=NOW)).events[0]
    assert reading.event is not None, reading.faults
    return reading.event


@settings(max_examples=120)
@given(events)
def test_json_to_xml_and_back_is_the_identity(original: AnyEvent) -> None:
    whole = read_document(write_document([original], creation_date=NOW)).events[0].event
    assert whole is not None
    again = through(whole, "2.0")
    assert canonical(again) == canonical(original)
    assert digest(again) == digest(original)
    assert event_hash(again) == event_hash(original)


@settings(max_examples=80)
@given(events)
def test_1_2_carries_what_it_cannot_say(original: AnyEvent) -> None:
    old = through(original, "1.2")
    assert digest(old) == digest(original)
    assert digest(through(through(old, "2.0"), "1.2")) == digest(original)


@pytest.mark.parametrize("minutes", [0, 330, -720, 840, 1439])
def test_a_time_keeps_its_instant_and_where_it_can_its_zone(minutes: int) -> None:
    event = read_one().event
    assert event is not None
    zone = timezone(timedelta(minutes=minutes))
    moved = replace(event, event_time=datetime(2026, 3, 31, 8, 0, 0, 123456, tzinfo=zone))
    again = through(moved, "2.0").event_time
    assert again == moved.event_time
    if abs(minutes) <= 840:
        assert again.utcoffset() == moved.event_time.utcoffset()


def test_every_certificate_is_kept() -> None:
    event = read_one(certificationInfo=["urn:x:1", "urn:x:2", "urn:x:3"]).event
    assert event is not None
    assert set(through(event, "2.0").certification_info) == {"urn:x:1", "urn:x:2", "urn:x:3"}
    assert set(through(event, "1.2").certification_info) == {"urn:x:1", "urn:x:2", "urn:x:3"}
