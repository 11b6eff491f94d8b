"""Units convert exactly and back again, within their kind only."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import units
from nguon.epcis.query.conversion import UNITS, convert, like

_amounts = st.decimals(-(10**6), 10**6, places=4, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "code", "to", "expected"),
    [
        ("25", "CEL", "KEL", "298.15"), ("298.15", "KEL", "CEL", "25"), ("77", "FAH", "CEL", "25"),
        ("-40", "FAH", "CEL", "-40"), ("459.67", "A48", "FAH", "0"), ("1", "BAR", "PAL", "100000"),
        ("1", "ATM", "A97", "1013.25"), ("36", "KMH", "MTS", "10"), ("12.5", "KGM", "GRM", "12500"),
        ("1", "KWH", "3B", "3.6"), ("50", "P1", "C62", "0.5"), ("1", "DAY", "HUR", "24"),
        ("1", "LTR", "CMQ", "1000"), ("12", "INH", "FOT", "1"), ("180", "DD", "DD", "180"),
    ],
)  # fmt: skip
def test_known_conversions(value: str, code: str, to: str, expected: str) -> None:
    assert convert(Decimal(value), code, to) == Fraction(expected)


def test_half_a_turn_is_pi() -> None:
    found = convert(Decimal(180), "DD", "C81")
    assert found is not None
    assert abs(found - Fraction("3.14159265358979323846")) < Fraction(1, 10**19)


def test_a_difference_knows_no_zero_point() -> None:
    assert convert(Decimal(2), "CEL", "KEL", difference=True) == 2
    assert convert(Decimal(9), "FAH", "KEL", difference=True) == 5


@given(_amounts, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_there_and_back_is_where_it_was(value: Decimal, code: str, to: str) -> None:
    there = convert(value, code, to)
    assert (there is None) is (UNITS[code].kind != UNITS[to].kind)
    assert (to in like(code)) is (there is not None)
    if there is not None:
        si = UNITS[to].to_si(there)
        assert UNITS[code].from_si(si) == Fraction(value)


def test_unknown_units_compare_with_themselves_only() -> None:
    assert like("ZZ9") == ("ZZ9",)
    assert convert(Decimal(1), "ZZ9", "ZZ9") == 1
    assert convert(Decimal(1), "ZZ9", "KGM") is None


def test_units_of_one_kind_belong_to_one_type_of_measurement() -> None:
    for code in UNITS:
        assert code in units.UNITS, code
    for kind in ("Temperature", "Mass", "Pressure", "Volume", "Length", "Area", "Energy", "Speed"):
        kinds = {UNITS[code].kind for code in units.TYPES[kind] if code in UNITS}
        assert len(kinds) == 1, kind
