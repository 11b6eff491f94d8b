"""Symbols say what they must, under the right mark; what may not be encoded is refused before."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from nguon.carriers import (
    CarrierError,
    Symbol,
    elements_of,
    make_datamatrix,
    make_gs1_128,
    make_qr,
    read_back,
    read_picture,
)
from nguon.carriers.symbol import limits, say
from nguon.gs1 import Gs1Error, identify
from nguon.gs1.charset import SET_82, encode

LOT = "https://id.gs1.org/01/09521234000129/10/CM-261118-02"
values = st.text(SET_82, min_size=1, max_size=20)


def lot(number: str):
    return identify(f"https://id.gs1.org/01/09521234000129/10/{encode(number)}")


@given(values)
def test_any_lot_number_survives_every_symbol(number: str) -> None:
    found = lot(number)
    symbols = [
        make_qr(found.digital_link("https://nguon.example")),
        make_datamatrix(elements_of(found)),
        make_gs1_128(elements_of(found)),
    ]
    for symbol in symbols:
        read_back(symbol)
    assert identify(symbols[0].text).key == found.key


def test_marks_tell_gs1_symbols_from_others() -> None:
    found = identify(LOT)
    assert make_qr(LOT).mark == "]Q1"
    assert make_datamatrix(elements_of(found)).mark == "]d2"
    assert make_gs1_128(elements_of(found)).mark == "]C1"


def test_scheme_and_host_are_capitals_and_nothing_else_changes() -> None:
    symbol = make_qr("https://nguon.example/01/09521234000129/10/aB-1?x=y")
    assert symbol.text == "HTTPS://NGUON.EXAMPLE/01/09521234000129/10/aB-1?x=y"
    assert identify(symbol.text).lot == "aB-1"


def test_capitals_make_the_symbol_smaller() -> None:
    assert make_qr(LOT).columns < make_qr(LOT.replace("CM", "cm") + "abcdefgh").columns
    assert make_qr("https://nguon.example/01/09521234000129/10/CM-261118-02").columns == 29


def test_fixed_lengths_come_before_the_lot() -> None:
    symbol = make_datamatrix(elements_of(identify(LOT), (("17", "270518"),)))
    assert symbol.text == "01095212340001291727051810CM-261118-02"


@pytest.mark.parametrize(
    ("elements", "code"),
    [
        ((("01", "09521234000120"),), "gs1.check_digit"),
        ((("01", "09521234000129"), ("17", "271318")), "gs1.date"),
        ((("10", "A"),), "gs1.companion_missing"),
        ((("01", "09521234000129"), ("37", "5")), "gs1.companion_excluded"),
    ],
)
def test_what_gs1_forbids_is_not_drawn(elements: tuple, code: str) -> None:
    with pytest.raises(Gs1Error) as refused:
        make_datamatrix(elements)
    assert refused.value.fault.rule
    assert refused.value.code.startswith("gs1.")
    assert code.startswith("gs1.")


def test_a_local_code_stands_in_no_gs1_symbol() -> None:
    with pytest.raises(CarrierError) as refused:
        elements_of(identify("https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210"))
    assert refused.value.code == "carriers.no_gs1_key"


def test_what_is_too_long_for_a_symbol_is_refused() -> None:
    with pytest.raises(CarrierError) as refused:
        make_qr("https://nguon.example/" + "a" * 4000)
    assert refused.value.code == "carriers.too_long"


def spoil(symbol: Symbol, share: float) -> Symbol:
    """The symbol with the first share of its rows inverted."""
    count = max(1, int(len(symbol.rows) * share))
    rows = [bytes(byte ^ 0xFF for byte in row) for row in symbol.rows[:count]]
    return Symbol(symbol.kind, symbol.columns, (*rows, *symbol.rows[count:]), *_said(symbol))


def _said(symbol: Symbol) -> tuple[str, str]:
    return symbol.text, symbol.mark


@pytest.mark.parametrize("make", [make_datamatrix, make_gs1_128])
def test_a_spoilt_symbol_is_noticed(make) -> None:
    with pytest.raises(CarrierError) as refused:
        read_back(spoil(make(elements_of(identify(LOT))), 0.6))
    assert refused.value.code == "carriers.not_read"


def test_a_symbol_that_says_something_else_is_noticed() -> None:
    right = make_qr(LOT)
    wrong = Symbol(right.kind, right.columns, right.rows, right.text + "X", right.mark)
    with pytest.raises(CarrierError):
        read_back(wrong)


def test_a_picture_with_several_symbols_is_read_whole() -> None:
    found = identify(LOT)
    symbols = [make_qr(LOT), make_datamatrix(elements_of(found))]
    picture = Image.new("L", (600, 300), 255)
    for number, symbol in enumerate(symbols):
        picture.paste(symbol.image(6).convert("L"), (40 + 300 * number, 40))
    assert read_picture(picture) == sorted(map(say, symbols))
    ImageDraw.Draw(picture).rectangle((40, 40, 140, 140), fill=0)
    assert len(read_picture(picture)) < 2


def test_limits_are_sane() -> None:
    for kind in limits().values():
        assert 0 < kind.least < kind.most
        assert kind.rule.startswith("GS1 General Specifications")
    assert msgspec.json.encode({"qr": limits()["qr"].quiet}) == b'{"qr":4}'
