"""A roll of stamps in a browser: ordered, approved, printed, activated, scanned, reconciled."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from nguon.carriers import read_sheet
from nguon.gs1 import identify

pytestmark = [pytest.mark.browser, pytest.mark.database]
# A product whose lots no other browser test looks at.
PRODUCT = "https://id.gs1.org/01/09521105000135"
LOT = "CM-260512-B"


class People:
    """Browsers of several people at once."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._opened: list[Page] = []

    def sign_in(self, username: str) -> Page:
        page = self.visit()
        page.goto("/sign-in")
        page.locator(f'form[action="/sign-in/sample/{username}"] button').click()
        expect(page).to_have_url(re.compile("/desk/$"))
        return page

    # A headless browser's own name is a program's, and what programs look at is not counted.
    def visit(self, agent: str = "Mozilla/5.0 (Linux; Android 10) Chrome/120 Mobile") -> Page:
        context = self._browser.new_context(
            base_url=self._address, locale="vi-VN", user_agent=agent, accept_downloads=True
        )
        self._opened.append(context.new_page())
        return self._opened[-1]

    def leave(self) -> None:
        for page in self._opened:
            page.context.close()


@pytest.fixture
def people(browser: Browser, site_address: str) -> Iterator[People]:
    made = People(browser, site_address)
    yield made
    made.leave()


def move(page: Page, first: int, last: int, to: str, **more: str) -> None:
    page.get_by_label("Tem đầu").fill(str(first))
    page.get_by_label("Tem cuối").fill(str(last))
    page.get_by_label("Chuyển sang trạng thái").select_option(to)
    for name, value in more.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Lưu").click()


def row_of(page: Page, word: str) -> list[str]:
    row = page.locator("table").first.locator("tr", has_text=word)
    return [cell.strip() for cell in row.locator("td").all_inner_texts()]


def order_run(keeper: Page, officer: Page, count: int) -> str:
    """Ordered by the keeper, found and approved by the officer, made by the keeper: its page."""
    keeper.goto("/desk/stamps/order")
    keeper.get_by_label("Sản phẩm").select_option(PRODUCT)
    keeper.get_by_label("Số tem").fill(str(count))
    keeper.get_by_role("button", name="Gửi đơn xin").click()
    expect(keeper.get_by_text("Chờ Sở xem xét.")).to_be_visible()
    officer.goto("/desk/")
    officer.locator(".duties").get_by_role("link", name="Mở đơn xin").last.click()
    officer.goto(keeper.url)
    officer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(officer.get_by_role("status")).to_contain_text("Đã duyệt")
    keeper.reload()
    keeper.get_by_role("button", name="Tạo số").click()
    expect(keeper).to_have_url(re.compile("/desk/stamps/runs/"))
    return keeper.url


def print_run(keeper: Page) -> set[str | None]:
    """The whole run printed and confirmed; the serials read from the first sheet of the file."""
    keeper.get_by_role("link", name="In", exact=True).click()
    expect(keeper.locator("img.labelview")).to_be_visible()
    keeper.get_by_role("button", name="Tạo tệp in").click()
    heading = keeper.get_by_role("heading", level=1)
    expect(heading).to_contain_text("đều đọc lại được", timeout=60_000)
    with keeper.expect_download() as waiting:
        keeper.get_by_role("link", name="Tải PDF").click()
    sheet = read_sheet(waiting.value.path().read_bytes(), 0)
    keeper.get_by_role("button", name="Đã in xong ra giấy").click()
    return {identify(code.removeprefix("]Q1")).serial for code in sheet}


@pytest.mark.slow
def test_a_roll_from_the_order_to_the_shopper(people: People) -> None:
    keeper, officer = people.sign_in("hanh"), people.sign_in("can-bo")
    run = order_run(keeper, officer, 200)
    first, last = keeper.locator(".sub .code").all_inner_texts()
    assert first in print_run(keeper)
    expect(keeper).to_have_url(run)
    assert row_of(keeper, "Đã in")[0] == "200"

    shopper = people.visit()
    path = "/01/09521105000135/21/"
    shopper.goto(path + last)
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Tem chưa kích hoạt")
    move(keeper, 1, 150, "activated", lot=LOT)
    shopper.goto(path + first)
    expect(shopper.locator("section[aria-labelledby=s]")).to_contain_text("lần quét đầu tiên")
    expect(shopper.locator("ol.chain > li").first).to_be_visible()

    move(keeper, 151, 160, "void", reason="in hỏng")
    expect(keeper.get_by_role("status")).to_contain_text("10 tem")
    counts = [row_of(keeper, word)[0] for word in ("Đã in", "Đã kích hoạt", "Đã hủy", "Tổng cộng")]
    assert counts == ["40", "150", "10", "200"]
    move(keeper, 155, 170, "activated", lot=LOT)
    expect(keeper.get_by_role("alert")).to_contain_text("hủy")

    keeper.goto("/desk/stamps/findings/")
    early = keeper.locator("section.panel", has_text=last)
    expect(early).to_contain_text("trước khi kích hoạt")
    shopper.goto(path + "ABCDEFGH")
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Số này chưa từng được cấp")


@pytest.mark.slow
def test_two_far_places_within_minutes_show_on_the_page_and_the_desk(people: People) -> None:
    keeper, officer = people.sign_in("hanh"), people.sign_in("can-bo")
    order_run(keeper, officer, 5)
    first = keeper.locator(".sub .code").first.inner_text()
    move(keeper, 1, 5, "printed")
    move(keeper, 1, 5, "activated", lot="CHUA-GHI")
    path = f"/scan/01/09521105000135/21/{first}"
    for agent, place in [("phone in the north", "22"), ("phone in the south", "79")]:
        shopper = people.visit(agent)
        shopper.goto(path)
        shopper.get_by_text("Cho biết bạn đang ở tỉnh nào").click()
        shopper.get_by_label("Tỉnh, thành phố").select_option(place)
        shopper.get_by_role("button", name="Gửi").click()
        expect(shopper.get_by_role("status")).to_have_text("Đã ghi.")
    shopper.goto(path)
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Có dấu hiệu tem bị sao chép")
    expect(shopper.get_by_text("nhanh hơn mức 900 km/giờ").first).to_be_visible()
    keeper.goto("/desk/stamps/findings/")
    found = keeper.locator("section.panel", has_text=first)
    expect(found).to_contain_text("Quảng Ninh")
    expect(found).to_contain_text("Hồ Chí Minh")
