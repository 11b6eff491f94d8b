"""Strict Digital Links: read, refused with the rule, built, made canonical."""

from __future__ import annotations

import pytest

from nguon.gs1 import Gs1Error, build_link, identify, parse_link, read_bracketed
from nguon.gs1.table import table

GTIN = "09521234000129"
HOME = "https://id.gs1.org"

KEYS = {
    "00": "095201234567891235",
    "01": GTIN,
    "253": "9521234000129X",
    "255": "95212340001290",
    "401": "9521234A",
    "402": "95212340000000013",
    "414": "9521234000129",
    "415": "9521234000129/8020/R1",
    "417": "9521234000129",
    "8003": "09521234000129AB",
    "8004": "9521234A",
    "8006": "095212340001290102",
    "8010": "9521234A",
    "8013": "1987654Ad4X4bL5ttr2310c2K",
    "8017": "952114112345678906",
    "8018": "952114112345678906",
}


def test_every_primary_key_has_its_example() -> None:
    assert set(KEYS) == {ai for ai, entry in table().items() if entry.qualifiers is not None}


@pytest.mark.parametrize(("ai", "value"), KEYS.items())
def test_every_primary_key_is_read_and_written(ai: str, value: str) -> None:
    uri = f"https://nguon.example/vi/{ai}/{value}"
    link = parse_link(uri)
    assert link.ais[0] == (ai, value.partition("/")[0])
    assert link.stem == "https://nguon.example/vi"
    assert link.canonical == f"{HOME}/{ai}/{value}"
    assert build_link(link.elements, link.stem) == uri
    assert link.identifier.key == identify(uri).key


