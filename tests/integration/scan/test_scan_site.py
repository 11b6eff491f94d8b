"""The public pages on a real store: what a shopper, a search and a machine get."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from nguon.eventstore import StoreReader
from nguon.parts.paths import page_path
from nguon.samples import scan_examples
from nguon.scan.remembering import Closing

pytestmark = pytest.mark.database

JAR = "/scan/01/09521204000043/10/RH260317A"
CAKE_A = "/scan/01/09521105000012/10/L260512A"
CAKE_B = "/scan/01/09521105000012/10/L260512B"
TEA = "/scan/01/09521301000052/21/QN7K037"
PALLET = "/scan/00/395211052605120028"
# What a public page may cost; a store that cannot follow links by itself is asked level by level.
MOST_QUERIES = 8 if issubclass(StoreReader, Closing) else 16


def test_the_start_page_offers_codes_that_work(visitor: Client) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    for example in scan_examples():
        if example.key:
            path = page_path(example.key)
            assert f'href="{path}"' in page.text
            assert visitor.get(path).status_code == 200


def test_a_code_is_searched_and_leads_to_its_page(visitor: Client) -> None:
    answer = visitor.get("/", {"q": "(01)09521204000043(10)RH260317A"})
    assert answer.status_code == 303
    assert answer["Location"] == JAR


def test_a_bare_lot_number_is_found(visitor: Client) -> None:
    assert visitor.get("/", {"q": "L260512B"})["Location"] == CAKE_B


def test_an_official_answer_is_the_first_line(visitor: Client) -> None:
    text = visitor.get(CAKE_A).text
    assert text.index("Đang thu hồi. Đừng ăn, đừng bán.") < text.index("Bảy thông tin")
    assert 'content="#aa1816"' in text


@pytest.mark.parametrize("path", [JAR, CAKE_A, CAKE_B, TEA, PALLET])
def test_a_page_keeps_to_its_queries_and_bytes(
    visitor: Client, queries: list[str], path: str
) -> None:
    visitor.get(path)
    assert len(queries) <= MOST_QUERIES + 1
    # The runs of stamps of a product are remembered for two seconds.
    queries.clear()
    page = visitor.get(path)
    assert page.status_code == 200
    assert len(queries) <= MOST_QUERIES
    assert len(page.content) <= 30 * 1024


def test_a_product_code_lists_its_lots(visitor: Client) -> None:
    text = visitor.get("/scan/01/09521105000012").text
    assert [lot in text for lot in ("L260512A", "L260512B", "L260512C")] == [True] * 3


def test_a_short_gtin_means_the_same_product(visitor: Client) -> None:
    assert "L260512A" in visitor.get("/scan/01/9521105000012").text


def test_a_lot_with_its_serial_is_the_serial(visitor: Client) -> None:
    both = visitor.get("/scan/01/09521301000052/10/THV260214/21/QN7K037")
    assert "QN7K037" in both.text
    assert both.status_code == 200


def test_a_trailing_slash_and_a_variant_are_tolerated(visitor: Client) -> None:
    assert visitor.get(JAR + "/").status_code == 200
    assert visitor.get("/scan/01/09521204000043/22/2A/10/RH260317A").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/scan/01/09521234000199", 400),
        ("/scan/01/09521105000012/21/X/10/Y", 400),
        ("/scan/01/ABC", 400),
        ("/scan/01/09521105000012/10/NOPE", 404),
        ("/scan/01/09521105000012/10/A%2FB", 404),
        ("/scan/00/395211052605120035", 404),
        ("/scan/k/?key=https://nguon.example/nothing", 404),
        ("/scan/k/?key=nonsense", 404),
        ("/scan/k/", 404),
    ],
)
def test_a_code_that_leads_nowhere_says_so(visitor: Client, path: str, status: int) -> None:
    answer = visitor.get(path)
    assert answer.status_code == status
    assert "Máy đọc được gì" in answer.text


def test_a_slash_in_a_lot_number_reaches_the_page(visitor: Client) -> None:
    assert "A/B" in visitor.get("/scan/01/09521105000012/10/A%2FB").text


def test_a_local_code_has_a_page(visitor: Client) -> None:
    key = "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210"
    answer = visitor.get("/scan/k/", {"key": key})
    assert answer.status_code == 200
    assert "Hoa trà hoa vàng tươi" in answer.text
    assert "Hộ mẫu 3" not in answer.text


def test_a_gs1_key_given_as_a_query_is_sent_to_its_path(visitor: Client) -> None:
    answer = visitor.get("/scan/k/", {"key": "urn:epc:id:sscc:9521105.3260512002"})
    assert answer.status_code == 302
    assert answer["Location"] == PALLET


def test_machines_get_json_by_asking_either_way(visitor: Client) -> None:
    asked = visitor.get(JAR, headers={"accept": "application/json"})
    shown = visitor.get(JAR + "?format=json")
    assert asked.json() == shown.json()
    data = shown.json()
    assert data["state"]["kind"] in ("ok", "warn")
    assert data["declared"] == 7
    assert sum(not step["recorded"] for step in data["steps"]) == 2


def test_json_says_no_more_than_the_page(visitor: Client) -> None:
    text = json.dumps(visitor.get(TEA + "?format=json").json(), ensure_ascii=False)
    assert "Hộ mẫu" not in text
    assert "qn-06978" not in text
    assert "geo:" not in text


def test_browsers_get_the_page_whatever_else_they_take(visitor: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = visitor.get(JAR, headers={"accept": accept})
    assert answer["Content-Type"].startswith("text/html")


def test_head_answers_like_get_without_a_body(visitor: Client) -> None:
    got, head = visitor.get(JAR), visitor.head(JAR)
    assert head.status_code == 200
    assert head.content == b""
    assert head["Cache-Control"] == got["Cache-Control"] == "public, max-age=30"


def test_nothing_can_be_posted(visitor: Client) -> None:
    assert visitor.post(JAR).status_code in (403, 405)


def test_an_unchanged_page_is_not_sent_again(visitor: Client) -> None:
    path = "/scan/01/09521105000012"
    tag = visitor.get(path)["ETag"]
    again = visitor.get(path, headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_a_cache_knows_what_the_page_depends_on(visitor: Client) -> None:
    varying = {word.strip() for word in visitor.get(JAR)["Vary"].split(",")}
    assert {"Accept", "Accept-Language", "Cookie"} <= varying


def test_all_steps_are_shown_when_asked_for(visitor: Client) -> None:
    text = visitor.get(CAKE_B + "?steps=all").text
    assert "bước ở giữa" not in text
    assert "Phối trộn, giã" in text


def test_english_is_whole(visitor: Client) -> None:
    text = visitor.get(JAR + "?lang=en").text
    assert "On the market" in text
    assert "Seven facts the law asks for" in text
    assert "Chưa" not in text


def test_a_page_of_samples_says_so(visitor: Client) -> None:
    assert "Dữ liệu mẫu" in visitor.get(JAR).text
