"""Whatever is asked: never our own breakdown, never 200 with an error inside."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.resolver.resolving import BROWSER, GTIN, LINKED, LOT, MANAGED

pytestmark = pytest.mark.database
patient = settings(max_examples=150, suppress_health_check=list(HealthCheck))
ALLOWED = {200, 300, 304, 307, 400, 404}

pieces = st.sampled_from(
    [
        *("01", "10", "21", "22", "235", "00", "414", "254", "8003", "8006", "8010", "17", "gtin"),
        *(
            GTIN,
            LINKED,
            MANAGED,
            LOT,
            "L1",
            "S1",
            "V1",
            "%",
            "%2F",
            "%00",
            "%ff",
            "..",
            "",
            " ",
            "é",
        ),
        *("class", "place", "org", "qn-06978-h003", "hoa-tuoi", "lot", "ser", "260210", "A" * 30),
        *("eh3034", "exMDQ", "eh30342578A50000580003039A", "{lot}", "\x00", "\ud7ff", "🐟", "'--"),
    ]
)
paths = st.lists(pieces, min_size=1, max_size=8).map(lambda parts: "/" + "/".join(parts))
around = st.sampled_from(["/01/", f"/01/{LINKED}/10/", f"/01/{LINKED}/21/", "/8004/", "/00/", "/"])
texts = st.tuples(around, st.text(max_size=40)).map("".join)
queries = st.one_of(
    st.text(st.characters(max_codepoint=255), max_size=60),
    st.lists(
        st.sampled_from(
            [
                *("linkType=linkset", "linkType=all", "linkType=gs1:pip", "linkType=", "linkType"),
                *("linkType=%ff", "context=shop", "17=261231", "17=x", "22=V", "a=b", "=", "%"),
                *(
                    "linkType=gs1:defaultLink",
                    "linkType=gs1:defaultLinkMulti",
                    "lang=en",
                    "compress",
                ),
            ]
        ),
        max_size=4,
    ).map("&".join),
)
headers = st.one_of(
    st.sampled_from(
        [
            *("", "*/*", BROWSER, "application/linkset+json", "application/json", "image/*"),
            *(
                "application/ld+json;q=0.3,text/html",
                ",;,",
                "a/b;q=9",
                "text/html;q=0",
                "vi",
                "en-x-1",
            ),
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
)


@patient
@given(st.one_of(paths, texts), queries, headers, headers, st.booleans())
def test_any_request_gets_an_answer_that_is_true(
    web: Client, path: str, query: str, accept: str, language: str, head: bool
) -> None:
    ask = web.head if head else web.get
    answer = ask(
        "/",
        PATH_INFO=wsgi(path),
        QUERY_STRING=query,
        HTTP_ACCEPT=accept,
        HTTP_ACCEPT_LANGUAGE=language,
    )
    if path in ("/", "//"):
        return
    assert answer.status_code in ALLOWED, (answer.status_code, path, query)
    if answer.status_code == 200 and "json" in answer.headers.get("Content-Type", ""):
        body = json.loads(answer.content) if not head else {"linkset": True}
        assert "linkset" in body
        assert "errors" not in body
    location = answer.headers.get("Location", "")
    assert "\n" not in location
    assert answer.status_code != 307 or location.startswith(("http://testserver/", "https://maker"))


def wsgi(path: str) -> str:
    """A path as a WSGI server hands it over."""
    return path.encode("utf-8", "surrogatepass").decode("latin-1")
