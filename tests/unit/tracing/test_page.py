"""The trace page over the sample chains: what it answers, draws, lists and admits."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.test import Client

LOT = "L260512B"
PALLET = "00395211052605120011"
TEA = "https://id.gs1.org/01/09521301000052/21/QN7K037"
CODES = [LOT, PALLET, TEA, "GA-260213", "MM-B1-260511", "TG-260510"]


@pytest.fixture
def page(store):
    def get(key: str, **query: str) -> str:
        response = Client().get("/trace/", {"key": key, **query})
        assert response.status_code == 200, response.content
        return response.content.decode()

    return get


def heading(html: str) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert len(found) == 1
    return unescape(found[0]).strip()


def test_the_heading_answers_in_one_sentence(page) -> None:
    assert heading(page(LOT)) == "Mã này từ 4 nguồn, đã tới 4 nơi nhận. Còn 2 chỗ chưa rõ."


def test_the_heading_answers_in_english_too(page) -> None:
    html = page(LOT, lang="en")
    assert heading(html) == (
        "This code comes from 4 sources, has reached 4 receivers. 2 places are unclear."
    )


@pytest.mark.parametrize("key", CODES)
def test_every_code_drawn_by_itself_has_its_row_in_the_table(page, key) -> None:
    html = page(key)
    svg = html[html.index('<svg class="plot"') : html.index("underplot")]
    anchors = set(re.findall(r'<a[^>]*href="#(r\d+)"', svg))
    assert anchors
    assert anchors <= set(re.findall(r'<tr id="(r\d+)"', html))


@pytest.mark.parametrize("key", CODES)
def test_every_pin_points_at_a_gap_in_the_list(page, key) -> None:
    html = page(key)
    listed = set(re.findall(r'<li id="g(\d+)"', html))
    drawn = set(re.findall(r'class="pinno"[^>]*>(\d+)<', html))
    assert drawn <= listed
    assert set(re.findall(r'href="#g(\d+)"', html)) <= listed


@pytest.mark.parametrize("key", CODES)
def test_nothing_on_the_page_needs_script_or_style_attributes(page, key) -> None:
    html = page(key)
    assert "<script" not in html
    assert not re.search(r'\sstyle="', html)


@pytest.mark.parametrize("key", CODES)
def test_every_link_inside_the_page_leads_somewhere(page, key) -> None:
    html = page(key)
    for anchor in set(re.findall(r'href="#([^"]+)"', html)):
        assert f'id="{anchor}"' in html, anchor


@pytest.mark.parametrize("key", CODES)
def test_an_id_stands_on_the_page_once(page, key) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page(key))
    assert len(ids) == len(set(ids))


def test_goods_and_containers_are_listed_apart(page) -> None:
    html = page(LOT)
    boxes = html[html.index('id="h-boxes"') :]
    assert ">260512B4<" in boxes
    assert ">GM-260512-2<" in html[html.index('id="h-goods"') : html.index('id="h-boxes"')]
    assert ">GM-260512-2<" not in boxes


def test_one_direction_leaves_the_other_out(page) -> None:
    up, down = page(LOT, d="up"), page(LOT, d="down")
    assert "MM-B1-260511" in up
    assert "260512B4" not in up
    assert "260512B4" in down
    assert "MM-B1-260511" not in down


def test_siblings_beyond_what_can_be_drawn_are_counted_and_all_listed(page) -> None:
    html = page("GA-260213")
    fold = re.search(r"và (\d+) mã nữa", html)
    assert fold is not None
    drawn = len(re.findall(r'class="door"', html))
    rows = len(re.findall(r'<tr id="r\d+"', html))
    assert drawn + int(fold[1]) == rows


def test_a_trace_as_known_earlier_shows_what_was_known_then(store) -> None:
    """Carton C2 was believed to be at shop 1 until the declaration of 11:00 (rule R6)."""
    carton = "https://id.gs1.org/01/19521105000019/21/260512C2"

    def holder(as_of: str) -> str:
        query = {"key": carton, "asof": as_of, "format": "json"}
        answer = json.loads(Client().get("/trace/", query).content)
        return answer["codes"][carton]["holder"]["party"]

    assert holder("17/05/2026 10:00").endswith("9521108000019")
    assert holder("17/05/2026 11:30").endswith("9521109000018")


def test_the_page_says_that_it_shows_an_earlier_instant(page) -> None:
    assert "Đang xem như đã biết lúc 17/05/2026, 10:59." in page(LOT, asof="17/05/2026 10:59")


def test_a_corrected_record_is_said_and_counted_in_its_row(page) -> None:
    html = page("260512C2")
    assert "đã đính chính" in html


def test_the_json_twin_holds_the_same_codes_as_the_table(store, page) -> None:
    answer = json.loads(Client().get("/trace/", {"key": PALLET, "format": "json"}).content)
    assert len(answer["codes"]) == len(re.findall(r'<tr id="r\d+"', page(PALLET)))
    assert answer["key"] == "https://id.gs1.org/00/395211052605120011"
    found = {one["key"] for side in ("up", "down") for one in answer[side]["items"]}
    found |= {one["key"] for side in ("up", "down") for one in answer[side]["containers"]}
    assert found | {answer["key"]} == set(answer["codes"])


def test_a_box_stands_for_what_it_held_not_for_the_rest_of_its_lots(page) -> None:
    """Pallet P1 held cartons of lots A and B; other cartons of lot B went on pallet P2."""
    html = page(PALLET, d="down")
    assert ">260512B1<" in html
    assert ">260512B4<" not in html
    assert "chỉ gồm những gì đã ở trong" in html


def test_a_box_is_not_blamed_for_what_befell_other_boxes_of_its_lots(page) -> None:
    """Carton B4 reached shop 2 without a record of its sending; it was never on pallet P1."""
    html = page(PALLET)
    assert heading(html).endswith("Còn 1 chỗ chưa rõ.")
    assert "260512B4" not in html


def test_a_lot_that_went_into_boxes_is_not_said_to_be_in_one_place(store) -> None:
    answer = json.loads(Client().get("/trace/", {"key": LOT, "format": "json"}).content)
    assert answer["codes"][answer["key"]]["holder"] is None
    held = {one["holder"]["party"] for one in answer["codes"].values() if one["holder"]}
    assert len(held) == 4


def test_the_json_twin_names_every_gap_of_the_list(store, page) -> None:
    answer = json.loads(Client().get("/trace/", {"key": LOT, "format": "json"}).content)
    assert [gap["kind"] for gap in answer["gaps"]] == ["origin_unknown", "receive_without_ship"]
    assert len(re.findall(r'<li id="g\d+"', page(LOT))) == 2


def test_a_missing_origin_and_a_missing_hop_are_hatched(page) -> None:
    html = page(LOT)
    assert 'class="missing"' in html
    assert html.count('class="flow-gap"') == html.count('class="flow-gap2"') == 2


def test_a_shipment_nobody_confirmed_is_drawn_dashed_at_its_receiver(page) -> None:
    html = page("TG-260510", d="down")
    assert 'class="waiting"' in html
    assert 'class="flow-wait"' in html


def test_a_household_is_not_named_nor_placed_beyond_its_commune(page) -> None:
    html = page(TEA)
    assert "Một hộ ở xã Ba Chẽ" in html
    assert not re.search(r"Hộ mẫu|thôn ", html)


def test_a_code_without_links_says_so_and_claims_nothing(store, monkeypatch) -> None:
    lonely = "https://id.gs1.org/01/09521999000013/10/ALONE"
    monkeypatch.setattr(store, "knows", lambda key: key == lonely)
    html = Client().get("/trace/", {"key": lonely}).content.decode()
    assert heading(html) == "Chưa có gì nối với mã này."
    assert "Chưa ghi không có nghĩa là chưa xảy ra" in html


def test_an_unknown_code_is_404_and_says_what_was_read(store) -> None:
    response = Client().get("/trace/", {"key": "(01)09521234000129(10)X"})
    assert response.status_code == 404
    assert "https://id.gs1.org/01/09521234000129/10/X" in response.content.decode()


def test_a_wrong_check_digit_is_400_and_names_the_digit(store) -> None:
    response = Client().get("/trace/", {"key": "09521234000199"})
    assert response.status_code == 400
    assert "phải là 8" in response.content.decode()


def test_a_product_code_offers_its_lots(store) -> None:
    html = Client().get("/trace/", {"key": "09521105000012"}).content.decode()
    assert html.count('<a class="code"') == 3


def test_a_time_that_cannot_be_read_keeps_what_was_typed(store) -> None:
    response = Client().get("/trace/", {"key": LOT, "asof": "hôm qua"})
    html = response.content.decode()
    assert response.status_code == 400
    assert 'value="hôm qua"' in html
    assert 'aria-describedby="asof-e"' in html


def test_a_hostile_code_is_shown_escaped(store) -> None:
    html = Client().get("/trace/", {"key": '"><script>x</script>'}).content.decode()
    assert "<script>" not in html


def test_a_trace_that_was_cut_says_where(store, monkeypatch) -> None:
    from nguon.trace import Limits
    from nguon.tracing import queries

    monkeypatch.setattr(queries, "LIMITS", Limits(items=4))
    html = Client().get("/trace/", {"key": "GA-260213"}).content.decode()
    assert "Chuỗi bị cắt" in html


def test_the_page_may_be_kept_only_with_asking_again(store) -> None:
    response = Client().get("/trace/", {"key": LOT})
    assert "no-cache" in response["Cache-Control"]
    again = Client().get("/trace/", {"key": LOT}, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_long_list_of_gaps_comes_in_pages_and_every_pin_leads_to_its_own(
    page, monkeypatch
) -> None:
    whole = page(LOT)
    listed = re.findall(r'<li id="g(\d+)"', whole)
    assert len(listed) == 2
    monkeypatch.setattr("nguon.tracing.page.GAPS_PER_PAGE", 1)
    monkeypatch.setattr("nguon.tracing.rows.GAPS_PER_PAGE", 1)
    pages = [page(LOT, gaps=number) for number in listed]
    assert [re.findall(r'<li id="g(\d+)"', html) for html in pages] == [["1"], ["2"]]
    for number, html in zip(listed, pages, strict=True):
        assert "2 chỗ chưa rõ" in html
        pins = re.findall(r'class="pinb" href="([^"]*)#g(\d+)"', html)
        assert pins
        for address, pin in pins:
            assert (address == "") is (pin == number)
            assert (f"gaps={pin}" in address) is (pin != number)
