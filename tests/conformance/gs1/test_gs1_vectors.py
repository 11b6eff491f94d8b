"""The vectors of GS1's own syntax engine, category by category.

`^` stands for FNC1 in them. Where we differ on purpose, the vector is named with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from nguon.gs1 import Gs1Error, identify
from nguon.gs1.charset import SETS, decode, encode, foreign_index
from nguon.gs1.digital_link import read as read_link
from nguon.gs1.digital_link import write as write_link
from nguon.gs1.element_string import FNC1, join, read_bracketed, read_joined
from nguon.gs1.linters import LINTERS, UNCHECKED
from nguon.gs1.table import Component, table

COVERED = {
    *("dl_parse", "dl_generate", "ai_parse_bracketed", "ai_process_unbracketed"),
    *("ai_linters", "linters", "dl_valid_path_sequences", "uri_escape"),
}
UNCOVERED = {
    "ai_validate_assoc": "only repeats are judged; what AIs need or exclude is in the table",
    "scandata_generate": "writing what a scanner would transmit",
    "scandata_process": "composite symbols and EAN add-ons; read_code strips the identifiers",
}
# The engine judges query attributes too; an identifier's key does not depend on them.
QUERY_ONLY = "the fault is in the query"
OLD_SPELLING = "GTINs not padded to 14 digits, and names for numbers, are read on purpose"


def test_every_category_is_covered_or_named(vectors: dict[str, Any]) -> None:
    assert set(vectors) == COVERED | set(UNCOVERED)


def _link(uri: str) -> str | None:
    """Element string of key and qualifiers, as the engine writes it; None where refused."""
    try:
        found = identify(uri)
    except Gs1Error:
        return None
    return "^" + found.fnc1_string().replace(FNC1, "^") if found.ais else None


def _refused_for_its_spelling_or_query(vector: Mapping[str, Any]) -> str | None:
    uri = vector["uri"]
    if "/gtin/" in uri or uri.endswith(("/2112345678900", "/416000336108")):
        return OLD_SPELLING
    return QUERY_ONLY if "?" in uri and _link(uri.partition("?")[0]) else None


def test_digital_links_are_read_or_refused_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["dl_parse"]:
        if not vector["ok"]:
            if _link(vector["uri"]) and _refused_for_its_spelling_or_query(vector) is None:
                differing.append((vector, _link(vector["uri"])))
            continue
        path_only = vector["expect"].startswith(_link(vector["uri"]) or "nothing")
        if not path_only:
            differing.append((vector, _link(vector["uri"])))
    assert differing == []


def test_element_strings_become_the_engines_digital_links(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["dl_generate"]:
        if not vector["ok"] or "(89)" in vector["ai"]:
            continue
        path = vector["expect"].partition("?")[0]
        stem = vector["stem"] or "https://id.gs1.org"
        elements = dict(reversed(read_bracketed(vector["ai"])))
        keys = [ai for ai in elements if f"/{ai}/" in path]
        order = sorted(keys, key=lambda ai: path.index(f"/{ai}/"))
        written = write_link(tuple((ai, elements[ai]) for ai in order), (), stem)
        if written != path or read_link(written) is None:
            differing.append((vector, written))
    assert differing == []


def test_bracketed_strings_are_read_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_parse_bracketed"]:
        try:
            got = "^" + join(read_bracketed(vector["ai"])).replace(FNC1, "^")
        except Gs1Error:
            got = ""
        if got != vector["expect"]:
            differing.append((vector, got))
    assert differing == []


def test_symbol_contents_are_accepted_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_process_unbracketed"]:
        data = vector["data"]
        # The engine demands the leading FNC1 and a message; here both are the caller's.
        if not data.startswith("^"):
            continue
        try:
            ok = bool(read_joined(data[1:].replace("^", FNC1)))
        except Gs1Error:
            ok = False
        if ok != vector["ok"]:
            differing.append(vector)
    assert differing == []


UNCHECKED_FAULTS = ("COUPON", "IBAN", "ISO3166", "ISO4217")


def test_values_are_judged_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_linters"]:
        if any(word in vector["expect"] for word in UNCHECKED_FAULTS):
            continue
        if _is_read(vector["ai"]) != (vector["expect"] == "GS1_LINTER_OK"):
            differing.append(vector)
    assert differing == []


SETS_OF_LINTERS = {"csetnumeric": "N", "cset82": "X", "cset39": "Y", "cset64": "Z"}


def test_every_linter_of_the_engine_is_ours_or_named(vectors: dict[str, Any]) -> None:
    no_ai_uses = {"_stubs", "yyyymmd0"}
    theirs = set(vectors["linters"]) - no_ai_uses
    assert theirs == set(LINTERS) | UNCHECKED | set(SETS_OF_LINTERS)


@pytest.mark.parametrize("name", sorted(set(LINTERS) - {"gcppos1", "gcppos2"}))
def test_linter_agrees_with_the_engines(name: str, vectors: dict[str, Any]) -> None:
    parts = [part for ai in table().values() for part in ai.components if name in part.checks]
    differing = []
    for vector in vectors["linters"][name]:
        data = vector["data"]
        if vector["ok"] and not 0 < len(data) <= max(part.longest for part in parts):
            continue  # no value of that length reaches a check here
        # Characters and length are judged by the shape of the component, before the check.
        shaped = any(_is_shaped(part, data) for part in parts) or vector["ok"]
        if (shaped and LINTERS[name](data) is None) != vector["ok"]:
            differing.append(vector)
    assert differing == []


def _is_shaped(part: Component, data: str) -> bool:
    fits = part.shortest <= len(data) <= part.longest
    return fits and foreign_index(data, part.charset) is None


@pytest.mark.parametrize(("name", "charset"), SETS_OF_LINTERS.items())
def test_character_set_is_the_engines(name: str, charset: str, vectors: dict[str, Any]) -> None:
    judged = [v for v in vectors["linters"][name] if "=" not in v["data"]]
    assert judged
    assert [v for v in judged if (foreign_index(v["data"], charset) is None) != v["ok"]] == []
    assert len(set(SETS[charset])) == len(SETS[charset])


def test_path_sequences_of_the_engine_are_allowed(vectors: dict[str, Any]) -> None:
    for key, *qualifiers in vectors["dl_valid_path_sequences"]:
        sequences = table()[key].qualifiers
        assert sequences is not None
        assert any([q for q in s if q in qualifiers] == qualifiers for s in sequences)


def test_percent_encoding_is_undone_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for kind, given, in_path, _ in vectors["uri_escape"]:
        try:
            got = encode(given) if kind == "test_URIescape" else decode(given)
        except Gs1Error:
            got = None
        # A broken triplet and a byte that is no UTF-8 are refused here, not passed through.
        refused = "\ufffd" in in_path or ("%" in in_path and kind == "test_URIunescape")
        if got != (None if refused else in_path):
            differing.append((given, in_path, got))
    assert differing == []


def test_repeated_elements_are_judged_as_the_engine_does(vectors: dict[str, Any]) -> None:
    repeats = [v for v in vectors["ai_validate_assoc"] if v["validation"] == "validateAIrepeats"]
    assert len(repeats) == 12
    assert [v for v in repeats if _is_read(v["ai"]) != v["ok"]] == []


def _is_read(brackets: str) -> bool:
    try:
        return bool(read_bracketed(brackets))
    except Gs1Error:
        return False
