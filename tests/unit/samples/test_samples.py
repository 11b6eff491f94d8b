"""The sample data: readable, marked by demonstration keys, and consistent with itself."""

from __future__ import annotations

import json
import re
import unicodedata
from importlib import resources
from pathlib import Path

import pytest

import nguon
from nguon.epcis import read_document
from nguon.gs1 import canonical_key, identify, read_code
from nguon.samples import iter_documents, registry_data, scan_examples
from nguon.trace import find_mentions

DOCUMENTS = dict(iter_documents())
GS1_KEY = re.compile(r"https://id\.gs1\.org/(\d{2,4})/(\d+)")
# Where the company prefix stands in each kind of key.
PREFIX_AT = {"01": 1, "00": 1, "414": 0, "417": 0, "8004": 0, "253": 0}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_chain_holds_nothing_worse_than_flags(name: str) -> None:
    document = read_document(DOCUMENTS[name])
    assert document.accepted
    assert len(document.events) > 40


def test_there_are_three_chains_in_the_order_of_their_names() -> None:
    assert [name for name, _data in iter_documents()] == [
        "cha-muc-ha-long.jsonld",
        "hau-van-don.jsonld",
        "tra-hoa-vang-ba-che.jsonld",
    ]


def test_every_gs1_key_is_a_demonstration_key() -> None:
    texts = [data.decode() for data in DOCUMENTS.values()] + [
        json.dumps(registry_data(), default=str)
    ]
    for text in texts:
        for ai, digits in GS1_KEY.findall(text):
            assert digits[PREFIX_AT[ai] :].startswith("952"), (ai, digits)


@pytest.mark.parametrize("kind", ["organisations", "places", "products"])
def test_register_keys_are_canonical_and_each_stands_once(kind: str) -> None:
    keys = [entry["key"] for entry in registry_data()[kind]]
    assert keys == [canonical_key(key) for key in keys]
    assert len(keys) == len(set(keys))


def test_every_party_place_and_paper_of_the_chains_is_registered() -> None:
    known = {entry["key"] for entries in registry_data().values() for entry in entries}
    for data in DOCUMENTS.values():
        for reading in read_document(data).events:
            event = reading.event
            assert event is not None
            named = [s.source for s in event.source_list if "location" not in s.type]
            named += [d.destination for d in event.destination_list if "location" not in d.type]
            named += [event.read_point.id] if event.read_point else []
            assert {canonical_key(key) for key in named} <= known
            assert set(event.certification_info) <= known


def test_every_product_of_the_chains_has_a_name() -> None:
    known = {entry["key"] for entry in registry_data()["products"]}
    for data in DOCUMENTS.values():
        for reading in read_document(data).events:
            assert reading.event is not None
            for mention in find_mentions(reading.event):
                if "/01/" in mention.item:
                    assert mention.item.split("/10/")[0].split("/21/")[0] in known


def test_communes_are_of_the_province_as_it_is_now() -> None:
    communes = {e["commune"] for e in registry_data()["organisations"]} - {""}
    assert all(c.split()[0] in ("phường", "xã", "đặc") for c in communes)
    assert "Thành phố" not in json.dumps(registry_data(), ensure_ascii=False, default=str)


def test_every_entry_has_an_english_name_and_is_written_in_nfc() -> None:
    for entries in registry_data().values():
        for entry in entries:
            assert entry["name_en"]
            for value in entry.values():
                assert unicodedata.is_normalized("NFC", str(value))


def test_pictures_are_there_and_small() -> None:
    package = Path(nguon.__file__).parent
    pictures = {e["image"] for e in registry_data()["products"] if e.get("image")}
    assert len(pictures) == 3
    for picture in pictures:
        file = package / "registry" / "static" / picture.removeprefix("/static/")
        assert 0 < file.stat().st_size <= 12 * 1024
    pictured = [e for e in registry_data()["products"] if e.get("image")]
    assert all(entry["image_alt"] and entry["image_alt_en"] for entry in pictured)


@pytest.mark.parametrize("example", scan_examples(), ids=lambda example: example.code)
def test_an_example_leads_where_it_says(example) -> None:
    assert example.vi.endswith(".")
    assert example.en.endswith(".")
    if not example.key:
        return
    assert identify(example.key).key == example.key
    number = example.key.rpartition("/")[2]
    assert number in example.code
    if example.code != number:
        assert next(iter(read_code(example.code))).key == example.key


def test_the_package_is_pure_data() -> None:
    source = resources.files("nguon.samples").joinpath("__init__.py").read_text("utf-8")
    assert "django" not in source
