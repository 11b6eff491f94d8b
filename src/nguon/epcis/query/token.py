"""The nextPageToken: where a page ended, signed, of one query only, and not for ever.

A token is opaque to clients. It holds the position after which the next page begins, how many
events may still follow, and until when it is good; its signature is made with a secret of the
server's own and with the query, so that a token of another query, a forged and an expired one are
all refused. Nothing is kept between pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from nguon.epcis.query.error import query_error
from nguon.epcis.query.model import MasterQuery, Query

_NAME = "nextPageToken"
_VERSION = b"1"
_LONGEST = 4000
_SIGNATURE = 16
_SECRET = 16


class Position(Struct, frozen=True, array_like=True):
    """After which event a page begins: what it is ordered by, and its key to part equals.

    `at` is an instant for times, the text of a value for a field; `left` is what remains of an
    eventCountLimit.
    """

    at: datetime | str
    key: UUID | str
    left: int | None = None


class _Sealed(Struct, frozen=True, array_like=True):
    expires: int
    field: bool
    at: str
    key: str
    left: int | None


class Tokens(Struct, frozen=True):
    """Writes and reads tokens with a secret; `lifetime` is announced to clients."""

    secret: bytes
    lifetime: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if len(self.secret) < _SECRET:
            raise ValueError(f"a secret has at least {_SECRET} bytes")

    def expires(self, now: datetime) -> datetime:
        """Until when a token written now is good (GS1-Next-Page-Token-Expires)."""
        return now + self.lifetime

    def write(self, query: Query | MasterQuery, position: Position, now: datetime) -> str:
        """The token of a position in the answer of a query."""
        timed = isinstance(position.at, datetime)
        at = position.at.astimezone(UTC).isoformat() if timed else position.at  # type: ignore[union-attr]
        sealed = _Sealed(
            int(self.expires(now).timestamp()), not timed, str(at), str(position.key), position.left
        )
        body = _VERSION + msgspec.json.encode(sealed)
        return base64.urlsafe_b64encode(self._sign(query, body) + body).decode().rstrip("=")

    def read(self, query: Query | MasterQuery, token: str, now: datetime) -> Position:
        """The position that a token holds. Raises `epcis.query_token` or `…_expired`."""
        body = self._open(query, token)
        try:
            sealed = msgspec.json.decode(body[1:], type=_Sealed)
            at: Any = sealed.at if sealed.field else datetime.fromisoformat(sealed.at)
            key: Any = sealed.key if sealed.field else UUID(sealed.key)
        except (msgspec.MsgspecError, ValueError) as error:
            raise query_error("query_token", _NAME) from error
        if now.timestamp() >= sealed.expires:
            raise query_error("query_token_expired", _NAME)
        return Position(at, key, sealed.left)

    def _open(self, query: Query | MasterQuery, token: str) -> bytes:
        try:
            if len(token) > _LONGEST:
                raise ValueError
            padded = token.encode("ascii") + b"=" * (-len(token) % 4)
            whole = base64.b64decode(padded, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise query_error("query_token", _NAME) from error
        signature, body = whole[:_SIGNATURE], whole[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(query, body)) or body[:1] != _VERSION:
            raise query_error("query_token", _NAME)
        return body

    def _sign(self, query: Query | MasterQuery, body: bytes) -> bytes:
        # All that a query asks stands in its repr, in a fixed order.
        asked = hashlib.sha256(repr(query).encode("utf-8", "surrogatepass")).digest()
        return hmac.digest(self.secret, asked + body, "sha256")[:_SIGNATURE]
