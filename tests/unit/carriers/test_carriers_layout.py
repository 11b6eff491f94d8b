"""Labels: nothing over a quiet zone, nothing off the label, what must be there is there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.carriers import (
    CarrierError,
    Drawing,
    LabelData,
    designs,
    draw,
    lay_out,
    read_design,
    read_picture,
    write_design,
    write_svg,
)
from nguon.carriers.fonts import clean, measure
from nguon.carriers.layout import Box
from nguon.carriers.output import draw_picture
from nguon.carriers.symbol import limits, say

GTIN = "https://id.gs1.org/01/09521234000129"
LOCAL = "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210"


def data_for(name: str, /, **more: object) -> LabelData:
    """Data that suit a design: a serial for stamps, a local code for the local one."""
    design = designs()[name]
    key = f"{GTIN}/10/CM-261118-02"
    if design.stamp:
        key = f"{GTIN}/21/A7K3M9QTX2B4C6D8"
    if name.startswith("local"):
        key = LOCAL
    values = {
        "key": key,
        "domain": "https://nguon.example",
        "name": "Chả mực Hạ Long",
        "net": "Gói 500 g",
        "expiry": date(2027, 5, 18),
        "made": date(2026, 11, 18),
        "maker": "HTX Hải sản Vịnh Xanh",
        "address": "Phường Hồng Gai, tỉnh Quảng Ninh",
        "storage": "Giữ ở −18 °C",
        "cover": "7K3M9QTX" if design.covered else "",
        "signature": "A" * 90 if design.signed else "",
    }
    return LabelData(**{**values, **more})


def check(drawing: Drawing) -> None:
    """Nothing leaves the label or enters a quiet zone, no two texts overlap."""
    label = Box(0, 0, drawing.width, drawing.height)
    boxes = [text.box for text in drawing.texts]
    for box in [*boxes, *(placed.box for placed in drawing.symbols)]:
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.right <= label.right + 1e-6
        assert box.bottom <= label.bottom + 1e-6
    for placed in drawing.symbols:
        bounds = limits()[placed.symbol.kind]
        assert bounds.least <= placed.x <= bounds.most
        assert not any(placed.box.meets(box) for box in boxes)
    for index, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[index + 1 :])


def words_of(drawing: Drawing) -> str:
    return " ".join(text.words for text in drawing.texts)


@pytest.mark.parametrize("name", designs())
def test_every_design_is_drawn_right_and_read_back(name: str) -> None:
    drawing = draw(designs()[name], data_for(name))
    check(drawing)
    wanted = sorted(say(placed.symbol) for placed in drawing.symbols)
    for dpi in (203, 300, 600):
        if min(placed.x for placed in drawing.symbols) * dpi / 25.4 >= 2:
            assert read_picture(draw_picture(drawing, dpi).convert("L")) == wanted


@pytest.mark.parametrize("name", designs())
def test_missing_fields_leave_no_hole(name: str) -> None:
    bare = LabelData(key=data_for(name).key, domain="https://nguon.example")
    drawing = draw(designs()[name], bare)
    check(drawing)
    assert "HSD" not in words_of(drawing)
    assert not any(text.words.strip() == "" for text in drawing.texts)


names = st.text(st.sampled_from("ẢẨẬỂỆỖỘỮỰạảấầậăắễệốộưứựđĐ abcXYZ0123 –,.()g“🐟"), max_size=200)
lots = st.text(st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-./"), min_size=1, max_size=20)


def draw_or_refuse(name: str, data: LabelData) -> Drawing | None:
    """The drawing; None where the label is refused for want of room, and only then."""
    try:
        return draw(designs()[name], data)
    except CarrierError as error:
        if error.code not in ("carriers.too_small", "carriers.text_too_long"):
            raise
        return None


@settings(max_examples=150)
@given(st.sampled_from(sorted(designs())), names, names, lots)
def test_no_text_is_so_long_that_it_touches_a_symbol(
    name: str, product: str, maker: str, lot: str
) -> None:
    key = data_for(name).key
    if "/10/" in key:
        key = f"{GTIN}/10/{lot.replace('/', '%2F')}"
    data = data_for(name, key=key, name=product, maker=maker, address=maker)
    drawing = draw_or_refuse(name, data)
    if drawing is not None:
        check(drawing)


def test_a_long_name_is_cut_with_an_ellipsis_and_the_lot_stays() -> None:
    drawing = draw(designs()["lot-40x30-qr"], data_for("lot-40x30-qr", name="Chả mực " * 30))
    assert "…" in words_of(drawing)
    assert "Lô CM-261118-02" in words_of(drawing)
    assert "HSD 18/05/2027" in words_of(drawing)


def test_decomposed_text_is_composed_and_unknown_signs_are_seen() -> None:
    assert clean("Cha\u0309 mu\u031b\u0323c") == "Chả mực"
    assert clean("a\nb\t c") == "a b c"
    assert clean("🐟") == "\N{WHITE SQUARE}"


def test_a_label_too_small_is_refused_with_the_size_that_would_do() -> None:
    tiny = {**write_design(designs()["lot-25x25-qr"]), "width": 15.0, "height": 15.0}
    with pytest.raises(CarrierError) as refused:
        draw(read_design(tiny), data_for("lot-25x25-qr"))
    fault = refused.value.fault
    assert fault.code == "carriers.too_small"
    fitting = {
        **tiny,
        "width": float(fault.params["width"]),
        "height": float(fault.params["height"]),
    }
    check(draw(read_design(fitting), data_for("lot-25x25-qr")))
    assert fault.params["width"] in fault.sentence("vi")


def test_a_line_that_must_be_there_and_does_not_fit_is_refused_with_a_size() -> None:
    narrow = {**write_design(designs()["lot-25x25-qr"])}
    narrow["below"] = [{"fields": ["lot", "maker"], "size": 3.0, "least": 2.9, "must": True}]
    data = data_for("lot-25x25-qr", maker="Hợp tác xã rất dài tên " * 3)
    with pytest.raises(CarrierError) as refused:
        draw(read_design(narrow), data)
    assert refused.value.code == "carriers.text_too_long"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"width": "wide"}, "carriers.design", "/width"),
        ({"width": 5.0}, "carriers.label_size", "/width"),
        ({"carriers": []}, "carriers.carriers", "/carriers"),
        ({"carriers": [{"kind": "qr", "x": 0.2}]}, "carriers.x_dimension", "/carriers/0/x"),
        ({"carriers": [{"kind": "ean", "x": 0.4}]}, "carriers.design", "/carriers/0/kind"),
        ({"colour": "red"}, "carriers.design", ""),
        (
            {"below": [{"fields": ["price"], "size": 2}]},
            "carriers.design",
            "/below/0/fields/0",
        ),
    ],
)
def test_a_wrong_design_is_refused_at_its_place(change: dict, code: str, pointer: str) -> None:
    with pytest.raises(CarrierError) as refused:
        read_design({**write_design(designs()["lot-25x25-qr"]), **change})
    assert (refused.value.code, refused.value.fault.pointer) == (code, pointer)


@pytest.mark.parametrize("name", designs())
def test_a_design_survives_being_kept(name: str) -> None:
    assert read_design(write_design(designs()[name])) == designs()[name]


def test_a_signature_goes_only_with_a_serial() -> None:
    with pytest.raises(CarrierError) as refused:
        data_for("lot-40x30-qr", signature="A" * 90).link()
    assert refused.value.code == "carriers.signature_needs_serial"


def test_the_preview_is_the_label_in_millimetres() -> None:
    drawing = draw(designs()["lot-40x30-qr"], data_for("lot-40x30-qr", name="A & <B>"))
    picture = write_svg(drawing)
    assert 'width="40mm" height="30mm"' in picture
    assert "A &amp; &lt;B&gt;" in picture
    assert "style=" not in picture


def test_english_labels_speak_english() -> None:
    design = read_design({**write_design(designs()["lot-40x30-qr"]), "language": "en"})
    said = words_of(draw(design, data_for("lot-40x30-qr")))
    assert "Lot CM-261118-02" in said
    assert "Scan for the origin" in said


def test_forty_five_labels_fit_a_sheet() -> None:
    grid = lay_out(designs()["lot-40x30-qr"], "a4")
    assert (grid.columns, grid.rows, grid.count) == (5, 9, 45)
    assert lay_out(designs()["lot-40x30-qr"], "roll").page == (40.0, 30.0)


def test_measuring_is_proportional() -> None:
    assert measure("Chả", "bold", 2000.0) == pytest.approx(2 * measure("Chả", "bold", 1000.0))
