"""Whatever a parser is given, it answers with a value that holds, or with a Gs1Error.

NGUON_FUZZ says how many inputs each is tried with.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import (
    Gs1Error,
    LocalCode,
    build_link,
    canonical_key,
    identify,
    parse_link,
    read_bracketed,
    read_code,
    read_hex,
    read_local_text,
    read_local_uri,
    read_marked,
    read_packed,
    read_scan,
    write_scan,
)
from nguon.gs1.element_string import bracket, join, mark
from nguon.gs1.epc_binary import pack, plus_scheme, write_hex
from nguon.gs1.epc_schemes import CLASSIC, PLUS
from tests.unit.gs1.generated import ATTRIBUTES, FUZZ, VALUES, messages, mutated, paths

fuzzed = settings(deadline=None, max_examples=FUZZ)
Read = TypeVar("Read")

STEMS = st.sampled_from(["https://id.gs1.org", "http://a.b/vi", "HTTPS://A:8443", "https://[::1]"])
EXTRAS = st.sampled_from(["", "#top", "?linkType=gs1:pip", "?x&99=a%2B", "?y=1+2#z", "/", "/?"])


def read_or_refuse(read: Callable[..., Read], *given_: Any, **words: Any) -> Read | None:
    """What the parser makes of it; None where it refuses, both sentences whole."""
    try:
        return read(*given_, **words)
    except Gs1Error as error:
        for fault in error.faults:
            assert fault.rule
            assert min(len(fault.sentence("vi")), len(fault.sentence("en"))) > 30
        return None


@st.composite
def links(draw: st.DrawFn) -> str:
    return build_link(draw(messages()), draw(STEMS)) + draw(EXTRAS)


packed_links = st.tuples(STEMS, paths().filter(plus_scheme)).map(
    lambda drawn: drawn[0] + "/" + pack(_plus(drawn[1]))
)


def _plus(ais: Any) -> str:
    try:
        return write_hex(ais, plus_scheme(ais) or "")
    except Gs1Error:
        return "F7"


@fuzzed
@given(mutated(st.one_of(links(), packed_links)), st.booleans(), st.booleans())
def test_strict_links(uri: str, short: bool, words: bool) -> None:
    link = read_or_refuse(parse_link, uri, short_gtins=short, words=words)
    if link is None:
        return
    assert parse_link(link.canonical).elements == (*link.ais, *sorted(link.attributes))
    assert parse_link(link.canonical).canonical == link.canonical
    assert parse_link(link.on("https://b")).elements == link.elements
    assert link.foreign is not None
    assert link.parameter("linkType") == link.link_type
    assert identify(link.canonical).key == link.identifier.key


@fuzzed
@given(mutated(st.one_of(links(), messages().map(lambda m: join(m)), st.text())))
def test_identifiers_of_events(text: str) -> None:
    found = read_or_refuse(identify, text)
    assert read_or_refuse(canonical_key, text) == (found and found.key)
    if found is not None:
        assert identify(found.key).key == found.key
        assert (found.lot, found.serial, found.class_key, found.human) is not None


@fuzzed
@given(mutated(messages().map(bracket)))
def test_bracketed_element_strings(text: str) -> None:
    elements = read_or_refuse(read_bracketed, text)
    if elements is not None:
        assert read_bracketed(bracket(elements)) == elements
        assert read_marked(mark(elements)) == elements


@fuzzed
@given(mutated(messages().map(mark)))
def test_messages_with_fnc1(text: str) -> None:
    elements = read_or_refuse(read_marked, text)
    if elements is not None:
        assert read_marked(mark(elements)) == elements
        assert read_bracketed(bracket(elements)) == elements


_RETAIL = ["]E09521234000129", "]E3952123400012912", "]E496385074", "]E112", "]E212345"]
_COMPOSITES = ["]E09521234000129|]e099A\x1d98B", "]E402345673|]e099COMPOSITE\x1d98XYZ"]
_PLAIN = ["]Q1\\^x", "]d1^x", "]J0", "]Q1https://a/01/09521234000129"]
scans = st.one_of(
    st.tuples(st.sampled_from(["]d2", "]Q3", "]C1", "]e0", "]J1"]), messages().map(join)).map(
        "".join
    ),
    st.sampled_from(_RETAIL + _COMPOSITES + _PLAIN),
)


@fuzzed
@given(mutated(scans))
def test_scanner_data(text: str) -> None:
    scan = read_or_refuse(read_scan, text)
    if scan is None or scan.carrier == "addon":
        return
    carrier: Any = scan.carrier
    base = scan.message if not scan.addon else scan.message.partition("|")[0]
    written = write_scan(carrier, base, scan.addon)
    assert read_scan(written).elements[:1] == scan.elements[:1]
    if not scan.addon:
        assert written == text
    read_or_refuse(read_code, text)


@st.composite
def urns(draw: st.DrawFn) -> str:
    ais = draw(paths())
    found = identify(build_link(ais))
    try:
        return found.urn(draw(st.integers(6, 12)))
    except Gs1Error:
        return "urn:epc:id:gid:95100000.12345.400"


@fuzzed
@given(mutated(urns()))
def test_epc_urns(text: str) -> None:
    found = read_or_refuse(identify, text)
    if found is not None and text.lower().startswith("urn:epc:"):
        assert identify(found.urn()).key == found.key
        if found.ais:
            assert identify(found.digital_link()).key == found.key


@st.composite
def epcs(draw: st.DrawFn) -> str:
    """The EPC of a key in any scheme that holds it."""
    ais = draw(paths())
    scheme = draw(st.sampled_from([*CLASSIC, *PLUS]))
    length = draw(st.integers(6, 12))
    names = draw(st.lists(st.sampled_from(ATTRIBUTES), max_size=2, unique=True))
    more = tuple((ai, draw(VALUES[ai])) for ai in names)
    for name in (scheme, plus_scheme(ais) or "sgtin+"):
        try:
            return write_hex(ais, name, prefix_length=length, attributes=more)
        except Gs1Error:
            continue
    return "F9" + draw(st.text(string.hexdigits, max_size=60))


@fuzzed
@given(mutated(epcs()))
def test_epc_binary_strings(text: str) -> None:
    epc = read_or_refuse(read_hex, text)
    if epc is None:
        return
    scheme = epc.scheme.replace("++", "+")
    length = epc.prefix_length
    again = write_hex(epc.ais, scheme, prefix_length=length, attributes=epc.attributes)
    for found in (read_hex(again), read_packed(pack(again))):
        assert (found.ais, found.attributes) == (epc.ais, epc.attributes)


@fuzzed
@given(mutated(epcs().map(lambda text: pack(text.upper()) if len(text) % 2 == 0 else "ehf7")))
def test_packed_epcs(text: str) -> None:
    epc = read_or_refuse(read_packed, text)
    assert epc is None or epc.ais


_LOCAL = st.sampled_from(
    [
        LocalCode("qn-06978-h003", "hoa-tuoi", "260210"),
        LocalCode("qn-06978-h003", place="v1"),
        LocalCode("ab-1"),
        LocalCode("hp-o0-1l", "io", "0o", "1i"),
    ]
)


@fuzzed
@given(mutated(st.one_of(_LOCAL.map(LocalCode.text), _LOCAL.map(lambda code: code.text().lower()))))
def test_typed_local_codes(text: str) -> None:
    code = read_or_refuse(read_local_text, text)
    if code is not None:
        assert read_local_text(code.text()) == read_local_uri(code.uri()) == code


@fuzzed
@given(mutated(_LOCAL.map(LocalCode.uri)))
def test_local_uris(text: str) -> None:
    code = read_or_refuse(read_local_uri, text)
    if code is not None:
        assert read_local_text(code.text()) == code
        assert read_or_refuse(identify, text)


@fuzzed
@given(
    mutated(
        st.one_of(
            *(links(), packed_links, urns(), scans, _LOCAL.map(LocalCode.text), st.text()),
            *(messages().map(bracket), messages().map(mark), messages().map(join)),
        )
    )
)
def test_codes_as_people_paste_them(text: str) -> None:
    found = read_or_refuse(read_code, text)
    assert found is None or found
