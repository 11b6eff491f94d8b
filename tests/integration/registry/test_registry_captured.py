"""The register and captured master data of one key: who speaks, what is filled, what differs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from nguon.epcis import read_document
from nguon.parts.engine import get_store
from nguon.registry.queries import look_up
from nguon.registry.services import (
    register_organisation,
    register_place,
    register_product,
)
from tests.integration.exchange.samples import make_document, make_event, write

pytestmark = pytest.mark.database

GTIN = "https://id.gs1.org/01/09521234000129"
PARTY = "https://id.gs1.org/417/9521234000129"
PLACE = "https://id.gs1.org/414/9521234000129"
MDA = "urn:epcglobal:cbv:mda#"
VTYPE = "urn:epcglobal:epcis:vtype:"


def capture(kind: str, key: str, /, **attributes: Any) -> None:
    """Master data of one key; a list is an attribute that stands several times."""
    listed = [
        {"id": f"{MDA}{name}", "attribute": each}
        for name, value in attributes.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    lists = [
        {"type": f"{VTYPE}{kind}", "vocabularyElementList": [{"id": key, "attributes": listed}]}
    ]
    document = make_document(epcisHeader={"epcisMasterData": {"vocabularyList": lists}})
    assert get_store().capture(read_document(write(document))).success


def test_the_register_speaks_first_and_captured_data_fill_the_rest(
    empty_site: str, queries: list[str]
) -> None:
    register_product(GTIN, "Chả mực", brand="Vịnh Xanh")
    capture("EPCClass", GTIN, descriptionShort="Chả mực giã tay", countryOfOrigin="VN")
    queries.clear()
    directory = look_up([f"{GTIN}/10/A"], filled=True)
    assert len(queries) == 2
    product = directory.product(f"{GTIN}/10/A")
    assert product is not None
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = [product.say(name) for name in ("name", "brand", "origin")]
    assert said == {
        "vi": ["Chả mực", "Vịnh Xanh", "Việt Nam"],
        "en": ["Chả mực", "Vịnh Xanh", "Vietnam"],
    }
    (difference,) = directory.differences
    assert (difference.key, difference.field) == (GTIN, "name")
    assert (difference.registered, difference.captured) == ("Chả mực", "Chả mực giã tay")
    # Nothing is filled, and nothing more is asked, where nobody wants it.
    queries.clear()
    plain = look_up([f"{GTIN}/10/A"])
    assert len(queries) == 1
    bare = plain.product(GTIN)
    assert bare is not None
    assert (bare.say("origin"), plain.differences) == ("", [])


def test_the_same_in_other_letters_is_no_difference(empty_site: str) -> None:
    register_product(GTIN, "Chả mực", name_en="Squid cake")
    capture("EPCClass", GTIN, descriptionShort="CHẢ  MỰC")
    assert look_up([GTIN], filled=True).differences == []
    capture("EPCClass", GTIN, descriptionShort="Squid cake")
    assert look_up([GTIN], filled=True).differences == []
    capture("EPCClass", GTIN, descriptionShort="Squid pie")
    assert [each.captured for each in look_up([GTIN], filled=True).differences] == ["Squid pie"]


def test_what_is_captured_in_two_languages_is_said_in_the_readers(empty_site: str) -> None:
    names = [{"@value": "Kho", "@language": "vi"}, {"@value": "Store", "@language": "en"}]
    capture("BusinessLocation", PLACE, name=names, streetAddressOne="1 Lê Lợi", city="Hạ Long")
    capture("ReadPoint", PLACE, city="Cẩm Phả")
    directory = look_up([PLACE])
    for language, name in (("vi", "Kho"), ("en", "Store")):
        with translation.override(language):
            assert directory.name_place(PLACE) == name
            assert directory.places[PLACE].say("address") == "1 Lê Lợi, Cẩm Phả"


def test_of_a_household_only_the_register_speaks(empty_site: str) -> None:
    register_organisation(PARTY, "Hộ ông A", kind="household", commune="xã Ba Chẽ")
    register_place(PLACE, "Vườn ông A", organisation=PARTY, commune="xã Ba Chẽ")
    capture("Party", PARTY, name="Nguyễn Văn A", streetAddressOne="Thôn 3")
    capture("Location", PLACE, name="Vườn nhà Nguyễn Văn A", streetAddressOne="Thôn 3")
    directory = look_up([PARTY, PLACE], filled=True)
    with translation.override("vi"):
        assert directory.name_party(PARTY) == "Một hộ ở xã Ba Chẽ"
        assert directory.name_place(PLACE) == "xã Ba Chẽ"
        assert directory.name_address(PARTY) == "xã Ba Chẽ"
    for entry in (directory.organisations[PARTY], directory.places[PLACE]):
        assert entry.say("address") == ""
    assert directory.differences == []


def test_queries_do_not_grow_with_keys(empty_site: str, queries: list[str]) -> None:
    keys = [f"https://id.gs1.org/01/0952123400{number:04}" for number in range(200)]
    for key in keys[:20]:
        capture("EPCClass", key, descriptionShort=key[-4:])
    queries.clear()
    found = look_up(keys, filled=True)
    assert len(queries) == 2
    assert len(found.products) == 20


def test_differences_are_shown_where_a_code_is_traced(empty_site: str, client: Client) -> None:
    register_product(GTIN, "Chả mực")
    capture("EPCClass", GTIN, descriptionShort="Chả <b>tôm</b>")
    lot = f"{GTIN}/10/DIFF"
    event = make_event(quantityList=[{"epcClass": lot, "quantity": 5, "uom": "KGM"}])
    assert get_store().capture(read_document(write(make_document(event)))).success
    page = client.get("/trace/", {"key": lot}).content.decode()
    assert "Sổ đăng ký và tài liệu đã nhận nói khác nhau" in page
    assert "Chả &lt;b&gt;tôm&lt;/b&gt;" in page
    register_product(GTIN, "Chả <b>tôm</b>")
    page = client.get("/trace/", {"key": lot}).content.decode()
    assert "nói khác nhau" not in page
