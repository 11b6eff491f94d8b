"""The page of an item: seven facts, the chain with its gaps, papers, what is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from nguon.parts.words import NBSP
from nguon.registry.queries import Directory, Entry
from nguon.samples import iter_documents
from nguon.scan.gathering import Gathered, gather
from nguon.scan.page import Page, build_page
from nguon.scan.timeline import Step, draw_timeline
from nguon.trace import MemoryReader

BuildPage = Callable[..., Page]
Gather = Callable[[str], Gathered]
JAR = "/01/09521204000043/10/RH260317A"
CAKE_A = "/01/09521105000012/10/L260512A"
CAKE_B = "/01/09521105000012/10/L260512B"
TEA = "/01/09521301000052/21/QN7K037"
PALLET = "/00/395211052605120011"
BUSIEST = [JAR, CAKE_A, CAKE_B, TEA, PALLET, "/01/09521301000052/10/THV260213"]
NOW = datetime.fromisoformat("2026-06-01T09:41:00+07:00")
# Bytes of HTML and inlined CSS that a public page may weigh.
BUDGET = 30 * 1024


def test_all_seven_facts_of_a_declared_product_are_there(page: BuildPage) -> None:
    shown = page(JAR)
    assert [line.label for line in shown.seven.lines] == [
        "Tên sản phẩm",
        "Hình ảnh",
        "Nơi sản xuất",
        "Địa chỉ",
        "Ngày sản xuất",
        "Nhãn hiệu, ký hiệu",
        "Hạn sử dụng",
    ]
    assert shown.seven.count == 7
    assert shown.seven.whole


def test_every_declared_fact_says_how_sure_it_is(page: BuildPage) -> None:
    assert all(line.grade for line in page(JAR).seven.lines)


def test_a_product_that_nobody_registered_counts_its_missing_facts(gathered: Gather) -> None:
    shown = build_page(gathered(JAR), Directory(), NOW, whole=False)
    missing = [line.label for line in shown.seven.lines if line.missing]
    assert shown.seven.count == 2
    assert "Hình ảnh" in missing
    assert shown.name == "RH260317A"


def test_the_lot_to_compare_with_the_packet_stands_after_the_seven(page: BuildPage) -> None:
    assert [line.value for line in page(JAR).further if line.code] == ["RH260317A"]
    assert [line.value for line in page(TEA).further if line.code] == ["THV260214", "QN7K037"]


def test_a_household_that_did_not_agree_is_shown_by_its_commune_alone(page: BuildPage) -> None:
    shown = page(TEA, whole=True)
    told = " ".join(line for step in shown.chain.steps for line in step.lines)
    owed = [step.owed_by for step in shown.chain.steps if step.owed_by]
    assert "Hộ mẫu" not in told
    assert "Vườn hộ" not in told
    assert "Một hộ ở xã Ba Chẽ" in owed
    assert "Xã Kỳ Thượng" in told


def test_a_household_that_agreed_is_named(page: BuildPage) -> None:
    told = " ".join(line for step in page(CAKE_A, whole=True).chain.steps for line in step.lines)
    assert "Hộ tàu cá mẫu 01" in told


def test_a_household_has_no_address_beyond_its_commune(directory: Directory) -> None:
    key = "https://id.gs1.org/417/9521101000016"
    assert directory.name_address(key) == "đặc khu Cô Tô"


def test_papers_say_how_long_they_are_valid(page: BuildPage) -> None:
    found = {paper.name: paper.kind for paper in page(TEA, NOW).papers}
    assert found == {"OCOP 5 sao": "ok", "HACCP": "ok"}
    later = page(TEA, datetime.fromisoformat("2026-11-23T00:00:00+07:00")).papers
    assert {paper.name: paper.kind for paper in later}["HACCP"] == "stop"
    soon = page(TEA, datetime.fromisoformat("2026-09-01T00:00:00+07:00")).papers
    assert {paper.name: paper.kind for paper in soon}["HACCP"] == "warn"


def test_a_paper_that_is_not_registered_is_named_as_such(gathered: Gather) -> None:
    shown = build_page(gathered(TEA), Directory(), NOW, whole=False)
    assert {paper.kind for paper in shown.papers} == {""}


def test_gaps_stand_in_their_place_with_who_owes_them(page: BuildPage) -> None:
    steps = page(JAR, whole=True).chain.steps
    gaps = [step for step in steps if step.kind == "gap"]
    assert [gap.owed_by for gap in gaps] == ["HTX hàu mẫu Vân Đồn", ""]
    before = steps[steps.index(gaps[0]) - 1]
    assert before.css.endswith("togap")


def test_every_gap_is_also_among_what_the_page_does_not_know(page: BuildPage) -> None:
    shown = page(JAR)
    for step in shown.chain.steps:
        if step.kind == "gap":
            assert any(step.lines[0] in unknown for unknown in shown.unknowns)


@pytest.mark.parametrize("path", BUSIEST)
def test_a_folded_chain_hides_no_gap_and_no_alarm(page: BuildPage, path: str) -> None:
    def telling(steps: tuple[Step, ...]) -> list[tuple[str, ...]]:
        return [(s.title, *s.lines) for s in steps if s.kind == "gap" or s.alert]

    assert telling(page(path).chain.steps) == telling(page(path, whole=True).chain.steps)


@pytest.mark.parametrize("path", BUSIEST)
def test_the_folds_count_what_they_hide(page: BuildPage, path: str) -> None:
    folded, whole = page(path).chain, page(path, whole=True).chain
    hidden = sum(step.count for step in folded.steps)
    assert len(folded.steps) - sum(s.kind == "fold" for s in folded.steps) + hidden == len(
        whole.steps
    )
    assert folded.expected == len(folded.columns) == len(whole.steps) - 1


def test_the_chain_ends_with_the_reader(page: BuildPage) -> None:
    assert page(JAR).chain.steps[-1].title == "Bạn quét mã"


def test_a_correction_is_marked_where_it_happened(page: BuildPage) -> None:
    corrected = [step for step in page(JAR, whole=True).chain.steps if step.corrected]
    assert [step.title for step in corrected] == ["Tách vỏ"]
    assert "15/03/2026, 17:00" in corrected[0].corrected


def test_cold_is_told_with_a_true_minus_and_an_alarm_stands_out(page: BuildPage) -> None:
    steps = [step for step in page(CAKE_A, whole=True).chain.steps if step.alert]
    told = [line for step in steps for line in step.lines]
    assert f"Trung bình \u22127,9{NBSP}°C, cao nhất \u22124,2{NBSP}°C, vượt ngưỡng" in told


def test_four_cartons_packed_on_one_day_are_one_step(page: BuildPage) -> None:
    packed = [s for s in page(CAKE_A, whole=True).chain.steps if s.title.startswith("Đóng thùng")]
    assert len(packed) == 2
    assert f"100{NBSP}×{NBSP}chả mực Hạ Long" in packed[0].lines[1]


def test_a_container_shows_its_contents_instead_of_seven_facts(page: BuildPage) -> None:
    shown = page(PALLET)
    assert shown.unit
    assert "/scan/01/19521105000019/21/260512A2" in [link.href for link in shown.contents]


def test_sample_data_says_so(page: BuildPage, gathered: Gather) -> None:
    assert page(JAR).sample
    assert build_page(gathered(JAR), Directory(), NOW, whole=False).sample


def test_goods_of_real_prefixes_are_no_sample(read_events) -> None:
    lot = "https://id.gs1.org/01/00614141123452/10/A"
    reader: MemoryReader = read_events(
        [
            {
                "type": "ObjectEvent",
                "action": "ADD",
                "eventTime": "2026-05-01T12:00:00+07:00",
                "eventTimeZoneOffset": "+07:00",
                "bizStep": "commissioning",
                "quantityList": [{"epcClass": lot, "quantity": 1}],
            }
        ]
    )
    assert not build_page(gather(reader, lot), Directory(), NOW, whole=False).sample


def all_sample_items() -> list[str]:
    import re

    found: set[str] = set()
    for _name, data in iter_documents():
        text = data.decode()
        found |= set(re.findall(r"https://id\.gs1\.org(/01/\d{14}/(?:10|21)/[A-Z0-9-]+)", text))
        found |= set(re.findall(r"https://id\.gs1\.org(/00/\d{18})", text))
    return sorted(found)


def render(shown: Page) -> str:
    context = {
        "page": shown,
        "sample": shown.sample,
        "updated": shown.updated,
        "machine_link": shown.machine_link,
    }
    return render_to_string("scan/item.html", context, RequestFactory().get("/"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_of_the_samples_is_over_its_budget(page: BuildPage, language: str) -> None:
    sizes = {}
    items = all_sample_items()
    # One carton or box of a kind is as good as another: the busiest and every lot are enough.
    chosen = [item for item in items if "/21/" not in item] + BUSIEST
    with translation.override(language):
        for path in chosen:
            sizes[path] = len(render(page(path)).encode())
    assert {path: size for path, size in sizes.items() if size > BUDGET} == {}
    assert len(sizes) > 30


def test_the_page_escapes_what_others_wrote(gathered: Gather) -> None:
    key = "https://id.gs1.org/01/09521204000043"
    evil = Entry(key, {"name": "<script>alert(1)</script>", "image": "/x", "image_alt": '"><u>'})
    text = render(build_page(gathered(JAR), Directory(products={key: evil}), NOW, whole=True))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert '"><u>' not in text
    assert "&quot;&gt;&lt;u&gt;" in text


def test_the_summary_of_the_fingerprint_says_its_numbers(page: BuildPage) -> None:
    summary = page(JAR).chain.summary
    assert summary.startswith("23 bước: ")
    assert summary.endswith("2 chưa ghi")


def test_an_item_without_gaps_has_no_holes(directory: Directory, gathered: Gather) -> None:
    found = gathered("/01/09521104000013/10/TG-260510")
    chain = draw_timeline(found, directory, NOW, whole=True)
    assert chain.recorded == chain.expected - sum(step.kind == "gap" for step in chain.steps)
