"""Modules: within the standard's limits, whole dots of a printer, refused with a size that does."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from nguon.carriers import (
    CarrierError,
    Design,
    LabelData,
    designs,
    draw,
    read_design,
    read_picture,
    write_design,
    write_png,
)
from nguon.carriers.limits import INCH, limits, whole_dots
from nguon.carriers.symbol import say
from nguon.errors import Fault
from nguon.gs1 import Gs1Error
from tests.unit.carriers.test_carriers_layout import GTIN, data_for

# Designs whose symbols a printer of 203 dots an inch cannot draw in whole dots.
COARSE = {("carriers.too_small", 203, "stamp-30x20")}
SSCC = "https://id.gs1.org/00/395200000000000012"


def changed(name: str, **values: object) -> Design:
    return read_design({**write_design(designs()[name]), **values})


def refusal(design: Design, data: LabelData, dpi: int | None = None) -> Fault | None:
    """Why a label is refused, None where it is drawn."""
    try:
        draw(design, data, dpi)
    except CarrierError as error:
        return error.fault
    return None


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("name", designs())
def test_modules_are_whole_dots_of_the_printer_and_begin_on_a_dot(name: str, dpi: int) -> None:
    fault = refusal(designs()[name], data_for(name), dpi)
    if fault:
        assert (fault.code, dpi, name) in COARSE
        return
    drawing = draw(designs()[name], data_for(name), dpi)
    dot = INCH / dpi
    for placed, carrier in zip(drawing.symbols, designs()[name].carriers, strict=True):
        for length in (placed.x, placed.box.x, placed.box.y):
            assert length / dot == pytest.approx(round(length / dot), abs=1e-6)
        assert carrier.bounds.least - 1e-6 <= placed.x <= carrier.bounds.most + 1e-6
    picture = Image.open(io.BytesIO(write_png(drawing, dpi)))
    assert read_picture(picture.convert("L")) == sorted(say(one.symbol) for one in drawing.symbols)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(designs())),
    st.floats(10, 60),
    st.floats(10, 40),
    st.sampled_from([None, 203, 300, 600]),
)
def test_a_label_too_small_names_a_size_that_does(
    name: str, width: float, height: float, dpi: int | None
) -> None:
    design = changed(name, width=width, height=height, padding=1.0)
    fault = refusal(design, data_for(name), dpi)
    if fault is None:
        return
    assert fault.code in ("carriers.too_small", "carriers.text_too_long")
    size = {side: float(str(fault.params[side])) for side in ("width", "height")}
    assert all(str(fault.params[side]) in fault.sentence("vi") for side in size)
    larger = draw(replace(design, **size), data_for(name), dpi)
    assert f"{larger.symbols[0].x:.3f}" == fault.params["would"]


def test_a_long_lot_makes_the_module_narrower_before_it_is_refused() -> None:
    long = data_for("lot-25x25-qr", key=f"{GTIN}/10/abcdefghij0123456789")
    drawing = draw(designs()["lot-25x25-qr"], long)
    assert drawing.symbols[0].symbol.columns > 29
    assert limits()["qr"].least <= drawing.symbols[0].x < 0.5


def test_bars_longer_than_any_label_are_refused_with_another_way() -> None:
    design = changed(
        "carton-100x70-128",
        carriers=[{"kind": "gs1-128", "x": 0.495, "place": "below", "use": "transport"}],
    )
    data = LabelData(key=f"{GTIN}/10/abcdeFGHIJ01234-56ab", expiry=date(2027, 5, 18))
    with pytest.raises(CarrierError) as refused:
        draw(design, data)
    assert refused.value.code == "carriers.no_size"
    assert "DataMatrix" in refused.value.fault.sentence("vi")


def test_a_transport_label_takes_an_sscc_at_the_wide_module() -> None:
    data = LabelData(key=SSCC, name="Chả mực Hạ Long")
    carrier = {"kind": "gs1-128", "x": 0.495, "place": "below", "use": "transport"}
    drawing = draw(changed("carton-100x70-128", carriers=[carrier]), data)
    assert drawing.symbols[0].x == 0.495
    assert drawing.symbols[0].box.height == 31.75
    assert "(00)395200000000000012" in [text.words for text in drawing.texts]


def test_a_picture_of_too_coarse_dots_is_refused() -> None:
    drawing = draw(designs()["stamp-30x20"], data_for("stamp-30x20"))
    with pytest.raises(CarrierError) as refused:
        write_png(drawing, 203)
    assert refused.value.code == "carriers.dots"
    assert write_png(drawing, 600)


@given(st.floats(0.1, 2), st.floats(0, 2), st.sampled_from([None, 203, 300, 600]))
def test_dots_are_whole_and_never_more_than_there_is_room_for(
    wanted: float, most: float, dpi: int | None
) -> None:
    found = whole_dots(wanted, most, dpi)
    dot = 0.001 if dpi is None else INCH / dpi
    assert found <= most + 1e-6
    assert found / dot == pytest.approx(round(found / dot), abs=1e-6)
    assert abs(found - min(wanted, most)) <= dot + 1e-6


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"kind": "gs1-128", "x": 0.3, "use": "transport"}, "x_dimension", "/carriers/0/x"),
        ({"kind": "qr", "x": 0.5, "use": "transport"}, "use", "/carriers/0/use"),
        ({"kind": "datamatrix", "x": 0.3, "use": "retail"}, "x_dimension", "/carriers/0/x"),
        ({"kind": "gs1-128", "x": 0.3, "height": 5.0}, "bars", "/carriers/0/height"),
    ],
)
def test_each_use_has_its_limits(change: dict[str, object], code: str, pointer: str) -> None:
    with pytest.raises(CarrierError) as refused:
        changed("lot-25x25-qr", carriers=[change])
    assert (refused.value.code, refused.value.fault.pointer) == (f"carriers.{code}", pointer)
    assert refused.value.fault.rule.startswith("GS1 General Specifications")


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"padding": 9.0}, "padding", "/padding"),
        ({"below": [{"fields": ["lot"], "size": 0.0}]}, "text_size", "/below/0/size"),
        (
            {"below": [{"fields": ["lot"], "size": 2.0, "least": 0.1}]},
            "text_size",
            "/below/0/least",
        ),
        ({"below": [{"fields": ["lot"], "size": 2, "rows": 99}]}, "text_size", "/below/0/rows"),
        ({"beside": [{"fields": [], "size": 2}]}, "no_fields", "/beside/0/fields"),
    ],
)
def test_sizes_that_cannot_be_set_are_refused(
    change: dict[str, object], code: str, pointer: str
) -> None:
    with pytest.raises(CarrierError) as refused:
        changed("lot-25x25-qr", **change)
    assert (refused.value.code, refused.value.fault.pointer) == (f"carriers.{code}", pointer)


def test_everything_wrong_with_a_design_is_said_at_once() -> None:
    with pytest.raises(CarrierError) as refused:
        changed("lot-25x25-qr", width=5.0, height=300.0, carriers=[{"kind": "qr", "x": 0.1}])
    pointers = {fault.pointer for fault in refused.value.faults}
    assert pointers >= {"/width", "/height", "/carriers/0/x"}


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("https://id.gs1.org/01/09521234000120/10/A", "gs1.check_digit"),
        (f"{GTIN}/10/{'A' * 21}", "gs1.value_length"),
    ],
)
def test_a_wrong_code_is_refused_with_the_rule_of_gs1(key: str, code: str) -> None:
    with pytest.raises(Gs1Error) as refused:
        draw(designs()["lot-25x25-dm"], LabelData(key=key))
    assert refused.value.code == code
    assert refused.value.fault.rule.startswith("GS1")


@pytest.mark.parametrize(
    ("also", "code"),
    [
        ((("427", "HN"),), "gs1.required_ai"),
        ((("15", "271332"),), "gs1.date"),
        ((("3103", "0005"),), "gs1.value_length"),
    ],
)
def test_what_stands_beside_a_code_is_judged_too(
    also: tuple[tuple[str, str], ...], code: str
) -> None:
    with pytest.raises(Gs1Error) as refused:
        draw(designs()["lot-25x25-dm"], LabelData(key=f"{GTIN}/10/A", also=also))
    assert refused.value.code == code
