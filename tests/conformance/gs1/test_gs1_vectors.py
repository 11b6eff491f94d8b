"""The vectors of GS1's own syntax engine, every category, every vector.

`^` stands for FNC1 in them. The engine has settings that its vectors do not record: where it
takes what URI Syntax 1.7 refuses (short GTINs, words for AIs, AIs it does not know), the same
text may stand among the vectors twice, taken and refused. Such vectors are named below, with
the indulgence that makes `parse_link` agree; all others are judged by 1.7 as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from nguon.gs1 import Gs1Error, identify
from nguon.gs1.charset import decode, decode_freely, encode, encode_query
from nguon.gs1.element_string import FNC1, mark, read_bracketed, read_marked
from nguon.gs1.link import build_link, parse_link
from nguon.gs1.linters import LINTERS, issued_linters, lint
from nguon.gs1.message import check_message
from nguon.gs1.scan_data import read_scan, write_scan
from nguon.gs1.table import table

CATEGORIES = {
    *("dl_parse", "dl_generate", "dl_valid_path_sequences", "uri_escape"),
    *("ai_parse_bracketed", "ai_process_unbracketed", "ai_validate_assoc", "ai_linters"),
    *("linters", "scandata_generate", "scandata_process"),
}


def test_no_category_is_left_out(vectors: dict[str, Any]) -> None:
    assert set(vectors) == CATEGORIES


Read = TypeVar("Read")


def _or_none(read: Callable[..., Read], *given: Any, **settings: Any) -> Read | None:
    try:
        return read(*given, **settings)
    except Gs1Error:
        return None


# -- Digital Links --------------------------------------------------------------------------

_SHORT = {
    "https://a/01/2112345678900",
    "https://a/01/02345673",
    "https://a/8004/9520614141234567?01=2112345678900",
    "https://brand.example.com/01/9520123456788",
    "https://brand.example.com/some-extra/pathinfo/01/9520123456788",
    "https://example.com/01/9520123456788?3103=000195&3922=0299&17=201225",
    "https://id.gs1.org/01/9520123456788?17=201225&3103=000195&3922=0299",
}
_WORDS = {"https://a/gtin/12312312312333", "https://a/sscc/006141411234567890"}
_UNKNOWN = {"https://example.com/01/09520123456788?99=XYZ&89=ABC123"}


def _indulgence(uri: str) -> dict[str, bool]:
    settings = {"short_gtins": _SHORT, "words": _WORDS, "unknown_ais": _UNKNOWN}
    return {name: True for name, uris in settings.items() if uri in uris}


def _parsed(uri: str, **settings: bool) -> str:
    link = _or_none(parse_link, uri, **settings)
    return "" if link is None else mark(link.elements)


def test_digital_links_are_read_or_refused_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["dl_parse"]:
        settings = _indulgence(vector["uri"]) if vector["ok"] else {}
        got = _parsed(vector["uri"], **settings)
        if got != vector["expect"]:
            differing.append((vector, got))
    assert differing == []


def test_what_the_engine_takes_by_indulgence_is_refused_without(vectors: dict[str, Any]) -> None:
    named = _SHORT | _WORDS | _UNKNOWN
    taken = {v["uri"] for v in vectors["dl_parse"] if v["ok"]}
    assert named <= taken
    assert [uri for uri in sorted(named) if _parsed(uri)] == []


def test_what_is_strictly_right_is_the_same_thing_in_an_event(vectors: dict[str, Any]) -> None:
    for vector in vectors["dl_parse"]:
        if link := _or_none(parse_link, vector["uri"]):
            assert identify(vector["uri"]).key == link.identifier.key


def test_element_strings_become_the_engines_digital_links(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["dl_generate"]:
        unknown = vector["ok"] and "(89)" in vector["ai"]
        stem = vector["stem"] or "https://id.gs1.org"
        elements = _or_none(read_bracketed, vector["ai"], unknown=unknown)
        got = elements and _or_none(build_link, elements, stem, unknown_ais=unknown)
        if got != (vector["expect"] or None):
            differing.append((vector, got))
    assert differing == []


def test_path_sequences_of_the_engine_are_allowed(vectors: dict[str, Any]) -> None:
    for key, *qualifiers in vectors["dl_valid_path_sequences"]:
        sequences = table()[key].qualifiers
        assert sequences is not None
        assert any([q for q in s if q in qualifiers] == qualifiers for s in sequences)


def test_percent_encoding_is_the_engines(vectors: dict[str, Any]) -> None:
    for kind, given, in_path, in_query in vectors["uri_escape"]:
        if kind == "test_URIescape":
            assert (encode(given), encode_query(given)) == (in_path, in_query)
        else:
            assert decode_freely(given) == in_path
            assert decode_freely(given, query=True) == in_query
            # Where a value of ours is concerned, what is broken is refused, never passed on.
            whole = "%" not in in_path and "\ufffd" not in in_path
            assert _or_none(decode, given) == (in_path if whole else None)


# -- Element strings and messages -----------------------------------------------------------


def test_bracketed_strings_are_read_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_parse_bracketed"]:
        elements = _or_none(read_bracketed, vector["ai"])
        got = "" if elements is None else mark(elements)
        if got != vector["expect"]:
            differing.append((vector, got))
    assert differing == []


def test_messages_with_fnc1_are_read_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = [
        vector
        for vector in vectors["ai_process_unbracketed"]
        if bool(_or_none(read_marked, vector["data"])) != vector["ok"]
    ]
    assert differing == []


def test_the_company_of_ais_is_judged_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_validate_assoc"]:
        elements = _or_none(read_bracketed, vector["ai"])
        if bool(elements and _or_none(check_message, elements)) != vector["ok"]:
            differing.append(vector)
    assert differing == []


def test_values_are_judged_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["ai_linters"]:
        taken = _or_none(read_bracketed, vector["ai"])
        if bool(taken) != (vector["expect"] == "GS1_LINTER_OK"):
            differing.append(vector)
    assert differing == []


# -- Linters --------------------------------------------------------------------------------

# A template in the engine's sources that checks nothing; no AI names it.
_TEMPLATE = "_stubs"
# Told apart from each other by the engine's data source, for which its tests put a stand-in.
_NOT_ISSUED = {"GS1_LINTER_INVALID_GCP_PREFIX", "GS1_LINTER_GCP_DATASOURCE_OFFLINE"}


def test_every_linter_of_the_engine_is_ours(vectors: dict[str, Any]) -> None:
    assert set(vectors["linters"]) == {*LINTERS, _TEMPLATE}
    assert vectors["linters"][_TEMPLATE] == [{"data": "TEST", "ok": True}]


@pytest.mark.parametrize("name", sorted(LINTERS))
def test_linter_agrees_with_the_engines(name: str, vectors: dict[str, Any]) -> None:
    asking = issued_linters(lambda _: None)
    differing = []
    for vector in vectors["linters"][name]:
        asked = vector.get("error") in _NOT_ISSUED
        found = asking[name](vector["data"]) if asked else lint(name, vector["data"])
        if (found is None) != vector["ok"]:
            differing.append((vector, found))
    assert vectors["linters"][name]
    assert differing == []


# -- Scanners -------------------------------------------------------------------------------

# The engine tells apart which composite part a GS1-128 has; a scanner does not.
_CARRIERS = {"GS1_128_CCA": "GS1_128", "GS1_128_CCC": "GS1_128", "NONE": "none"}


def test_scanner_data_are_written_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for vector in vectors["scandata_generate"]:
        carrier: Any = _CARRIERS.get(vector["sym"], vector["sym"])
        got = _or_none(write_scan, carrier, vector["data"])
        if got != vector["scan"]:
            differing.append((vector, got))
    assert differing == []


def test_scanner_data_are_read_as_the_engine_does(vectors: dict[str, Any]) -> None:
    differing = []
    for ok, text, symbol, message in vectors["scandata_process"]:
        scan = _or_none(read_scan, text)
        got = scan and (scan.carrier, scan.message)
        expected = (_CARRIERS.get(symbol, symbol), message) if ok else None
        if got != expected:
            differing.append((text, got))
    assert differing == []


def test_what_a_scanner_sends_is_what_was_written(vectors: dict[str, Any]) -> None:
    for vector in vectors["scandata_generate"]:
        if vector["scan"] is not None:
            scan = read_scan(vector["scan"])
            carrier: Any = scan.carrier
            assert write_scan(carrier, scan.message) == vector["scan"]
            assert FNC1 not in scan.message
