"""JSON-LD contexts: GS1's is known, prefixes are read, nothing is fetched."""

from __future__ import annotations

from typing import Any

import pytest

from nguon.epcis.context import GS1_CONTEXT, escape, knows_gs1, read_context
from nguon.epcis.names import expand

OTHER = "https://example.com/context.jsonld"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        (GS1_CONTEXT, True),
        ("https://ref.gs1.org/standards/epcis/epcis-context.jsonld", True),
        ("https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld", True),
        ("https://ref.gs1.org/standards/epcis/../epcis-context.jsonld", False),
        ("https://ref.gs1.org.evil.example/standards/epcis/epcis-context.jsonld", False),
        (OTHER, False),
    ],
)
def test_gs1_s_context_is_known_by_its_address(address: str, known: bool) -> None:
    assert knows_gs1([address]) is known


@pytest.mark.parametrize(
    ("context", "codes"),
    [
        (GS1_CONTEXT, []),
        ([GS1_CONTEXT, {"ex": "https://example.com/"}], []),
        ([GS1_CONTEXT, {"@version": 1.1, "a:b": {"@type": "@id"}}], []),
        ([GS1_CONTEXT, {"gs1": "https://gs1.org/voc/", "cbvmda": "urn:epcglobal:cbv:mda"}], []),
        ([GS1_CONTEXT, {"gs1": "https://example.com/"}], ["epcis.context_redefined"]),
        ([GS1_CONTEXT, {"bizStep": "https://example.com/x"}], ["epcis.context_redefined"]),
        ([GS1_CONTEXT, {"bizStep": "epcis:bizStep"}], []),
        ([GS1_CONTEXT, OTHER], ["epcis.context_unknown"]),
        ([GS1_CONTEXT, {"@import": OTHER}], ["epcis.context_unknown"]),
        ([GS1_CONTEXT, {"ex": 5}], ["epcis.context_malformed"]),
        ([GS1_CONTEXT, {"ex": "relative/"}], ["epcis.context_malformed"]),
        ([GS1_CONTEXT, 5], ["epcis.context_malformed"]),
        ([GS1_CONTEXT, "no address"], ["epcis.context_malformed"]),
        ([GS1_CONTEXT, GS1_CONTEXT], ["epcis.context_repeated"]),
        ([OTHER], ["epcis.context_missing"]),
        (None, ["epcis.context_missing"]),
        ([GS1_CONTEXT] * 101, ["epcis.context_too_large"] + ["epcis.context_repeated"] * 99),
        (
            [GS1_CONTEXT, {f"p{n}": "urn:x:" for n in range(1001)}],
            ["epcis.context_too_large"],
        ),
    ],
)
def test_what_a_context_may_hold(context: Any, codes: list[str]) -> None:
    _, faults = read_context(context, {}, gs1_required=True)
    assert [fault.code for fault in faults] == codes
    assert all(fault.as_dict() for fault in faults)


def test_prefixes_may_build_on_one_another() -> None:
    context = [GS1_CONTEXT, {"a": "https://a.example/"}, {"b": "a:b/"}]
    namespaces, _ = read_context(context, {"z": "urn:z:"}, gs1_required=True)
    assert namespaces == {
        "z": "urn:z:",
        "a": "https://a.example/",
        "b": "https://a.example/b/",
    }


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("gs1:Temperature", "https://gs1.org/voc/Temperature"),
        ("cbvmda:lotNumber", "urn:epcglobal:cbv:mda#lotNumber"),
        ("urn:epcglobal:cbv:mda:lotNumber", "urn:epcglobal:cbv:mda#lotNumber"),
        ("http://www.gs1.org/voc/x", "https://gs1.org/voc/x"),
        ("https://example.com/x", "https://example.com/x"),
        ("unknown:x", "unknown:x"),
        ("bare", "bare"),
        ("gs1://x", "gs1://x"),
    ],
)
def test_names_are_expanded(name: str, iri: str) -> None:
    assert expand(name, {}) == iri


def test_a_name_becomes_a_token_of_a_pointer() -> None:
    assert escape("a/b~c") == "a~1b~0c"
