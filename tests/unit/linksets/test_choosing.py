"""The choice among links: examples a reader can follow, then the oracle over anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.linksets import Link, LinkSet, choose, read_preferences
from nguon.linksets.preferences import read_weighted, weigh_type
from tests.unit.linksets.choosing_oracle import answer

VI = Link("gs1:pip", "https://a.example/vi", "vi", ("vi",), "text/html")
EN = Link("gs1:pip", "https://a.example/en", "en", ("en-GB",), "text/html")
JSON = Link("gs1:pip", "https://a.example/json", "json", (), "application/json")
DEFAULT = Link("gs1:defaultLink", "https://a.example/vi", "vi")
MULTI = Link("gs1:defaultLinkMulti", "https://a.example/en", "en", ("en-GB",))
SET = LinkSet("https://id.gs1.org/01/09521234000129", "", (DEFAULT, MULTI, VI, EN, JSON))


def where(accept: str = "", language: str = "", context: str = "", asked=("gs1:pip",)) -> str:
    """The target's last word, or the kind of the outcome."""
    found = choose([SET], asked, read_preferences(accept, language, context))
    return found.link.href.rsplit("/", 1)[-1] if found.link else found.kind


@pytest.mark.parametrize(
    ("accept", "language", "expected"),
    [
        ("", "", "choices"),
        ("", "vi", "vi"),
        ("", "vi-VN", "vi"),
        ("", "en", "en"),
        ("", "en-US,vi;q=0.5", "vi"),
        ("", "en-US,en;q=0.9,vi;q=0.5", "en"),
        ("", "fr", "json"),
        ("", "*;q=0.1,vi;q=0", "en"),
        ("application/json", "", "json"),
        ("application/json", "vi", "json"),
        ("text/html", "", "choices"),
        ("text/html", "en", "en"),
        ("image/png", "", "choices"),
    ],
)
def test_of_several_the_one_that_headers_single_out(
    accept: str, language: str, expected: str
) -> None:
    assert where(accept, language) == expected


@pytest.mark.parametrize(
    ("accept", "language", "expected"),
    [
        ("", "", "vi"),
        ("", "en", "en"),
        ("", "fr", "vi"),
        ("", "*", "en"),
        ("image/png", "en", "en"),
    ],
)
def test_without_a_type_the_default_unless_a_variant_is_spoken_for(
    accept: str, language: str, expected: str
) -> None:
    assert where(accept, language, asked=()) == expected


def test_a_type_is_looked_for_level_by_level() -> None:
    lot = LinkSet(SET.anchor + "/10/A", "", (Link("gs1:recallStatus", "https://a.example/r", "r"),))
    found = choose([lot, SET], ("gs1:recallStatus",), read_preferences("", ""))
    assert found.link == lot.links[0]
    assert choose([lot, SET], (), read_preferences("", "")).link == DEFAULT
    assert choose([lot, SET], ("gs1:menuInfo",), read_preferences("", "")).kind == "none"
    assert choose([lot, SET], (), read_preferences("", ""), whole=True).sets == (lot, SET)
    assert choose([], (), read_preferences("", "")).kind == "none"


@pytest.mark.parametrize("header", ["", ",", ";q=1", "a;q=nan", "a;q=x", "q=", ",,;;==", "é;q=0.5"])
def test_headers_that_make_no_sense_say_nothing(header: str) -> None:
    assert all(0 <= weight <= 1 for _name, weight in read_weighted(header))
    choose([SET], ("gs1:pip",), read_preferences(header, header, header))


def test_the_most_specific_range_weighs_a_media_type() -> None:
    types = read_weighted("text/*;q=0.3, text/html;q=0.7, */*;q=0.1, text/plain;q=0")
    assert [weigh_type(types, name) for name in ("text/html", "text/css", "image/png")] == [
        0.7,
        0.3,
        0.1,
    ]
    assert weigh_type(types, "text/plain") == 0


LANGUAGES = ["vi", "vi-VN", "en", "en-GB", "en-US", "fr", "zh-TW", "zh"]
TYPES = ["text/html", "application/json", "application/pdf", "image/png", ""]
KINDS = ["gs1:pip", "gs1:defaultLink", "gs1:defaultLinkMulti", "gs1:dpp", "dpp"]
links = st.builds(
    Link,
    st.sampled_from(KINDS),
    st.integers(0, 99).map(lambda n: f"https://a.example/{n}"),
    st.just("t"),
    st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True).map(tuple),
    st.sampled_from(TYPES),
    st.lists(st.sampled_from(["a", "b"]), max_size=1).map(tuple),
)
sets = st.lists(
    st.lists(links, max_size=6).map(
        lambda found: LinkSet("https://id.gs1.org/01/1", "", tuple(found))
    ),
    max_size=3,
)
weights = st.sampled_from(["", ";q=0", ";q=0.5", ";q=0.9", ";q=1"])
languages = st.lists(
    st.tuples(st.sampled_from([*LANGUAGES, "*", "zh-Hant-TW", "en-x-a-b"]), weights).map("".join),
    max_size=4,
).map(",".join)
accepts = st.lists(
    st.tuples(st.sampled_from([*TYPES[:-1], "*/*", "text/*", "application/*"]), weights).map(
        "".join
    ),
    max_size=4,
).map(",".join)
asks = st.sampled_from([(), ("gs1:pip",), ("gs1:dpp", "dpp"), ("gs1:defaultLink",), ("x",)])


@given(sets, asks, accepts, languages, st.sampled_from(["", "a", "b", "c"]))
def test_the_choice_is_the_plain_one(found, asked, accept, language, context) -> None:
    wants = read_preferences(accept, language, context)
    chosen = choose(found, asked, wants)
    kind, expected = answer(found, asked, wants)
    assert chosen.kind == kind
    if kind == "redirect":
        assert chosen.link == expected
    if kind == "choices":
        assert [list(one.links) for one in chosen.sets] == [expected]
