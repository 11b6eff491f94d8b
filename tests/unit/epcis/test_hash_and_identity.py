"""The event hash, and the identity and key that events are stored under."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import AnyEvent, event_hash, event_key, identity
from nguon.epcis.hash import format_number, pre_hash
from tests.unit.epcis.events import LOT, PLACE, read_one

UUID = "urn:uuid:00000000-0000-4000-8000-000000000001"


def made(kind: str = "ObjectEvent", /, **members: Any) -> AnyEvent:
    result = read_one(kind, **members).event
    assert result is not None
    return result


def test_the_line_names_members_in_their_order() -> None:
    event = made(
        action="ADD",
        bizStep="commissioning",
        readPoint={"id": PLACE, "ex:gate": 7},
        quantityList=[{"epcClass": LOT, "quantity": 12.50, "uom": "KGM"}],
        ilmd={"cbvmda:lotNumber": "L1"},
        **{"ex:b": [2, 1], "ex:a": {"ex:d": True, "ex:c": " x "}, "rdfs:comment": "no"},
    )
    assert pre_hash(event) == (
        "eventType=ObjectEventeventTime=2026-03-31T01:00:00.000ZeventTimeZoneOffset=+07:00"
        "epcListepc=https://id.gs1.org/01/09521234000129/21/A1"
        "quantityListquantityElementepcClass=https://id.gs1.org/01/09521234000129/10/L1"
        "quantity=12.5uom=KGMaction=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        "readPointid=https://id.gs1.org/414/9521234000020{https://ns.example.com/epcis/}gate=7"
        "ilmd{urn:epcglobal:cbv:mda:}lotNumber=L1"
        "{https://ns.example.com/epcis/}a{https://ns.example.com/epcis/}c=x"
        "{https://ns.example.com/epcis/}d=true"
        "{https://ns.example.com/epcis/}b=1{https://ns.example.com/epcis/}b=2"
    )


@pytest.mark.parametrize(
    "members",
    [
        {"eventID": UUID},
        {"recordTime": "2026-04-01T00:00:00Z"},
        {"eventTime": "2026-03-31T01:00:00.0004Z"},
        {"eventTime": "2026-03-31T02:00:00+01:00"},
        {"epcList": ["urn:epc:id:sgtin:9521234.000012.A1"]},
        {"rdfs:comment": "said"},
        {"eventID": UUID, "errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}},
        {"quantityList": []},
    ],
)
def test_what_does_not_belong_to_the_event_does_not_change_its_hash(members: Any) -> None:
    assert event_hash(made(**members)) == event_hash(made())


@pytest.mark.parametrize(
    "members",
    [
        {"eventTime": "2026-03-31T01:00:00.0005Z"},
        {"eventTimeZoneOffset": "+08:00"},
        {"bizStep": "shipping"},
        {"ex:x": ""},
        {"certificationInfo": "urn:x:1"},
    ],
)
def test_what_belongs_to_the_event_changes_its_hash(members: Any) -> None:
    assert event_hash(made(**members)) != event_hash(made())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("120.0", "120"),
        ("0.50", "0.5"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1E+3", "1000"),
        ("1E-7", "0.0000001"),
        ("100", "100"),
        ("0", "0"),
    ],
)
def test_numbers_are_plain(number: str, text: str) -> None:
    assert format_number(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_a_plain_number_is_the_same_number(number: Decimal) -> None:
    assert Decimal(format_number(number)) == number
    assert format_number(number) == format_number(Decimal(format_number(number)))


def test_an_event_is_known_by_its_given_identity_or_by_its_hash() -> None:
    assert identity(made(eventID=UUID)) == UUID
    assert identity(made()) == event_hash(made())


def test_a_declaration_is_another_thing_than_the_event_it_declares_wrong() -> None:
    times = ["2026-04-01T07:00:00+07:00", "2026-04-01T00:00:00Z", "2026-04-01T00:00:01Z"]
    first, same, later = (
        identity(made(eventID=UUID, errorDeclaration={"declarationTime": time})) for time in times
    )
    assert first == same == f"{UUID}#errorDeclaration:2026-04-01T00:00:00.000000+00:00"
    assert len({UUID, first, later}) == 3


def test_a_uuid_in_capitals_names_the_same_event() -> None:
    loud = "urn:uuid:" + UUID.removeprefix("urn:uuid:").upper()
    wrong = {"declarationTime": "2026-04-01T00:00:00Z", "correctiveEventIDs": [loud]}
    # An extension inside the declaration is read the long way.
    for declaration in (wrong, {**wrong, "ex:by": "null"}):
        event = made(eventID=loud, errorDeclaration=declaration)
        assert event.event_id == UUID
        assert event.error_declaration is not None
        assert event.error_declaration.corrective_event_ids == (UUID,)


def test_a_malformed_uuid_is_told_as_it_was_given() -> None:
    (fault,) = read_one(eventID="urn:uuid:ABC").faults
    assert (fault.code, fault.value) == ("epcis.uuid_malformed", "urn:uuid:ABC")


def test_a_key_stays_what_it_is() -> None:
    key = event_key(UUID)
    assert str(key) == "f9425ebe-36a6-8ac1-8768-a565ea557c14"
    assert (key.version, key.variant) == (8, "specified in RFC 4122")


@given(st.text(max_size=20), st.text(max_size=20))
def test_keys_differ_as_identities_do(one: str, other: str) -> None:
    assert (event_key(one) == event_key(other)) is (one == other)
    assert event_key(one).version == 8
