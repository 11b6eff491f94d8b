"""Paths of pages and back: whatever a lot number holds, it arrives as it was."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nguon.gs1 import Gs1Error, canonical_key, identify
from nguon.parts.paths import link_of_path, page_path, trace_path

GTIN = "09521105000012"
# GS1 AI encodable character set 82 (General Specifications 7.11).
AI82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
values = st.text(AI82, min_size=1, max_size=20)


def looks_like_path(value: str) -> bool:
    return "/" in value and any(ai in value.split("/") for ai in ("22", "10", "21"))


@given(values)
def test_a_lot_survives_being_decoded_by_the_server(lot: str) -> None:
    assume(not looks_like_path(lot) and not lot.startswith("/") and not lot.endswith("/"))
    key = identify_parts([("10", lot)])
    assert canonical_key(link_of_path(unquote(page_path(key)).removeprefix("/scan"))) == key


@given(values, values)
def test_a_lot_and_serial_survive_together(lot: str, serial: str) -> None:
    edges = lot + serial
    assume(not looks_like_path(f"{lot}/{serial}") and "/" not in edges[:1] + edges[-1:])
    assume(not lot.endswith("/") and not serial.startswith("/"))
    link = link_of_path(f"/01/{GTIN}/10/{lot}/21/{serial}")
    found = identify(link)
    assert dict(found.ais) == {"01": GTIN, "10": lot, "21": serial}


def identify_parts(pairs: list[tuple[str, str]]) -> str:
    from urllib.parse import quote

    tail = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)
    return canonical_key(f"https://id.gs1.org/01/{GTIN}{tail}")


def test_a_trailing_slash_is_tolerated() -> None:
    assert link_of_path(f"/01/{GTIN}/10/A/") == f"https://id.gs1.org/01/{GTIN}/10/A"


def test_a_slash_inside_a_lot_number_is_kept() -> None:
    key = canonical_key(link_of_path(f"/01/{GTIN}/10/L1/2"))
    assert identify(key).lot == "L1/2"


def test_the_wrong_order_is_left_for_the_parser_to_name() -> None:
    with pytest.raises(Gs1Error) as raised:
        identify(link_of_path(f"/01/{GTIN}/21/B/10/A"))
    assert raised.value.code == "gs1.qualifier_order"


def test_other_keys_pass_through() -> None:
    assert link_of_path("/00/395211052605120028") == "https://id.gs1.org/00/395211052605120028"


def test_a_local_key_is_carried_as_a_query() -> None:
    key = "https://nguon.example/class/a b/lot/1"
    assert page_path(key) == "/scan/k/?key=https%3A%2F%2Fnguon.example%2Fclass%2Fa+b%2Flot%2F1"
    assert trace_path(key, "up").endswith("&d=up")
