"""Values of application identifiers: what the checks let through and where they stop."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error
from nguon.gs1.linters import LINTERS, lint
from nguon.gs1.table import table
from nguon.gs1.values import check_issued, check_value


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("17", "300200"),
        ("17", "280229"),
        ("7007", "260101"),
        ("7007", "260101260131"),
        ("4324", "3012312359"),
        ("8008", "26123123"),
        ("8008", "261231235959"),
        ("7040", "1A0-"),
        ("8006", "095212340001299999"),
        ("4309", "18000000003600000000"),
        ("7258", "3/3"),
        ("4330", "000100-"),
        ("4330", "000100"),
        ("8030", "abc-_="),
        ("8043", "0" * 18),
    ],
)
def test_a_value_at_its_limits_is_let_through(ai: str, value: str) -> None:
    assert check_value(ai, value) == value


@pytest.mark.parametrize(
    ("ai", "value", "code", "position"),
    [
        ("17", "301300", "date", 2),
        ("17", "300001", "date", 2),
        ("17", "270229", "date", 4),
        ("7007", "260100", "date", 4),
        ("7007", "260101260100", "date", 10),
        ("7007", "260101260", "value_length", None),
        ("4324", "3012312400", "time", 6),
        ("4324", "3012312360", "time", 8),
        ("8008", "26123124", "time", 6),
        ("8008", "261231236000", "time", 8),
        ("8008", "261231235960", "time", 10),
        ("8006", "095212340001290002", "piece_of_total", 14),
        ("4309", "18000000013600000000", "coordinate", 0),
        ("4309", "18000000003600000001", "coordinate", 10),
        ("7258", "4/3", "position_in_sequence", 0),
        ("4330", "000100+", "illegal_character", 6),
        ("4330", "00010", "value_length", None),
        ("4321", "2", "illegal_character", 0),
        ("4300", "A%2", "percent", 1),
        ("8014", "1987654Ad4X4bL5ttr2310c2L", "check_pair", 23),
        ("8013", "2", "check_pair", 0),
        ("3103", "12345A", "illegal_character", 5),
        ("10", "", "empty_component", None),
    ],
)
def test_a_value_beyond_its_limits_is_refused_where_it_goes_wrong(
    ai: str, value: str, code: str, position: int | None
) -> None:
    with pytest.raises(Gs1Error) as caught:
        check_value(ai, value)
    fault = caught.value.fault
    assert (fault.code, fault.position) == (f"gs1.{code}", position)
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


def test_the_length_that_is_allowed_is_named() -> None:
    with pytest.raises(Gs1Error) as caught:
        check_value("10", "A" * 21)
    assert caught.value.fault.params["allowed"] == "1–20"
    assert caught.value.fault.params["length"] == 21


def test_every_number_of_a_range_has_its_entry() -> None:
    numbers = [f"310{n}" for n in range(6)]
    assert {table()[number].title for number in numbers} == {"NET WEIGHT (kg)"}
    assert "3106" not in table()
    assert table()["01"].qualifiers == (("22", "10", "21"), ("235",))
    assert table()["00"].qualifiers == ((),)
    assert table()["10"].qualifiers is None


_RIGHT_AND_WRONG = {
    "iso3166": ("704", "999"),
    "iso3166999": ("999", "998"),
    "iso3166alpha2": ("VN", "XX"),
    "iso4217": ("704", "000"),
    "mediatype": ("80", "79"),
    "packagetype": ("CT", "0"),
    "iban": ("GB98MIDL07009312345678", "GB99MIDL07009312345678"),
    "couponcode": ("012345612345611110123", "0123456123456111101230"),
    "couponposoffer": ("001234561234560123456", "201234561234560123456"),
    "csetnumeric": ("0", "A"),
    "cset82": ("a", "^"),
    "cset39": ("#", "a"),
    "cset64": ("12=", "123="),
    "yyyymmd0": ("20260200", "20261300"),
    "yyyymmdd": ("20240229", "20230229"),
}


@pytest.mark.parametrize("name", sorted(LINTERS))
def test_every_check_lets_something_through_and_stops_something(name: str) -> None:
    samples = [
        *("1", "0", "11", "10", "000000", "300101", "20300101", "2359", "9999", "1/2", "2/1", "-"),
        *("1234A", "A", "%2", "22", "95212345", "0952123400012", "1800000000", "9999999999"),
        *("9521234000129", "0102", "x95212", "00000000", "24", "60"),
    ]
    right, wrong = _RIGHT_AND_WRONG.get(name, (None, None))
    if right is not None and wrong is not None:
        assert lint(name, right) is None
        assert lint(name, wrong) is not None
        samples = [right, wrong]
    assert {lint(name, sample) is None for sample in samples} == {True, False}


@pytest.mark.parametrize(
    ("ai", "value", "code", "position"),
    [
        ("422", "999", "country", 0),
        ("423", "704999", "country", 3),
        ("7030", "998X", "country", 0),
        ("4307", "XX", "country", 0),
        ("3910", "0001", "currency", 0),
        ("7241", "11", "media_type", 0),
        ("7041", "0", "package_type", 0),
        ("8007", "GB99MIDL07009312345678", "iban", 2),
        ("8007", "XX99MIDL07009312345678", "country", 0),
        ("8007", "GB99", "iban", 0),
        ("8030", "ab=", None, None),
        ("8030", "abc=", "padding", 3),
        ("8030", "a=b", "illegal_character", 1),
        ("8110", "0123456123456111101230", "coupon", 21),
        ("8112", "9", "coupon", 0),
    ],
)
def test_codes_are_taken_from_their_lists(
    ai: str, value: str, code: str | None, position: int | None
) -> None:
    if code is None:
        assert check_value(ai, value) == value
        return
    with pytest.raises(Gs1Error) as caught:
        check_value(ai, value)
    fault = caught.value.fault
    assert (fault.code, fault.position) == (f"gs1.{code}", position)
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


@pytest.mark.parametrize(
    ("ai", "value", "issued"),
    [
        ("01", "07044610873466", True),
        ("01", "02000000000008", False),
        ("00", "370446100000000007", True),
        ("8004", "0200000A", False),
        ("10", "A", True),
    ],
)
def test_whether_a_company_prefix_was_issued_is_asked_apart(
    ai: str, value: str, issued: bool
) -> None:
    if issued:
        assert check_issued(ai, value) == value
        return
    with pytest.raises(Gs1Error) as caught:
        check_issued(ai, value)
    assert caught.value.code == "gs1.company_prefix"
