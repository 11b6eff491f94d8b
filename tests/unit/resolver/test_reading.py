"""From an address to the code in it, with and without the server's help for slashes in values."""

from __future__ import annotations

import io

import pytest
from django.core.handlers.wsgi import WSGIRequest
from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1 import Gs1Error
from nguon.gs1.charset import SET_82, encode
from nguon.resolver.reading import is_code, read_address

GTIN = "09521105000012"


def read(path: str, query: str = "", raw: str = ""):
    """The first reading of a path."""
    return read_address(path, {"QUERY_STRING": query, "REQUEST_URI": raw})[0]


@pytest.mark.parametrize(
    "path",
    [f"/01/{GTIN}", "/01", "/17/261231", "/gtin/123", "/class/a/b", "/org/x", "/eh300000000"],
)
def test_what_reads_like_a_code_is_the_resolvers(path: str) -> None:
    assert is_code(path)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/scan/01/1",
            "/desk/",
            "/desk/links/",
            "/epcis/events",
            "/trace/",
            "/static/web/x.css",
        ),
        *(
            "/healthz",
            "/api/v1/links",
            "/export",
            "/example-page",
            "/party/",
            "/12345/1",
            "/sign-in",
        ),
        *("/.well-known/gs1resolver", "/classes/x", "/place/"),
    ],
)
def test_other_rooms_keep_their_addresses(path: str) -> None:
    assert not is_code(path)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"/01/{GTIN}/10/A/B", "/10/A%2FB"),
        (f"/01/{GTIN}/10/A/B/21/S/1", "/10/A%2FB/21/S%2F1"),
        (f"/01/{GTIN}/22/V/10/A B", None),
        (f"/01/{GTIN}/10/A//B", "/10/A%2F%2FB"),
        (f"/01/{GTIN}/10/L/", "/10/L"),
    ],
)
def test_a_slash_in_a_value_is_found_by_the_order_of_the_parts(
    path: str, found: str | None
) -> None:
    if found is None:
        with pytest.raises(Gs1Error):
            read(path)
    else:
        assert read(path).path == f"/01/{GTIN}" + found


@given(
    st.text(SET_82, min_size=1, max_size=20),
    st.text(SET_82, min_size=1, max_size=20),
    st.booleans(),
)
def test_with_the_raw_path_every_value_comes_back(lot: str, serial: str, absolute: bool) -> None:
    raw = f"/01/{GTIN}/10/{encode(lot)}/21/{encode(serial)}"
    decoded = f"/01/{GTIN}/10/{lot}/21/{serial}"
    given_raw = ("http://h.example" if absolute else "") + raw + "?x=1"
    asked = read(decoded, "x=1", given_raw)
    assert asked.path == raw
    assert (asked.serial, asked.product) == (serial, f"https://id.gs1.org/01/{GTIN}")


@given(st.text(SET_82.replace("/", ""), min_size=1, max_size=20))
def test_without_slashes_the_decoded_path_is_enough(lot: str) -> None:
    assert read(f"/01/{GTIN}/10/{lot}").path == f"/01/{GTIN}/10/{encode(lot)}"


def test_the_query_is_kept_raw_and_its_reserved_words_are_read() -> None:
    asked = read(f"/01/{GTIN}", "linkType=gs1%3Apip&context=a+b&x[]=\xe9&17=261231")
    assert (asked.link_type, asked.context) == ("gs1:pip", "a b")
    assert asked.query == "linkType=gs1%3Apip&context=a+b&x[]=\xe9&17=261231"


def test_a_local_code_is_read_once_for_each_home(settings) -> None:
    settings.NGUON_BASE_URL = "https://truyxuat.example"
    found = read_address("/class/qn-06978-h003/hoa-tuoi/lot/260210/ser/a1", {"QUERY_STRING": ""})
    assert [one.key.split("/")[2] for one in found] == ["truyxuat.example", "nguon.example"]
    assert {one.serial for one in found} == {"a1"}
    assert found[0].product == "https://truyxuat.example/class/qn-06978-h003/hoa-tuoi"


def test_an_endless_address_is_refused_before_it_is_read() -> None:
    with pytest.raises(Gs1Error) as raised:
        read(f"/01/{GTIN}/10/" + "A" * 5000)
    assert raised.value.code == "gs1.too_long"


def test_the_reading_survives_what_a_server_hands_over() -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/01/\xff\xfe", "wsgi.input": io.BytesIO()}
    path = WSGIRequest(environ).path_info
    with pytest.raises(Gs1Error):
        read(path)
