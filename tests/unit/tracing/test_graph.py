"""The layout of a trace: what the picture promises, for any set of codes and links."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.tracing.columns import assign_columns, settle_times
from nguon.tracing.graph import Link, Node, Picture, lay_out
from nguon.tracing.lines import HEAD, ROW

START = datetime(2026, 5, 11, 4, 30, tzinfo=UTC)
KINDS = ("item", "container", "waiting")


def hours(count: int | None) -> datetime | None:
    return None if count is None else START + timedelta(hours=count)


@st.composite
def chains(draw: st.DrawFn, *, circles: bool = False) -> tuple[list[Node], list[Link]]:
    """Codes with links from the earlier to the later (or any way round, with `circles`)."""
    size = draw(st.integers(1, 30))
    times = sorted(draw(st.lists(st.integers(0, 90), min_size=size, max_size=size)))
    nodes = [
        Node(
            key=f"n{index:02}",
            lane=draw(st.sampled_from("abcdefghijklmnop")),
            kind=draw(st.sampled_from(KINDS)),
            when=hours(draw(st.sampled_from([at, at, at, None]))),
            focus=index == size // 2,
            urgent=draw(st.booleans()),
        )
        for index, at in enumerate(times)
    ]
    pairs = draw(
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=60)
    )
    links = [
        Link(nodes[one].key, nodes[other].key, draw(st.sampled_from(["transform", "contain"])))
        for one, other in (pairs if circles else [sorted(pair) for pair in pairs])
        if circles or one != other
    ]
    return nodes, links


limits = st.integers(20, 60)


def ends(path: str) -> tuple[tuple[int, int], tuple[int, int]]:
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    return (numbers[0], numbers[1]), (numbers[-2], numbers[-1])


def overlapping(picture: Picture) -> list[tuple[int, int]]:
    found = []
    for index, one in enumerate(picture.boxes):
        for other_index, other in enumerate(picture.boxes[:index]):
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            if not apart:
                found.append((other_index, index))
    return found


@given(chains(circles=True), limits)
def test_boxes_never_overlap_and_stay_inside_the_picture(chain, limit) -> None:
    picture = lay_out(*chain, limit=limit)
    assert not overlapping(picture)
    for box in picture.boxes:
        assert box.x >= 0
        assert box.x + box.width <= picture.width
        assert box.y >= HEAD
        assert box.y + box.height <= picture.height


@given(chains(circles=True), limits)
def test_every_code_is_in_exactly_one_box_and_the_limit_holds(chain, limit) -> None:
    nodes, links = chain
    picture = lay_out(nodes, links, limit=limit)
    drawn = [key for box in picture.boxes for key in box.keys]
    assert sorted(drawn) == sorted(node.key for node in nodes)
    assert len(picture.boxes) <= limit
    assert picture.folded == sum(box.count for box in picture.boxes if box.count > 1)


@given(chains(circles=True), limits)
def test_every_link_is_drawn_or_lies_inside_one_fold(chain, limit) -> None:
    nodes, links = chain
    picture = lay_out(nodes, links, limit=limit)
    home = {key: index for index, box in enumerate(picture.boxes) for key in box.keys}
    drawn = {(line.source, line.target): line.count for line in picture.lines}
    expected: dict[tuple[int, int], int] = {}
    for link in set(links):
        pair = home[link.source], home[link.target]
        if pair[0] != pair[1] or picture.boxes[pair[0]].count == 1:
            expected[pair] = expected.get(pair, 0) + 1
    assert drawn == expected


@given(chains(circles=True), limits)
def test_a_line_begins_and_ends_at_the_edges_of_its_boxes(chain, limit) -> None:
    picture = lay_out(*chain, limit=limit)
    for line in picture.lines:
        source, target = picture.boxes[line.source], picture.boxes[line.target]
        start, end = ends(line.path)
        assert start == (source.x + source.width, source.y + source.height // 2)
        assert end == (target.x, target.y + target.height // 2)


@given(chains(), limits)
def test_links_run_from_left_to_right(chain, limit) -> None:
    picture = lay_out(*chain, limit=limit)
    for line in picture.lines:
        assert picture.boxes[line.source].column < picture.boxes[line.target].column


@given(chains())
def test_no_column_holds_anything_earlier_than_the_column_before_it(chain) -> None:
    nodes, links = chain
    times = {node.key: node.when.timestamp() if node.when else None for node in nodes}
    pairs = [(link.source, link.target) for link in links]
    settled, columns = settle_times(times, pairs), assign_columns(times, pairs)
    latest = max(columns.values())
    for column in range(latest):
        left = max(settled[key] for key, at in columns.items() if at == column)
        right = min(settled[key] for key, at in columns.items() if at == column + 1)
        assert left <= right


@given(chains(circles=True), limits, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_the_input_makes_no_difference(chain, limit, random) -> None:
    nodes, links = chain
    first = lay_out(nodes, links, limit=limit)
    random.shuffle(nodes)
    random.shuffle(links)
    assert lay_out(nodes, links, limit=limit) == first


@given(chains(), limits)
def test_long_lines_run_clear_of_the_boxes_between(chain, limit) -> None:
    picture = lay_out(*chain, limit=limit)
    for line in picture.lines:
        source, target = picture.boxes[line.source], picture.boxes[line.target]
        if target.column <= source.column + 1:
            continue
        before = line.path.split("H", 1)[0]
        height = int(re.findall(r"-?\d+", before)[-1])
        for box in picture.boxes:
            if source.column < box.column < target.column:
                assert not box.y < height < box.y + box.height


@given(chains(circles=True))
def test_lanes_lie_below_one_another_without_a_hole(chain) -> None:
    picture = lay_out(*chain)
    top = 0
    for lane in picture.lanes:
        assert lane.top == top
        top += lane.rows
        rows = {box.row for box in picture.boxes if box.lane == lane.name}
        assert rows <= set(range(lane.top, top))
    assert picture.height == HEAD + top * ROW


def test_nothing_to_draw_is_an_empty_picture() -> None:
    assert lay_out([], []).boxes == ()


def test_links_to_codes_that_are_not_given_are_left_out() -> None:
    picture = lay_out([Node("a", "x")], [Link("a", "elsewhere")])
    assert picture.lines == ()


def test_a_code_without_time_stands_just_before_what_was_made_of_it() -> None:
    """The spice lot that no event brings in: its place is by its first use."""
    times = {"boat": 1.0, "cleaned": 5.0, "spice": None, "mix": 9.0, "cake": 12.0}
    pairs = [("boat", "cleaned"), ("cleaned", "mix"), ("spice", "mix"), ("mix", "cake")]
    columns = assign_columns(times, pairs)
    assert columns == {"boat": 0, "cleaned": 1, "spice": 1, "mix": 2, "cake": 3}


def test_four_hundred_siblings_become_a_few_boxes_and_one_honest_count() -> None:
    tea = Node("tea", "co-op", when=hours(0), focus=True)
    boxes = [Node(f"box{index:03}", "co-op", when=hours(2)) for index in range(400)]
    picture = lay_out([tea, *boxes], [Link("tea", box.key) for box in boxes])
    folds = [box for box in picture.boxes if box.count > 1]
    assert [fold.count for fold in folds] == [393]
    assert [line.count for line in picture.lines if line.target == picture.boxes.index(folds[0])]
    assert len(picture.boxes) == 9


def test_a_chain_of_three_hundred_steps_keeps_what_is_near_the_code_in_question() -> None:
    nodes = [Node(f"n{i:03}", "x", when=hours(i), focus=i == 150) for i in range(300)]
    links = [Link(f"n{i:03}", f"n{i + 1:03}") for i in range(299)]
    picture = lay_out(nodes, links)
    assert len(picture.boxes) <= 60
    assert ("n150",) in [box.keys for box in picture.boxes]
    assert picture.boxes[0].count + picture.boxes[-1].count == 300 - (len(picture.boxes) - 2)


def test_more_than_a_dozen_lanes_share_the_last_one() -> None:
    nodes = [Node(f"n{i:02}", f"household {i:02}", when=hours(i)) for i in range(20)]
    picture = lay_out(nodes, [])
    assert len(picture.lanes) == 12
    assert picture.lanes[-1].name == ""


@pytest.mark.parametrize("states", [("known", "gap"), ("gap", "known"), ("waiting", "gap")])
def test_the_weakest_link_decides_how_a_shared_line_is_drawn(states) -> None:
    nodes = [Node("a", "x", when=hours(0), focus=True)]
    nodes += [Node(f"b{i:02}", "x", when=hours(1)) for i in range(80)]
    links = [Link("a", node.key, state=states[i % 2]) for i, node in enumerate(nodes[1:])]
    picture = lay_out(nodes, links)
    shared = next(line for line in picture.lines if line.count > 1)
    assert shared.state == "gap"
