"""Identifiers of published events: the CBV event hash's reference pairs URNs with Digital
Links, and GS1's EPCIS examples use every syntax."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from nguon.gs1 import Gs1Error, canonical_key, identify, level_of

_URN = re.compile(r"urn:epc:(?:id|class|idpat):[^\s\"'<>\\,?&]+")


def test_keys_are_those_of_the_event_hashs_reference(standards: Path) -> None:
    folder = standards / "event-hash"
    document = json.loads((folder / "epclist_normalisation.jsonld").read_text("utf-8"))
    event = document["epcisBody"]["eventList"][0]
    hashed = (folder / "epclist_normalisation.prehashes").read_text("utf-8")
    found = re.findall(r"(?:epc|readPointid)=(https.+?)(?=epc|action|read|$)", hashed)
    # The reference leaves the apostrophe bare where the key encodes it: compared decoded.
    expected = {unquote(uri).strip() for uri in found}
    assert len(expected) == 23
    items = [*event["epcList"], event["readPoint"]["id"]]
    assert {unquote(canonical_key(item)) for item in items} == expected


def test_keys_of_all_schemes_make_the_published_event_hash(standards: Path) -> None:
    folder = standards / "event-hash"
    document = json.loads((folder / "epcisDocWithAllGS1Keys.jsonld").read_text("utf-8"))
    event = document["epcisBody"]["eventList"][0]
    things = sorted("epc=" + canonical_key(epc) for epc in event["epcList"])
    classes = sorted(canonical_key(entry["epcClass"]) for entry in event["quantityList"])
    text = "".join(
        [
            "eventType=ObjectEventeventTime=2023-03-27T11:30:00.000ZeventTimeZoneOffset=+01:00",
            *("epcList", *things),
            *("quantityList", *("quantityElementepcClass=" + key for key in classes)),
            "action=OBSERVEbizStep=https://ref.gs1.org/cbv/BizStep-other",
            "readPointid=" + canonical_key(event["readPoint"]["id"]),
        ]
    )
    published = (folder / "epcisDocWithAllGS1Keys.hashes").read_text("utf-8").strip()
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert published == f"ni:///sha-256;{digest}?ver=CBV2.0"


def _urns(standards: Path) -> set[str]:
    files = [p for folder in ("epcis", "event-hash") for p in (standards / folder).rglob("*.*")]
    kept = [p for p in files if p.is_file() and "semantic-invalid" not in p.parts]
    return {urn for path in kept for urn in _URN.findall(path.read_text("utf-8"))}


def test_urns_of_the_examples_survive_the_way_through_the_key(standards: Path) -> None:
    urns = _urns(standards)
    assert len(urns) > 200
    differing: list[tuple[str, object]] = []
    for urn in sorted(urns):
        try:
            found = identify(urn)
            again = identify(found.digital_link())
            back = found.urn(), again.urn(found.prefix_length)
        except Gs1Error as error:
            differing.append((urn, error.code))
            continue
        if back != (urn, urn) or again.key != found.key:
            differing.append((urn, back))
    assert differing == []


def test_the_broken_sgtin_of_the_invalid_examples_is_refused() -> None:
    with pytest.raises(Gs1Error) as caught:
        level_of("urn:epc:id:sgtin:0614141.10734.2017")
    assert caught.value.code == "gs1.urn_length"
