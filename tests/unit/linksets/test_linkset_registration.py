"""What may be registered for a code, and what is said of the rest (Resolver 1.2, 2.5)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from nguon.gs1 import Gs1Error
from nguon.linksets import (
    Link,
    LinkError,
    LinkSet,
    check_links,
    link_types,
    read_anchor,
    read_asked_type,
    tidy,
    title_of,
    write_linkset,
)
from nguon.linksets.templates import fill, names_in

GTIN = read_anchor("(01)09521234000129")
LOT = read_anchor("(01)09521234000129(10)A/B")
PAGE = "https://maker.example/p"


def codes(*links: Link, anchor=GTIN) -> list[tuple[str, str]]:
    """Codes and pointers of what is wrong."""
    return [(fault.code, fault.pointer) for fault in check_links(anchor, links)]


def test_all_sixty_types_of_the_web_vocabulary_have_a_name_in_both_languages(shared: Path) -> None:
    listed = json.loads((shared / "standards/gs1/linktypes.json").read_text("utf-8"))
    ours = {name.removeprefix("gs1:") for name in link_types() if name.startswith("gs1:")}
    assert ours == set(listed)
    assert all(title_of(name, language) for name in link_types() for language in ("vi", "en"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("9521234000129", "https://id.gs1.org/01/09521234000129"),
        ("(01)09521234000129(10)A/B", "https://id.gs1.org/01/09521234000129/10/A%2FB"),
        ("(01)09521234000129(22)V(10)L", "https://id.gs1.org/01/09521234000129/22/V/10/L"),
        ("urn:epc:id:sgtin:9521234.000012.X", "https://id.gs1.org/01/09521234000129/21/X"),
        (
            "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210",
            "https://nguon.example/class/qn-06978-h003/hoa-tuoi/lot/260210",
        ),
    ],
)
def test_an_anchor_is_read_from_any_syntax(text: str, key: str) -> None:
    assert read_anchor(text).key == key


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(01)09521234000120", "gs1.check_digit"),
        ("https://example.com/about", "linksets.anchor_foreign"),
        ("(01)09521234000129(10)L(21)S", "linksets.anchor_serial"),
        ("(01)09521234000129(22)V(21)S", "linksets.anchor_serial"),
        ("(01)09521234000129(17)261231", "linksets.anchor_attributes"),
    ],
)
def test_no_links_for_what_is_no_identifier_or_too_much_of_one(text: str, code: str) -> None:
    with pytest.raises((Gs1Error, LinkError)) as raised:
        read_anchor(text)
    assert raised.value.code == code


def test_a_third_party_serial_stands_with_the_gtin_alone() -> None:
    with pytest.raises((Gs1Error, LinkError)):
        read_anchor("https://id.gs1.org/01/09521234000129/10/L/235/T")


def test_a_sound_registration_has_no_fault() -> None:
    assert not codes(
        Link("gs1:defaultLink", PAGE, "Trang"),
        Link("gs1:pip", PAGE, "Trang", ("vi",), "text/html"),
        Link("gs1:defaultLinkMulti", f"{PAGE}/en", "Page", ("en",)),
        Link("gs1:pip", f"{PAGE}/en", "Page", ("en",), "text/html"),
        Link("dpp", "/files/{gtin}.json", "Passport", media_type="application/ld+json"),
        Link("https://maker.example/voc/taste", PAGE, "Taste"),
    )


@pytest.mark.parametrize(
    ("link", "code", "pointer"),
    [
        (Link("gs1:nothing", PAGE, "t"), "type_unknown", "/links/0/link_type"),
        (Link("nothing", PAGE, "t"), "type_unknown", "/links/0/link_type"),
        (Link("https://a.example/v#x", PAGE, "t"), "type_uri", "/links/0/link_type"),
        (Link("gs1:pip", "ftp://a.example", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "javascript:alert(1)", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "//a.example/x", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "https://a b.example/", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "https://u:p@a.example/", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "https://{gtin}.example/", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "https://a.example/%zz", "t"), "href", "/links/0/href"),
        (Link("gs1:pip", "https://a.example/{what}", "t"), "place_unknown", "/links/0/href"),
        (Link("gs1:pip", "https://a.example/{sscc}", "t"), "place_unknown", "/links/0/href"),
        (Link("gs1:pip", PAGE, ""), "title_missing", "/links/0/title"),
        (Link("gs1:pip", PAGE, "t" * 201), "too_long", "/links/0/title"),
        (Link("gs1:pip", PAGE, "t", ("zh-Hant",)), "language", "/links/0/hreflang/0"),
        (Link("gs1:pip", PAGE, "t", ("vie",)), "language", "/links/0/hreflang/0"),
        (Link("gs1:pip", PAGE, "t", media_type="html"), "media_type", "/links/0/media_type"),
        (
            Link("gs1:pip", PAGE, "t", valid_from=datetime(2026, 1, 1)),  # noqa: DTZ001 - on purpose
            "zone",
            "/links/0/valid_from",
        ),
    ],
)
def test_each_wrong_part_is_named_where_it_stands(link: Link, code: str, pointer: str) -> None:
    assert (f"linksets.{code}", pointer) in codes(tidy(link))


def test_an_end_before_its_beginning_is_refused() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    assert codes(Link("gs1:pip", PAGE, "t", valid_from=day, valid_until=day)) == [
        ("linksets.times", "/links/0/valid_until")
    ]


def test_there_is_one_default_with_nothing_but_target_and_title() -> None:
    pip = Link("gs1:pip", PAGE, "t")
    default = Link("gs1:defaultLink", PAGE, "t")
    assert codes(default, default, pip) == [("linksets.default_twice", "/links/1/link_type")]
    assert codes(Link("gs1:defaultLink", PAGE, "t", ("vi",)), pip) == [
        ("linksets.default_bare", "/links/0")
    ]
    assert codes(default) == [("linksets.default_undescribed", "/links/0/href")]
    assert not codes(pip)


def test_variants_of_the_default_tell_what_they_are_for_and_do_not_stand_alone() -> None:
    pip = Link("gs1:pip", PAGE, "t", ("en",))
    variant = Link("gs1:defaultLinkMulti", PAGE, "t", ("en",))
    assert codes(variant, pip) == [("linksets.multi_alone", "/links")]
    bare = Link("gs1:defaultLinkMulti", PAGE, "t")
    assert ("linksets.multi_alike", "/links/1") in codes(
        Link("gs1:defaultLink", PAGE, "t"), bare, pip
    )


def test_a_default_for_all_lots_may_not_need_a_lot() -> None:
    pip = Link("gs1:pip", "https://a.example/{lot}", "t")
    default = Link("gs1:defaultLink", "https://a.example/{lot}", "t")
    assert codes(pip, default) == [("linksets.place_missing", "/links/1/href")]
    assert not codes(pip, default, anchor=LOT)
    assert not codes(
        Link("gs1:defaultLink", "https://a.example/{path}", "t"),
        Link("gs1:pip", "https://a.example/{path}", "t"),
    )


def test_more_than_a_hundred_links_are_too_many() -> None:
    assert ("linksets.too_many", "/links") in codes(*[Link("gs1:pip", PAGE, "t")] * 101)


def test_links_are_tidied_before_they_are_kept() -> None:
    given = Link(" https://gs1.org/voc/pip ", f" {PAGE} ", " a  b ", (" VI-vn ", ""), " Text/HTML ")
    assert tidy(given) == Link("gs1:pip", PAGE, "a b", ("vi-VN",), "text/html")
    assert tidy(Link("pip", PAGE, "t")).link_type == "gs1:pip"
    assert tidy(Link("dpp", PAGE, "t")).link_type == "dpp"


@pytest.mark.parametrize(
    "text",
    [
        "gs1:pip",
        "https://gs1.org/voc/pip",
        "https://ref.gs1.org/voc/pip",
        "http://www.gs1.org/voc/pip",
    ],
)
def test_a_request_may_call_a_type_by_every_name(text: str) -> None:
    assert read_asked_type(text) == ("gs1:pip",)
    assert "gs1:pip" in read_asked_type("pip")


def test_templates_are_filled_encoded_and_left_out_where_something_is_missing() -> None:
    assert fill("https://a.example/{lot}?g={gtin}", {"lot": "A/B +", "gtin": "1"}) == (
        "https://a.example/A%2FB%20%2B?g=1"
    )
    assert fill("https://a.example/{path}", {"path": "01/1/10/A%2FB"}) == (
        "https://a.example/01/1/10/A%2FB"
    )
    assert fill("https://a.example/{lot}", {}) is None
    assert names_in("a{b}c{d") == ["b", ""]


def test_what_passes_the_checks_passes_the_normative_schema(shared: Path) -> None:
    schema = json.loads((shared / "standards/gs1/linkset-schema.json").read_text("utf-8"))
    links = tuple(
        Link(name, "https://a.example/x", "t", ("vi", "en-GB"), "text/html", ("c",))
        for name in link_types()
    )
    own = Link("https://maker.example/voc/taste", "/x", "t")
    written = write_linkset([LinkSet(GTIN.key, "d", (*links, own))], "https://r.example")
    jsonschema_rs.validator_for(schema).validate(written)
    assert not re.search("valid_from|link_type", json.dumps(written))
