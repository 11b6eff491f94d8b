"""Whatever is asked, the answer is a page or a refusal, never our own breakdown."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.database
NASTY = [
    "%00",
    "A%00B",
    "%ED%A0%80",
    "%FF%FE",
    "..%2F..%2Fetc%2Fpasswd",
    "'%3B--",
    "%25s%25(x)s",
    "{{7*7}}",
    "%F0%9F%90%9F",
    "A" * 5000,
    "%E2%80%AE",
    "1%0d%0aSet-Cookie:%20a=b",
]
patient = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("text", NASTY, ids=lambda text: text[:24])
@pytest.mark.parametrize(
    "path",
    [
        "/?q={}",
        "/scan/01/09521105000012/10/{}",
        "/scan/01/{}",
        "/scan/k/?key={}",
        "/scan/k/?key=https://x/{}",
        "/scan/00/{}",
    ],
)
def test_a_hostile_code_is_refused_politely(visitor: Client, path: str, text: str) -> None:
    answer = visitor.get(path.format(text))
    assert answer.status_code in (200, 303, 302, 400, 404)
    assert "Set-Cookie:" not in str(answer.headers.get("Location", ""))


@patient
@given(st.text(max_size=40))
def test_any_search_gets_an_answer(visitor: Client, text: str) -> None:
    assert visitor.get("/", {"q": text}).status_code in (200, 303, 400, 404)


@patient
@given(st.text(min_size=1, max_size=40))
def test_any_path_gets_an_answer(visitor: Client, text: str) -> None:
    path = "/scan/01/09521105000012/10/" + quote(text, safe="")
    assert visitor.get(path).status_code in (200, 400, 404)


@pytest.mark.parametrize("query", ["steps=%00", "lang=%00", "format=xml", "lang=en&lang=vi"])
def test_odd_choices_are_ignored(visitor: Client, query: str) -> None:
    assert visitor.get(f"/scan/01/09521204000043/10/RH260317A?{query}").status_code == 200
