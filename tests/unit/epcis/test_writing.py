"""What is written reads back as what it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from nguon.epcis import (
    AnyEvent,
    canonical,
    digest,
    encode_event,
    event_hash,
    fast_digest,
    read_document,
    write_document,
    write_event,
    write_query_document,
)
from nguon.epcis.decoding import decode_event
from tests.unit.epcis.events import CONTEXT, EX, LOT, event, read, read_one
from tests.unit.epcis.generated import NAMESPACES, events

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)


def made(kind: str = "ObjectEvent", /, **members: Any) -> AnyEvent:
    result = read_one(kind, **members).event
    assert result is not None
    return result


@settings(max_examples=150)
@given(events)
def test_any_event_survives_being_written_and_read(original: AnyEvent) -> None:
    raw = encode_event(original)
    again, faults, _ = decode_event(raw, NAMESPACES)
    assert faults == []
    assert again == original
    assert decode_event(raw, NAMESPACES, careful=True)[0] == original


@settings(max_examples=60)
@given(events)
def test_meaning_and_hash_survive_too(original: AnyEvent) -> None:
    whole = write_document([original], creation_date=NOW)
    again = read_document(whole).events[0].event
    assert again is not None
    assert canonical(again) == canonical(original)
    assert digest(again) == digest(original)
    assert event_hash(again) == event_hash(original)


def test_an_event_may_stand_on_its_own() -> None:
    written = write_event(made(**{"ex:x": 1}), with_context=True)
    assert written["@context"] == [CONTEXT, {"ex": EX}]
    assert read_document(json.dumps(written)).accepted


@pytest.mark.parametrize(
    ("given_number", "written"),
    [("120.0", "120"), ("0.50", "0.5"), ("123456789.123456789123", "123456789.123456789123")],
)
def test_numbers_are_written_as_numbers_of_the_same_value(given_number: str, written: str) -> None:
    original = made(quantityList=[{"epcClass": LOT, "quantity": 1, "uom": "KGM"}])
    (element,) = original.quantity_list  # type: ignore[union-attr]  # an ObjectEvent by default
    exact = msgspec.structs.replace(element, quantity=Decimal(given_number))
    raw = encode_event(msgspec.structs.replace(original, quantity_list=(exact,)))
    assert f'"quantity":{written},'.encode() in raw


def test_a_query_document_names_its_query() -> None:
    whole = write_query_document(
        [made()], creation_date=NOW, query_name="Q", subscription_id="S", identifier="urn:x:d"
    )
    results = json.loads(whole)["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("Q", "S")
    result = read_document(whole)
    assert (result.type, result.id, result.creation_date) == ("EPCISQueryDocument", "urn:x:d", NOW)
    assert result.all_faults == []


def test_events_of_different_prefixes_go_into_one_document() -> None:
    other = {"@context": [CONTEXT, {"ex": "https://other.example/"}]}
    first = made(**{"ex:x": 1})
    second = read(event(**{"ex:x": 2}), **other).events[0].event
    assert second is not None
    readings = read_document(write_document([first, second], creation_date=NOW)).events
    values = [r.event and r.event.extension_value("ex:x") for r in readings]
    assert values == [1, 2]
    assert [r.event and r.event.expand("ex:x") for r in readings] == [
        f"{EX}x",
        "https://other.example/x",
    ]


def test_events_are_written_as_they_were_received() -> None:
    raw = json.dumps(event(**{"ex:x": 1.50}), indent=1).encode()
    whole = write_query_document([(raw, {"ex": EX})], creation_date=NOW)
    assert raw in whole
    clashing = write_document(
        [(raw, {"ex": EX}), (raw, {"ex": "https://other.example/"})], creation_date=NOW
    )
    second = read_document(clashing).events[1].event
    assert second is not None
    assert second.extension_value("https://other.example/x") == 1.5


SAME: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"epcList": ["urn:epc:id:sgtin:9521234.000012.A1"]}, {}),
    ({"epcList": ["https://example.com/01/09521234000129/21/A1"]}, {}),
    ({"eventTime": "2026-03-31T01:00:00.000Z"}, {}),
    ({"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}, {"bizStep": "shipping"}),
    ({"recordTime": "2026-04-01T00:00:00Z"}, {}),
    ({f"{EX}x": 1.0}, {"ex:x": 1}),
    ({"certificationInfo": "urn:x:1"}, {"certificationInfo": ["urn:x:1"]}),
    (
        {"certificationInfo": ["urn:x:1", "urn:x:2"]},
        {"certificationInfo": ["urn:x:2", "urn:x:1"]},
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_other_words_for_the_same_mean_the_same(one: Any, other: Any) -> None:
    assert canonical(made(**one)) == canonical(made(**other))
    assert digest(made(**one)) == digest(made(**other))


DIFFERENT: list[dict[str, Any]] = [
    {"epcList": ["urn:epc:id:sgtin:9521234.000012.A2"]},
    {"eventTime": "2026-03-31T01:00:00.000001Z"},
    {"eventTimeZoneOffset": "+08:00"},
    {"action": "ADD"},
    {"eventID": "urn:uuid:00000000-0000-4000-8000-000000000001"},
    {"errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}},
    {"ex:x": 1},
    {"ex:x": "1"},
    {"rdfs:comment": "said"},
]


def test_anything_else_means_something_else() -> None:
    digests = {digest(made(**members)) for members in [{}, *DIFFERENT]}
    assert len(digests) == len(DIFFERENT) + 1


def test_the_fast_digest_bears_no_more_than_the_order_of_members() -> None:
    members = event(**{"ex:x": 1})
    shuffled = dict(reversed(members.items()))
    plain = fast_digest(json.dumps(members).encode(), {"ex": EX})
    assert plain == fast_digest(json.dumps(shuffled, indent=2).encode(), {"ex": EX})
    recorded = {**members, "recordTime": "2026-04-01T00:00:00Z"}
    assert plain == fast_digest(json.dumps(recorded).encode(), {"ex": EX})
    assert plain != fast_digest(json.dumps(members).encode(), {"ex": "urn:x:"})
    assert plain != fast_digest(json.dumps({**members, "ex:x": 2}).encode(), {"ex": EX})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12345678901234567890123", "12345678901234567890124"),
        ("0.12345678901234567", "0.12345678901234568"),
        ("1", '"1"'),
    ],
)
def test_the_fast_digest_tells_long_numbers_apart(one: str, other: str) -> None:
    raw = json.dumps(event(**{"ex:x": 4711}))
    first, second = (fast_digest(raw.replace("4711", n).encode(), {}) for n in (one, other))
    assert first != second
