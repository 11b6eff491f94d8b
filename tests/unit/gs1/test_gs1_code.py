"""The search box: codes as people paste them and scanners send them."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error, read_code

HOME = "https://id.gs1.org"
LOT = HOME + "/01/09521234000129/10/A"
GTIN = HOME + "/01/09521234000129"
PLACE = HOME + "/414/9521234000129"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("(01)09521234000129(10)A", [LOT]),
        (" (01) 09521234000129 (10) A ", [LOT]),
        ("(01)09521234000129(10)A(10)A", [LOT]),
        ("(10)A(01)09521234000129(17)301231", [LOT]),
        ("(01)09521234000129(10)A\\(B", [LOT + "%28B"]),
        ("(00)340123451111111111(01)09521234000129", [HOME + "/00/340123451111111111", GTIN]),
        ("(414)9521234000129(254)0", [PLACE]),
        ("010952123400012910A", [LOT]),
        ("]d2010952123400012910A\x1d17301231", [LOT]),
        ("]C1010952123400012910A", [LOT]),
        ("]Q3\x1d010952123400012910A", [LOT]),
        ("]e00109521234000129", [GTIN]),
        ("]C14149521234000129", [PLACE]),
        ("]E09521234000129", [GTIN, PLACE]),
        ("]Q1https://id.gs1.org/01/09521234000129", [GTIN]),
        ("^010952123400012910A^21B", [GTIN + "/21/B"]),
        ("<GS>010952123400012910A<GS>3103000195", [LOT]),
        ("010952123400012910A<gs>21B", [GTIN + "/21/B"]),
        ("\x1d0109521234000129", [GTIN]),
        ("0109521234000129", [GTIN]),
        ("00340123451111111111", [HOME + "/00/340123451111111111"]),
        ("9521234000129", [GTIN, PLACE]),
        ("952-1234-00012 9", [GTIN, PLACE]),
        ("952\u20131234\u00a0000129", [GTIN, PLACE]),
        ("96385074", [HOME + "/01/00000096385074"]),
        ("614141073467", [HOME + "/01/00614141073467"]),
        ("09521234000129", [GTIN]),
        ("340123451111111111", [HOME + "/00/340123451111111111"]),
        ("id.gs1.org/01/09521234000129", [GTIN]),
        ("nguon.vn/01/09521234000129/10/A", [LOT]),
        ("localhost.test:8000/01/09521234000129", [GTIN]),
        ("Https://nguon.vn/01/09521234000129", [GTIN]),
        ("urn:epc:class:lgtin:952123.0400012.A", [HOME + "/01/09521234000129/10/A"]),
        ("https://nguon.example/class/x", ["https://nguon.example/class/x"]),
    ],
)
def test_a_pasted_code_is_understood(text: str, keys: list[str]) -> None:
    assert [found.key for found in read_code(text)] == keys


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "not_a_code", None),
        ("mực một nắng", "not_a_code", None),
        ("LOT-2026-01", "not_a_code", None),
        ("lot:A12", "not_a_code", None),
        ("nguon.vn/san-pham/12", "not_a_code", None),
        ("9521234000120", "digits_check_digit", 12),
        ("952-1234-000120", "digits_check_digit", 12),
        ("340123451111111112", "digits_check_digit", 17),
        ("12345", "digits_length", None),
        ("(01)09521234000120", "check_digit", 13),
        ("(01)09521234000129(18)X", "unknown_ai", 19),
        ("(01)09521234000129(17)301331", "date", 2),
        ("(01)09521234000129(17)300230", "date", 4),
        ("(10)A", "no_primary_key", None),
        ("(01", "bracket", 0),
        ("(01)09521234000129(10)A(10)B", "repeated_ai", None),
        ("]d201095212340001291" + "0A\x1d10B", "repeated_ai", None),
        ("(01)0952123400012910A", "value_length", None),
        ("^01095212340001291", "unknown_ai", 16),
        ("^0109521234000129181", "unknown_ai", 16),
        ("]d2", "no_primary_key", None),
        ("^" + "1" * 3000, "too_long", 2000),
        ("(01)09521234000129(3103)00019", "value_length", None),
        ("(415)9521234000129", "qualifier_missing", None),
        ("(253)9521234000129(8001)00001000100111", "zero_value", 0),
        ("(01)09521234000129(4324)3012312460", "time", 6),
    ],
)
def test_what_is_wrong_with_a_code_is_named(text: str, code: str, position: int | None) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_code(text)
    fault = caught.value.fault
    assert (fault.code, fault.position) == (f"gs1.{code}", position)
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


def test_bare_digits_with_a_wrong_check_digit_say_what_they_were_read_as() -> None:
    with pytest.raises(Gs1Error) as caught:
        read_code("9521234000120")
    assert caught.value.fault.params["kind"] == "GTIN-13 / GLN"
    assert caught.value.fault.params["expected"] == "9"


def test_what_a_label_says_beside_the_key_is_kept() -> None:
    (found,) = read_code("]d2010952123400012917301231" + "3103000195" + "10A")
    assert found.ais == (("01", "09521234000129"), ("10", "A"))
    assert found.attributes == (("17", "301231"), ("3103", "000195"))
