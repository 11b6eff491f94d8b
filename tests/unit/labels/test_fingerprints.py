"""Serials taken over, as a process remembers them: the same answers as the runs themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.labels import fingerprints
from nguon.labels.fingerprints import Fingerprints

P, Q = "https://id.gs1.org/01/09521105900022", "https://id.gs1.org/01/09521105900039"


class Runs:
    """What would stand in the database, and how often it was read whole."""

    def __init__(self, **serials: list[str]) -> None:
        self.serials = {int(name[1:]): found for name, found in serials.items()}
        self.reads: list[tuple[str, tuple[int, ...]]] = []

    def load(self, product: str, runs: Sequence[int]) -> Iterable[str]:
        self.reads.append((product, tuple(runs)))
        return [serial for run in runs for serial in self.serials[run]]

    def sizes(self, *runs: int) -> dict[int, int]:
        return {run: len(self.serials[run]) for run in runs}


def learning(runs: Runs, *, most: int = 100, asked_before: int = 3) -> Fingerprints:
    return Fingerprints(runs.load, most=most, asked_before=asked_before, start=lambda work: work())


def ask(learnt: Fingerprints, runs: Runs, serial: str, product: str = P, times: int = 1) -> object:
    answer: object = "never asked"
    for _ in range(times):
        answer = learnt.knows(product, runs.sizes(*runs.serials), serial)
    return answer


def test_nothing_is_learnt_before_it_is_asked_for_often() -> None:
    runs = Runs(r1=["A", "B"])
    learnt = learning(runs)
    assert ask(learnt, runs, "A", times=2) is None
    assert runs.reads == []


def test_what_is_asked_for_often_is_learnt_once() -> None:
    runs = Runs(r1=["A", "B"], r2=["C"])
    learnt = learning(runs)
    ask(learnt, runs, "A", times=3)
    assert [ask(learnt, runs, one) for one in ("A", "B", "C", "D", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert runs.reads == [(P, (1, 2))]


@given(st.sets(st.text(max_size=8)), st.sets(st.text(max_size=8)))
def test_the_answer_is_that_of_a_set(held: set[str], asked: set[str]) -> None:
    runs = Runs(r7=sorted(held))
    learnt = learning(runs, most=1000, asked_before=1)
    ask(learnt, runs, "first")
    for one in held | asked:
        assert learnt.knows(P, runs.sizes(7), one) is (one in held)


def test_a_further_run_is_asked_of_the_database_until_it_is_learnt_too() -> None:
    runs = Runs(r1=["A"])
    learnt = learning(runs)
    ask(learnt, runs, "A", times=3)
    runs.serials[2] = ["Z"]
    assert ask(learnt, runs, "Z") is None
    ask(learnt, runs, "Z", times=2)
    assert ask(learnt, runs, "Z") is True


def test_more_than_may_be_kept_is_never_read() -> None:
    runs = Runs(r1=[str(number) for number in range(11)])
    learnt = learning(runs, most=10)
    assert ask(learnt, runs, "1", times=20) is None
    assert runs.reads == []


def test_room_is_made_by_what_was_learnt_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(r1=list("ABCDEF"))
    learnt = learning(runs, most=10)
    ask(learnt, runs, "A", times=3)
    assert ask(learnt, runs, "A", product=Q, times=10) is None
    assert ask(learnt, runs, "A") is True
    moment = fingerprints.time.monotonic() + fingerprints.KEPT_SECONDS + 1
    monkeypatch.setattr(fingerprints.time, "monotonic", lambda: moment)
    ask(learnt, runs, "A", product=Q, times=3)
    assert ask(learnt, runs, "A", product=Q) is True
    assert ask(learnt, runs, "A") is None


def test_one_that_cannot_be_read_is_asked_of_the_database_and_tried_again() -> None:
    runs = Runs(r1=["A"])
    broken = True

    def load(product: str, which: Sequence[int]) -> Iterable[str]:
        if broken:
            raise OSError("gone")
        return runs.load(product, which)

    learnt = Fingerprints(load, asked_before=1, start=lambda work: work())
    assert ask(learnt, runs, "A", times=2) is None
    broken = False
    ask(learnt, runs, "A")
    assert ask(learnt, runs, "A") is True


def test_two_are_not_learnt_at_once() -> None:
    runs = Runs(r1=["A"])
    waiting: list[Callable[[], None]] = []
    learnt = Fingerprints(runs.load, asked_before=1, start=waiting.append)
    ask(learnt, runs, "A", times=5)
    assert len(waiting) == 1
    waiting.pop()()
    assert ask(learnt, runs, "A") is True
