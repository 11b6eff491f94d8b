"""What people meet in a browser: the way from a code to its page, with and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.browser.pages import DESK, PAGES, PUBLIC, open_page

pytestmark = [pytest.mark.browser, pytest.mark.database]


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def context(browser: Browser, site_address: str, request) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=site_address,
        locale="vi-VN",
        java_script_enabled=request.param,
        viewport={"width": 390, "height": 844},
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_a_code_leads_to_its_page_with_seven_facts_and_the_chain(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Dán hoặc gõ bất kỳ mã nào").fill("(01)09521204000043(10)RH260317A")
    page.get_by_role("button", name="Tra mã").click()
    expect(page).to_have_url("/scan/01/09521204000043/10/RH260317A")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    facts = page.locator("section[aria-labelledby=f] dl").first.locator("dt")
    assert facts.all_inner_texts() == [
        "Tên sản phẩm",
        "Hình ảnh",
        "Nơi sản xuất",
        "Địa chỉ",
        "Ngày sản xuất",
        "Nhãn hiệu, ký hiệu",
        "Hạn sử dụng",
    ]
    expect(page.locator("ol.chain > li").last).to_contain_text("Bạn quét mã")
    expect(page.locator("ol.chain > li.g0")).to_have_count(2)


def test_the_picture_is_shown(page: Page) -> None:
    page.goto(PAGES["item"])
    assert page.get_by_role("img", name="Hình vẽ lọ ruốc hàu").bounding_box()["width"] > 100


def test_the_folded_steps_open_on_a_link(page: Page) -> None:
    page.goto(PAGES["recalled"])
    before = page.locator("ol.chain > li").count()
    page.get_by_role("link", name=re.compile("^Xem đủ")).click()
    assert page.locator("ol.chain > li").count() > before


def test_the_grades_are_explained_on_opening(page: Page) -> None:
    page.goto(PAGES["item"])
    explained = page.get_by_text("Cơ sở tự ghi, chưa ai đối chiếu.")
    expect(explained).to_be_hidden()
    page.get_by_text("Năm mức bằng chứng nghĩa là gì?").click()
    expect(explained).to_be_visible()


def test_the_language_changes_and_stays(page: Page) -> None:
    page.goto(PAGES["item"])
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("On the market")
    page.goto(PAGES["recalled"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Recalled. Do not eat or sell.")


def test_a_wrong_digit_is_shown_where_it_can_be_mended(page: Page) -> None:
    page.goto("/?q=09521234000199")
    field = page.get_by_label("Dán hoặc gõ bất kỳ mã nào")
    expect(field).to_have_value("09521234000199")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("đọc được 9, phải là 8")).to_be_visible()


def test_the_page_leads_to_the_trace(page: Page) -> None:
    page.goto(PAGES["item"])
    page.get_by_role("link", name="Mở toàn bộ chuỗi truy vết").click()
    assert page.url.split("/", 3)[3].startswith("trace/?key=")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto(PAGES["item"])
    page.keyboard.press("Tab")
    expect(page.get_by_text("Đến nội dung chính")).to_be_focused()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_of_other_hosts(page: Page, site_address: str, name: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(PAGES[name])
    assert asked
    assert [url for url in asked if not url.startswith(site_address)] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_has_no_script_and_keeps_its_budget(page: Page, name: str) -> None:
    answer = page.goto(PAGES[name])
    assert answer is not None
    assert page.locator("script").count() == 0
    if "steps=all" not in PAGES[name]:
        assert len(answer.body()) <= 30 * 1024


@pytest.mark.parametrize("name", [*PAGES, *DESK])
def test_no_page_runs_over_its_side(browser: Browser, site_address: str, name: str) -> None:
    opened = browser.new_context(base_url=site_address, locale="vi-VN")
    page = opened.new_page()
    open_page(page, name)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    over = {}
    # 195 px is a phone of 390 at twice the size of text: asked of what shoppers see.
    for width in [195, 320, 390, 768, 1024, 1440] if name in PUBLIC else [320, 390, 1024, 1440]:
        page.set_viewport_size({"width": width, "height": 800})
        over[width] = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    opened.close()
    assert {width: by for width, by in over.items() if by > 0} == {}


@pytest.mark.parametrize("name", [*PAGES, *DESK])
def test_no_page_breaks_its_own_policy(browser: Browser, site_address: str, name: str) -> None:
    opened = browser.new_context(base_url=site_address, locale="vi-VN")
    page = opened.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    open_page(page, name)
    opened.close()
    assert [text for text in said if "Content Security Policy" in text] == []
