"""A document read in a stream is the document read at once, wherever the windows end."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis import EpcisError, Limits, Policy, read_document, streaming_scan
from nguon.epcis.streaming import JsonStream
from nguon.epcis.validation import check_document_identities
from tests.unit.epcis.events import document, event

LIMITS = Limits(bytes=1 << 20, events=40, depth=12)
LISTED = b'{"type": "EPCISDocument", "epcisBody": {"eventList": ['


def summarise(faults: Any, *, placed: bool) -> list[tuple[object, ...]]:
    params = ("line", "column", "excerpt") if placed else ()
    return [
        (fault.code, fault.pointer, str(fault.value), *(fault.params.get(p) for p in params))
        for fault in faults
    ]


def at_once(data: bytes, limits: Limits = LIMITS) -> object:
    try:
        whole = read_document(data, limits=limits)
    except EpcisError as error:
        return error.fault
    return describe(whole, whole.events)


def streamed(data: bytes, limits: Limits = LIMITS) -> object:
    try:
        stream = JsonStream(io.BytesIO(data), limits=limits)
        events = list(stream)
    except EpcisError as error:
        return error.fault
    check_document_identities(events)
    return describe(stream.document, events)


def describe(whole: Any, events: Any) -> object:
    readings = [
        (
            each.index,
            each.pointer,
            each.raw,
            each.event,
            summarise(each.faults, placed=False),
            [
                fault
                for fault in summarise(each.faults, placed=True)
                if fault[0] != "epcis.event_id_repeated"  # found by the caller of a stream
            ],
            [(each.line, each.column)] if each.faults else [],
        )
        for each in events
    ]
    around = (
        whole.type,
        whole.schema_version,
        whole.creation_date,
        whole.id,
        whole.context,
        whole.header,
        whole.master_data,
        whole.envelope,
        summarise(whole.faults, placed=False),
    )
    return readings, around


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests set the window's size; it goes back behind each."""
    monkeypatch.setattr(streaming_scan, "CHUNK", streaming_scan.CHUNK)


def with_windows(size: int, act: Callable[[], object]) -> object:
    kept = streaming_scan.CHUNK
    streaming_scan.CHUNK = size  # type: ignore[misc]  # final for everybody else
    try:
        return act()
    finally:
        streaming_scan.CHUNK = kept  # type: ignore[misc]


# -- documents of all sorts -----------------------------------------------------------------

