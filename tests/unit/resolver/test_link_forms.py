"""Rows of the form and links: there and back, and faults at the row that they are about."""

from __future__ import annotations

from nguon.errors import Fault
from nguon.linksets import Link
from nguon.linksets.preferences import read_weighted
from nguon.resolver.answering import pass_query
from nguon.resolver.deciding import choose_body, wants_page, wants_set
from nguon.resolver.forms import MOST_ROWS, add_blank, links_of, place_faults, read_rows, rows_of
from nguon.resolver.reading import Asked

PAGE = "https://maker.example/p"
LINKS = (
    Link("gs1:defaultLink", PAGE, "t"),
    Link("gs1:pip", PAGE, "t", ("vi",), "text/html"),
    Link("gs1:defaultLinkMulti", PAGE + "/en", "e", ("en",)),
    Link("gs1:pip", PAGE + "/en", "e", ("en",)),
    Link("https://maker.example/voc/taste", PAGE + "/taste", "v", context=("a", "b")),
)


def test_links_become_rows_and_rows_the_same_links() -> None:
    rows = rows_of(LINKS)
    assert [(row.role, row.href) for row in rows] == [
        ("default", PAGE),
        ("variant", PAGE + "/en"),
        ("", PAGE + "/taste"),
    ]
    assert rows[2].foreign_type
    assert rows[2].more
    assert tuple(links_of(rows)[0]) == LINKS


def test_empty_rows_are_no_links_and_there_is_an_end_to_rows() -> None:
    assert links_of(add_blank([]))[0] == []
    assert len(read_rows({"rows": "99999"})) == MOST_ROWS
    assert read_rows({"rows": "x"}) == []
    assert len(add_blank(read_rows({"rows": "100"}))) == MOST_ROWS


def test_a_fault_goes_to_its_row_once_and_the_rest_comes_back() -> None:
    rows = rows_of(LINKS)
    _links, origins = links_of(rows)
    faults = [
        Fault("linksets.href", "/links/0/href"),
        Fault("linksets.href", "/links/1/href"),
        Fault("linksets.too_many", "/links"),
    ]
    assert place_faults(faults, origins) == faults[2:]
    assert [fault.code for fault in rows[0].faults] == ["linksets.href"]


def asked(query: str) -> Asked:
    return Asked((), "", "/01/1", query)


def test_the_query_joins_the_target_before_its_fragment() -> None:
    assert pass_query("https://a.example", asked("x=1")) == "https://a.example?x=1"
    assert pass_query("https://a.example/?y#z", asked("x=1")) == "https://a.example/?y&x=1#z"
    assert pass_query("https://a.example/?", asked("x=1")) == "https://a.example/?x=1"
    assert pass_query("https://a.example", asked("")) == "https://a.example"


def test_a_page_of_ours_does_not_get_the_same_query_twice() -> None:
    assert pass_query("/scan/k/?key=a", asked("key=a")) == "/scan/k/?key=a"
    assert pass_query("/scan/k/?key=a", asked("x=1")) == "/scan/k/?key=a&x=1"
    assert pass_query("https://a.example/?x=1", asked("x=1")) == "https://a.example/?x=1&x=1"


def test_browsers_want_pages_and_machines_do_not() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert wants_page(browser)
    assert not wants_page("*/*")
    assert not wants_page("")
    assert not wants_page("application/json, text/html;q=0.5")
    assert choose_body(browser) == "text/html"
    assert choose_body("") == choose_body("*/*") == "application/linkset+json"


def test_a_link_set_is_wanted_by_name_only() -> None:
    assert wants_set((), "linkset")
    assert wants_set(read_weighted("application/json, text/plain, */*"), "")
    assert not wants_set(read_weighted("application/json;q=0"), "")
    assert not wants_set(read_weighted("*/*"), "")
    assert not wants_set(read_weighted("application/json"), "gs1:pip")
