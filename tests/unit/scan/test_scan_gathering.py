"""Which events belong on the page of an item, and which are somebody else's story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from nguon.scan.gathering import Gathered, gather
from nguon.scan.remembering import RememberingReader
from nguon.trace import Link, MemoryReader

Gather = Callable[[str], Gathered]
JAR = "/01/09521204000043/10/RH260317A"
CAKE_A = "/01/09521105000012/10/L260512A"
CAKE_B = "/01/09521105000012/10/L260512B"
BOX_21 = "/01/09521301000052/21/QN7K021"
PALLET_1 = "/00/395211052605120011"
PALLET_2 = "/00/395211052605120028"
HOME = "https://id.gs1.org"


def ctes(found: Gathered) -> list[str]:
    return [fact.words.code for fact in found.facts]


def named(found: Gathered) -> set[str]:
    return {mention.item for fact in found.facts for mention in fact.mentions}


def test_a_lot_shows_its_way_from_the_catch_on(gathered: Gather) -> None:
    codes = ctes(gathered(CAKE_A))
    assert codes[:3] == [
        "livestock-poultry.EGG_COLLECT",
        "captured-seafood.CATCH",
        "captured-seafood.LAND",
    ]
    assert "processed-seafood.COOK" in codes


def test_batches_made_of_the_same_input_stay_out(gathered: Gather) -> None:
    assert not any("GM-260512-2" in key or "L260512B" in key for key in named(gathered(CAKE_A)))


def test_the_box_around_a_lot_belongs_to_its_story(gathered: Gather) -> None:
    found = gathered(CAKE_A)
    assert HOME + PALLET_1 in found.boxes
    assert "common.TRANSPORT" in ctes(found)


def test_what_happens_to_a_box_after_the_goods_left_stays_out(gathered: Gather) -> None:
    found = gathered("/01/09521105000012/10/L260512C")
    assert HOME + PALLET_1 not in found.boxes
    assert "common.RECALL" not in ctes(found)


def test_a_result_that_came_late_still_counts_for_what_was_made(gathered: Gather) -> None:
    tests = [f for f in gathered(BOX_21).facts if f.words.code == "common.LAB_TEST"]
    assert [fact.recorded.event.disp for fact in tests] == ["non_conformant"]


def test_a_later_state_of_the_water_does_not_count_for_an_earlier_harvest(
    gathered: Gather,
) -> None:
    states = [f for f in gathered(JAR).facts if f.words.code == "farmed-seafood.AREA_STATUS"]
    assert [fact.recorded.event.disp for fact in states] == ["conformant"]


def test_a_wrong_event_is_left_out_and_its_correction_known(gathered: Gather) -> None:
    found = gathered(JAR)
    shucked = [fact for fact in found.facts if fact.words.code == "farmed-seafood.SHUCK"]
    assert len(shucked) == 1
    assert shucked[0].recorded.event.event_id in found.corrected


def test_a_serial_knows_the_lot_it_is_named_by(gathered: Gather) -> None:
    assert gathered(BOX_21).lots == (HOME + "/01/09521301000052/10/THV260213",)


def test_a_lot_knows_the_serials_named_by_it(gathered: Gather) -> None:
    assert len(gathered("/01/09521301000052/10/THV260213").serials) == 36


def test_a_pallet_tells_of_its_contents_only_while_they_were_on_it(gathered: Gather) -> None:
    found = gathered(PALLET_2)
    assert "common.RECALL" not in ctes(found)
    assert found.inside == ()
    assert "processed-seafood.PACK" in ctes(found)


def test_a_pallet_that_was_never_emptied_still_holds_its_cartons(gathered: Gather) -> None:
    inside = gathered(PALLET_1).inside
    assert HOME + "/01/19521105000019/21/260512A2" in inside
    assert HOME + "/01/19521105000019/21/260512A1" not in inside


def test_an_unknown_key_is_known_by_nobody(gathered: Gather) -> None:
    assert not gathered("/01/09521105000012/10/NOPE").known


class Counting:
    """A reader that counts what it is asked."""

    def __init__(self, reader: MemoryReader) -> None:
        self._reader = reader
        self.asked: list[tuple[str, ...]] = []

    def links_to(self, items, kinds):
        self.asked.append(("to", *items))
        return self._reader.links_to(items, kinds)

    def links_from(self, items, kinds):
        self.asked.append(("from", *items))
        return self._reader.links_from(items, kinds)

    def events_of(self, items):
        self.asked.append(("events", *items))
        return self._reader.events_of(items)


class CountingClosing(Counting):
    """The same, able to follow links to their end at once."""

    def links_to_all(self, items, kinds, most):
        self.asked.append(("all", *items))
        found: dict[Link, None] = {}
        level = list(items)
        seen = set(level)
        while level:
            links = list(self._reader.links_to(level, kinds))
            found.update(dict.fromkeys(links))
            level = list(dict.fromkeys(k.source for k in links if k.source not in seen))
            seen.update(level)
        return None if len(found) > most else list(found)


def in_order(found: Gathered) -> Gathered:
    """The same, its links in an order that does not depend on who handed them over."""
    links = sorted(found.upstream.followed, key=str)
    return replace(found, upstream=replace(found.upstream, followed=links))


@pytest.mark.parametrize("path", [JAR, CAKE_A, CAKE_B, BOX_21, PALLET_1, PALLET_2])
def test_remembering_changes_nothing_in_what_is_found(reader: MemoryReader, path: str) -> None:
    plain = in_order(gather(reader, HOME + path))
    closing = RememberingReader(CountingClosing(reader))
    closing.prepare(HOME + path)
    assert in_order(gather(RememberingReader(reader), HOME + path)) == plain
    assert in_order(gather(closing, HOME + path)) == plain


@pytest.mark.parametrize("path", [JAR, CAKE_B, BOX_21])
def test_nothing_is_asked_twice(reader: MemoryReader, path: str) -> None:
    counting = Counting(reader)
    gather(RememberingReader(counting), HOME + path)
    for kind in ("to", "from", "events"):
        items = [item for asked in counting.asked if asked[0] == kind for item in asked[1:]]
        assert len(items) == len(set(items))


@pytest.mark.parametrize("path", [JAR, CAKE_A, CAKE_B, BOX_21, PALLET_2])
def test_a_store_that_follows_links_itself_is_asked_at_most_six_times(
    reader: MemoryReader, path: str
) -> None:
    counting = CountingClosing(reader)
    remembering = RememberingReader(counting)
    remembering.prepare(HOME + path)
    gather(remembering, HOME + path)
    assert len(counting.asked) <= 6


def test_a_chain_too_long_to_fetch_at_once_is_walked(reader: MemoryReader) -> None:
    class Short(CountingClosing):
        def links_to_all(self, items, kinds, most):
            return super().links_to_all(items, kinds, 3)

    remembering = RememberingReader(Short(reader))
    remembering.prepare(HOME + JAR)
    found = gather(remembering, HOME + JAR)
    assert in_order(found) == in_order(gather(reader, HOME + JAR))
