"""What the register refuses before it asks the database, and what it shows to the public."""

from __future__ import annotations

import pytest
from django.utils import translation

from nguon.gs1 import Gs1Error
from nguon.registry.queries import Directory, Entry, class_key
from nguon.registry.services import (
    RegistryError,
    register_organisation,
    register_place,
    register_product,
)

PARTY = "https://id.gs1.org/417/9521105000012"
PLACE = "https://id.gs1.org/414/9521105000029"
GTIN = "https://id.gs1.org/01/09521105000012"


def test_a_lot_is_no_organisation() -> None:
    with pytest.raises(RegistryError) as raised:
        register_organisation(GTIN + "/10/A", "Cơ sở mẫu")
    assert raised.value.code == "registry.key_wrong_level"
    assert "tổ chức" in raised.value.fault.sentence("vi")
    assert raised.value.status == 400


def test_a_party_is_no_product() -> None:
    with pytest.raises(RegistryError) as raised:
        register_product(PARTY, "Chả mực")
    assert "sản phẩm" in raised.value.fault.sentence("vi")


def test_a_wrong_check_digit_is_refused_by_the_key_itself() -> None:
    with pytest.raises(Gs1Error):
        register_product("https://id.gs1.org/01/09521105000013", "Chả mực")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_product_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(RegistryError) as raised:
        register_product(GTIN, name)
    assert raised.value.code == "registry.name_missing"


def test_a_field_the_register_does_not_have_is_named() -> None:
    with pytest.raises(RegistryError) as raised:
        register_product(GTIN, "Chả mực", colour="vàng", brnd="X")
    assert [fault.value for fault in raised.value.faults] == ["brnd", "colour"]
    assert "brand" in raised.value.fault.sentence("en")


def test_every_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(RegistryError) as raised:
        register_place(PLACE, "Kho", commune="x" * 200, latitude="ở kia")
    assert {fault.params["field"] for fault in raised.value.faults} == {"commune", "latitude"}


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RegistryError):
        register_organisation(PARTY, "Cơ sở", kind="pirates")


def household(**more: object) -> Entry:
    values = {"name": "Hộ mẫu 1", "kind": "household", "commune": "xã Ba Chẽ", "address": "Thôn 3"}
    return Entry(PARTY, {**values, **more})


def test_a_household_is_named_by_its_commune_until_it_agrees() -> None:
    with translation.override("vi"):
        hidden = Directory(organisations={PARTY: household()})
        shown = Directory(organisations={PARTY: household(name_shared=True)})
        assert hidden.name_party(PARTY) == "Một hộ ở xã Ba Chẽ"
        assert shown.name_party(PARTY) == "Hộ mẫu 1"
        assert hidden.name_address(PARTY) == shown.name_address(PARTY) == "xã Ba Chẽ"


def test_a_household_of_unknown_commune_is_still_not_named() -> None:
    with translation.override("vi"):
        assert Directory(organisations={PARTY: household(commune="")}).name_party(PARTY) == "Một hộ"


def test_the_place_of_a_household_is_its_commune() -> None:
    place = Entry(PLACE, {"name": "Vườn ông A", "commune": "xã Ba Chẽ", "private": True})
    assert Directory(places={PLACE: place}).name_place(PLACE) == "xã Ba Chẽ"


def test_a_place_of_a_business_has_its_name_and_commune_once() -> None:
    one = Entry(PLACE, {"name": "Kho lạnh", "commune": "phường Bãi Cháy"})
    other = Entry(PLACE, {"name": "Cảng Bãi Cháy", "commune": "phường Bãi Cháy"})
    assert Directory(places={PLACE: one}).name_place(PLACE) == "Kho lạnh, phường Bãi Cháy"
    assert Directory(places={PLACE: other}).name_place(PLACE) == "Cảng Bãi Cháy"


def test_a_place_with_an_extension_is_found_by_its_gln() -> None:
    place = Entry(PLACE, {"name": "Kho"})
    assert Directory(places={PLACE: place}).name_place(PLACE + "/254/A1") == "Kho"


def test_a_party_is_found_by_the_gln_of_its_place() -> None:
    known = Directory(organisations={PARTY: Entry(PARTY, {"name": "Cơ sở"})})
    assert known.name_party(PARTY.replace("/417/", "/414/")) == "Cơ sở"


def test_what_nobody_registered_has_no_name() -> None:
    assert Directory().name_party(PARTY) == ""
    assert Directory().name_place(None) == ""
    assert Directory().product(GTIN) is None


@pytest.mark.parametrize(
    ("key", "of"),
    [
        (GTIN + "/10/A", GTIN),
        (GTIN + "/21/B", GTIN),
        (GTIN, GTIN),
        ("https://nguon.example/class/h3/hoa/lot/1", "https://nguon.example/class/h3/hoa"),
        (PARTY, PARTY),
    ],
)
def test_the_class_of_an_item_is_its_gtin_or_local_class(key: str, of: str) -> None:
    assert class_key(key) == of


def test_english_falls_back_to_vietnamese() -> None:
    entry = Entry(GTIN, {"name": "Chả mực", "name_en": "", "brand": "Vịnh Xanh"})
    with translation.override("en"):
        assert entry.say("name") == "Chả mực"


@pytest.mark.parametrize(
    "image", ["javascript:alert(1)", "https://elsewhere.example/a.png", "//elsewhere.example/a"]
)
def test_a_picture_that_is_not_ours_is_refused(image: str) -> None:
    with pytest.raises(RegistryError) as raised:
        register_product(GTIN, "Chả mực", image=image)
    assert raised.value.fault.params == {"field": "image"}


def test_a_telephone_number_is_digits() -> None:
    with pytest.raises(RegistryError):
        register_organisation(PARTY, "Cơ sở", phone='0203"onclick=')
