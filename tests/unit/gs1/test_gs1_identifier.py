"""The forms that one identifier can take, and what it says of itself."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error, Identifier, identify, read_code

GTIN = "09521234000129"


def test_every_form_of_a_lot() -> None:
    lot = identify(f"https://example.com/01/{GTIN}/10/A%2F1")
    assert lot.digital_link() == f"https://id.gs1.org/01/{GTIN}/10/A%2F1"
    assert lot.digital_link("https://nguon.vn/vi/") == f"https://nguon.vn/vi/01/{GTIN}/10/A%2F1"
    assert lot.element_string() == f"(01){GTIN}(10)A/1"
    assert lot.fnc1_string() == f"01{GTIN}10A/1"
    assert lot.urn(7) == "urn:epc:class:lgtin:9521234.000012.A%2F1"
    assert (lot.gtin, lot.lot, lot.serial) == (GTIN, "A/1", None)
    assert lot.human == f"GTIN {GTIN} · LOT A/1"


def test_a_lot_beside_a_serial_is_kept_but_not_in_the_key() -> None:
    item = identify(f"https://id.gs1.org/01/{GTIN}/10/A/21/S")
    assert item.key == f"https://id.gs1.org/01/{GTIN}/21/S"
    assert (item.lot, item.serial) == ("A", "S")
    assert item.digital_link() == f"https://id.gs1.org/01/{GTIN}/10/A/21/S"
    assert item.fnc1_string() == f"01{GTIN}10A\x1d21S"
    assert item.urn(7) == "urn:epc:id:sgtin:9521234.000012.S"


@pytest.mark.parametrize(
    ("uri", "serial"),
    [
        ("https://id.gs1.org/8003/09521234000129AB", "AB"),
        ("https://id.gs1.org/8003/09521234000129", None),
        ("https://id.gs1.org/253/9521234000129X", "X"),
        ("https://id.gs1.org/255/952123400012907", "07"),
        ("https://id.gs1.org/8010/9521234A/8011/12", "12"),
        ("https://id.gs1.org/01/09521234000129/235/T", "T"),
        ("https://id.gs1.org/00/340123451111111111", None),
        ("https://nguon.example/x", None),
    ],
)
def test_the_serial_is_found_wherever_the_key_holds_it(uri: str, serial: str | None) -> None:
    assert identify(uri).serial == serial


def test_attributes_go_into_the_query_where_they_may() -> None:
    (found,) = read_code(f"(01){GTIN}(3103)000195(17)301231(03){GTIN}(240)A/B(10)A")
    query = "17=301231&240=A%2FB&3103=000195"
    assert found.digital_link() == f"https://id.gs1.org/01/{GTIN}/10/A?{query}"


def test_the_prefix_length_comes_from_argument_urn_or_the_issued_prefixes() -> None:
    from_urn = identify("urn:epc:id:sgtin:95212340.00012.7")
    assert from_urn.prefix_length == 8
    assert from_urn.urn() == "urn:epc:id:sgtin:95212340.00012.7"
    assert from_urn.urn(9) == "urn:epc:id:sgtin:952123400.0012.7"
    from_link = identify("https://id.gs1.org/01/07044610873466/21/7")
    assert from_link.urn() == "urn:epc:id:sgtin:704461.0087346.7"


@pytest.mark.parametrize(
    ("uri", "length", "code"),
    [
        ("https://id.gs1.org/01/02000000000008/21/7", None, "prefix_unknown"),
        ("https://id.gs1.org/01/09521234000129", 5, "prefix_length"),
        ("https://id.gs1.org/01/09521234000129", 13, "prefix_length"),
        ("https://id.gs1.org/01/09521234000129", 0, "prefix_length"),
        ("https://id.gs1.org/8004/9521234", 7, "prefix_length"),
        ("https://id.gs1.org/8004/95212A", 6, "illegal_character"),
        ("https://id.gs1.org/01/09521234000129/22/v", 7, "no_urn"),
        ("https://id.gs1.org/8006/040123451234560102/10/L", 7, "no_urn"),
        ("https://id.gs1.org/414/9521234000129/7040/1ABC", 7, "no_urn"),
        ("https://id.gs1.org/8013/1987654Ad4X4bL5ttr2310c2K", 7, "no_urn"),
        ("https://nguon.example/x", 7, "no_urn"),
    ],
)
def test_where_no_urn_can_be_written_the_reason_is_given(
    uri: str, length: int | None, code: str
) -> None:
    with pytest.raises(Gs1Error) as caught:
        identify(uri).urn(length)
    assert caught.value.code == f"gs1.{code}"
    assert "{" not in caught.value.fault.sentence("vi")


def test_what_is_no_gs1_key_has_no_gs1_form() -> None:
    local = identify("https://nguon.example/x")
    assert local.human == local.key
    assert (local.gtin, local.lot, local.serial) == (None, None, None)
    with pytest.raises(Gs1Error, match="no Digital Link"):
        local.digital_link()
    with pytest.raises(Gs1Error, match="no element string"):
        local.element_string()
    with pytest.raises(Gs1Error, match="no element string"):
        local.fnc1_string()


def test_an_identifier_is_a_value() -> None:
    one, other = (identify("urn:epc:id:sscc:0614141.1234567890") for _ in range(2))
    assert one == other
    assert len({one, other}) == 1
    with pytest.raises(AttributeError):
        one.key = "x"  # type: ignore[misc]  # that it cannot be set is the point
    assert isinstance(one, Identifier)
