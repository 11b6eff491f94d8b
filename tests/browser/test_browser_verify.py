"""The page that checks stamps without network: right answers in a real browser, network or not."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import nguon
from nguon.stamps import attach, keyfile, verify
from nguon.web.catalogues import compile_all
from tests.browser.conftest import CHROMIUM, lacking, wait_for
from tests.browser.stamp_codes import FORMS, GENUINE, ISSUER, PATH, RING, SERIAL, STRANGER
from tests.browser.test_browser_axe import find_violations

pytestmark = [pytest.mark.browser]
FOLDER = Path(nguon.__file__).parent / "labels/static/labels/verify"
VENDOR = FOLDER / "vendor/noble-ed25519.js"
NO_ED25519 = """
const real = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (form, key, name, ...rest) => name === "Ed25519"
    ? Promise.reject(new Error("no such algorithm")) : real(form, key, name, ...rest);
"""
CAMERA = """
window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return [{ rawValue: %s }]; }
};
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
HTMLMediaElement.prototype.play = async () => {};
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a key ring and without a database: the page asks none."""
    compile_all()
    ring = tmp_path_factory.mktemp("keys") / "ring.json"
    keyfile.create(ring, RING)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--log-level", "warning", "nguon.web.wsgi:application"]
    settings = {"NGUON_STAMP_KEYS": str(ring), "DJANGO_SETTINGS_MODULE": "nguon.web.settings"}
    server = subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that reaches nothing but the server under test."""
    if CHROMIUM is None:
        lacking("no Chromium on this machine")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


def open_context(browser: Browser, address: str, **options: object) -> BrowserContext:
    phone = {"width": 390, "height": 844}
    return browser.new_context(
        **{"base_url": address, "locale": "vi-VN", "viewport": phone} | options
    )


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    opened = open_context(browser, address)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """The page, opened, kept for later; it may write nothing to the console."""
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto("/verify/")
    expect(opened.get_by_text("Trang đã lưu trên máy")).to_be_visible()
    yield opened
    assert said == []


def ask(page: Page, code: str) -> str:
    """Check a code; returns the status that is shown."""
    if page.locator("#again").is_visible():
        page.locator("#again").click()
    page.locator("#code").fill(code)
    page.locator("#submit").click()
    shown = page.locator("[data-status]:visible")
    expect(shown).to_have_count(1)
    return str(shown.get_attribute("data-status"))


def fact(page: Page, label: str) -> str:
    return page.locator(f"#told dl > div:visible:has(dt:text-is('{label}')) dd").inner_text()


def test_a_right_signature_says_who_and_what_it_does_not_say(page: Page) -> None:
    assert ask(page, GENUINE) == "genuine"
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"Chữ ký đúng: mã này do {ISSUER} in ra.")
    expect(page.locator(".state:visible p")).to_contain_text("không nói gói hàng chưa bị sao chép")
    facts = ["GTIN", "Số sê-ri", "Số lô", "Hạn sử dụng", "Nơi ký", "Ngoài chữ ký"]
    assert [fact(page, label) for label in facts] == [
        "09521301000052",
        SERIAL,
        "L260512A",
        "31/12/2026",
        ISSUER,
        "(3103) 000500",
    ]
    expect(page.get_by_role("heading", name="Điều kiểm không mạng không biết được")).to_be_visible()


CASES = {
    "wrong": GENUINE.replace("L260512A", "L260512B"),
    "unsigned": f"https://trace.example{PATH}",
    "unknown_key": attach(STRANGER.active_key, f"https://trace.example{PATH}"),
    "unreadable": "xin chào",
}


@pytest.mark.parametrize("status", CASES)
def test_other_codes_are_told_apart(page: Page, status: str) -> None:
    assert ask(page, CASES[status]) == status
    assert verify(CASES[status], RING.publish()).status == status
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[data-fact=issuer]")).to_be_hidden()