_EVENTS = st.one_of(
    st.builds(event),
    st.builds(lambda text: event(**{"ext:note": text}), st.text(max_size=12)),
    st.just(event(eventTime="yesterday")),
    st.just(event(epcList=["urn:epc:id:sgtin:bad"], bizStep="nowhere")),
    st.just(event(**{"@context": {"other": "https://other.example/"}, "other:a": {"b": [1]}})),
    st.just(event(**{"x:y": None})),
    st.just(event(eventID="urn:uuid:9f5b2c3e-1111-4222-8333-444455556666")),
    st.sampled_from([1, "text", None, [], {}, [[]], {"type": "ObjectEvent"}, 1.50, True]),
)
_LISTS = st.lists(_EVENTS, max_size=5) | st.sampled_from([None, {}, 5, "eventList"])


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Documents with their members in any order, some of them twice, some out of place."""
    listed = draw(_LISTS)
    body: list[tuple[str, object]] = [("eventList", listed)]
    whole: dict[str, Any] = document()
    kind = draw(st.sampled_from(["EPCISDocument", "EPCISQueryDocument", "ObjectEvent", "No", 7]))
    whole["type"] = kind
    if draw(st.booleans()) and kind == "EPCISQueryDocument":
        results = [("queryName", "q"), ("resultsBody", _Pairs(body))]
        body = [("queryResults", _Pairs(results))]
        whole.pop("schemaVersion", None)
    members = [(name, value) for name, value in whole.items() if name != "epcisBody"]
    members.append(("epcisBody", _Pairs(draw(st.permutations(body)))))
    extra = st.sampled_from(
        [
            ("epcisBody", _Pairs([("eventList", [event()])])),
            ("epcisBody", {"queryResults": {"resultsBody": {"eventList": [1, 2]}}}),
            ("epcisBody", None),
            ("type", "EPCISDocument"),
            ("@context", []),
            ("ext:more", {"deep": [[[]]]}),
            ("epcisHeader", {"epcisMasterData": {"vocabularyList": []}}),
        ]
    )
    members += draw(st.lists(extra, max_size=2))
    members = draw(st.permutations(members))
    blank = draw(st.sampled_from(["", " ", "\n", "\r\n\t "]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return mark + (blank + spell(_Pairs(members), blank, draw(st.booleans())) + blank).encode()


class _Pairs(list[tuple[str, object]]):
    """An object whose names may repeat."""


def spell(value: object, blank: str, escaped: bool) -> str:
    if isinstance(value, dict):
        value = _Pairs(value.items())
    if isinstance(value, _Pairs):
        inner = (
            blank + json.dumps(name, ensure_ascii=escaped) + blank + ":" + spell(v, blank, escaped)
            for name, v in value
        )
        return "{" + ",".join(inner) + blank + "}"
    if isinstance(value, list):
        return "[" + ",".join(blank + spell(v, blank, escaped) for v in value) + blank + "]"
    return json.dumps(value, ensure_ascii=escaped)


@given(texts(), st.integers(1, 90))
def test_streamed_and_at_once_are_the_same(data: bytes, size: int) -> None:
    whole, stream = at_once(data), with_windows(size, lambda: streamed(data))
    if isinstance(whole, tuple):
        assert stream == whole
    else:
        assert (stream.code, stream.pointer) == (whole.code, whole.pointer)  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", range(1, 30))
def test_numbers_and_words_cut_by_a_window_stay_whole(size: int) -> None:
    values = [1.5, -2, 1e-7, True, None, False, 0, -0.5, 12345678901234567890, "\u00e9\n"]
    odd = event(**{"ex:a": values, "ex:b": {"ex:c": [-1.25e30, [0.1]]}})
    for listed in ([odd, odd], values, [-1.5, odd, -0.0]):
        data = json.dumps(document(*listed)).encode()
        assert with_windows(size, lambda data=data: streamed(data)) == at_once(data)  # type: ignore[misc]


_HARM = st.sampled_from(
    [b"", b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\xff", b"\\ud800", b"\\u0000", b"1",
     b"tru", b"\0", b"{" * 20, b"[" * 20, b"null", b" "]
)  # fmt: skip


@given(texts(), st.data(), st.integers(1, 90))
def test_harmed_documents_are_refused_alike(data: bytes, drawn: st.DataObject, size: int) -> None:
    at = drawn.draw(st.integers(0, len(data)))
    gone = drawn.draw(st.sampled_from([0, 1, 5, len(data)]))
    harmed = data[:at] + drawn.draw(_HARM) + data[at + gone :]
    whole, stream = at_once(harmed), with_windows(size, lambda: streamed(harmed))
    assert isinstance(stream, tuple) == isinstance(whole, tuple), (whole, stream)
    if isinstance(whole, tuple):
        assert stream == whole


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "epcis.empty"),
        (b"\xef\xbb\xbf \n", "epcis.empty"),
        (b"[]", "epcis.not_an_object"),
        (b"nul", "epcis.json_truncated"),
        (b'{"type": "EPCISDocument"', "epcis.json_truncated"),
        (LISTED + b'{"a": 1', "epcis.json_truncated"),
        (LISTED + b'{"a": 1]]}}', "epcis.json_malformed"),
        (LISTED + b"1,,2]}}", "epcis.json_malformed"),
        (b'{"type": "EPCISDocument"} x', "epcis.json_malformed"),
        (b'{"type": "EPCISDocument", "a": ' + b"[" * 5000, "epcis.too_deep"),
        (LISTED + b'{"a":' * 3000, "epcis.too_deep"),
        (b'{"type": "\\u0000"}', "epcis.nul_character"),
        (b'{"type": "a\xff"}', "epcis.not_utf8"),
        (b'{"type": "a\xc3', "epcis.not_utf8"),
        (b"\xff\xfe{\0", "epcis.encoding"),
    ],
)  # fmt: skip
def test_refusals_name_the_same_place(data: bytes, code: str, size: int) -> None:
    whole, stream = at_once(data), with_windows(size, lambda: streamed(data))
    assert stream.code == code  # type: ignore[attr-defined]
    assert whole.code == code  # type: ignore[attr-defined]
    ours, theirs = stream.params, whole.params  # type: ignore[attr-defined]
    assert ours.get("line") == theirs.get("line")
    # The decoder counts the byte behind the one that it cannot take, at times.
    assert abs(ours.get("column", 0) - theirs.get("column", 0)) <= 1


# -- hostile --------------------------------------------------------------------------------


class Endless(io.RawIOBase):
    """A file of any length that repeats itself, and takes no memory."""

    def __init__(self, head: bytes, body: bytes, times: int, tail: bytes) -> None:
        self.parts = (head, body, tail)
        self.sizes = (len(head), len(head) + len(body) * times)
        self.length = self.sizes[1] + len(tail)
        self.at = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = (0, self.at, self.length)[whence] + offset
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.length - self.at) if size >= 0 else self.length - self.at
        found = bytearray()
        head, body, tail = self.parts
        while len(found) < size:
            if self.at < self.sizes[0]:
                piece = head[self.at :]
            elif self.at < self.sizes[1]:
                piece = body[(self.at - self.sizes[0]) % len(body) :]
                piece += body * ((size - len(found)) // len(body))
                piece = piece[: self.sizes[1] - self.at]
            else:
                piece = tail[self.at - self.sizes[1] :]
            piece = piece[: size - len(found)]
            found += piece
            self.at += len(piece)
        return bytes(found)


HEAD = b'{"type":"EPCISDocument","epcisBody":{"eventList":['
WIDE = Limits(bytes=1 << 40, events=30_000, part=1 << 18)


def peak(act: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        (HEAD + b'"', b"x" * 1000, "epcis.part_too_large"),
        (HEAD + b'{"a":"', b"\\\\" * 500, "epcis.part_too_large"),
        (HEAD, b'{"a":[' * 100, "epcis.too_deep"),
        (HEAD + b"[", b"1," * 500, "epcis.part_too_large"),
        (HEAD, b" " * 1000, "epcis.json_truncated"),
        (HEAD, b"1" * 1000, "epcis.part_too_large"),
        (b'{"type":"EPCISDocument"', b',"a":1' * 100, "epcis.part_too_large"),
        (b'{"', b"name" * 100, "epcis.part_too_large"),
        (HEAD, b"1," * 500, "epcis.too_many_events"),
    ],
)
def test_endless_input_takes_bounded_memory(head: bytes, body: bytes, code: str) -> None:
    file: Any = Endless(head, body, 40_000, b"")

    def act() -> None:
        with pytest.raises(EpcisError) as caught:
            JsonStream(file, limits=WIDE)
        assert caught.value.code == code
        caught.value.fault.as_dict()

    assert peak(act) < 8 << 20


def test_memory_does_not_grow_with_the_number_of_events() -> None:
    one = json.dumps(event()).encode()
    around = {name: value for name, value in document().items() if name != "epcisBody"}
    end = json.dumps(around)[1:].encode()

    def take(count: int) -> int:
        file: BinaryIO = Endless(HEAD, one + b",", count, one + b"]}," + end)  # type: ignore[assignment]

        def act() -> None:
            stream = JsonStream(file, limits=WIDE, policy=Policy())
            assert sum(reading.event is not None for reading in stream) == count + 1
            assert stream.size == count + 1

        return peak(act)

    few, many = take(3_000), take(12_000)
    # Twelve bytes an event, and what a growing array leaves behind.
    assert many - few < 9_000 * 40, (few, many)


def test_a_document_too_large_is_not_even_read() -> None:
    file: Any = Endless(b"", b"x", 1000, b"")
    with pytest.raises(EpcisError) as caught:
        JsonStream(file, limits=Limits(bytes=999))
    assert caught.value.code == "epcis.too_large"
    assert caught.value.fault.params["found"] == 1000
