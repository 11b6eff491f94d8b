"""What holds for every value: round trips, one key for every syntax, errors of one kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.gs1 import (
    Gs1Error,
    Identifier,
    canonical_key,
    check_digit,
    identify,
    level_of,
    quick,
    read_code,
)
from nguon.gs1.charset import SET_39, SET_82, encode, encode_urn
from nguon.gs1.prefixes import company_prefix_length

HOME = "https://id.gs1.org"
relaxed = settings(deadline=None)


def digits(least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=least if most is None else most)


serials = st.text(SET_82, min_size=1, max_size=20)
prefix_lengths = st.integers(6, 12)


def agree(key: str, urn: str, prefix_length: int) -> None:
    """Every syntax of `key` is read as the same thing and written back as it was."""
    by_link, by_urn = identify(key), identify(urn)
    (by_brackets,) = read_code(by_link.element_string())
    (by_symbol,) = read_code("]d2" + by_link.fnc1_string())
    every = [by_link, by_urn, by_brackets, by_symbol]
    assert {found.key for found in every} == {key}
    assert len({(found.scheme, found.level, found.ais) for found in every}) == 1
    assert by_link.urn(prefix_length) == by_urn.urn() == urn
    assert canonical_key(urn) == canonical_key(key) == key
    assert identify(by_link.digital_link("https://example.com/stem")).key == key


@relaxed
@given(digits(13), serials, prefix_lengths, st.sampled_from(["21", "10", "235"]))
def test_trade_items_are_one_thing_in_every_syntax(
    body: str, serial: str, length: int, qualifier: str
) -> None:
    name = {"21": "id:sgtin", "10": "class:lgtin", "235": "id:upui"}[qualifier]
    rest = body[1:]
    urn = f"urn:epc:{name}:{rest[:length]}.{body[0]}{rest[length:]}.{encode_urn(serial)}"
    key = f"{HOME}/01/{body}{check_digit(body)}/{qualifier}/{encode(serial)}"
    agree(key, urn, length)


@relaxed
@given(digits(13), prefix_lengths)
def test_classes_are_one_thing_in_every_syntax(body: str, length: int) -> None:
    rest = body[1:]
    urn = f"urn:epc:idpat:sgtin:{rest[:length]}.{body[0]}{rest[length:]}.*"
    agree(f"{HOME}/01/{body}{check_digit(body)}", urn, length)


@relaxed
@given(digits(17), prefix_lengths)
def test_logistic_units_are_one_thing_in_every_syntax(body: str, length: int) -> None:
    rest = body[1:]
    urn = f"urn:epc:id:sscc:{rest[:length]}.{body[0]}{rest[length:]}"
    agree(f"{HOME}/00/{body}{check_digit(body)}", urn, length)


@relaxed
@given(digits(12), prefix_lengths, st.one_of(st.none(), serials.filter("0".__ne__)))
def test_places_are_one_thing_in_every_syntax(
    body: str, length: int, extension: str | None
) -> None:
    shown = "0" if extension is None else encode_urn(extension)
    urn = f"urn:epc:id:sgln:{body[:length]}.{body[length:]}.{shown}"
    path = "" if extension is None else f"/254/{encode(extension)}"
    agree(f"{HOME}/414/{body}{check_digit(body)}{path}", urn, length)


@relaxed
@given(digits(12), prefix_lengths, st.text(SET_82, min_size=1, max_size=16))
def test_assets_are_one_thing_in_every_syntax(body: str, length: int, serial: str) -> None:
    urn = f"urn:epc:id:grai:{body[:length]}.{body[length:]}.{encode_urn(serial)}"
    agree(f"{HOME}/8003/0{body}{check_digit(body)}{encode(serial)}", urn, length)


@relaxed
@given(digits(6, 12), st.text(SET_82, min_size=1, max_size=18), st.sampled_from(["giai", "ginc"]))
def test_free_references_are_one_thing_in_every_syntax(
    prefix: str, reference: str, name: str
) -> None:
    ai = {"giai": "8004", "ginc": "401"}[name]
    urn = f"urn:epc:id:{name}:{prefix}.{encode_urn(reference)}"
    agree(f"{HOME}/{ai}/{prefix}{encode(reference)}", urn, len(prefix))


@relaxed
@given(digits(12), prefix_lengths, st.text(SET_82, min_size=1, max_size=17))
def test_documents_are_one_thing_in_every_syntax(body: str, length: int, serial: str) -> None:
    urn = f"urn:epc:id:gdti:{body[:length]}.{body[length:]}.{encode_urn(serial)}"
    agree(f"{HOME}/253/{body}{check_digit(body)}{encode(serial)}", urn, length)


@relaxed
@given(digits(12), prefix_lengths, digits(1, 12))
def test_coupons_are_one_thing_in_every_syntax(body: str, length: int, serial: str) -> None:
    urn = f"urn:epc:id:sgcn:{body[:length]}.{body[length:]}.{serial}"
    agree(f"{HOME}/255/{body}{check_digit(body)}{serial}", urn, length)


@relaxed
@given(digits(12), prefix_lengths)
def test_parties_are_one_thing_in_every_syntax(body: str, length: int) -> None:
    urn = f"urn:epc:id:pgln:{body[:length]}.{body[length:]}"
    agree(f"{HOME}/417/{body}{check_digit(body)}", urn, length)


@relaxed
@given(digits(17), prefix_lengths, st.sampled_from([("gsrn", "8018"), ("gsrnp", "8017")]))
def test_relations_are_one_thing_in_every_syntax(
    body: str, length: int, scheme: tuple[str, str]
) -> None:
    name, ai = scheme
    urn = f"urn:epc:id:{name}:{body[:length]}.{body[length:]}"
    agree(f"{HOME}/{ai}/{body}{check_digit(body)}", urn, length)


@relaxed
@given(digits(16), prefix_lengths)
def test_shipments_are_one_thing_in_every_syntax(body: str, length: int) -> None:
    urn = f"urn:epc:id:gsin:{body[:length]}.{body[length:]}"
    agree(f"{HOME}/402/{body}{check_digit(body)}", urn, length)


@relaxed
@given(digits(6, 12), st.text(SET_39, min_size=1, max_size=18), st.integers(1, 10**12 - 1))
def test_parts_are_one_thing_in_every_syntax(prefix: str, reference: str, serial: int) -> None:
    urn = f"urn:epc:id:cpi:{prefix}.{encode_urn(reference)}.{serial}"
    agree(f"{HOME}/8010/{prefix}{encode(reference)}/8011/{serial}", urn, len(prefix))


@relaxed
@given(digits(13), prefix_lengths, serials, st.integers(1, 99), st.integers(1, 99))
def test_pieces_are_one_thing_in_every_syntax(
    body: str, length: int, serial: str, one: int, other: int
) -> None:
    piece, total = f"{min(one, other):02}", f"{max(one, other):02}"
    rest = body[1:]
    urn = f"urn:epc:id:itip:{rest[:length]}.{body[0]}{rest[length:]}.{piece}.{total}"
    key = f"{HOME}/8006/{body}{check_digit(body)}{piece}{total}/21/{encode(serial)}"
    agree(key, f"{urn}.{encode_urn(serial)}", length)


@relaxed
@given(st.sampled_from(["704461", "952123", "400638133", "5000159"]), digits(6), serials)
def test_the_length_of_an_issued_prefix_need_not_be_told(
    prefix: str, rest: str, serial: str
) -> None:
    length = company_prefix_length(prefix + rest)
    assert length is not None
    body = "0" + (prefix + rest)[:12].ljust(12, "0")
    found = identify(f"{HOME}/01/{body}{check_digit(body)}/21/{encode(serial)}")
    assert found.urn() == found.urn(length)


_PIECES = [
    *("https://id.gs1.org", "https://a.b", "HTTP://", "urn:epc:", "id:", "idpat:", "class:"),
    *("/01/", "/10/", "/21/", "/00/", "/414/", "/8004/", "/gtin/", "(01)", "(10)", "^", "]d2"),
    *("sgtin:", "sgln:", "giai:", "09521234000129", "9521234", ".", "*", "A", "%", "é", " "),
    *("sscc:", "gdti:", "cpi:", "adi:", "/", "?", "#", "000012", "0", "\n", "٣", "\ud800"),
    *("<GS>", "\x1d", "%2F"),
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))


def refusal(ask: Callable[[str], object], text: str) -> str | None:
    """Both sentences of the Gs1Error that `ask` raises; None where it raises nothing."""
    try:
        ask(text)
    except Gs1Error as error:
        return error.fault.sentence("vi") + error.fault.sentence("en")
    return None


@settings(deadline=None, max_examples=400)
@given(texts)
def test_any_text_is_an_identifier_or_a_gs1_error(text: str) -> None:
    refused = refusal(identify, text)
    assert refused == refusal(canonical_key, text) == refusal(level_of, text)
    assert refused is None or len(refused) > 100
    searched = refusal(read_code, text)
    assert searched is None or len(searched) > 100


@settings(deadline=None, max_examples=300)
@given(texts)
def test_a_key_is_its_own_key(text: str) -> None:
    try:
        found = identify(text)
    except Gs1Error:
        return
    again = identify(found.key)
    assert (again.key, again.level, again.scheme) == (found.key, found.level, found.scheme)


plain = st.text("ABCxyz019-._%&'+/", min_size=1, max_size=21)


_QUICK_URNS = ["id:sgtin", "class:lgtin", "id:sgln", "id:sscc", "id:pgln"]
_QUICK_URNS += ["id:grai", "id:gdti", "idpat:sgtin", "idpat:grai", "id:giai", "idpat:sgln"]


@st.composite
def near_plain(draw: st.DrawFn) -> str:
    """Forms that the quick path knows, right or slightly wrong."""
    length = draw(st.integers(5, 13))
    urn = draw(st.sampled_from(_QUICK_URNS))
    total = draw(st.sampled_from([12, 13, 17]))
    body = draw(digits(total))
    tail = draw(st.sampled_from(["", ".0", ".*", "." + draw(plain)]))
    as_urn = f"urn:epc:{urn}:{body[:length]}.{body[length:]}{tail}"
    ai = draw(st.sampled_from(["01", "00", "414", "417", "415"]))
    right = body + (check_digit(body) if draw(st.booleans()) else "0")
    qualifier = draw(st.sampled_from(["", "/10/", "/21/", "/254/", "/235/", "/"]))
    link = f"{draw(st.sampled_from([HOME, HOME + '/vi', 'http://a.b', 'https://a/gs/ok', 'HTTPS://A']))}/{ai}/{right}{qualifier}"
    return draw(st.sampled_from([as_urn, link, link + draw(plain), link + "0"]))


@settings(deadline=None, max_examples=600)
@given(near_plain())
def test_the_quick_path_never_differs_from_identify(text: str) -> None:
    key = quick.key(text)
    if key is not None:
        assert key == identify(text).key


@settings(deadline=None)
@given(serials)
def test_the_quick_path_knows_every_value_as_the_key_spells_it(serial: str) -> None:
    key = f"{HOME}/01/09521234000129/10/{encode(serial)}"
    assert quick.key(key) == key == identify(key).key


@pytest.mark.parametrize(
    "text",
    [
        f"{HOME}/01/09521234000129",
        f"{HOME}/01/09521234000129/10/A-1",
        f"{HOME}/00/340123451111111111",
        f"{HOME}/414/9521234000129/254/a",
        "urn:epc:id:sgtin:0614141.107346.2017",
        "urn:epc:id:sgln:4012345.00005.0",
        "urn:epc:class:lgtin:4012345.012345.998877",
        "urn:epc:id:sscc:0614141.1234567890",
        "urn:epc:id:pgln:4012345.00225",
        "urn:epc:id:grai:4012345.55555.987",
        "urn:epc:id:gdti:4012345.55555.98",
        "urn:epc:idpat:sgtin:4012345.066666.*",
        "urn:epc:idpat:grai:4012345.66666.*",
        "https://nguon.vn/vi/01/09521234000129/10/A",
        f"{HOME}/01/09521234000129/10/" + encode(SET_82[:20]),
    ],
)
def test_the_quick_path_knows_the_common_forms(text: str) -> None:
    assert quick.key(text) == identify(text).key


def test_reading_is_not_changed_by_what_was_read_before() -> None:
    canonical_key.cache_clear()
    first = canonical_key("urn:epc:id:sgtin:0614141.107346.2017")
    assert canonical_key("urn:epc:id:sgtin:0614141.107346.2017") == first
    assert isinstance(identify(first), Identifier)
