"""Designs and texts are bounded: none keeps the machine busy, and what is refused says why."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

import pytest

from nguon.carriers import (
    CarrierError,
    LabelData,
    designs,
    draw,
    read_design,
    write_design,
    write_svg,
)
from nguon.carriers.design import MOST_FIELDS, MOST_LINES
from tests.unit.carriers.test_carriers_layout import GTIN, check, data_for

# As a real one: letters of both cases, so that the symbol has its true size.
SIGNATURE = ("aZ09-_xQ" * 12)[:90]
TEXTS = ("name", "maker", "address", "storage", "net")


def changed(part: str, lines: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    plain = {**write_design(designs()["lot-40x30-qr"]), "beside": [], "below": []}
    return {**plain, part: lines, **more}


def crowded(count: int = MOST_LINES, **line: object) -> list[dict[str, Any]]:
    """As many lines as there may be, each of them hard to fit."""
    fields = [[TEXTS[(at + shift) % 5] for shift in range(MOST_FIELDS)] for at in range(count)]
    worst = {"size": 20.0, "least": 0.9, "rows": 6, "end_size": 20.0, "rule": True}
    return [{"fields": one, "end": one, **worst, **line} for one in fields]


@pytest.mark.parametrize("part", ["beside", "below"])
@pytest.mark.parametrize("must", [True, False])
@pytest.mark.parametrize("size", [(210.0, 210.0), (60.0, 40.0)])
@pytest.mark.parametrize("length", [9, 300])
def test_the_worst_design_is_answered_at_once(
    part: str, must: bool, size: tuple[float, float], length: int
) -> None:
    lines = crowded(must=must)
    if length == 300:
        lines = [{**line, "fields": ["name"], "end": []} for line in crowded(1, must=must)]
        lines += [{**line, "fields": ["lot"], "end": ["expiry"]} for line in crowded(19, must=must)]
    design = read_design(changed(part, lines, width=size[0], height=size[1], padding=0.0))
    words = {name: ("Ẫ m ực giã " * 30)[at : at + length] for at, name in enumerate(TEXTS)}
    data = data_for("lot-40x30-qr", **words)
    begun = time.process_time()
    with suppress(CarrierError):
        write_svg(draw(design, data))
    # Mostly a fifth of this; without bounds it was minutes.
    assert time.process_time() - begun < 1.0


def test_more_text_than_any_label_holds_is_refused() -> None:
    design = read_design(changed("below", crowded(), width=210.0, height=210.0))
    words = dict.fromkeys(TEXTS, "Chả mực " * 30)
    with pytest.raises(CarrierError) as refused:
        draw(design, data_for("lot-40x30-qr", **words))
    assert refused.value.code == "carriers.text_amount"


ONE = {"fields": ["name"], "size": 2.0}


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        (changed("below", [ONE] * 21), "carriers.lines", ""),
        (changed("below", [ONE] * 15, beside=[ONE] * 6), "carriers.lines", ""),
        (
            changed("below", [{**ONE, "fields": ["name"] * 9}]),
            "carriers.fields",
            "/below/0/fields",
        ),
        (changed("below", [{**ONE, "end": ["name"] * 9}]), "carriers.fields", "/below/0/end"),
        (changed("below", [{**ONE, "least": 1e308}]), "carriers.text_size", "/below/0/least"),
        (
            changed("below", [{**ONE, "least": float("nan")}]),
            "carriers.text_size",
            "/below/0/least",
        ),
        (changed("below", [{**ONE, "size": 21.0}]), "carriers.text_size", "/below/0/size"),
        (changed("below", [{**ONE, "joint": "-" * 1000}]), "carriers.design", "/below/0/joint"),
        (changed("below", [ONE], vi="x" * 1000), "carriers.design", "/vi"),
        (changed("below", [ONE], padding=float("nan")), "carriers.padding", "/padding"),
        (changed("below", [ONE], width=float("inf")), "carriers.label_size", "/width"),
        (
            changed(
                "below", [ONE], carriers=[{"kind": "gs1-128", "x": 0.5, "height": float("inf")}]
            ),
            "carriers.bars",
            "/carriers/0/height",
        ),
    ],
)
def test_a_design_without_bounds_is_refused_at_its_place(
    change: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(CarrierError) as refused:
        read_design(change)
    assert (refused.value.code, refused.value.fault.pointer) == (code, pointer)


def test_a_design_that_is_read_can_be_kept_as_json() -> None:
    for design in designs().values():
        json.dumps(write_design(design), allow_nan=False)


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_without_bounds_is_refused_at_its_place(field: str) -> None:
    assert LabelData(key=f"{GTIN}/10/A", **{field: "x" * 300})
    with pytest.raises(CarrierError) as refused:
        LabelData(key=f"{GTIN}/10/A", **{field: "x" * 301})
    assert (refused.value.code, refused.value.fault.pointer) == (
        "carriers.text_length",
        f"/{field}",
    )
    assert "301" in refused.value.fault.sentence("vi")


def test_a_design_may_carry_a_covered_code_and_a_signature() -> None:
    both = [one for one in designs().values() if one.covered and one.signed]
    assert [one.name for one in both] == ["stamp-covered-signed-60x38"]
    for host, columns in ((30, 49), (40, 53), (76, 57)):
        domain = f"https://{'n' * (host - 3)}.vn"
        data = data_for(both[0].name, domain=domain, signature=SIGNATURE)
        for dpi in (None, 203, 300, 600):
            drawing = draw(both[0], data, dpi)
            check(drawing)
            assert drawing.symbols[0].symbol.columns == columns
            assert {"7K3M9QTX", "Số A7K3M9QTX2B4C6D8"} <= {text.words for text in drawing.texts}
            assert drawing.left_out == ()
