"""Bodies are read within the announced limits, and never further."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.exchange.limits import CHUNK, check_length, read_limited
from nguon.exchange.problem import Problem


class Endless:
    """A sender that never stops; counts what was taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int, /) -> bytes:
        self.taken += size
        return b"x" * size


@given(st.binary(max_size=2000), st.booleans())
def test_a_body_within_the_limit_arrives_whole(data, announced) -> None:
    expected = len(data) if announced else None
    assert read_limited(BytesIO(data), expected, 2000) == data


@given(st.binary(max_size=500), st.binary(min_size=1, max_size=500))
def test_no_more_is_read_than_was_announced(data, rest) -> None:
    assert read_limited(BytesIO(data + rest), len(data), 10_000) == data


def test_a_body_without_a_length_is_cut_off_just_over_the_limit() -> None:
    sender = Endless()
    with pytest.raises(Problem) as refused:
        read_limited(sender, None, 200_000)
    assert refused.value.status == 413
    assert sender.taken <= 200_000 + CHUNK


def test_a_body_that_stops_short_is_refused() -> None:
    with pytest.raises(Problem) as refused:
        read_limited(BytesIO(b"half"), 8, 100)
    assert (refused.value.status, refused.value.code) == (400, "exchange.cut_short")


@pytest.mark.parametrize("announced", ["101", "9" * 30, "9" * 5000])
def test_an_announced_length_over_the_limit_is_refused_unread(announced) -> None:
    with pytest.raises(Problem) as refused:
        check_length(announced, 100)
    assert refused.value.status == 413


@pytest.mark.parametrize("announced", ["-1", "ten", "1.5", "٣"])
def test_a_length_that_is_no_number_is_refused(announced) -> None:
    with pytest.raises(Problem) as refused:
        check_length(announced, 100)
    assert refused.value.code == "exchange.length"


@pytest.mark.parametrize(("announced", "expected"), [(None, None), ("", None), ("100", 100)])
def test_a_missing_length_is_not_a_length_of_nothing(announced, expected) -> None:
    assert check_length(announced, 100) == expected