def test_browser_and_command_agree_on_every_form(page: Page) -> None:
    signed = [attach(RING.active_key, form) for form in FORMS]
    altered = [code[:-90] + "A" + code[-89:] for code in signed]
    codes = [*signed, *altered, *FORMS]
    public = RING.publish()
    script = """async ([codes, keys]) => {
        const { check } = await import("/static/labels/verify/check.js");
        const found = [];
        for (const code of codes) {
            const { status, coded } = await check(code, keys, "2026-12-01");
            found.push([status, coded && [coded.code, coded.elements, coded.covered]]);
        }
        return found;
    }"""
    found = page.evaluate(script, [codes, public["keys"]])
    told = [verify(code, public) for code in codes]
    expected = [
        [each.status, json.loads(json.dumps([each.code, each.elements, each.covered]))]
        for each in told
    ]
    assert found == expected
    assert [each.status for each in told[: len(FORMS)]] == ["genuine"] * len(FORMS)


@pytest.mark.parametrize(
    ("changes", "day", "status"),
    [
        ({}, "2026-12-01", "genuine"),
        ({"revoked": "2026-11-30"}, "2026-12-01", "revoked"),
        ({"valid_until": "2026-12-01"}, "2026-12-01", "genuine"),
        ({"valid_until": "2026-12-01"}, "2026-12-02", "expired"),
        ({"kty": "RSA"}, "2026-12-01", "unknown_key"),
    ],
)
def test_keys_are_trusted_as_their_list_says(
    page: Page, changes: dict[str, str], day: str, status: str
) -> None:
    keys = [RING.publish()["keys"][0] | changes]
    script = """async ([code, keys, day]) => {
        const { check } = await import("/static/labels/verify/check.js");
        return (await check(code, keys, day)).status;
    }"""
    assert page.evaluate(script, [GENUINE, keys, day]) == status


def test_after_one_visit_everything_works_without_network(
    page: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    page.goto("/verify/")
    expect(page.get_by_text("Đang mất mạng.")).to_be_visible()
    expect(page.get_by_text(f"Máy đang giữ 1 khóa, của {ISSUER}")).to_be_visible()
    assert ask(page, GENUINE) == "genuine"
    assert ask(page, CASES["wrong"]) == "wrong"
    page.goto("/verify/?lang=en")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "This device checks by itself who signed a stamp."
    )
    page.goto("/verify/")
    assert ask(page, GENUINE) == "genuine"
    expect(page.get_by_role("heading", level=1)).to_contain_text("The signature is right")


@pytest.mark.parametrize("workers", ["allow", "block"])
def test_a_second_visit_with_network_works_as_the_first(
    browser: Browser, address: str, workers: str
) -> None:
    # A browser takes over the headers of a 304, the policy among them.
    opened = open_context(browser, address, service_workers=workers)
    page = opened.new_page()
    for _visit in range(3):
        page.goto("/verify/")
        expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
        assert ask(page, GENUINE) == "genuine"
    opened.close()


def test_an_open_page_is_told_of_a_newer_version(page: Page) -> None:
    note = page.get_by_text("Đã có bản mới của trang này.")
    expect(note).to_be_hidden()
    script = "navigator.serviceWorker.onmessage({ data: %s })"
    shown = page.locator("script[type=module]").get_attribute("src").partition("?v=")[2]
    page.evaluate(script % json.dumps(shown))
    expect(note).to_be_hidden()
    page.evaluate(script % json.dumps("another"))
    expect(note).to_be_visible()
    page.get_by_role("button", name="Dùng ngay").click()
    expect(note).to_be_hidden()


def test_the_page_asks_nobody_else(browser: Browser, address: str) -> None:
    opened = open_context(browser, address)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("Trang đã lưu trên máy")).to_be_visible()
    before = len(asked)
    assert ask(page, GENUINE) == "genuine"
    opened.close()
    assert all(url.startswith(address) for url in asked)
    assert not [url for url in asked[before:] if "vendor" not in url]


