"""Which keys are trusted: lines of text, or the published list of a ledger (a JWK Set)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nguon.ledger.error import ledger_error
from nguon.ledger.note import NoteKey, read_vkey
from nguon.stamps import KeyRing, StampError, StampKey, read_jwks


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key and how far it is trusted: from and up to a day, or not any more."""

    key: NoteKey
    valid_from: date | None = None
    valid_until: date | None = None
    revoked: date | None = None


def read_keys(data: bytes) -> tuple[TrustedKey, ...]:
    """Keys from a file: what `/.well-known/nguon-ledger` answers, a JWK Set, or a key a line.

    Raises `ledger.keys_broken` where there is no key in it, `ledger.vkey` for a broken line.
    """
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise ledger_error("keys_broken", error) from error
    if text.startswith("{"):
        found = _read_set(text)
    else:
        lines = (line.strip() for line in text.splitlines())
        found = tuple(TrustedKey(read_vkey(line)) for line in lines if line and line[0] != "#")
    if not found:
        raise ledger_error("keys_broken", text)
    return found


def _read_set(text: str) -> tuple[TrustedKey, ...]:
    try:
        members = read_jwks(text)
    except StampError as error:
        raise ledger_error("keys_broken", error) from error
    return tuple(
        TrustedKey(NoteKey(each.issuer, each.x), each.valid_from, each.valid_until, each.revoked)
        for each in members
    )


def name_key(ring: KeyRing, key: StampKey) -> NoteKey:
    """A key of the ledger's ring as notes name it; the ring's issuer is the ledger's name."""
    return NoteKey(ring.issuer, key.public)


def list_keys(ring: KeyRing) -> Sequence[TrustedKey]:
    """The public halves of a ring."""
    return [
        TrustedKey(name_key(ring, key), key.created, key.until, key.revoked) for key in ring.keys
    ]


def publish_keys(ring: KeyRing) -> dict[str, Any]:
    """The ring's JWK Set, each key with its line of text too."""
    shown = ring.publish()
    lines = [name_key(ring, key).vkey for key in ring.keys]
    keys = [member | {"vkey": line} for member, line in zip(shown["keys"], lines, strict=True)]
    return {"origin": ring.issuer, "issuer": ring.issuer, "keys": keys}
