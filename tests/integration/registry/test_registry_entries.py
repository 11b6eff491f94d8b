"""The register on a database: writes that may be repeated, reads that cost one query."""

from __future__ import annotations

import pytest
from django.utils import translation

from nguon.registry import models
from nguon.registry.queries import count_samples, look_up
from nguon.registry.services import (
    load_samples,
    register_certificate,
    register_organisation,
    register_place,
    register_product,
)

pytestmark = pytest.mark.database

GTIN = "https://id.gs1.org/01/09521234000129"
PARTY = "https://id.gs1.org/417/9521234000129"
PLACE = "https://id.gs1.org/414/9521234000129"


def test_an_entry_is_kept_under_its_canonical_key(empty_site: str) -> None:
    register_product("urn:epc:idpat:sgtin:9521234.000012.*", "Chả mực")
    assert models.Product.objects.get().key == GTIN


def test_registering_again_brings_up_to_date_and_adds_nothing(empty_site: str) -> None:
    register_product(GTIN, "Chả mực", brand="Vịnh Xanh")
    register_product(GTIN, "Chả mực Hạ Long")
    entry = models.Product.objects.get()
    assert entry.name == "Chả mực Hạ Long"
    assert entry.brand == "Vịnh Xanh"


def test_loading_the_samples_twice_changes_nothing(empty_site: str) -> None:
    first = load_samples()
    counts = {model.__name__: model.objects.count() for model in models.Registered.__subclasses__()}
    assert load_samples() == first
    again = {model.__name__: model.objects.count() for model in models.Registered.__subclasses__()}
    assert counts == again
    assert sum(counts.values()) == sum(first.values())
    assert count_samples() == first["products"]


def test_all_kinds_are_looked_up_in_one_query(empty_site: str, queries: list[str]) -> None:
    register_organisation(PARTY, "HTX mẫu", kind="cooperative", commune="xã Ba Chẽ")
    register_place(PLACE, "Kho", organisation=PARTY, commune="xã Ba Chẽ")
    register_product(GTIN, "Trà", producer=PARTY)
    register_certificate("https://nguon.example/cert/1", "OCOP 3 sao", expires="2027-01-01")
    queries.clear()
    keys = [GTIN + "/10/A", PLACE + "/254/1", "https://nguon.example/cert/1", None]
    found = look_up(keys)
    assert len(queries) == 1
    assert found.name_place(PLACE + "/254/1") == "Kho, xã Ba Chẽ"
    assert found.name_party(PARTY) == "HTX mẫu"
    certificate = found.certificates["https://nguon.example/cert/1"]
    assert str(certificate.day("expires")) == "2027-01-01"


def test_the_place_of_a_household_is_known_to_be_private(empty_site: str) -> None:
    register_organisation(PARTY, "Hộ ông A", kind="household", commune="xã Ba Chẽ")
    register_place(PLACE, "Vườn ông A", organisation=PARTY, commune="xã Ba Chẽ")
    with translation.override("vi"):
        found = look_up([PLACE, PARTY])
        assert found.name_place(PLACE) == "xã Ba Chẽ"
        assert found.name_party(PARTY) == "Một hộ ở xã Ba Chẽ"


def test_what_only_a_captured_document_names_is_found_there(site: str) -> None:
    key = "https://id.gs1.org/01/09521105000111"
    models.Product.objects.filter(key=key).delete()
    try:
        entry = look_up([key + "/10/SC-260511-1"]).product(key)
        assert entry is not None
        assert entry.say("name") == "Mực mai sơ chế"
        assert "brand" not in entry.values
    finally:
        load_samples()


def test_looking_up_nothing_finds_nothing(empty_site: str) -> None:
    assert look_up([None, ""]).products == {}
