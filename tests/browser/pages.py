"""The pages that browsers are shown: one of each kind."""

from __future__ import annotations

from playwright.sync_api import Page

PAGES = {
    "start": "/",
    "item": "/scan/01/09521204000043/10/RH260317A",
    "serial": "/scan/01/09521301000052/21/QN7K037?steps=all",
    "recalled": "/scan/01/09521105000012/10/L260512A",
    "unit": "/scan/00/395211052605120011",
    "product": "/scan/01/09521105000012",
    "unknown": "/scan/01/09521234000199/10/CM-261118-02",
    "missing": "/nowhere",
    "trace": "/trace/?key=https%3A%2F%2Fid.gs1.org%2F01%2F09521105000012%2F10%2FL260512B&d=both",
    "trace-start": "/trace/",
    "verify": "/verify/",
    "sign-in": "/sign-in",
}
PUBLIC = [name for name in PAGES if not name.startswith(("trace", "verify", "sign-in"))]
# Pages for people who are signed in, with who opens them.
DESK = {
    "desk": ("can-bo", "/desk/"),
    "desk-stamps": ("hanh", "/desk/stamps/"),
    "desk-order": ("hanh", "/desk/stamps/order"),
    "desk-import": ("tra", "/desk/stamps/import"),
    "desk-findings": ("can-bo", "/desk/stamps/findings/"),
    "desk-captures": ("can-bo", "/desk/captures/"),
    "desk-capture-file": ("tra", "/desk/captures/file"),
    "desk-labels": ("hanh", "/desk/labels/"),
    "desk-print": ("hanh", "/desk/labels/print?lot=CM-261118-02&expiry=2027-05-18"),
    "desk-designs": ("hanh", "/desk/labels/designs/"),
    "desk-design": ("hanh", "/desk/labels/designs/lot-40x30-qr/"),
    "desk-links": ("tra", "/desk/links/"),
}


def open_page(page: Page, name: str) -> None:
    """Go to a page, as its person where it has one."""
    if name in DESK:
        username, path = DESK[name]
        page.goto("/sign-in")
        page.locator(f'form[action="/sign-in/sample/{username}"] button').click()
        page.goto(path)
    else:
        page.goto(PAGES[name])
