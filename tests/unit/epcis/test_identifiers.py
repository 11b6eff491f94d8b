"""Whatever is accepted has a canonical key: the store derives its rows from these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import canonical_key
from tests.unit.epcis.events import ITEM, LOT, PLACE, found, read_one

_GTIN = "https://id.gs1.org/01/09521101000016"


@pytest.mark.parametrize(
    ("epc", "code"),
    [
        ("https://id.gs1.org/01/09521101000017/21/1", "gs1.check_digit"),
        (f"{_GTIN}/21/1 ", "gs1.uri_character"),
        (f"{_GTIN}/21/1%", "gs1.percent"),
        (f"{_GTIN}/21/é", "gs1.illegal_character"),
        (f"{_GTIN}/21/{'1' * 21}", "gs1.value_length"),
        ("urn:epc:id:sgtin:9521101.000001.é", "gs1.illegal_character"),
        ("https://place.example/a\u00a0b", "gs1.uri_character"),
        ("https://place.example/" + "ễ" * 700, "gs1.too_long"),
    ],
)
def test_a_malformed_identifier_is_refused_wherever_it_stands(epc: str, code: str) -> None:
    assert found(read_one(action="OBSERVE", epcList=[ITEM, epc])) == [(code, "/epcList/1")]
    assert (code, "/readPoint/id") in found(read_one(readPoint={"id": epc}))
    assert (code, "/parentID") in found(read_one("AggregationEvent", parentID=epc))


def test_a_private_identifier_in_letters_beyond_ascii_is_only_flagged() -> None:
    reading = read_one(action="OBSERVE", epcList=["https://lo.example/cá/1"])
    assert reading.accepted
    assert ("epcis.uri_not_ascii", "/epcList/0") in found(reading)


_SIGNS = st.sampled_from(
    ["", "0", "7", "A", "%", "%2F", "é", "\u00a0", "\u2028", " ", "/", "?", "#", ".", ":"]
)


@given(st.sampled_from([ITEM, LOT, PLACE]), st.integers(0, 60), st.integers(0, 2), _SIGNS)
def test_every_accepted_identifier_has_a_key(text: str, at: int, cut: int, sign: str) -> None:
    broken = text[:at] + sign + text[at + cut :]
    for members in (
        {"epcList": [broken]},
        {"quantityList": [{"epcClass": broken}]},
        {"bizLocation": {"id": broken}},
    ):
        if read_one(action="OBSERVE", **members).accepted:
            assert canonical_key(broken)
