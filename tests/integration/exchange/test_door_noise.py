"""Whatever strangers write into an address or a header, the door answers, and never with a 5xx."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.epcis.query.fixed import FIXED
from nguon.exchange.forms import ASKED
from tests.integration.exchange.samples import make_document, make_event, write

pytestmark = pytest.mark.database

PARAMETERS = [
    *FIXED,
    "perPage",
    "nextPageToken",
    "orderBy",
    "orderDirection",
    "eventCountLimit",
    *ASKED,
]
FAMILIES = [
    "EQ_",
    "GE_",
    "EXISTS_INNER_",
    "EQ_ILMD_",
    "EQ_ATTR_",
    "HASATTR_",
    "GE_value_",
    "EQ_source_",
]
NAMES = st.sampled_from(PARAMETERS) | st.builds(
    lambda family, end: family + end, st.sampled_from(FAMILIES), st.text(max_size=8)
)
ODD_WORDS = """
    % %zz %00 %ff%fe + | || && = %F0%9F%98%80 é 2026-05-11T00:00:00Z urn:x:1 infinity eventTime
    urn:epc:id:sgtin:9521101.000001.A urn:epc:idpat:sgtin:*.*.* -1 true 1e999 ASC 1.2 2.0.0
    https%3A%2F%2Fid.gs1.org%2F01%2F09521101000016 9999999999999999999999999999
"""
ADDRESSES = """
    events events/ capture capture/ epcs epcs/ bizSteps bizSteps/ readPoints readPoints/
    bizLocations/ dispositions dispositions/ eventTypes/ nextPageToken/ nothing/
"""
ODD = st.sampled_from(ODD_WORDS.split())
VALUES = st.lists(ODD | st.text(max_size=6), max_size=3).map("".join)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
PLACES = st.just("") | st.sampled_from(ADDRESSES.split())
TAILS = st.sampled_from(["", "/events", "/events/events", "//"])
HEADERS = st.dictionaries(
    st.sampled_from([*ASKED, "GS1-Extensions", "Accept-Language", "GS1-EPCIS-Version"]),
    st.sampled_from(
        [
            "application/xml",
            "*/*",
            "text/html",
            "1.2",
            "2.0",
            "x",
            ";;,=",
            "a=b,c",
            "Always_EPC_URN",
        ]
    ),
    max_size=2,
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS", "DELETE"]),
    place=PLACES,
    name=VALUES,
    tail=TAILS,
    query=QUERIES,
    headers=HEADERS,
)
def test_noise_is_answered(
    client: Client,
    method: str,
    place: str,
    name: str,
    tail: str,
    query: str,
    headers: dict[str, str],
) -> None:
    path = f"/epcis/{place}" + (f"{name}{tail}" if place.endswith("/") else "")
    answer: Any = client.generic(
        method, path, headers=headers, QUERY_STRING=query.encode().decode("latin-1")
    )
    assert answer.status_code < 500, (method, path, query, headers, answer.content)
    if answer.status_code >= 400 and method != "HEAD":
        assert answer["Content-Type"] in ("application/problem+json", "application/problem+xml")


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
def test_noise_in_events_comes_out_again(client: Client, accept: str) -> None:
    """What was let in is answered in every form, or refused as a form, not as a failure."""
    strange = "https://x.example/\u00e9\u4e2d%2F?a=%26#\U0001f600"
    event = make_event(bizStep=strange, disposition=strange, epcList=[strange])
    sent = client.post(
        "/epcis/capture", write(make_document(event)), content_type="application/json"
    )
    assert client.get(sent["Location"]).json()["success"]
    for path in ("events?MATCH_epc=", "epcs/", "bizSteps/", "dispositions/"):
        answer = client.get(f"/epcis/{path}{quote(strange, safe='')}", headers={"Accept": accept})
        assert answer.status_code == 200, answer.content