@pytest.mark.skipif(not VENDOR.exists(), reason="npm has not brought @noble/ed25519")
@pytest.mark.parametrize("status", ["genuine", "wrong"])
def test_without_ed25519_in_the_browser_the_copied_one_checks(
    browser: Browser, address: str, status: str
) -> None:
    opened = open_context(browser, address, service_workers="block")
    opened.add_init_script(NO_ED25519)
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    with page.expect_request("**/vendor/noble-ed25519.js*"):
        assert ask(page, GENUINE if status == "genuine" else CASES["wrong"]) == status
    opened.close()


def test_with_neither_the_page_says_that_it_cannot(browser: Browser, address: str) -> None:
    opened = open_context(browser, address, service_workers="block")
    opened.add_init_script(NO_ED25519)
    page = opened.new_page()
    page.route("**/vendor/**", lambda route: route.abort())
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    assert ask(page, GENUINE) == "unable"
    opened.close()


def test_without_the_copied_file_the_browsers_own_is_enough(browser: Browser, address: str) -> None:
    opened = open_context(browser, address, service_workers="block")
    page = opened.new_page()
    page.route("**/vendor/**", lambda route: route.abort())
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    assert ask(page, GENUINE) == "genuine"
    opened.close()


def test_the_camera_is_asked_for_on_tap_and_reads_a_code(browser: Browser, address: str) -> None:
    opened = open_context(browser, address)
    opened.add_init_script(CAMERA % json.dumps(GENUINE))
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    expect(page.locator("video")).to_be_hidden()
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    expect(page.locator("[data-status=genuine]")).to_be_visible()
    opened.close()


def test_a_camera_that_does_not_open_leaves_the_field(browser: Browser, address: str) -> None:
    opened = open_context(browser, address)
    opened.add_init_script(
        CAMERA % '""' + "navigator.mediaDevices.getUserMedia = () => Promise.reject();"
    )
    page = opened.new_page()
    page.goto("/verify/")
    page.get_by_role("button", name="Quét bằng máy ảnh").click()
    expect(page.get_by_text("Máy ảnh chưa mở được.")).to_be_visible()
    expect(page.locator("#code")).to_be_visible()
    opened.close()


def test_an_empty_field_is_said_to_be_empty(page: Page) -> None:
    page.locator("#submit").click()
    expect(page.get_by_role("alert").filter(has_text="Ô này còn trống.")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()


def test_without_script_the_page_says_what_to_do(browser: Browser, address: str) -> None:
    opened = open_context(browser, address, java_script_enabled=False)
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("cần JavaScript")).to_be_visible()
    expect(page.locator("form#check")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    opened.close()


@pytest.mark.parametrize("status", ["", "genuine", *CASES])
def test_axe_finds_nothing(browser: Browser, address: str, axe: str, status: str) -> None:
    opened = open_context(browser, address, bypass_csp=True)
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    if status:
        ask(page, CASES.get(status, GENUINE))
    page.add_script_tag(content=axe)
    found = {}
    for width, theme in product([390, 1440], ["light", "dark"]):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found[width, theme] = find_violations(page)
    opened.close()
    assert {shown: what for shown, what in found.items() if what} == {}


@pytest.mark.parametrize("width", [195, 320, 390])
def test_nothing_is_wider_than_a_small_phone(browser: Browser, address: str, width: int) -> None:
    opened = open_context(browser, address, viewport={"width": width, "height": 700})
    page = opened.new_page()
    page.goto("/verify/")
    expect(page.get_by_text("Máy đang giữ 1 khóa")).to_be_visible()
    ask(page, GENUINE)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


def test_the_scripts_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.js")}
    assert sum(size for name, size in sizes.items() if name != "worker.js") <= 15 * 1024, sizes
    assert sizes["worker.js"] <= 4 * 1024
