"""A site of its own for the resolver: the samples, links of several kinds, managed serials.

Once through the middleware and once without it: the answers must not differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client

from nguon.accounts.decisions import Actor
from nguon.linksets import Link
from nguon.registry.services import grant_prefix, register_product
from nguon.resolver import issued, queries, services
from tests.conftest import drop_database, make_database
from tests.integration.web.site import connected

MIDDLEWARE = "nguon.resolver.middleware.ResolverMiddleware"
ROOT = "http://testserver"
MAKER = "https://id.gs1.org/417/9521105000012"
OTHER = "https://id.gs1.org/417/9521301000014"
OWNER = Actor("Đỗ Thị Hạnh", ((MAKER, "owner"),))
PROVINCE = Actor("Vũ Thu Hà", (("", "province_admin"),))
# Known by the samples: a product, its lot with events.
GTIN, LOT = "09521105000012", "L260512A"
# Ours: a product with links, another whose serials are managed, one with lots of its own.
LINKED, MANAGED, TEMPLATED = "09521105900015", "09521105900022", "09521105900039"
ISSUED = "ISSUED1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


def link(link_type: str, href: str, *hreflang: str, **given) -> Link:
    """A link whose title is its last word."""
    return Link(link_type, href, given.pop("title", href.rsplit("/", 1)[-1]), hreflang, **given)


LINKED_LINKS = (
    link("gs1:defaultLink", "https://maker.example/home"),
    link("gs1:pip", "https://maker.example/home", "vi"),
    link("gs1:pip", "https://maker.example/en/home", "en"),
    link("gs1:defaultLinkMulti", "https://maker.example/en/home", "en"),
    link("gs1:defaultLinkMulti", "https://maker.example/fr/home", "fr"),
    link("gs1:pip", "https://maker.example/fr/home", "fr"),
    link("gs1:instructions", "https://maker.example/how?v=1#top"),
    link("gs1:certificationInfo", "https://maker.example/a.pdf", media_type="application/pdf"),
    link("gs1:certificationInfo", "https://maker.example/a.html", media_type="text/html"),
    link("gs1:safetyInfo", "https://maker.example/shop", context=("shop",)),
    link("gs1:safetyInfo", "https://maker.example/kitchen", context=("kitchen",)),
    link("gs1:promotion", "https://maker.example/over", valid_until=PAST),
    link("gs1:recipeInfo", "https://maker.example/later", valid_from=FUTURE),
)
TEMPLATED_LINKS = (
    link("gs1:defaultLink", "https://maker.example/p/{gtin}?at={path}"),
    link("gs1:pip", "https://maker.example/p/{gtin}?at={path}"),
    link("gs1:traceability", "https://maker.example/lots/{lot}"),
)


def judge(class_key: str, serial: str) -> str:
    """Stands for the room of stamps."""
    if not class_key.endswith(MANAGED):
        return "unmanaged"
    return "issued" if serial == ISSUED else "not_issued"


def furnish() -> None:
    """Products and links, as their owners would set them."""
    grant_prefix("952110590", MAKER, sample=True)
    for gtin in (LINKED, MANAGED, TEMPLATED):
        register_product(f"https://id.gs1.org/01/{gtin}", f"Sản phẩm {gtin}", producer=MAKER)
    services.set_links(OWNER, f"(01){LINKED}", LINKED_LINKS, description="Chả mực")
    services.set_links(OWNER, f"(01){TEMPLATED}", TEMPLATED_LINKS)
    for qualifiers in ("(22)V1", "(10)L1", "(22)V1(10)L1", "(21)S1", "(235)T1"):
        name = qualifiers.replace("(", "-").replace(")", "-")
        mine = (link("gs1:relatedImage", f"https://maker.example/i{name}"),)
        services.set_links(OWNER, f"(01){LINKED}{qualifiers}", mine)


@pytest.fixture(scope="session")
def resolver_url(server_url: str, sample_template: str, django_db_blocker) -> Iterator[str]:
    """A copy of the sample database, furnished."""
    url = make_database(server_url, sample_template)
    with django_db_blocker.unblock(), connected(url):
        furnish()
    yield url
    drop_database(server_url, url)


@pytest.fixture
def resolver_site(resolver_url: str, django_db_blocker, monkeypatch) -> Iterator[str]:
    """Django on that database; the room of stamps is stood for."""
    monkeypatch.setattr(issued, "judge_serial", judge)
    with django_db_blocker.unblock(), connected(resolver_url):
        queries.families.clear()
        queries.named.clear()
        yield resolver_url


@pytest.fixture(params=["middleware", "view"])
def web(request, resolver_site: str, settings) -> Client:
    """Somebody who asks for nothing in particular: no Accept, no language."""
    rest = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    settings.MIDDLEWARE = [MIDDLEWARE, *rest] if request.param == "middleware" else rest
    return Client()
