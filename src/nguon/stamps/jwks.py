"""Public keys of issuers, as a JWK Set (RFC 7517; OKP keys: RFC 8037) lists them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from nguon.stamps import encoding
from nguon.stamps.error import stamp_error

_LONGEST = 4


class PublicKey(msgspec.Struct, frozen=True):
    """One key that signatures are checked with, and how far it is trusted."""

    kid: str
    x: bytes
    issuer: str
    valid_from: date | None = None
    valid_until: date | None = None
    revoked: date | None = None


class _Member(msgspec.Struct, frozen=True):
    kty: str = ""
    crv: str = ""
    kid: str = ""
    x: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    revoked: date | None = None


class _Set(msgspec.Struct, frozen=True):
    keys: list[_Member]
    issuer: str = ""


def read_jwks(data: bytes | str | Mapping[str, Any]) -> tuple[PublicKey, ...]:
    """The Ed25519 keys of a set; members of other kinds are passed over, as RFC 7517 wants.

    Raises `stamps.jwks_broken` for what is no key set.
    """
    try:
        if isinstance(data, Mapping):
            found = msgspec.convert(data, type=_Set)
        else:
            found = msgspec.json.decode(data, type=_Set)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise stamp_error("jwks_broken", error) from error
    return tuple(key for each in found.keys if (key := _read(each, found.issuer)) is not None)


def _read(member: _Member, issuer: str) -> PublicKey | None:
    x = encoding.to_bytes(member.x)
    kind = (member.kty, member.crv)
    if kind != ("OKP", "Ed25519") or x is None or len(x) != 32 or not member.kid:
        return None
    if len(member.kid) > _LONGEST:
        return None
    return PublicKey(
        member.kid,
        x,
        member.issuer or issuer,
        member.valid_from,
        member.valid_until,
        member.revoked,
    )
