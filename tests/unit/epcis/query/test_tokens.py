"""Tokens: of one query, one secret, one lifetime."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.query import Position, QueryError, Tokens, read_rest

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TOKENS = Tokens(b"a secret of sixteen")
QUERY = read_rest([("EQ_bizStep", "shipping"), ("GE_value_KEL", "1")]).query
POSITION = Position(datetime(2026, 4, 1, 1, 2, 3, 4, tzinfo=UTC), UUID(int=7), 12)


def refusal(token: str, query: object = QUERY, tokens: Tokens = TOKENS, at: datetime = NOW) -> str:
    """What a token is refused with."""
    with pytest.raises(QueryError) as caught:
        tokens.read(query, token, at)  # type: ignore[arg-type]
    assert caught.value.exception == "QueryParameterException"
    assert caught.value.fault.pointer == "/nextPageToken"
    return caught.value.code


@pytest.mark.parametrize(
    "position", [POSITION, Position("2Đỏ", "urn:x"), Position(NOW, UUID(int=0), None)]
)
def test_a_position_comes_back(position: Position) -> None:
    token = TOKENS.write(QUERY, position, NOW)
    assert token.isascii()
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert TOKENS.read(QUERY, token, NOW + timedelta(minutes=59)) == position


def test_a_token_expires() -> None:
    token = TOKENS.write(QUERY, POSITION, NOW)
    later = NOW + timedelta(hours=1)
    assert TOKENS.expires(NOW) == later
    assert refusal(token, at=later) == "epcis.query_token_expired"


def test_a_token_of_another_query_or_secret_is_refused() -> None:
    token = TOKENS.write(QUERY, POSITION, NOW)
    other = read_rest([("EQ_bizStep", "receiving"), ("GE_value_KEL", "1")]).query
    assert refusal(token, query=other) == "epcis.query_token"
    assert refusal(token, tokens=Tokens(b"another secret, 16")) == "epcis.query_token"


def test_the_order_of_parameters_does_not_make_another_query() -> None:
    again = read_rest([("GE_value_KEL", "1"), ("EQ_bizStep", "shipping")]).query
    token = TOKENS.write(QUERY, POSITION, NOW)
    assert TOKENS.read(again, token, NOW) == POSITION


@given(st.integers(0, 200), st.integers(0, 255))
def test_no_changed_token_is_accepted(place: int, byte: int) -> None:
    token = TOKENS.write(QUERY, POSITION, NOW)
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    place %= len(raw)
    if raw[place] == byte:
        return
    raw[place] = byte
    changed = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert refusal(changed) == "epcis.query_token"


@given(st.text(max_size=80))
def test_no_text_is_accepted(text: str) -> None:
    assert refusal(text) == "epcis.query_token"


def test_a_short_secret_is_a_programmer_s_mistake() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Tokens(b"short")
