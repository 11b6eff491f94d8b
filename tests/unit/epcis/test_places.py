"""The place of a fault in the text: against a plain parser that writes down where values begin."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import read_document
from nguon.epcis.context import escape
from nguon.epcis.places import Locator, excerpt, move
from tests.unit.epcis.events import document, event

_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats(-5, 5) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def write(value: Any, pointer: str, out: bytearray, places: dict[str, int], blank: str) -> None:
    """The oracle: writes a value and notes where each part of it begins."""
    out += blank.encode()
    places[pointer] = len(out)
    if isinstance(value, dict):
        out += b"{"
        for place, (name, member) in enumerate(value.items()):
            out += (b"," if place else b"") + (blank + json.dumps(name)).encode() + b" :"
            write(member, f"{pointer}/{escape(name)}", out, places, blank)
        out += b"}"
    elif isinstance(value, list):
        out += b"["
        for place, item in enumerate(value):
            out += b"," if place else b""
            write(item, f"{pointer}/{place}", out, places, blank)
        out += blank.encode() + b"]"
    else:
        out += json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


@given(_values, st.sampled_from(["", " ", "\n", "\r\n  "]))
def test_every_part_is_found_where_it_was_written(value: Any, blank: str) -> None:
    out, places = bytearray(), dict[str, int]()
    write(value, "", out, places, blank)
    locator = Locator(bytes(out))
    for pointer, at in places.items():
        assert locator.find(pointer) == at, pointer
        assert locator.find(pointer + "/not/there") == at


@given(st.text(max_size=30), st.text(max_size=30))
def test_line_and_column_count_characters(before: str, text: str) -> None:
    line, column = move(*move(1, 1, before.encode()), text.encode())
    whole = before + text
    assert line == whole.count("\n") + 1
    assert column == len(whole) - (whole.rfind("\n") + 1) + 1


@given(st.text(max_size=200), st.data())
def test_an_excerpt_is_part_of_its_line(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    at = data.draw(st.integers(0, len(raw)))
    shown = excerpt(raw, at)
    assert shown in text
    assert "\n" not in shown
    assert len(shown) <= 120


@given(st.binary(max_size=60), st.lists(st.sampled_from(["a", "0", "1", "~1"]), max_size=3))
def test_any_bytes_give_some_place(raw: bytes, path: list[str]) -> None:
    at = Locator(raw).find("".join(f"/{step}" for step in path))
    assert 0 <= at <= len(raw)


def test_a_fault_names_line_column_and_words() -> None:
    bad = event(bizStep="nowhere")
    lines = json.dumps(document(event(), bad), indent=2, ensure_ascii=False).split("\n")
    read = read_document("\n".join(lines))
    (fault,) = read.events[1].faults
    line = next(number for number, text in enumerate(lines, 1) if "nowhere" in text)
    assert fault.params["line"] == line
    assert fault.params["column"] == lines[line - 1].index('"nowhere"') + 1
    assert fault.params["excerpt"] == lines[line - 1].strip()
    assert fault.as_dict()["line"] == line


def test_what_is_wrong_around_the_events_is_placed_too() -> None:
    text = json.dumps(document(event(), creationDate="soon"), indent=1)
    (fault,) = read_document(text).faults
    assert text.split("\n")[fault.params["line"] - 1].strip().startswith('"creationDate"')  # type: ignore[operator]
