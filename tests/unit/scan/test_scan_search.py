"""The field for any code, and what is said about a code that leads nowhere."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.gs1 import Gs1Error, identify
from nguon.registry.queries import Directory
from nguon.scan import queries
from nguon.scan.reading import read_unknown, read_wrong
from nguon.scan.search import search

HOME = "https://id.gs1.org"
LOT = HOME + "/01/09521105000012/10/L260512B"
OTHER = HOME + "/01/09521204000043/10/L260512B"


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, directory: Directory) -> set[str]:
    """A store that knows two lots of the same number."""
    known = {LOT, OTHER, HOME + "/00/395211052605120028"}
    monkeypatch.setattr(queries, "is_known", known.__contains__)
    monkeypatch.setattr(
        queries, "find_by_text", lambda text: sorted(k for k in known if k.endswith("/" + text))
    )
    monkeypatch.setattr(
        queries, "list_lots", lambda key: sorted(k for k in known if k.startswith(key + "/10/"))
    )
    monkeypatch.setattr(queries, "name_keys", lambda keys: directory)
    return known


@pytest.mark.parametrize(
    "text",
    [
        LOT,
        "(01)09521105000012(10)L260512B",
        "0109521105000012" + "10L260512B",
        "urn:epc:class:lgtin:9521105.000001.L260512B",
        "https://example.com/01/09521105000012/10/L260512B?17=261112",
    ],
)
def test_every_syntax_of_a_known_code_leads_to_its_page(text: str) -> None:
    assert search(text).path == "/scan/01/09521105000012/10/L260512B"


def test_a_product_code_leads_to_its_lots() -> None:
    assert search("9521105000012").path == "/scan/01/09521105000012"


def test_a_lot_number_borne_by_two_products_gives_both() -> None:
    hits = search("L260512B").hits
    assert [hit.text for hit in hits] == ["Chả mực Hạ Long (L260512B)", "Ruốc hàu (L260512B)"]


def test_a_lot_number_of_one_product_leads_there(store: set[str]) -> None:
    store.remove(OTHER)
    assert search("L260512B").path == "/scan/01/09521105000012/10/L260512B"


def test_a_wrong_digit_is_named_with_the_right_one() -> None:
    reading = search("09521234000199").reading
    assert reading is not None
    assert reading.status == 400
    assert "đọc được 9, phải là 8" in reading.lines[0].wrong
    assert reading.fault_code == "gs1.digits_check_digit"


def test_a_well_formed_code_of_nobody_is_unknown_but_not_called_false() -> None:
    reading = search("09521234000198").reading
    assert reading is not None
    assert reading.status == 404
    assert reading.title == "Chưa có mã này trong hệ thống"
    assert [line.value for line in reading.lines] == ["0 952 1234 0001 98", "952"]


def test_words_that_are_no_code_are_searched_as_numbers_of_lots() -> None:
    reading = search("xin chào").reading
    assert reading is not None
    assert reading.status == 404
    assert reading.lines[0].value == "xin chào"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    found = search(text)
    assert found.path or found.hits or found.reading


def test_in_a_path_only_the_wrong_part_is_marked() -> None:
    link = HOME + "/01/09521234000199/10/CM-261118-02"
    with pytest.raises(Gs1Error) as raised:
        identify(link)
    reading = read_wrong(link, raised.value)
    assert [bool(line.wrong) for line in reading.lines] == [True, False]
    assert reading.lines[1].note == "Không tra được khi mã sản phẩm sai"
    assert reading.text == "(01)09521234000199(10)CM-261118-02"


def test_parts_in_the_wrong_order_are_said_to_be() -> None:
    link = HOME + "/01/09521105000012/21/B/10/A"
    with pytest.raises(Gs1Error) as raised:
        identify(link)
    assert any("sai thứ tự" in line.wrong for line in read_wrong(link, raised.value).lines)


def test_an_unknown_local_code_is_shown_as_it_is() -> None:
    reading = read_unknown("https://nguon.example/class/x/lot/1")
    assert reading.lines[0].value == "https://nguon.example/class/x/lot/1"
