"""The way up: levels, times, templates, and when our own page is the default."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from nguon.gs1.local import LocalCode
from nguon.linksets import Level, Link, LinkSet, gs1_levels, local_levels, walk_up
from nguon.linksets.anchors import all_names

GTIN = "09521234000129"
NOW = datetime(2026, 6, 3, tzinfo=UTC)
PAGE = Link("gs1:defaultLink", "/scan", "ours")
TRACE = Link("gs1:traceability", "/scan", "ours")
MAKER = Link("gs1:defaultLink", "https://maker.example/{gtin}?l={path}", "theirs")


def levels_of(*ais: tuple[str, str]) -> list[str]:
    """Paths of the levels, without the GTIN."""
    found = gs1_levels((("01", GTIN), *ais))
    return [level.path.removeprefix(f"/01/{GTIN}") for level in found]


def test_the_six_sets_of_a_gtin_stand_most_granular_first() -> None:
    assert levels_of() == [""]
    assert levels_of(("10", "L")) == ["/10/L", ""]
    assert levels_of(("235", "T")) == ["/235/T", ""]
    assert levels_of(("22", "V"), ("10", "L"), ("21", "S")) == [
        "/21/S",
        "/22/V/10/L",
        "/10/L",
        "/22/V",
        "",
    ]


def test_other_keys_drop_their_qualifiers_one_by_one() -> None:
    place = gs1_levels((("414", "9521321000010"), ("254", "7")))
    assert [level.path for level in place] == ["/414/9521321000010/254/7", "/414/9521321000010"]
    slip = gs1_levels((("415", "9521321000010"), ("8020", "R1")))
    assert [level.path for level in slip] == ["/415/9521321000010/8020/R1"]
    assert slip[0].family == "https://id.gs1.org/415/9521321000010"


def test_local_codes_have_levels_too() -> None:
    code = LocalCode("qn-1", "hoa", "l1", "s1")
    assert [level.path for level in local_levels(code, "https://x.example")] == [
        "/class/qn-1/hoa/lot/l1/ser/s1",
        "/class/qn-1/hoa/ser/s1",
        "/class/qn-1/hoa/lot/l1",
        "/class/qn-1/hoa",
    ]
    assert len(local_levels(LocalCode("qn-1"), "https://x.example")) == 1


def walk(lot: Level, gtin: Level) -> list[list[str]]:
    """Titles of the links at each level."""
    names = {**all_names([lot.anchor, gtin.anchor]), "path": "01/x"}
    return [[link.title for link in one.links] for one in walk_up([lot, gtin], names, NOW)]


LOT, WIDE = gs1_levels((("01", GTIN), ("10", "L")))


def registered(*links: Link) -> LinkSet:
    return LinkSet(WIDE.key, "", links)


def test_our_page_is_the_default_at_every_level_that_is_known() -> None:
    both = walk(Level(LOT, None, (PAGE, TRACE)), Level(WIDE, None, (PAGE,)))
    assert both == [["ours", "ours"], ["ours"]]


def test_a_registered_default_above_stands_for_the_lots_below() -> None:
    gtin = Level(WIDE, registered(MAKER), (PAGE, TRACE))
    assert walk(Level(LOT, None, (PAGE, TRACE)), gtin) == [["ours"], ["theirs", "ours"]]
    assert walk(Level(LOT), gtin) == [["theirs", "ours"]]


def test_an_issued_stamp_keeps_our_page_whatever_stands_above() -> None:
    firm = Level(LOT, None, (PAGE, TRACE), firm=True)
    assert walk(firm, Level(WIDE, registered(MAKER), (PAGE,)))[0] == ["ours", "ours"]


def test_links_out_of_their_time_or_without_their_lot_are_not_there() -> None:
    early = Link(
        "gs1:pip", "/a", "early", valid_from=NOW, valid_until=datetime(2027, 1, 1, tzinfo=UTC)
    )
    late = Link("gs1:pip", "/b", "late", valid_until=NOW)
    lot = Link("gs1:pip", "/{lot}", "lot")
    found = walk_up([Level(WIDE, registered(early, late, lot))], {"gtin": GTIN}, NOW)
    assert [link.title for one in found for link in one.links] == ["early"]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_no_level_has_two_defaults_and_a_default_stays_within_reach(facts) -> None:
    anchors = [*gs1_levels((("01", GTIN), ("22", "V"), ("10", "L"), ("21", "S")))][-len(facts) :]
    levels = [
        Level(
            anchor,
            registered(Link("gs1:defaultLink", "/x", "r")) if own else None,
            (PAGE, TRACE) if known else (),
            firm,
        )
        for anchor, (own, known, firm) in zip(anchors, facts, strict=True)
    ]
    found = walk_up(levels, {}, NOW)
    defaults = [sum(link.link_type == PAGE.link_type for link in one.links) for one in found]
    assert all(count <= 1 for count in defaults)
    # Whoever is registered or known at some level has a default at that level or above it.
    assert not found or any(defaults)