def test_a_link_is_taken_apart_whole() -> None:
    uri = (
        f"https://shop.example:8443/a/b/01/{GTIN}/10/A%2F1/21/S+1/"
        "?17=261231&linkType=gs1%3Apip&x&99=a+%2B?&context=a+b&3103=000195#top?/"
    )
    with pytest.raises(Gs1Error):
        parse_link(uri)  # a blank is no value of (99)
    link = parse_link(uri.replace("a+%2B?", "a%2B?"))
    assert link.stem == "https://shop.example:8443/a/b"
    assert link.ais == (("01", GTIN), ("10", "A/1"), ("21", "S+1"))
    assert link.attributes == (("17", "261231"), ("99", "a+?"), ("3103", "000195"))
    assert link.foreign == (("linkType", "gs1%3Apip"), ("x", None), ("context", "a+b"))
    assert (link.link_type, link.context, link.parameter("y")) == ("gs1:pip", "a b", None)
    assert link.parameter("x") == ""
    assert link.fragment == "top?/"
    assert link.canonical == (
        f"{HOME}/01/{GTIN}/10/A%2F1/21/S%2B1?17=261231&3103=000195&99=a%2B%3F"
    )
    assert link.on("https://else.example/") == (
        f"https://else.example/01/{GTIN}/10/A%2F1/21/S%2B1"
        "?17=261231&linkType=gs1%3Apip&x&99=a%2B?&context=a+b&3103=000195#top?/"
    )


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("", "not_a_link"),
        ("ftp://a/01/" + GTIN, "not_a_link"),
        ("https://a", "not_a_link"),
        ("https://a/", "not_a_link"),
        ("https://a/b/c", "not_a_link"),
        (f"https://01/{GTIN}", "not_a_link"),
        (f"https://u@a/01/{GTIN}", "not_a_link"),
        (f"https:///01/{GTIN}", "not_a_link"),
        (f"https://a/gtin/{GTIN}", "not_a_link"),
        (f"HtTps://a/01/{GTIN}", "uri_scheme_case"),
        (f"https://a/01/{GTIN}>", "uri_character"),
        (f"https://a/01/{GTIN}/10/lô", "uri_character"),
        (f"https://a/01/{GTIN}/10/%zz", "percent"),
        (f"https://a/%zz/01/{GTIN}", "percent"),
        ("https://a/01/09521234000120", "check_digit"),
        ("https://a/01/9521234000129", "value_length"),
        (f"https://a/01/{GTIN}/10/", "path_without_value"),
        (f"https://a/01/{GTIN}/10//", "empty_component"),
        (f"https://a/01/{GTIN}/21/S/10/L", "qualifier_order"),
        (f"https://a/01/{GTIN}/17/261231", "qualifier_order"),
        (f"https://a/01/{GTIN}/10/A/10/B", "qualifier_order"),
        (f"https://a/01/{GTIN}/10/" + "A" * 21, "value_length"),
        ("https://a/415/9521234000129", "qualifier_missing"),
        (f"https://a/01/{GTIN}?8200=x", "link_attribute"),
        (f"https://a/01/{GTIN}?22=x", "link_attribute"),
        (f"https://a/01/{GTIN}?21=x", "link_attribute"),
        (f"https://a/01/{GTIN}?89=x", "link_number"),
        (f"https://a/01/{GTIN}?12345=x", "link_number"),
        (f"https://a/01/{GTIN}?%31%37=999999", "link_number"),
        (f"https://a/01/{GTIN}?17", "empty_component"),
        (f"https://a/01/{GTIN}?17=", "empty_component"),
        (f"https://a/01/{GTIN}?17=269931", "date"),
        (f"https://a/01/{GTIN}?99=a+b", "illegal_character"),
        (f"https://a/01/{GTIN}?99=%f", "percent"),
        (f"https://a/01/{GTIN}?99=a&99=a", "link_twice"),
        (f"https://a/01/{GTIN}/10/A?10=A", "link_twice"),
        ("https://a/eh", "not_a_link"),
        ("https://a/ehzz", "epc_text"),
        ("https://a/eh00000000", "epc_header"),
        ("https://a/eh3016", "epc_bits"),
    ],
)
def test_what_is_no_strict_link_is_refused_with_its_rule(uri: str, code: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        parse_link(uri)
    fault = caught.value.fault
    assert fault.code == f"gs1.{code}"
    assert "{" not in fault.sentence("vi") + fault.sentence("en")


def test_the_last_key_of_the_path_counts_what_stands_before_is_stem() -> None:
    link = parse_link(f"https://a/414/9521234000129/01/{GTIN}")
    assert (link.stem, link.ais) == ("https://a/414/9521234000129", (("01", GTIN),))
    assert parse_link(f"https://a/01/{GTIN}/10/01/21/414").ais[1:] == (("10", "01"), ("21", "414"))


@pytest.mark.parametrize("last", ["eh30164596f40c0e5cbe991a83", "exMBZFlvQMDly-mRqD"])
def test_an_epc_binary_string_is_unfolded_as_in_the_standards_example(last: str) -> None:
    link = parse_link(f"https://example.com/a/{last}?linkType=gs1:pip")
    assert link.ais == (("01", "09528765123457"), ("21", "123456789123"))
    assert (link.stem, link.packed, link.link_type) == ("https://example.com/a", last, "gs1:pip")
    own = "https://example.com/a/01/09528765123457/21/123456789123"
    assert link.on(link.stem) == own + "?linkType=gs1:pip"


def test_the_date_of_a_dsgtin_becomes_an_attribute() -> None:
    link = parse_link("https://a/ehfb342cde795211411234538566cb0afc4?99=x#f")
    assert link.attributes == (("17", "220630"), ("99", "x"))
    assert link.on("https://b") == "https://b/01/79521141123453/21/32a%2Fb?17=220630&99=x#f"
    assert parse_link("https://a/ehfb342cde795211411234538566cb0afc4?17=220630").attributes == (
        ("17", "220630"),
    )
    with pytest.raises(Gs1Error):
        parse_link("https://a/ehfb342cde795211411234538566cb0afc4?17=220731")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(99)X", "no_primary_key"),
        (f"(01){GTIN}(8200)x", "link_attribute"),
        (f"(01){GTIN}(235)T(10)A(22)V", "link_attribute"),
        ("(415)9521234000129", "qualifier_missing"),
    ],
)
def test_what_a_link_cannot_say_is_not_built(text: str, code: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        build_link(read_bracketed(text))
    assert caught.value.code == f"gs1.{code}"


@pytest.mark.parametrize("stem", ["", "a", "ftp://a", "https://", "https://a?x", "https://a/b c"])
def test_a_link_has_a_right_stem(stem: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        build_link((("01", GTIN),), stem)
    assert caught.value.code == "gs1.link_stem"
