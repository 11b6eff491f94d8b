"""Accessibility, as far as axe-core can judge it: WCAG 2.0 to 2.2 A and AA, best practices."""

from __future__ import annotations

import json
from itertools import product

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import DESK, PAGES, open_page

pytestmark = [pytest.mark.browser, pytest.mark.database]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


@pytest.mark.parametrize("name", [*PAGES, *DESK])
def test_axe_finds_nothing(browser: Browser, site_address: str, axe: str, name: str) -> None:
    # The pages allow no script; the judge has to be let in.
    opened = browser.new_context(base_url=site_address, locale="vi-VN", bypass_csp=True)
    page = opened.new_page()
    open_page(page, name)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.add_script_tag(content=axe)
    found = {}
    for width, theme in product([390, 1440], ["light", "dark"]):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found[width, theme] = find_violations(page)
    opened.close()
    assert {shown: what for shown, what in found.items() if what} == {}


def find_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds: its rules, and the first places that break each."""
    result = page.evaluate(f"axe.run(document, {json.dumps(OPTIONS)})")
    return [
        (violation["id"], [node["html"][:160] for node in violation["nodes"][:3]])
        for violation in result["violations"]
    ]


def test_axe_would_find_something(browser: Browser, axe: str) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><html><body><img src='data:,'><input></body></html>")
    page.add_script_tag(content=axe)
    found = {rule for rule, _places in find_violations(page)}
    page.close()
    assert {"image-alt", "label"} <= found
