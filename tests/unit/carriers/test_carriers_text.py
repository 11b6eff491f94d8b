"""Words on labels: whole where they must be, their ink inside their box, alike everywhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.carriers import Drawing, LabelData, designs, draw, read_design, write_design, write_svg
from nguon.carriers.fonts import clean, measure, picture_font
from nguon.carriers.outlines import ink, outline
from nguon.carriers.shapes import Box
from tests.unit.carriers.test_carriers_layout import GTIN, check, data_for, words_of

LETTERS = "ẢẨẬỂỆỖỘỮỰẪẶạảấầậăắễệốộưứựđĐÂÊÔƠƯ abcgjpqyXYZ0123 –,.()“”"
NO_BREAK = "\N{NO-BREAK SPACE}"
names = st.text(st.sampled_from(LETTERS), max_size=120)


def with_language(name: str, language: str) -> Drawing:
    design = read_design({**write_design(designs()[name]), "language": language})
    return draw(design, data_for(name, name_en="Ha Long squid cake"))


@settings(max_examples=150)
@given(st.sampled_from(sorted(designs())), names, names, names, st.sampled_from([None, 300]))
def test_ink_and_trims_keep_to_the_label_and_out_of_quiet_zones(
    name: str, product: str, maker: str, place: str, dpi: int | None
) -> None:
    more = {"name": product, "maker": maker, "address": place, "storage": product, "net": place}
    drawing = draw(designs()[name], data_for(name, **more), dpi)
    check(drawing)
    label = Box(0, 0, drawing.width, drawing.height)
    for text in drawing.texts:
        up, down = ink(text.words, text.weight)
        assert text.box.y <= text.baseline - up * text.size + 1e-6
        assert text.baseline + down * text.size <= text.box.bottom + 1e-6
    for trim in drawing.trims:
        assert label.holds(trim.box)
        assert not any(placed.box.meets(trim.box) for placed in drawing.symbols)


@pytest.mark.parametrize("weight", ["regular", "bold"])
@pytest.mark.parametrize("words", ["Chả mực", "ẪỄỘẶ", "gjpqy", "Đường (1) – 18 °C", "−18", "“ẩ”"])
def test_outlines_are_those_of_the_face(words: str, weight) -> None:
    left, top, right, bottom = picture_font(weight, 1000).getbbox(words, anchor="ls")
    up, down = ink(words, weight)
    assert (up, down) == pytest.approx((-top / 1000, bottom / 1000), abs=0.004)
    starts = [float(x) for x in re.findall(r"M(-?[\d.]+) ", outline(words, weight))]
    assert left - 3 <= min(starts)
    assert max(starts) <= right + 3
    assert measure(words, weight, 1000.0) == pytest.approx(
        picture_font(weight, 1000).getlength(words), abs=1.0
    )


def test_the_preview_holds_letters_as_outlines_and_words_for_readers() -> None:
    drawing = draw(designs()["lot-60x40-qr-dm"], data_for("lot-60x40-qr-dm"))
    root = ET.fromstring(write_svg(drawing))
    space = "{http://www.w3.org/2000/svg}"
    assert "Chả mực" in (root.findtext(f"{space}title") or "")
    assert root.find(f".//{space}text") is None
    paths = root.findall(f".//{space}path")
    marks = sum(trim.shape == "mark" for trim in drawing.trims)
    assert len(paths) == len(drawing.symbols) + len(drawing.texts) + marks


def test_number_and_unit_do_not_part() -> None:
    drawing = draw(designs()["lot-40x30-qr"], data_for("lot-40x30-qr", net="Gói 500 g"))
    assert f"500{NO_BREAK}g" in words_of(drawing)
    assert clean(f" 636{NO_BREAK}kg  x ") == f"636{NO_BREAK}kg x"


def test_what_cannot_be_seen_is_left_out() -> None:
    assert clean("a\u200bb\u200d\ufeffc\u00ad") == "abc"
    assert clean("Gạo 🌾 ST25") == "Gạo \N{WHITE SQUARE} ST25"


def test_two_languages_stand_beside_each_other() -> None:
    said = words_of(with_language("lot-60x40-qr-dm", "both"))
    assert "Lô/Lot CM-261118-02" in said
    assert "HSD/EXP 18/05/2027" in said
    assert "NSX/MFG" in said
    assert "Ha Long" in said
    english = words_of(with_language("lot-60x40-qr-dm", "en"))
    assert "EXP 18/05/2027" in english
    assert "Chả" not in english


def test_codes_are_whole_or_not_there() -> None:
    data = data_for("lot-25x25-dm", name="M" * 60)
    rows = [text.words for text in draw(designs()["lot-25x25-dm"], data).texts]
    assert "(01) 0952 1234 0001 29" in rows
    narrow = read_design(
        {
            **write_design(designs()["lot-25x25-dm"]),
            "below": [{"fields": ["elements"], "size": 3.0, "least": 2.5}],
        }
    )
    drawing = draw(narrow, data)
    assert not any("(01)" in text.words for text in drawing.texts)
    assert "elements" in drawing.left_out


def test_what_found_no_room_is_named() -> None:
    data = data_for("lot-40x30-qr", maker="Hợp tác xã dịch vụ nông nghiệp và thủy sản Vịnh Xanh")
    drawing = draw(designs()["lot-40x30-qr"], data)
    assert "address" in drawing.left_out
    assert draw(designs()["lot-25x25-qr"], data_for("lot-25x25-qr")).left_out == ()


def test_a_name_in_two_rows_is_even() -> None:
    drawing = draw(designs()["stamp-signed-50x30"], data_for("stamp-signed-50x30"))
    assert [text.words for text in drawing.texts][:2] == ["Chả mực", "Hạ Long"]


def test_lines_are_not_spread_into_what_stands_beside_them() -> None:
    name = "lot-60x40-qr-dm"
    check(draw(designs()[name], data_for(name, key=f"{GTIN}/10/0", name="00000000000 000")))


def test_the_end_of_a_row_stands_at_the_edge() -> None:
    drawing = draw(designs()["lot-60x40-qr-dm"], data_for("lot-60x40-qr-dm"))
    boxes = {text.words: text.box for text in drawing.texts}
    edge = designs()["lot-60x40-qr-dm"].width - designs()["lot-60x40-qr-dm"].padding
    assert boxes["HSD 18/05/2027"].right == pytest.approx(edge)
    assert boxes["NSX 18/11/2026"].right == pytest.approx(edge)
    assert boxes["(10)CM-261118-02"].right == pytest.approx(edge)
    assert [trim.shape for trim in drawing.trims].count("rule") == 1


def test_a_covered_code_has_its_frame_and_says_what_to_do() -> None:
    drawing = draw(designs()["stamp-covered-45x25"], data_for("stamp-covered-45x25"))
    frame = next(trim.box for trim in drawing.trims if trim.shape == "cover")
    code = next(text.box for text in drawing.texts if text.words == "7K3M9QTX")
    assert frame.holds(code)
    assert "Cào lớp phủ để lấy mã" in words_of(drawing)


def test_a_symbol_holds_the_application_identifiers_that_its_design_picks() -> None:
    drawing = draw(designs()["carton-100x50-128"], data_for("carton-100x50-128"))
    assert drawing.symbols[0].symbol.text == "010952123400012910CM-261118-02"
    assert "(01)09521234000129 (10)CM-261118-02" in words_of(drawing)
    weighed = LabelData(key=f"{GTIN}/10/A", also=(("3103", "000500"),))
    assert weighed.elements() == (("01", "09521234000129"), ("3103", "000500"), ("10", "A"))
    assert weighed.elements(("10",)) == (("01", "09521234000129"), ("10", "A"))


def test_dates_go_only_where_the_key_may_have_them() -> None:
    unit = data_for("carton-100x50-128", key="https://id.gs1.org/00/395200000000000012")
    drawing = draw(designs()["carton-100x50-128"], unit)
    assert drawing.symbols[0].symbol.text == "00395200000000000012"
    assert "HSD 18/05/2027" in words_of(drawing)


def test_a_lot_beside_a_serial_stays_in_both_symbols() -> None:
    data = LabelData(key=f"{GTIN}/10/L7/21/S9", domain="https://nguon.example/vi")
    assert data.link() == "https://nguon.example/vi/01/09521234000129/10/L7/21/S9"
    assert data.symbol("qr").text.startswith("HTTPS://NGUON.EXAMPLE/vi/01/")
    assert data.symbol("datamatrix").text == "010952123400012910L7\x1d21S9"
