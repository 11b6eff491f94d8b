"""What scanners send: EAN and UPC with add-ons, composites, plain and GS1 content."""

from __future__ import annotations

from typing import get_args

import pytest

from nguon.gs1 import Gs1Error, identify, read_code, read_scan, write_scan
from nguon.gs1.scan_data import Carrier

GTIN = "09521234000129"


@pytest.mark.parametrize(
    ("text", "carrier", "message", "addon"),
    [
        ("]E09521234000129", "EAN13", "9521234000129", ""),
        ("]E3952123400012912", "EAN13", "9521234000129", "12"),
        ("]E3952123400012912345", "EAN13", "9521234000129", "12345"),
        ("]E112", "addon", "12", "12"),
        ("]E212345", "addon", "12345", "12345"),
        ("]Q1mực", "QR", "mực", ""),
    ],
)
def test_a_scan_is_read(text: str, carrier: str, message: str, addon: str) -> None:
    scan = read_scan(text)
    assert (scan.carrier, scan.message, scan.addon) == (carrier, message, addon)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9521234000129", "symbology"),
        ("]A09521234", "symbology"),
        ("]E3952123400012", "symbol_content"),
        ("]E39521234000129", "symbol_content"),
        ("]E3952123400012912A", "symbol_content"),
        ("]E09521234000120", "digits_check_digit"),
        ("]E0952123400012912", "symbol_content"),
        ("]E112345", "symbol_content"),
        ("]E21234A", "symbol_content"),
        ("]d2\x1d0109521234000129", "unknown_ai"),
        ("]E09521234000129|]e0", "symbol_content"),
    ],
)
def test_what_no_scanner_sends_is_refused(text: str, code: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        read_scan(text)
    fault = caught.value.fault
    assert fault.code == f"gs1.{code}"
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


@pytest.mark.parametrize(
    ("carrier", "message", "addon", "code"),
    [
        ("EAN8", "96385074", "12", "symbol_content"),
        ("QR", "x", "12", "symbol_content"),
        ("EAN13", "9521234000129", "123", "symbol_content"),
        ("EAN13", "^0119521234000126", "", "symbol_content"),
        ("UPCE", "614141073467", "", "symbol_content"),
        ("GS1_128", "plain", "", "symbol_content"),
        ("GS1_128", "^0109521234000120", "", "check_digit"),
        ("addon", "12", "", "symbol_content"),
    ],
)
def test_what_a_symbol_cannot_carry_is_refused(
    carrier: Carrier, message: str, addon: str, code: str
) -> None:
    with pytest.raises(Gs1Error) as caught:
        write_scan(carrier, message, addon)
    assert caught.value.code == f"gs1.{code}"


@pytest.mark.parametrize(
    "digits", ["001234000057", "042100005264", "012345000065", "012300000642", "012340000053"]
)
def test_only_upcs_with_their_zeros_fit_a_upc_e(digits: str) -> None:
    assert write_scan("UPCE", digits) == "]E00" + digits


def test_an_identifier_prints_itself_as_scanner_data() -> None:
    (item,) = read_code(f"(01){GTIN}(10)A(17)261231")
    assert item.scan_data() == f"]d201{GTIN}10A\x1d17261231"
    assert item.scan_data("GS1_128") == f"]C101{GTIN}10A\x1d17261231"
    assert item.scan_data("EAN13") == "]E09521234000129"
    for carrier in ("QR", "DM", "DotCode", "GS1_128", "DataBarExpanded"):
        assert read_code(item.scan_data(carrier)) == [item]
    with pytest.raises(Gs1Error):
        item.scan_data("EAN8")
    with pytest.raises(Gs1Error):
        identify("https://nguon.example/x").scan_data()


def test_every_carrier_can_be_asked_for() -> None:
    gtin = {"EAN8": "^0100000096385074", "UPCE": "^0100001234000057"}
    for carrier in get_args(Carrier):
        if carrier != "addon":
            assert write_scan(carrier, gtin.get(carrier, "^0100614141073467")).startswith("]")
