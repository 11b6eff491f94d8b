"""The keys that make and sign stamps: one active, older ones still read, none of them shown.

All secrets of a key follow from one master secret by keyed BLAKE2b (RFC 7693), each under its
own label; the signing key is a seed of its own (Ed25519, RFC 8032), so that it can be kept
elsewhere one day. Where the ring is kept: `keyfile`. Randomness and days are passed in.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nguon.stamps import encoding
from nguon.stamps.error import stamp_error

FORMAT = "nguon-stamp-keys-1"
SECRET = 32
# A serial that starts with a letter is not taken for a number by a spreadsheet.
_IDS = "ABCDEFGHJKMNPQRSTVWXYZ123456789"


@dataclass(frozen=True, slots=True)
class StampKey:
    """One key: its one-character id, its secrets, and how far it is still trusted.

    `retired`: makes no new stamps since that day. `until`: its signatures are trusted up to
    that day. `revoked`: its secrets may be known to others since that day.
    """

    id: str
    created: date | None
    master: bytes = field(repr=False)
    signing: bytes = field(repr=False)
    retired: date | None = None
    until: date | None = None
    revoked: date | None = None

    @classmethod
    def make(
        cls,
        key_id: str,
        *,
        created: date | None,
        master: bytes,
        signing: bytes,
        until: date | None = None,
    ) -> StampKey:
        """A key out of two secrets of 32 random bytes each."""
        if len(master) != SECRET or len(signing) != SECRET:
            raise stamp_error("secret_length", length=SECRET)
        return cls(key_id, created, master, signing, until=until)

    @property
    def permutation(self) -> bytes:
        return _derive(self.master, b"permute")

    @property
    def mac(self) -> bytes:
        return _derive(self.master, b"mac")

    @property
    def cover(self) -> bytes:
        return _derive(self.master, b"cover")

    @property
    def public(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.signing)

    @property
    def kid(self) -> str:
        """The name under which others know it: the id, and three characters of its print.

        The print parts the keys of two issuers who both call theirs A.
        """
        return self.id + encoding.to_text(sha256(self.public).digest())[:3]

    @property
    def state(self) -> str:
        """How far it is trusted: "revoked", "retired" or "in use"."""
        if self.revoked is not None:
            return "revoked"
        return "in use" if self.retired is None else "retired"


@lru_cache(maxsize=256)
def _derive(master: bytes, label: bytes) -> bytes:
    return blake2b(key=master, person=b"nguon." + label, digest_size=32).digest()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys of one issuer; `active` is the id of the one that makes new stamps, or empty."""

    issuer: str
    keys: tuple[StampKey, ...] = ()
    active: str = ""

    def get(self, key_id: str) -> StampKey | None:
        """The key of this id, whatever its state."""
        return next((key for key in self.keys if key.id == key_id), None)

    @property
    def active_key(self) -> StampKey:
        """The key for new stamps. Raises `stamps.no_active_key`."""
        key = self.get(self.active)
        if key is None:
            raise stamp_error("no_active_key")
        return key

    def rotate(
        self, day: date, *, master: bytes, signing: bytes, until: date | None = None
    ) -> KeyRing:
        """A ring with one more key, now active; the one before is retired, and still read."""
        taken = {key.id for key in self.keys}
        key_id = next((each for each in _IDS if each not in taken), None)
        if key_id is None:
            raise stamp_error("ring_full", most=len(_IDS))
        made = StampKey.make(key_id, created=day, master=master, signing=signing, until=until)
        before = tuple(
            replace(key, retired=day) if key.id == self.active else key for key in self.keys
        )
        return replace(self, keys=(*before, made), active=made.id)

    def revoke(self, key_id: str, day: date) -> KeyRing:
        """A ring in which the key is not trusted since `day`; it makes no stamps any more."""
        if self.get(key_id) is None:
            raise stamp_error("key_unknown", key_id)
        keys = tuple(
            replace(key, revoked=key.revoked or day, retired=key.retired or day)
            if key.id == key_id
            else key
            for key in self.keys
        )
        return replace(self, keys=keys, active="" if self.active == key_id else self.active)

    def publish(self) -> dict[str, Any]:
        """The public halves as a JWK Set (RFC 7517, RFC 8037): what anybody may hold."""
        return {"issuer": self.issuer, "keys": [_publish(key, self.issuer) for key in self.keys]}

    def to_bytes(self) -> bytes:
        """The ring with its secrets, for `keyfile` alone."""
        stored = [
            _StoredKey(key.id, key.created, key.master, key.signing, *_days(key))
            for key in self.keys
        ]
        ring = _StoredRing(FORMAT, self.issuer, self.active, stored)
        return msgspec.json.format(msgspec.json.encode(ring), indent=1) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> KeyRing:
        """The ring that `to_bytes` wrote. Raises `stamps.key_file_broken`, quoting nothing."""
        try:
            stored = msgspec.json.decode(data, type=_StoredRing)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            # The text of the cause may hold a secret.
            raise stamp_error("key_file_broken") from None
        keys = tuple(
            StampKey(key.id, key.created, key.master, key.signing, *_days(key))
            for key in stored.keys
        )
        ids = [key.id for key in keys]
        sound = (
            stored.format == FORMAT
            and len(set(ids)) == len(ids)
            and all(key.id in _IDS and len(key.id) == 1 for key in keys)
            and all(len(key.master) == len(key.signing) == SECRET for key in keys)
            and stored.active in ("", *ids)
        )
        if not sound:
            raise stamp_error("key_file_broken")
        return cls(stored.issuer, keys, stored.active)


class _StoredKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    created: date | None
    master: bytes
    signing: bytes
    retired: date | None = None
    until: date | None = None
    revoked: date | None = None


class _StoredRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    issuer: str
    active: str
    keys: list[_StoredKey]


def _days(key: StampKey | _StoredKey) -> tuple[date | None, date | None, date | None]:
    return key.retired, key.until, key.revoked


def _publish(key: StampKey, issuer: str) -> dict[str, str]:
    shown = {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key.kid,
        "x": encoding.to_text(key.public),
        "issuer": issuer,
    }
    days = {"valid_from": key.created, "valid_until": key.until, "revoked": key.revoked}
    return shown | {name: day.isoformat() for name, day in days.items() if day is not None}
