"""The hash tree against RFC 9162's own recursive definition, and against whoever changes a bit."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    climb,
    consistency_ranges,
    fold,
    hash_leaf,
    inclusion_ranges,
    is_consistent,
    make_path,
    root,
)
from tests.unit.ledger import naive

# Published vectors of certificate transparency's reference tests (RFC 6962 hashing).
_INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def make_leaves(count: int, seed: int = 0) -> list[bytes]:
    return [hashlib.sha256(f"{seed}:{i}".encode()).digest() for i in range(count)]


def source_over(leaves: list[bytes]):
    """Nodes computed on the spot."""
    return lambda level, place: fold(leaves[place << level : (place + 1) << level])


@pytest.mark.parametrize("size", sorted(_ROOTS))
def test_the_published_roots(size: int) -> None:
    frontier = Frontier()
    for text in _INPUTS[:size]:
        frontier.append(hash_leaf(bytes.fromhex(text)))
    assert frontier.root.hex() == _ROOTS[size]


@pytest.mark.parametrize("size", range(70))
def test_roots_and_every_path_are_those_of_the_definition(size: int) -> None:
    leaves = make_leaves(size)
    whole = root(size, source_over(leaves))
    assert whole == naive.mth(leaves)
    for position in range(size):
        path = make_path(inclusion_ranges(position, size), source_over(leaves))
        assert path == naive.path(position, leaves)
        assert climb(leaves[position], position, size, path) == whole


@pytest.mark.parametrize("new", range(34))
def test_every_consistency_proof_is_that_of_the_definition(new: int) -> None:
    leaves = make_leaves(new)
    for old in range(new + 1):
        path = make_path(consistency_ranges(old, new), source_over(leaves))
        assert path == naive.proof(old, leaves)
        before, after = naive.mth(leaves[:old]), naive.mth(leaves)
        assert is_consistent(old, before, new, after, path)
        other = hashlib.sha256(b"other").digest()
        assert not is_consistent(old, other, new, after, path)
        if old:
            assert not is_consistent(old, before, new, other, path)
        assert not is_consistent(old, before, new, after, [*path, other])
        if path:
            assert not is_consistent(old, before, new, after, path[:-1])


@given(st.data())
def test_large_trees_prove_and_refuse(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 1500))
    leaves = make_leaves(size)
    position = data.draw(st.integers(0, size - 1))
    path = make_path(inclusion_ranges(position, size), source_over(leaves))
    whole = naive.mth(leaves)
    assert climb(leaves[position], position, size, path) == whole
    wrong = data.draw(st.integers(0, size - 1))
    if wrong != position:
        assert climb(leaves[position], wrong, size, path) != whole
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        turned = int.from_bytes(path[at], "big") ^ (1 << bit)
        forged = [*path[:at], turned.to_bytes(32, "big"), *path[at + 1 :]]
        assert climb(leaves[position], position, size, forged) != whole
    assert climb(leaves[position], position, size, [*path, whole]) is None


@given(st.integers(0, 600), st.integers(0, 200))
def test_a_frontier_grows_as_the_tree_and_tells_each_subtree_once(old: int, more: int) -> None:
    leaves = make_leaves(old + more)
    frontier = Frontier.at(old, source_over(leaves))
    told = [node for leaf in leaves[old:] for node in frontier.append(leaf)]
    assert frontier.root == naive.mth(leaves)
    assert frontier.size == old + more
    expected = {
        (level, place)
        for level in range(1, 11)
        for place in range((old + more) >> level)
        if (place + 1) << level > old
    }
    assert {(level, place) for level, place, _ in told} == expected
    assert len(told) == len(expected)
    assert all(found == source_over(leaves)(level, place) for level, place, found in told)


def test_what_is_outside_the_tree_is_refused() -> None:
    assert root(0, source_over([])) == EMPTY_ROOT
    for position, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_ranges(position, size)
        assert climb(EMPTY_ROOT, position, size, []) is None
    with pytest.raises(ValueError, match="does not grow"):
        consistency_ranges(4, 3)
    with pytest.raises(ValueError, match="complete"):
        fold(make_leaves(3))
    assert not is_consistent(4, EMPTY_ROOT, 3, EMPTY_ROOT, [])
