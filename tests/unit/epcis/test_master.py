"""Master data as entries: attributes that repeat, languages, prefixes that clash."""

from __future__ import annotations

from typing import Any

import pytest

from nguon.epcis.master import find_prefixes, gather, merge_attributes, say

VI = {"@value": "Trà", "@language": "vi"}
EN = {"@value": "Tea", "@language": "en-GB"}


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("Trà", "Trà", "Trà"),
        ([VI, EN], "Trà", "Tea"),
        ([EN], "Tea", "Tea"),
        (["Trà hoa", EN], "Trà hoa", "Tea"),
        ([EN, "Trà hoa"], "Trà hoa", "Tea"),
        (12, "12", "12"),
        ({"ex:nested": "x"}, "", ""),
        ([], "", ""),
        (None, "", ""),
        ({"@value": "", "@language": "vi"}, "", ""),
    ],
)
def test_a_text_is_chosen_by_language(value: object, vi: str, en: str) -> None:
    assert (say(value, "vi"), say(value, "en")) == (vi, en)


def test_attributes_that_repeat_become_a_list() -> None:
    pairs: list[tuple[str, Any]] = [("a", VI), ("b", 1), ("a", EN)]
    assert merge_attributes(pairs) == {"a": [VI, EN], "b": 1}


def test_prefixes_in_use_are_found_at_any_depth() -> None:
    told = {"ex": "urn:ex:", "at": "urn:at:", "no": "urn:no:", "id": "urn:id:"}
    value = [{"ex:a": [{"b": {"@attributes": ["at:x"]}}], "https://no:x": "no:value"}]
    assert find_prefixes(value, told) == {"ex": "urn:ex:", "at": "urn:at:"}


def test_gathering_renames_what_clashes_and_only_that() -> None:
    entries: list[tuple[str, dict[str, Any], dict[str, str]]] = [
        ("B", {"id": "1", "ex:a": {"ex:b": "ex:text"}}, {"ex": "urn:1:"}),
        ("A", {"id": "2", "ex:a": [{"@attributes": ["ex:c"], "ex:c": "x"}]}, {"ex": "urn:2:"}),
        ("B", {"id": "3", "ex:a": "x", "ns1:a": "y"}, {"ex": "urn:2:", "ns1": "urn:3:"}),
    ]
    listed, namespaces = gather(entries)
    assert [one["type"] for one in listed] == ["B", "A"]
    assert listed[0]["vocabularyElementList"][0] == entries[0][1]
    assert listed[1]["vocabularyElementList"] == [
        {"id": "2", "ns1:a": [{"@attributes": ["ns1:c"], "ns1:c": "x"}]}
    ]
    assert listed[0]["vocabularyElementList"][1] == {"id": "3", "ns1:a": "x", "ns2:a": "y"}
    assert namespaces == {"ex": "urn:1:", "ns1": "urn:2:", "ns2": "urn:3:"}
